// The only file that includes Boost.Beast, which takes half a minute to compile.
#include "daemon/http/server.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <thread>
#include <utility>
#include <vector>

#include "daemon/log.h"

namespace pgpacs::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;
using asio::use_awaitable;

constexpr std::size_t read_buffer = 16 << 10;
constexpr std::uint32_t header_limit = 16 << 10;
// Of a body: each client that reads slowly holds one in memory.
constexpr std::size_t piece_size = 128 << 10;
// Connections beyond the limit are told so, as long as they are not a flood.
constexpr std::uint32_t refusers = 32;

using Stream = beast::tcp_stream;

// A file's bytes from `at` into `to`; fewer only at a read error or a file that shrank, which is thrown.
void read_file(int fd, std::uint64_t at, std::vector<char>& to, std::size_t size) {
  to.resize(size);
  for (std::size_t done = 0; done < size;) {
    const ssize_t count = ::pread(fd, to.data() + done, size - done, static_cast<off_t>(at + done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0)
      throw Failure{dicom::FaultCode::file_missing, "a file of the store is shorter than it was"};
    done += static_cast<std::size_t>(count);
  }
}

std::string header_text(const Response& response,
                        const beast::http::request<beast::http::empty_body>& request, bool keeps) {
  const auto status = static_cast<beast::http::status>(response.status);
  std::string text = request.version() == 10 ? "HTTP/1.0 " : "HTTP/1.1 ";
  text += std::to_string(response.status) + " " + std::string(beast::http::obsolete_reason(status)) + "\r\n";
  for (const auto& [name, value] : response.fields)
    text.append(name).append(": ").append(value).append("\r\n");
  text += "Content-Length: " + std::to_string(response.size()) + "\r\n";
  text += std::string("Connection: ") + (keeps ? "keep-alive" : "close") + "\r\n\r\n";
  return text;
}

}  // namespace

struct Server::Implementation {
  Implementation(const Settings& server_settings, Router& server_router)
      : settings(server_settings),
        router(server_router),
        io(static_cast<int>(server_settings.http_threads)),
        workers(std::max(4u, server_settings.http_threads)),
        acceptor(io) {}

  // A connection's place among those that are counted.
  class Place {
   public:
    explicit Place(std::atomic<std::uint32_t>& open) : open_(&open), number_(++open) {}
    Place(Place&& other) noexcept : open_(std::exchange(other.open_, nullptr)), number_(other.number_) {}
    ~Place() {
      if (open_ != nullptr) --*open_;
    }
    std::uint32_t number() const { return number_; }

   private:
    std::atomic<std::uint32_t>* open_;
    std::uint32_t number_;
  };

  // Runs what may block (database, disk) on another thread, and resumes here.
  template <typename Work>
  auto blocking(Work work) -> asio::awaitable<decltype(work())> {
    return asio::co_spawn(
        workers,
        [work = std::move(work)]() mutable -> asio::awaitable<decltype(work())> { co_return work(); },
        use_awaitable);
  }

  asio::awaitable<void> listen();
  asio::awaitable<void> serve(tcp::socket socket, Place place);
  asio::awaitable<bool> serve_one(Stream& stream, beast::flat_buffer& buffer, const std::string& peer,
                                  bool is_over_limit);
  asio::awaitable<Response> answer(const Request& request, bool is_over_limit);
  asio::awaitable<void> send(Stream& stream, const Response& response, std::string header, bool has_body);
  asio::awaitable<void> send_file(Stream& stream, const Piece& piece, std::string& lead);

  const Settings& settings;
  Router& router;
  std::atomic<std::uint32_t> open = 0;  // connections; before io, whose end is theirs
  asio::io_context io;
  asio::thread_pool workers;
  tcp::acceptor acceptor;
  std::vector<std::jthread> threads;
  std::atomic<bool> is_stopping = false;
};

asio::awaitable<void> Server::Implementation::listen() {
  while (!is_stopping) {
    boost::system::error_code error;
    tcp::socket socket(asio::make_strand(io));
    co_await acceptor.async_accept(socket, asio::redirect_error(use_awaitable, error));
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      log::error("HTTP: accepting a connection: {}", error.message());
      asio::steady_timer pause(io, std::chrono::milliseconds(100));
      co_await pause.async_wait(asio::redirect_error(use_awaitable, error));
      continue;
    }
    Place place(open);
    if (place.number() > settings.http_connections + refusers) continue;
    const auto executor = socket.get_executor();
    asio::co_spawn(executor, serve(std::move(socket), std::move(place)), asio::detached);
  }
}

asio::awaitable<void> Server::Implementation::serve(tcp::socket socket, Place place) {
  boost::system::error_code error;
  socket.set_option(tcp::no_delay(true), error);
  const auto endpoint = socket.remote_endpoint(error);
  if (error) co_return;
  const std::string peer = endpoint.address().to_string();
  Stream stream(std::move(socket));
  beast::flat_buffer buffer;
  buffer.reserve(read_buffer);
  try {
    const bool is_over_limit = place.number() > settings.http_connections;
    while (!is_stopping && co_await serve_one(stream, buffer, peer, is_over_limit)) {
    }
  } catch (const boost::system::system_error& ended) {
    log::debug("HTTP: connection from {} ended: {}", peer, ended.code().message());
  } catch (const Failure& failure) {
    log::error("HTTP: an answer to {} was cut: {}", peer, failure.what);
  } catch (const std::exception& failure) {
    log::error("HTTP: connection from {}: {}", peer, failure.what());
  }
  stream.socket().shutdown(tcp::socket::shutdown_both, error);
}

// One request and its answer; false where the connection is over.
asio::awaitable<bool> Server::Implementation::serve_one(Stream& stream, beast::flat_buffer& buffer,
                                                        const std::string& peer, bool is_over_limit) {
  beast::http::request_parser<beast::http::empty_body> parser;
  parser.header_limit(header_limit);
  parser.body_limit(0);
  stream.expires_after(settings.http_timeout);
  boost::system::error_code error;
  co_await beast::http::async_read(stream, buffer, parser, asio::redirect_error(use_awaitable, error));
  if (error == beast::http::error::end_of_stream || error == beast::error::timeout) co_return false;
  Request request;
  request.peer = peer;
  const auto& message = parser.get();
  request.method = std::string(message.method_string());  // first: whatever the answer, HEAD gets no body
  bool keeps = message.keep_alive() && !is_over_limit;
  Response response;
  if (error) {
    const bool is_too_large =
        error == beast::http::error::header_limit || error == beast::http::error::body_limit;
    response = is_too_large
                   ? make_problem(413, "too large", "headers are at most 16 KB; no body is taken here")
                   : make_problem(400, "bad request", "this is no HTTP request");
  } else if (!parse_target(std::string_view(message.target().data(), message.target().size()), request)) {
    response = make_problem(400, "bad request", "the path or the query is malformed");
    keeps = false;
  } else {
    const auto [first, last] = message.equal_range(beast::http::field::accept);
    for (auto field = first; field != last; ++field)
      request.accept += (request.accept.empty() ? "" : ",") + std::string(field->value());
    response = co_await answer(request, is_over_limit);
  }
  keeps = keeps && !error && !is_stopping;
  co_await send(stream, response, header_text(response, message, keeps), request.method != "HEAD");
  co_return keeps;
}

asio::awaitable<Response> Server::Implementation::answer(const Request& request, bool is_over_limit) {
  if (is_over_limit)
    co_return make_problem(503, "too many connections", "as many as allowed are open; ask again later");
  co_return co_await blocking([this, &request] { return router.answer(request); });
}

asio::awaitable<void> Server::Implementation::send(Stream& stream, const Response& response,
                                                   std::string header, bool has_body) {
  // Texts wait for the file behind them, so that small parts do not become packets of their own.
  std::string lead = std::move(header);
  if (has_body) {
    for (const Piece& piece : response.body) {
      if (piece.store == nullptr)
        lead += piece.text;
      else
        co_await send_file(stream, piece, lead);
    }
  }
  stream.expires_after(settings.http_timeout);
  co_await asio::async_write(stream, asio::buffer(lead), use_awaitable);
}

asio::awaitable<void> Server::Implementation::send_file(Stream& stream, const Piece& piece,
                                                        std::string& lead) {
  std::vector<char> bytes;
  store::Descriptor file;
  for (std::uint64_t at = 0; at < piece.file_size || !lead.empty();) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(piece_size, piece.file_size - at));
    co_await blocking([&] {
      if (!file) file = piece.store->open(piece.file_id);
      read_file(file.get(), at, bytes, size);
      return true;
    });
    // The limit is on silence: a client that takes one piece in this time is slow, not gone.
    stream.expires_after(settings.http_timeout);
    co_await asio::async_write(
        stream, std::array<asio::const_buffer, 2>{asio::buffer(lead), asio::buffer(bytes)}, use_awaitable);
    lead.clear();
    at += size;
  }
}

Server::Server(const Settings& settings, Router& router)
    : implementation_(std::make_unique<Implementation>(settings, router)) {
  try {
    const tcp::endpoint endpoint(asio::ip::make_address(settings.http_address), settings.http_port);
    implementation_->acceptor.open(endpoint.protocol());
    implementation_->acceptor.set_option(tcp::acceptor::reuse_address(true));
    implementation_->acceptor.bind(endpoint);
    implementation_->acceptor.listen();
  } catch (const boost::system::system_error& error) {
    throw Failure{dicom::FaultCode::bad_setting, "listening on " + settings.http_address + ":" +
                                                     std::to_string(settings.http_port) + ": " +
                                                     error.code().message()};
  }
}

Server::~Server() {
  stop();
}

void Server::start() {
  asio::co_spawn(implementation_->io, implementation_->listen(), asio::detached);
  for (std::uint32_t i = 0; i < implementation_->settings.http_threads; ++i)
    implementation_->threads.emplace_back([this] { implementation_->io.run(); });
}

void Server::stop() {
  if (implementation_->is_stopping.exchange(true)) return;
  asio::post(implementation_->io, [this] { implementation_->acceptor.close(); });
  implementation_->workers.join();
  implementation_->io.stop();
  implementation_->threads.clear();
}

}  // namespace pgpacs::http
