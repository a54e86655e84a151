# An authority and certificates of its own, for tests of TLS: of RSA, which every profile knows. Sourced; everything lies in
# $scratch.
# shellcheck shell=bash

make_authority() { # NAME
  openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$1" \
    -keyout "$scratch/$1.key" -out "$scratch/$1.pem" 2>/dev/null
}

make_certificate() { # AUTHORITY NAME [DAYS]
  openssl req -newkey rsa:2048 -nodes -subj "/CN=$2" -keyout "$scratch/$2.key" \
    -out "$scratch/$2.csr" 2>/dev/null
  openssl x509 -req -in "$scratch/$2.csr" -CA "$scratch/$1.pem" -CAkey "$scratch/$1.key" -CAcreateserial -days "${3:-30}" \
    -out "$scratch/$2.pem" 2>/dev/null
  chmod 600 "$scratch/$2.key"
}

# As pacs.remote_ae wants it.
fingerprint() { openssl x509 -in "$scratch/$1.pem" -outform der | sha256sum | cut -d ' ' -f 1; }
