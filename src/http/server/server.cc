#include "http/server/server.h"

#include <mutex>
#include <thread>

#include "http/server/engine.h"

namespace holdfast::http {
namespace {

class RunningServer final : public Server {
 public:
  RunningServer(const ServerOptions& options, Handler handler, os::Clock& clock)
      : clock_(clock), tls_(options.tls.has_value()), engine_(options, std::move(handler), clock) {}
  ~RunningServer() override { stop(Duration{0}); }

  Status start(TlsContext tls) {
    HF_ASSIGN(port_, engine_.listen(std::move(tls)));
    thread_ = std::jthread([this] { engine_.run(); });
    return {};
  }

  std::uint16_t port() const override { return port_; }
  ServerCounts counts() const override { return engine_.counts(); }
  void pulse(std::function<void()> done) override { engine_.pulse(std::move(done)); }

  Status replace_tls(const ServerTls& tls) override {
    if (!tls_) return fail(Code::usage, "the server speaks plain HTTP and has no certificate to replace");
    HF_ASSIGN(TlsContext context, make_tls_context(tls));
    engine_.replace_tls(std::move(context));
    return {};
  }

  void stop(Duration grace) override {
    const std::scoped_lock lock(stop_mutex_);
    if (std::exchange(stopped_, true)) return;
    if (thread_.joinable()) {
      engine_.begin_stop();
      clock_.sleep_for(grace, engine_.without_connections());
      engine_.break_off();
      thread_.join();
    }
    engine_.close();
  }

 private:
  os::Clock& clock_;
  const bool tls_;
  Engine engine_;
  std::uint16_t port_ = 0;
  std::mutex stop_mutex_;
  bool stopped_ = false;
  std::jthread thread_;
};

}  // namespace

Result<std::unique_ptr<Server>> start_server(const ServerOptions& options, Handler handler, os::Clock& clock) {
  HF_ASSIGN(const bool loopback, is_loopback(options.address));
  TlsContext tls;
  if (options.tls) {
    HF_ASSIGN(tls, make_tls_context(*options.tls));
  } else if (!loopback && !options.plain_for_all) {
    return with_hint(fail(Code::usage, "plain HTTP is refused on {}, which is not a loopback address", options.address),
                     "give the server a certificate and a key");
  }
  auto server = std::make_unique<RunningServer>(options, std::move(handler), clock);
  HF_TRY(server->start(std::move(tls)));
  return server;
}

}  // namespace holdfast::http
