#include "daemon/dimse/tls.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmtls/tlslayer.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include <cerrno>

#include "daemon/fault.h"

namespace pgpacs::dimse {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw Failure{dicom::FaultCode::bad_setting, what};
}

void check(const OFCondition& condition, const std::string& what) {
  if (condition.bad()) fail(what + ": " + condition.text());
}

// A key that others may read is no key.
void check_key_file(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) fail("tls-key: " + path + " cannot be read");
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    throw Failure{dicom::FaultCode::open_key, "tls-key: " + path + " may be read by others; chmod 600"};
}

void trust(DcmTLSTransportLayer& layer, const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) fail("tls-ca: " + path + " cannot be read");
  check(S_ISDIR(status.st_mode) ? layer.addTrustedCertificateDir(path.c_str(), DCF_Filetype_PEM)
                                : layer.addTrustedCertificateFile(path.c_str(), DCF_Filetype_PEM),
        "tls-ca: " + path);
}

DcmCertificateVerification verification(const Settings& settings, T_ASC_NetworkRole role) {
  if (role == NET_REQUESTOR || settings.tls_client_certificate == "require") return DCV_requireCertificate;
  return settings.tls_client_certificate == "check" ? DCV_checkCertificate : DCV_ignoreCertificate;
}

// DCMTK knows the profiles of PS3.15; its layer only lends its context, which counts its references.
class Context {
 public:
  Context(const Settings& settings, T_ASC_NetworkRole role) : layer_(role, nullptr, OFTrue) {
    check_key_file(settings.tls_key);
    check(layer_.setPrivateKeyFile(settings.tls_key.c_str(), DCF_Filetype_PEM),
          "tls-key: " + settings.tls_key);
    check(layer_.setCertificateFile(settings.tls_certificate.c_str(), DCF_Filetype_PEM),
          "tls-certificate: " + settings.tls_certificate);
    if (!layer_.checkPrivateKeyMatchesCertificate()) fail("tls-key is not the key of tls-certificate");
    if (!settings.tls_ca.empty()) trust(layer_, settings.tls_ca);
    layer_.setCertificateVerification(verification(settings, role));
    check(layer_.setTLSProfile(settings.tls_profile == "bcp195-extended" ? TSP_Profile_BCP195_Extended
                               : settings.tls_profile == "bcp195-nd"     ? TSP_Profile_BCP195_ND
                                                                         : TSP_Profile_BCP195),
          "tls-profile");
    check(layer_.activateCipherSuites(), "tls-profile");
    SSL_CTX_set_mode(get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    // A session taken up again would show no certificate of this connection.
    SSL_CTX_set_session_cache_mode(get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(get(), 0);
  }
  SSL_CTX* get() { return layer_.getNativeHandle(); }

 private:
  DcmTLSTransportLayer layer_;
};

}  // namespace

bool has_tls(const Settings& settings) {
  return !settings.tls_certificate.empty() && !settings.tls_key.empty();
}

SSL_CTX* accepting_context(const Settings& settings) {
  static Context only(settings, NET_ACCEPTOR);
  return only.get();
}

SSL_CTX* requesting_context(const Settings& settings) {
  if (!has_tls(settings)) fail("an association over TLS needs tls-certificate and tls-key");
  static Context only(settings, NET_REQUESTOR);
  return only.get();
}

Channel::Channel(int fd, SSL_CTX* context) : fd_(fd) {
  if (context == nullptr) return;
  // OpenSSL has no MSG_DONTWAIT.
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  ssl_.reset(SSL_new(context));
  if (!ssl_ || SSL_set_fd(ssl_.get(), fd) != 1) {
    ERR_clear_error();
    throw Failure{dicom::FaultCode::out_of_resources, "OpenSSL has no memory for a connection"};
  }
}

ssize_t Channel::receive(void* to, std::size_t size) {
  wants_ = POLLIN;
  if (!ssl_) return ::recv(fd_, to, size, MSG_DONTWAIT);
  ERR_clear_error();
  std::size_t count = 0;
  const int result = SSL_read_ex(ssl_.get(), to, size, &count);
  return result == 1 ? static_cast<ssize_t>(count) : outcome(result);
}

ssize_t Channel::send(const void* from, std::size_t size) {
  wants_ = POLLOUT;
  if (!ssl_) return ::send(fd_, from, size, MSG_DONTWAIT | MSG_NOSIGNAL);
  ERR_clear_error();
  std::size_t count = 0;
  const int result = SSL_write_ex(ssl_.get(), from, size, &count);
  return result == 1 ? static_cast<ssize_t>(count) : outcome(result);
}

// Of a read or write that was not done.
ssize_t Channel::outcome(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ: wants_ = POLLIN; break;
    case SSL_ERROR_WANT_WRITE: wants_ = POLLOUT; break;
    case SSL_ERROR_ZERO_RETURN: return 0;
    default: errno = ECONNRESET; return -1;
  }
  errno = EAGAIN;
  return -1;
}

int Channel::step(int result) {
  if (result == 1) return 1;
  return outcome(result) < 0 && errno == EAGAIN ? -1 : 0;
}

int Channel::accept() {
  ERR_clear_error();
  return step(SSL_accept(ssl_.get()));
}

int Channel::connect() {
  ERR_clear_error();
  return step(SSL_connect(ssl_.get()));
}

PeerIdentity Channel::identity() const {
  PeerIdentity identity{is_secured(), {}};
  if (!ssl_) return identity;
  X509* certificate = SSL_get1_peer_certificate(ssl_.get());
  // One that was not verified proves nothing (tls-client-certificate = off).
  if (certificate != nullptr && SSL_get_verify_mode(ssl_.get()) != SSL_VERIFY_NONE &&
      SSL_get_verify_result(ssl_.get()) == X509_V_OK) {
    unsigned char digest[32];
    unsigned int size = 0;
    if (X509_digest(certificate, EVP_sha256(), digest, &size) == 1)
      identity.certificate_sha256.assign(reinterpret_cast<const char*>(digest), size);
  }
  X509_free(certificate);
  return identity;
}

void Channel::close() {
  if (!ssl_) return;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

}  // namespace pgpacs::dimse
