#include "server/service.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "server/answer.h"
#include "server/api_server.h"
#include "server/audit_log.h"
#include "server/data_directory.h"
#include "server/documents.h"
#include "server/housekeeper.h"
#include "server/monitor/monitoring.h"
#include "server/namespace_cleaner.h"
#include "server/token_uses.h"
#include "work/container/workspace.h"
#include "work/health/health_watch.h"
#include "work/runner.h"

#include "api/crd.h"
#include "api/kind.h"
#include "base/log.h"
#include "control/events/recorder.h"
#include "control/manager/manager.h"
#include "control/reconcile/config_spec.h"
#include "http/server/server.h"
#include "registry/reseal.h"
#include "registry/sealer.h"

namespace holdfast::server {
namespace {

constexpr std::string_view kDefinitionsMade = "2026-01-01T00:00:00Z";

bool is_everywhere(std::string_view address) {
  return address == "0.0.0.0" || address == "::";
}

std::string host_and_port(std::string_view host, std::uint16_t port) {
  const bool v6 = host.find(':') != std::string_view::npos;
  return v6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

std::vector<std::string> certificate_names(const ServiceOptions& options) {
  std::vector<std::string> names{"localhost", "127.0.0.1", "::1"};
  const auto add = [&](const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  if (!is_everywhere(options.address)) add(options.address);
  for (const std::string& name : options.names)
    add(name);
  return names;
}

// What clients are told to connect to: a name that was given, the address, or this machine itself.
std::string public_host(const ServiceOptions& options) {
  if (!options.names.empty()) return options.names.front();
  if (options.address == "0.0.0.0") return "127.0.0.1";
  return options.address == "::" ? "::1" : options.address;
}

Result<registry::Sealer> load_sealer(const ServiceOptions& options, const ServiceWorld& world,
                                     const DataDirectory& directory) {
  if (!options.secrets_key.empty()) {
    if (!options.rotate_secrets_key) return registry::Sealer::from_text(options.secrets_key);
    return with_hint(fail(Code::usage, "a key for secrets that was given as text cannot be replaced"),
                     "give one more line, with a greater number, and start without --rotate-secrets-key");
  }
  const std::string path = options.secrets_key_file.empty() ? directory.file("secrets.key") : options.secrets_key_file;
  HF_ASSIGN(const auto there, world.files.stat(path));
  if (options.rotate_secrets_key && there) {
    HF_ASSIGN(const std::uint64_t number, registry::Sealer::add_key(world.files, world.random, path));
    log::event(log::Level::info, "key for secrets added", {{"file", path}, {"key", fmt::to_string(number)}});
  }
  return registry::Sealer::from_file(world.files, world.random, path);
}

// After a key was added, by --rotate-secrets-key or by hand; goes on where a start before this one was broken off.
Status reseal(store::Store& store, const api::Kinds& kinds, const registry::Sealer& sealer, os::Random& random) {
  HF_ASSIGN(const registry::Resealed done, registry::reseal_secrets(store, kinds, sealer, random));
  if (done.secrets != 0)
    log::event(log::Level::info, "secrets sealed with the newest key", {{"secrets", fmt::to_string(done.secrets)}});
  for (const std::string& each : done.closed)
    log::event(log::Level::error, "secret cannot be opened", {{"secret", each}});
  return {};
}

// Namespaces that are always there.
Status make_namespace(registry::Registry& registry, std::string_view name) {
  const api::Kind* kind = registry.kinds().find("", "v1", "namespaces");
  json::Value object =
      json::Object{{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", json::Object{{"name", name}}}};
  registry::WriteOptions options;
  options.by_server = true;
  const auto made = registry.create(*kind, "", std::move(object), options);
  if (made || made.error().code == 409) return {};
  return fail(Code::unavailable, "make the namespace {}: {}", name, made.error().message);
}

class RunningService : public Service {
 public:
  RunningService(ServiceOptions options, const ServiceWorld& world)
      : options_(std::move(options)),
        world_(world),
        directory_(options_.data_directory, world.files, world.clock, world.random) {}

  ~RunningService() override { stop(Duration::zero()); }

  Status start(const OpenStore& open_store) {
    HF_TRY(directory_.prepare());
    HF_TRY(directory_.hold());
    HF_ASSIGN(kinds_, api::Kinds::load());
    HF_ASSIGN(const std::string id, directory_.server_id());
    HF_ASSIGN(audit_, AuditLog::open({.path = directory_.file("audit.log"), .server = id}, world_.files));
    HF_ASSIGN(store_, open_store());
    HF_ASSIGN(auto sealer, load_sealer(options_, world_, directory_));
    sealer_.emplace(std::move(sealer));
    HF_TRY(reseal(*store_, kinds_, *sealer_, world_.random));
    HF_TRY(start_registry());
    HF_TRY(start_http());
    HF_TRY(start_operations());
    return monitoring_->start({.http = *http_, .manager = *manager_, .runner = *runner_}, options_.metrics_listen);
  }

  std::string url() const override { return "https://" + address_; }
  std::string kubeconfig() const override { return directory_.file("admin.kubeconfig"); }
  bool kubeconfig_written() const override { return kubeconfig_written_; }
  registry::Registry& registry() override { return *registry_; }
  registry::WatchHub& hub() override { return *hub_; }
  std::uint16_t metrics_port() const override { return monitoring_->metrics_port(); }
  void stop(Duration grace) override {
    if (monitoring_) monitoring_->stop();
    if (http_) http_->stop(grace);
  }

 private:
  Status start_registry() {
    registry_.emplace(registry::Registry::Parts{.store = *store_,
                                                .kinds = kinds_,
                                                .sealer = *sealer_,
                                                .clock = world_.clock,
                                                .random = world_.random,
                                                .hooks = control::rule_hooks()});
    HF_ASSIGN(hub_, registry::WatchHub::start(*store_, kinds_, world_.clock));
    for (const std::string_view name : {"default", "kube-system", "kubermatic"})
      HF_TRY(make_namespace(*registry_, name));
    monitoring_.emplace(Monitoring::Parts{
        .registry = *registry_, .hub = *hub_, .clock = world_.clock, .environment = world_.environment});
    HF_ASSIGN(auto tables, KindTables::create(kinds_));
    tables_.emplace(std::move(tables));
    definitions_ = api::resource_definitions(kinds_, kDefinitionsMade, "1");
    token_uses_.emplace(*registry_, world_.clock);
    authenticator_.emplace(*registry_, world_.clock, [this](const std::string& token) { token_uses_->note(token); });
    standings_.emplace(*registry_, world_.clock);
    backend_.emplace(Backend{.registry = *registry_,
                             .authenticator = *authenticator_,
                             .standings = *standings_,
                             .tables = *tables_,
                             .definitions = definitions_,
                             .clock = world_.clock,
                             .random = world_.random});
    return {};
  }

  Status start_http() {
    const std::vector<std::string> names = certificate_names(options_);
    HF_ASSIGN(const Credentials credentials, directory_.credentials(names));
    http::ServerOptions http_options;
    http_options.address = options_.address;
    http_options.port = options_.port;
    http_options.tls = credentials.tls;
    http_options.error_answer = [this](int status, std::string_view message) {
      monitoring_->refused(status);
      return transport_error(status, message);
    };
    watches_ = std::make_unique<Watches>(
        Watches::Parts{.backend = *backend_, .hub = *hub_, .backlog = http_options.stream_backlog});
    downloads_ =
        std::make_unique<Downloads>(Downloads::Parts{.world = work_world(), .backlog = http_options.stream_backlog});
    documents_ = std::make_unique<Documents>(kinds_, host_and_port(public_host(options_), options_.port));
    api_ = std::make_unique<ApiServer>(ApiServer::Parts{.backend = *backend_,
                                                        .documents = *documents_,
                                                        .watches = *watches_,
                                                        .downloads = *downloads_,
                                                        .audit = *audit_,
                                                        .metrics = [this] { return monitoring_->metrics(); }});
    const auto handler = [this](const http::ServerRequest& request, std::unique_ptr<http::Responder> responder) {
      api_->handle(request, monitoring_->metered(request, std::move(responder)));
    };
    HF_ASSIGN(http_, http::start_server(http_options, handler, world_.clock));
    address_ = host_and_port(public_host(options_), http_->port());
    HF_ASSIGN(kubeconfig_written_, directory_.write_kubeconfig(credentials, url()));
    cleaner_ = std::make_unique<NamespaceCleaner>(*registry_, *hub_, world_.clock);
    housekeeper_ = std::make_unique<Housekeeper>(*store_, directory_, *http_, names, world_.clock);
    return {};
  }

  Status start_operations() {
    HF_TRY(world_.files.make_directories(directory_.file("spool"), 0700));
    HF_TRY(work::remove_workspaces(world_.files, directory_.file("spool")));
    HF_ASSIGN(const std::string id, directory_.server_id());
    HF_ASSIGN(runner_, work::Runner::start(work_world(), *hub_, {.id = id, .backups = options_.operations}));
    manager_ = std::make_unique<control::Manager>(
        control::Manager::Parts{.registry = *registry_, .hub = *hub_, .clock = world_.clock},
        control::ManagerOptions{.id = id});
    const auto leads = [this] { return manager_->leads(); };
    recorder_ = std::make_unique<control::Recorder>(
        control::Recorder::Parts{.registry = *registry_, .hub = *hub_, .clock = world_.clock, .leads = leads},
        control::RecorderOptions{.instance = id});
    health_ = std::make_unique<work::HealthWatch>(work_world(), *hub_, leads, work::HealthOptions{});
    return {};
  }

  work::World work_world() {
    return {.registry = *registry_,
            .files = world_.files,
            .clock = world_.clock,
            .random = world_.random,
            .environment = world_.environment,
            .processes = world_.processes,
            .spool_directory = directory_.file("spool"),
            .connect = world_.connect,
            .witness = &monitoring_->witness()};
  }

  const ServiceOptions options_;
  const ServiceWorld world_;
  DataDirectory directory_;
  std::string address_;
  bool kubeconfig_written_ = false;

  // From the bottom up; they go in the opposite order.
  api::Kinds kinds_;
  std::optional<registry::Sealer> sealer_;
  std::unique_ptr<AuditLog> audit_;
  std::unique_ptr<store::Store> store_;
  std::optional<registry::Registry> registry_;
  std::unique_ptr<registry::WatchHub> hub_;
  std::optional<Monitoring> monitoring_;
  std::optional<KindTables> tables_;
  std::vector<json::Value> definitions_;
  std::optional<TokenUses> token_uses_;
  std::optional<Authenticator> authenticator_;
  std::optional<Standings> standings_;
  std::optional<Backend> backend_;
  std::unique_ptr<Watches> watches_;
  std::unique_ptr<Downloads> downloads_;
  std::unique_ptr<Documents> documents_;
  std::unique_ptr<ApiServer> api_;
  std::unique_ptr<http::Server> http_;
  std::unique_ptr<NamespaceCleaner> cleaner_;
  std::unique_ptr<Housekeeper> housekeeper_;
  std::unique_ptr<work::Runner> runner_;
  std::unique_ptr<control::Manager> manager_;
  std::unique_ptr<control::Recorder> recorder_;
  std::unique_ptr<work::HealthWatch> health_;
};

}  // namespace

Result<std::unique_ptr<Service>> start_service(const ServiceOptions& options, const ServiceWorld& world,
                                               const OpenStore& open_store) {
  auto service = std::make_unique<RunningService>(options, world);
  HF_TRY(service->start(open_store));
  return std::unique_ptr<Service>(std::move(service));
}

Status read_listen(std::string_view text, ServiceOptions& options) {
  const std::size_t colon = text.rfind(':');
  std::string_view host = text.substr(0, colon == std::string_view::npos ? 0 : colon);
  const std::string_view port = colon == std::string_view::npos ? "" : text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (port.empty() || error != std::errc{} || end != port.data() + port.size()) {
    return with_hint(fail(Code::usage, "\"{}\" is no address to listen at", text),
                     "write ADDRESS:PORT, such as 0.0.0.0:8443");
  }
  options.address = host.empty() ? "0.0.0.0" : std::string(host);
  options.port = number;
  return {};
}

}  // namespace holdfast::server
