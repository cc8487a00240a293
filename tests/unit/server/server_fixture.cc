#include "unit/server/server_fixture.h"

#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "server/answer.h"

#include "api/crd.h"
#include "http/server/target.h"
#include "http/server/text_rules.h"
#include "os/clock.h"
#include "os/file_system.h"
#include "os/random.h"

namespace holdfast::test {
namespace {

constexpr std::size_t kBacklog = 64 * 1024;

class RecordingResponder : public http::Responder {
 public:
  RecordingResponder(Reply& reply, bool hold_back) : reply_(reply), hold_back_(hold_back) {}
  void send(http::ServerResponse response) override {
    reply_.status = response.status;
    reply_.headers = std::move(response.headers);
    reply_.body = std::move(response.body);
  }
  std::shared_ptr<http::ResponseStream> stream(http::ServerResponse head) override {
    reply_.stream = std::make_shared<RecordedStream>();
    if (hold_back_) reply_.stream->hold_back();
    send(std::move(head));
    return reply_.stream;
  }

 private:
  Reply& reply_;
  bool hold_back_;
};

}  // namespace

bool RecordedStream::write(std::string chunk) {
  const std::lock_guard lock(mutex_);
  if (closed_) return false;
  text_ += chunk;
  if (holding_) queued_ += chunk.size();
  return true;
}

void RecordedStream::finish() {
  std::function<void()> dropped;
  std::function<void()> drained;
  const std::lock_guard lock(mutex_);
  finished_ = closed_ = true;
  dropped.swap(on_close_);
  drained.swap(on_drained_);
}

std::uint64_t RecordedStream::queued_bytes() const {
  const std::lock_guard lock(mutex_);
  return queued_;
}

bool RecordedStream::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

void RecordedStream::on_close(std::function<void()> callback) {
  const std::lock_guard lock(mutex_);
  on_close_ = std::move(callback);
}

void RecordedStream::on_drained(std::function<void()> callback) {
  const std::lock_guard lock(mutex_);
  on_drained_ = std::move(callback);
}

std::string RecordedStream::text() const {
  const std::lock_guard lock(mutex_);
  return text_;
}

bool RecordedStream::finished() const {
  const std::lock_guard lock(mutex_);
  return finished_;
}

void RecordedStream::drain() {
  std::function<void()> callback;
  {
    const std::lock_guard lock(mutex_);
    queued_ = 0;
    callback = on_drained_;
  }
  if (callback) callback();
}

void RecordedStream::hang_up() {
  std::function<void()> callback;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    callback.swap(on_close_);
    on_drained_ = nullptr;
  }
  if (callback) callback();
}

bool RecordedStream::wait_for(std::string_view text) const {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (std::chrono::steady_clock::now() < until) {
    if (this->text().find(text) != std::string::npos) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

std::string Reply::header(std::string_view name) const {
  const std::vector<std::string> values = all(name);
  return values.empty() ? "" : values.front();
}

std::vector<std::string> Reply::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const http::Header& each : headers) {
    if (http::equal_without_case(each.name, name)) values.push_back(each.value);
  }
  return values;
}

ServerFixture::ServerFixture()
    : hub(registry::WatchHub::start(*store, kinds, os::real_clock()).value()),
      tables(server::KindTables::create(kinds).value()),
      definitions(api::resource_definitions(kinds, "2026-01-01T00:00:00Z", "1")),
      authenticator(*registry, os::real_clock()),
      standings(*registry, os::real_clock()),
      backend{.registry = *registry,
              .authenticator = authenticator,
              .standings = standings,
              .tables = tables,
              .definitions = definitions,
              .clock = os::real_clock(),
              .random = os::real_random()},
      watches({.backend = backend, .hub = *hub, .backlog = kBacklog}),
      downloads({.world = {.registry = *registry,
                           .files = os::real_file_system(),
                           .clock = os::real_clock(),
                           .random = os::real_random(),
                           .environment = environment,
                           .processes = os::real_processes(),
                           .spool_directory = {},
                           .connect = {}},
                 .backlog = kBacklog}),
      documents(kinds, "127.0.0.1:8443"),
      audit(server::AuditLog::open({.path = dir.file("audit.log")}, os::real_file_system()).value()),
      api({.backend = backend,
           .documents = documents,
           .watches = watches,
           .downloads = downloads,
           .audit = *audit,
           .metrics = [] { return server::text_answer(200, "numbers"); }}) {
  make_namespace("default");
}

Reply ServerFixture::ask(const Ask& ask) {
  auto target = http::parse_target(ask.target);
  if (!target) {
    ADD_FAILURE() << ask.target << ": " << target.error().message;
    return {};
  }
  http::ServerRequest request;
  request.method = ask.method;
  request.path = target->path;
  request.raw_target = ask.target;
  request.query = target->query;
  request.headers = ask.headers;
  if (!ask.body.empty()) request.headers.push_back({"Content-Type", ask.type});
  request.body = ask.body;
  request.peer = {.address = "192.0.2.7:4711",
                  .tls = true,
                  .certificate_verified = !ask.user.empty(),
                  .common_name = ask.user,
                  .organizations = ask.groups,
                  .certificate_sha256 = ""};
  Reply reply;
  api.handle(request, std::make_unique<RecordingResponder>(reply, hold_streams_back));
  return reply;
}

void ServerFixture::make_project(std::string_view role) {
  make_namespace("kubermatic");
  const std::string seed =
      R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"Seed","metadata":{"name":"s1"},"spec":{"etcdBackupRestore":{"defaultDestination":"d1","destinations":{"d1":{"type":"local","path":"/var/backups"}}}}})";
  const std::string project =
      R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"Project","metadata":{"name":"p1"},"spec":{"name":"one"}})";
  const std::string cluster =
      R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"Cluster","metadata":{"name":"c1","labels":{"project-id":"p1"}},"spec":{}})";
  const std::string member = fmt::format(
      R"({{"apiVersion":"holdfast.dev/v1","kind":"Member","metadata":{{"name":"ann"}},"spec":{{"user":"ann","role":"{}","project":"p1"}}}})",
      role);
  for (const auto& [plural, body] :
       {std::pair{"kubermatic.k8c.io/v1/namespaces/kubermatic/seeds", seed},
        std::pair{"kubermatic.k8c.io/v1/projects", project}, std::pair{"kubermatic.k8c.io/v1/clusters", cluster},
        std::pair{"holdfast.dev/v1/members", member}}) {
    const Reply reply = post(fmt::format("/apis/{}", plural), body);
    EXPECT_EQ(reply.status, 201) << reply.body;
  }
}

std::string ServerFixture::audit_text() {
  const auto bytes = os::read_file(os::real_file_system(), dir.file("audit.log"), kMiB);
  return bytes ? std::string(as_text(*bytes)) : std::string();
}

std::string config_text(std::string_view name, std::string_view spec) {
  return fmt::format(
      R"({{"apiVersion":"kubermatic.k8c.io/v1","kind":"EtcdBackupConfig","metadata":{{"name":"{}"}},"spec":{{"cluster":{{"name":"c1"}},{}}}}})",
      name, spec);
}

}  // namespace holdfast::test
