#include "commands.h"
#include "server/service.h"

#include "base/log.h"
#include "cli/setters.h"
#include "os/file_system.h"
#include "store/etcd/etcd_store.h"
#include "store/revision_floor.h"
#include "store/sqlite/sqlite_store.h"

namespace holdfast::app {
namespace {

constexpr Duration kGrace = std::chrono::seconds(10);
constexpr Duration kLook = std::chrono::hours(1);
constexpr std::string_view kSqlite = "sqlite:";
constexpr std::string_view kEtcd = "etcd:";

struct Flags {
  std::string data_directory;
  std::string store;
  std::string listen = "127.0.0.1:8443";
  std::string metrics_listen;
  std::vector<std::string> names;
  Secret secrets_key;
  std::string secrets_key_file;
  bool rotate_secrets_key = false;
  etcd::TlsOptions tls;
};

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (comma != 0) parts.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

Result<std::unique_ptr<store::Store>> open_etcd(const Flags& flags, std::string_view endpoints,
                                                store::RevisionFloor& floor, cli::World& world) {
  etcd::ClientOptions options;
  options.endpoints = split(endpoints);
  options.tls = flags.tls;
  HF_ASSIGN(auto client, world.connect(options));
  HF_ASSIGN(auto store, store::EtcdStore::open(std::move(client), {}, floor, world.clock));
  return std::unique_ptr<store::Store>(std::move(store));
}

Result<std::unique_ptr<store::Store>> open_sqlite(std::string path, store::RevisionFloor& floor, cli::World& world) {
  store::SqliteOptions options;
  options.path = std::move(path);
  HF_ASSIGN(auto store, store::SqliteStore::open(options, floor, world.files, world.clock, world.random));
  return std::unique_ptr<store::Store>(std::move(store));
}

Result<std::unique_ptr<store::Store>> open_store(const Flags& flags, store::RevisionFloor& floor, cli::World& world) {
  const std::string_view where = flags.store;
  if (where.empty()) return open_sqlite(os::join_path(flags.data_directory, "holdfast.db"), floor, world);
  if (where.starts_with(kSqlite)) return open_sqlite(std::string(where.substr(kSqlite.size())), floor, world);
  if (where.starts_with(kEtcd)) return open_etcd(flags, where.substr(kEtcd.size()), floor, world);
  return with_hint(fail(Code::usage, "\"{}\" is no store", where), "write sqlite:PATH or etcd:ENDPOINT,ENDPOINT");
}

// Lines of the log begin with the time for as long as it lives.
class LogTime {
 public:
  explicit LogTime(os::Clock& clock) {
    log::stamp([&clock] { return format_time(clock.now(), true); });
  }
  ~LogTime() { log::stamp({}); }
  LogTime(const LogTime&) = delete;
  LogTime& operator=(const LogTime&) = delete;
};

void say_ready(cli::World& world, const server::Service& service) {
  world.out << "holdfast server: listening at " << service.url() << '\n';
  const std::string_view verb = service.kubeconfig_written() ? "wrote" : "kept";
  world.out << "holdfast server: " << verb << " the administrator's kubeconfig " << service.kubeconfig() << '\n';
  if (service.metrics_port() != 0) world.out << "holdfast server: metrics on port " << service.metrics_port() << '\n';
  world.out << "  try: kubectl --kubeconfig " << service.kubeconfig() << " api-resources\n" << std::flush;
}

Result<int> serve(cli::Session& session, const Flags& flags) {
  cli::World& world = session.world();
  if (flags.data_directory.empty())
    return with_hint(fail(Code::usage, "no data directory"), "name one with --data-dir; it is made if it is not there");
  server::ServiceOptions options;
  options.data_directory = flags.data_directory;
  options.names = flags.names;
  options.secrets_key = flags.secrets_key;
  options.secrets_key_file = flags.secrets_key_file;
  options.rotate_secrets_key = flags.rotate_secrets_key;
  HF_TRY(server::read_listen(flags.listen, options));
  if (!flags.metrics_listen.empty()) {
    HF_ASSIGN(options.metrics_listen, server::read_metrics_listen(flags.metrics_listen));
  }
  const LogTime log_time(world.clock);
  store::RevisionFloor floor(world.files, os::join_path(flags.data_directory, "revision-floor"));
  const server::ServiceWorld service_world{world.files,       world.clock,     world.random,
                                           world.environment, world.processes, world.connect};
  HF_ASSIGN(const auto service,
            server::start_service(options, service_world, [&] { return open_store(flags, floor, world); }));
  say_ready(world, *service);
  while (world.clock.sleep_for(kLook, world.stop)) {
  }
  service->stop(kGrace);
  return 0;
}

cli::OptionGroup server_options(Flags& flags) {
  cli::OptionGroup group{.title = "Server", .options = {}};
  group.options.push_back({.name = "data-dir",
                           .value_name = "DIR",
                           .help = "where the server keeps its state and keys; made if it is not there",
                           .completes = cli::Completes::directory,
                           .set = cli::set_text(flags.data_directory)});
  group.options.push_back({.name = "listen",
                           .value_name = "ADDRESS:PORT",
                           .help = "where to listen; port 0 takes a free one",
                           .default_text = "127.0.0.1:8443",
                           .set = cli::set_text(flags.listen)});
  group.options.push_back({.name = "metrics-listen",
                           .value_name = "ADDRESS:PORT",
                           .help =
                               "where to show metrics in plain HTTP to everybody who can reach it, besides /metrics "
                               "of the API; without an address, to this machine only",
                           .default_text = "nowhere",
                           .set = cli::set_text(flags.metrics_listen)});
  group.options.push_back({.name = "public-name",
                           .value_name = "NAME",
                           .help = "DNS name or address under which clients reach the server, for its certificate; the "
                                   "first one is written into the kubeconfig",
                           .repeatable = true,
                           .set = cli::set_comma_list(flags.names)});
  return group;
}

cli::OptionGroup secrets_options(Flags& flags) {
  cli::OptionGroup group{.title = "Secrets", .options = {}};
  group.options.push_back({.name = "secrets-key-file",
                           .value_name = "FILE",
                           .help =
                               "key that secrets are sealed with, made if it is not there; keep a copy apart from the "
                               "backups of the store",
                           .default_text = "DIR/secrets.key",
                           .completes = cli::Completes::file,
                           .set = cli::set_text(flags.secrets_key_file)});
  group.options.push_back({.name = "rotate-secrets-key",
                           .help = "add a new key to that file and seal all secrets with it; the old ones stay in the "
                                   "file, for older copies of the store",
                           .only_flag = true,
                           .set = cli::set_switch(flags.rotate_secrets_key)});
  group.options.push_back({.name = "secrets-key",
                           .value_name = "KEY",
                           .help = "the key itself, instead of the file; others may see it here, so prefer "
                                   "HOLDFAST_SECRETS_KEY",
                           .not_in_file = true,
                           .hides = cli::Hides::value,
                           .set = cli::set_secret(flags.secrets_key)});
  return group;
}

cli::OptionGroup store_options(Flags& flags) {
  cli::OptionGroup group{.title = "Store", .options = {}};
  group.options.push_back(
      {.name = "store",
       .value_name = "STORE",
       .help = "where resources are kept: sqlite:PATH, or etcd:ENDPOINT,ENDPOINT for several servers",
       .default_text = "sqlite:DIR/holdfast.db",
       .set = cli::set_text(flags.store)});
  group.options.push_back({.name = "store-cacert",
                           .value_name = "FILE",
                           .help = "CA certificates (PEM) that the certificate of the store's etcd is checked against",
                           .default_text = "the system's",
                           .completes = cli::Completes::file,
                           .set = cli::set_text(flags.tls.ca_file)});
  group.options.push_back({.name = "store-cert",
                           .value_name = "FILE",
                           .help = "client certificate (PEM) for the store's etcd",
                           .completes = cli::Completes::file,
                           .set = cli::set_text(flags.tls.certificate_file)});
  group.options.push_back({.name = "store-key",
                           .value_name = "FILE",
                           .help = "key of that certificate",
                           .completes = cli::Completes::file,
                           .set = cli::set_text(flags.tls.key_file)});
  return group;
}

}  // namespace

cli::Command make_server() {
  auto flags = std::make_shared<Flags>();
  return {
      .name = "server",
      .summary = "answers kubectl and other clients, and keeps what they apply",
      .description =
          "Speaks the dialect of a Kubernetes API server over TLS. The first start makes an authority, certificates, "
          "the key of the secrets, and an administrator's kubeconfig (mode 0600) in the data directory. Ends at "
          "SIGTERM "
          "after the answers under way.",
      .groups = {server_options(*flags), store_options(*flags), secrets_options(*flags)},
      .examples = {{.explanation = "for this machine", .line = "holdfast server --data-dir /var/lib/holdfast"},
                   {.explanation = "for others, with its state in an etcd of its own",
                    .line = "holdfast server --data-dir /var/lib/holdfast --listen 0.0.0.0:8443 --public-name "
                            "backup.example.com --store etcd:http://127.0.0.1:2379"}},
      .log_level = log::Level::info,
      .run = [flags](cli::Session& session, const std::vector<std::string>&) { return serve(session, *flags); },
      .storage = flags};
}

}  // namespace holdfast::app
