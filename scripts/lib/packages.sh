# What pgpacs needs from Debian 12, and its installation without starting any server. Sourced, not run.
# shellcheck shell=bash

packages_to_build=(
  g++ cmake ninja-build make libboost-dev libcharls-dev libcli11-dev libdcmtk-dev libopenjp2-7-dev libpqxx-dev
  libspdlog-dev libssl-dev nlohmann-json3-dev pkgconf postgresql-server-dev-15 zlib1g-dev)
packages_to_run=(adduser curl dcmtk openssl postgresql-15 postgresql-15-cron procps util-linux)
packages_to_check=(
  clang clang-format clang-tidy libclang-rt-14-dev dicom3tools libgdcm-tools libgtest-dev odil orthanc postgresql-15-pgtap
  postgresql-15-plpgsql-check python3-numpy python3-pydicom shellcheck strace valgrind)
packages_to_measure=(libgtest-dev orthanc orthanc-postgresql python3-numpy python3-pydicom)

# Debian starts servers when it installs them; ours are private. A policy that says no, for this while only.
with_no_services() {
  local policy=/usr/sbin/policy-rc.d kept=''
  if [ -e $policy ]; then
    kept=$(mktemp)
    as_root cp -p $policy "$kept"
  fi
  printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
  as_root chmod 755 $policy
  local status=0
  # A subshell: its trap puts things right whatever ends it, ^C included.
  (
    trap 'if [ -n "$kept" ]; then as_root cp -p "$kept" $policy; as_root rm -f "$kept"; else as_root rm -f $policy; fi
      as_root rm -f /etc/postgresql-common/createcluster.d/pgpacs.conf' EXIT
    "$@"
  ) || status=$?
  return $status
}

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# install PACKAGE…: those that are missing.
install_packages() {
  local missing=() package
  for package in "$@"; do is_installed "$package" || missing+=("$package"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "from Debian: ${missing[*]}"
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null || die "packages are missing; run as root, or install sudo"
  quietly as_root apt-get update
  # No cluster of the system's own is made for us (and an existing one is left alone).
  as_root mkdir -p /etc/postgresql-common/createcluster.d
  if ! is_installed postgresql-15; then
    echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.d/pgpacs.conf >/dev/null
  fi
  quietly with_no_services as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "${missing[@]}"
}
