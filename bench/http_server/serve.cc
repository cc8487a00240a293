#include "http_server/serve.h"

#include <mutex>
#include <vector>

#include <fmt/core.h>
#include <unistd.h>

#include "http/server/certificates.h"
#include "http/server/server.h"

namespace holdfast::bench {
namespace {

class Service {
 public:
  void handle(const http::ServerRequest& request, http::Responder& responder) {
    const std::scoped_lock lock(mutex_);
    if (request.path == "/watch") {
      watches_.push_back(responder.stream({}));
    } else if (request.path == "/event") {
      const auto event = std::make_shared<const std::string>(kEventSize, 'e');
      for (const auto& watch : watches_)
        watch->write_shared(event);
      responder.send({.status = 204, .headers = {}, .body = {}});
    } else {
      responder.send({.body = std::string(kBodySize, 'x')});
    }
  }

 private:
  std::mutex mutex_;
  std::vector<std::shared_ptr<http::ResponseStream>> watches_;
};

}  // namespace

int serve(bool tls) {
  http::ServerOptions options;
  if (tls) {
    const WallTime now = os::real_clock().now();
    const auto authority = http::make_authority("bench", now).value();
    auto server = http::make_server_certificate(authority, {"localhost"}, now).value();
    options.tls = {.certificate_pem = server.certificate_pem,
                   .key_pem = server.key_pem,
                   .client_ca_pem = authority.certificate_pem};
  }
  Service service;
  const auto server =
      http::start_server(options, [&](const http::ServerRequest& request, std::unique_ptr<http::Responder> responder) {
        service.handle(request, *responder);
      });
  if (!server) {
    fmt::print(stderr, "{}\n", server.error().to_string());
    return 1;
  }
  fmt::print("{}\n", (*server)->port());
  std::fflush(stdout);
  for (;;)
    ::pause();
}

}  // namespace holdfast::bench
