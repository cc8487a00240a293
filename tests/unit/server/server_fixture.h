// The handlers on a real store, without sockets: requests go in as the HTTP server would hand them over.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "server/api_server.h"
#include "unit/registry/registry_support.h"

namespace holdfast::test {

// What a stream was sent. The client takes nothing until drain().
class RecordedStream : public http::ResponseStream {
 public:
  bool write(std::string chunk) override;
  bool write_shared(std::shared_ptr<const std::string> chunk) override { return write(*chunk); }
  void finish() override;
  std::uint64_t queued_bytes() const override;
  bool closed() const override;
  void on_close(std::function<void()> callback) override;
  void on_drained(std::function<void()> callback) override;

  std::string text() const;
  bool finished() const;
  void hold_back() { holding_ = true; }  // from now on queued_bytes() grows
  void drain();                          // the client takes everything
  void hang_up();                        // the client goes away
  // Waits until `text` was sent; false after five seconds.
  bool wait_for(std::string_view text) const;

 private:
  mutable std::mutex mutex_;
  std::string text_;
  std::uint64_t queued_ = 0;
  bool holding_ = false;
  bool finished_ = false;
  bool closed_ = false;
  std::function<void()> on_close_;
  std::function<void()> on_drained_;
};

struct Reply {
  int status = 0;
  std::vector<http::Header> headers;
  std::string body;
  std::shared_ptr<RecordedStream> stream;  // of a watch

  json::Value json() const { return parse(body); }
  std::string header(std::string_view name) const;
  std::vector<std::string> all(std::string_view header) const;
};

struct Ask {
  std::string method = "GET";
  std::string target;
  std::string body = {};
  std::string type = "application/json";
  std::vector<http::Header> headers = {};
  std::string user = "admin";  // of the certificate; empty: none
  std::vector<std::string> groups = {"system:masters"};
};

class ServerFixture : public RegistryFixture {
 public:
  ServerFixture();

  Reply ask(const Ask& ask);
  Reply get(const std::string& target) { return ask({.target = target}); }
  Reply post(const std::string& target, const std::string& body) {
    return ask({.method = "POST", .target = target, .body = body});
  }
  // The cluster c1 of project p1 with its namespace, and the Member ann with this role in p1.
  void make_project(std::string_view role);
  std::string audit_text();

  std::unique_ptr<registry::WatchHub> hub;
  server::KindTables tables;
  std::vector<json::Value> definitions;
  server::Authenticator authenticator;
  server::Standings standings;
  server::Backend backend;
  server::Watches watches;
  os::Environment environment;
  server::Downloads downloads;
  server::Documents documents;
  std::unique_ptr<server::AuditLog> audit;
  server::ApiServer api;
  bool hold_streams_back = false;
};

// A config of the cluster c1.
std::string config_text(std::string_view name, std::string_view spec = R"("schedule":"@hourly","keep":5)");

}  // namespace holdfast::test
