#include "control_plane/connection.h"

#include <array>
#include <chrono>
#include <map>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control_plane/must.h"

namespace holdfast::bench {
namespace {

using Steady = std::chrono::steady_clock;

SSL_CTX* context(const std::string& pki) {
  static std::map<std::string, SSL_CTX*> made;
  SSL_CTX*& context = made[pki];
  if (context != nullptr) return context;
  context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  if (SSL_CTX_use_certificate_file(context, (pki + "/admin.crt").c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, (pki + "/admin.key").c_str(), SSL_FILETYPE_PEM) != 1)
    give_up("cannot read the administrator's certificate in " + pki);
  return context;
}

std::size_t number_behind(const std::string& head, std::string_view name, int base) {
  const std::size_t at = head.find(name);
  return at == std::string::npos ? 0 : std::stoul(head.substr(at + name.size()), nullptr, base);
}

}  // namespace

Connection::Connection(std::uint16_t port, const std::string& pki)
    : fd_(::socket(AF_INET, SOCK_STREAM, 0)), ssl_(SSL_new(context(pki))) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) give_up("cannot connect");
  const int yes = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  SSL_set_fd(ssl_, fd_);
  if (SSL_connect(ssl_) != 1) give_up("the TLS handshake failed");
}

Connection::~Connection() {
  SSL_free(ssl_);
  ::close(fd_);
}

void Connection::send(std::string_view bytes) {
  if (SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) != static_cast<int>(bytes.size()))
    give_up("cannot send");
}

void Connection::read_more() {
  std::array<char, 64 * 1024> bytes;
  const int count = SSL_read(ssl_, bytes.data(), static_cast<int>(bytes.size()));
  if (count <= 0) give_up("the server closed the connection");
  buffer_.append(bytes.data(), static_cast<std::size_t>(count));
}

std::string Connection::take(std::size_t bytes) {
  while (buffer_.size() < bytes)
    read_more();
  std::string taken = buffer_.substr(0, bytes);
  buffer_.erase(0, bytes);
  return taken;
}

std::string Connection::take_line() {
  std::size_t end = buffer_.find("\r\n");
  for (; end == std::string::npos; end = buffer_.find("\r\n"))
    read_more();
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return line;
}

std::string Connection::read_head() {
  std::string head;
  for (std::string line = take_line(); !line.empty(); line = take_line())
    head += line + "\n";
  return head;
}

std::string Connection::read_chunks() {
  std::string body;
  while (true) {
    const std::size_t size = std::stoul(take_line(), nullptr, 16);
    body += take(size);
    take_line();
    if (size == 0) return body;
  }
}

Reply Connection::request(std::string_view method, std::string_view path, std::string_view accept,
                          std::string_view body, std::string_view content_type) {
  const auto begin = Steady::now();
  send(
      fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\nAccept: {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n{}",
                  method, path, accept, content_type, body.size(), body));
  const std::string head = read_head();
  Reply reply;
  reply.status = std::stoi(head.substr(head.find(' ') + 1));
  reply.body =
      head.find("chunked") != std::string::npos ? read_chunks() : take(number_behind(head, "Content-Length: ", 10));
  reply.seconds = std::chrono::duration<double>(Steady::now() - begin).count();
  return reply;
}

void Connection::open_watch(std::string_view path, std::string_view accept) {
  send(fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\nAccept: {}\r\n\r\n", path, accept));
  const std::string head = read_head();
  if (head.find(" 200 ") == std::string::npos) give_up("a watch was refused: " + head);
}

void Connection::read_event(std::string_view text) {
  while (true) {
    const std::size_t found = buffer_.find(text);
    const std::size_t end = found == std::string::npos ? found : buffer_.find('\n', found + text.size());
    if (end != std::string::npos) {
      buffer_.erase(0, end + 1);
      return;
    }
    read_more();
  }
}

}  // namespace holdfast::bench
