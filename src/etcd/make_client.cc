#include <optional>

#include "etcd/client.h"
#include "etcd/grpc_channel.h"
#include "etcd/http2/http2_stream.h"
#include "etcd/remote_client.h"

namespace holdfast::etcd {
namespace {

Status check_login(const ClientOptions& options) {
  if (options.user.empty() && !options.password.empty())
    return fail(Code::usage, "a password was given without a user");
  if (!options.user.empty() && options.password.empty()) {
    return fail(Code::usage, "user \"{}\" was given without a password", options.user);
  }
  return {};
}

Result<std::vector<Endpoint>> parse_endpoints(const ClientOptions& options) {
  if (options.endpoints.empty()) return fail(Code::usage, "no etcd endpoint was given");
  std::vector<Endpoint> endpoints;
  for (const std::string& text : options.endpoints) {
    HF_ASSIGN(Endpoint endpoint, parse_endpoint(text, asks_for_tls(options.tls)));
    endpoints.push_back(std::move(endpoint));
  }
  return endpoints;
}

// Trust stores are read only when somebody will use them.
Result<TlsMaterial> tls_material(os::FileSystem& files, const ClientOptions& options,
                                 const std::vector<Endpoint>& endpoints) {
  const bool any = std::any_of(endpoints.begin(), endpoints.end(), [](const Endpoint& e) { return e.tls; });
  if (!any) return TlsMaterial{};
  return read_tls_material(files, options.tls);
}

}  // namespace

Result<std::unique_ptr<Client>> make_client(const ClientOptions& options, os::FileSystem& files, os::Clock& clock) {
  HF_TRY(check_login(options));
  HF_ASSIGN(const std::vector<Endpoint> endpoints, parse_endpoints(options));
  HF_ASSIGN(const TlsMaterial tls, tls_material(files, options, endpoints));
  std::vector<SessionMember> members;
  for (const Endpoint& endpoint : endpoints) {
    members.push_back({endpoint, make_grpc_channel(endpoint, tls, options.dial_timeout, options.stop)});
  }
  auto session = std::make_unique<Session>(std::move(members), options.user, options.password, options.request_timeout);
  const Duration dial_timeout = options.dial_timeout;
  const auto open_snapshot = [tls, dial_timeout, &clock](const Endpoint& endpoint, const RpcCall& call,
                                                         const std::stop_token& stop) {
    return http2::open_stream(endpoint, tls, dial_timeout, call, clock, stop);
  };
  return std::make_unique<RemoteClient>(std::move(session), open_snapshot, options.stall_timeout);
}

}  // namespace holdfast::etcd
