#include "launcher/agent/agent.h"

#include <thread>

#include "client/watch.h"
#include "launcher/agent/order_desk.h"
#include "launcher/agent/outcome_journal.h"
#include "launcher/agent/state_directory.h"

#include "api/fields.h"
#include "api/rules.h"
#include "base/log.h"

namespace holdfast::launcher {
namespace {

client::Resource operations_of(const api::LauncherName& launcher) {
  client::Resource resource;
  resource.kind = {.group = "holdfast.dev", .version = "v1", .kind = "Operation", .plural = "operations"};
  resource.name_space = api::cluster_namespace(launcher.cluster);
  return resource;
}

}  // namespace

Status Agent::become_known(Enrolment& enrolment, const std::stop_token& stop) {
  HF_ASSIGN(const bool known, enrolment.has_credential());
  if (known) return {};
  if (!enrolment.may_join())
    return with_hint(
        fail(Code::usage, "this launcher has not registered yet, and has no token to join with"),
        fmt::format("make one on the server with \"holdfast launcher token create --cluster {}\", and give "
                    "its file with --join-token-file",
                    options_.launcher.cluster));
  for (int failures = 0; !stop.stop_requested();) {
    const Status joined = enrolment.join(stop);
    if (joined || !joined.error().retryable) return joined;
    if (failures == 0) log::event(log::Level::warning, "launcher.server_away", {{"error", joined.error().to_string()}});
    world_.clock.sleep_for(back_off(++failures), stop);
  }
  return {};
}

void Agent::follow_orders(OrderDesk& desk, const Enrolment& enrolment, const MakeClient& make_client,
                          const std::stop_token& stop) {
  client::WatchOptions options;
  options.selection.fields = "spec.launcher=" + options_.launcher.name;
  const client::WatchReceiver receiver = [&](const client::WatchEvent& event) -> Result<bool> {
    if (event.change == client::Change::deleted) {
      desk.drop(std::string(api::text_at(event.object, {"metadata", "uid"})));
    } else {
      desk.put(event.object);
    }
    return true;
  };
  for (int failures = 0; !stop.stop_requested();) {
    const client::WatchBeginning beginning = [&failures]() -> Result<bool> {
      failures = 0;
      return true;
    };
    const auto client = make_client(enrolment.connection());
    // Comes back when the server was away for a while, or does not know us; what is new then is found in the list.
    static_cast<void>(
        client::watch(*client, operations_of(options_.launcher), options, receiver, beginning, world_.clock, stop));
    world_.clock.sleep_for(back_off(++failures), stop);
  }
}

Status Agent::run(const std::function<void()>& on_known, const std::stop_token& stop) {
  const MakeClient make_client = [this](client::Connection connection) {
    return client::ApiClient::create(std::move(connection), world_.files, world_.environment, world_.clock);
  };
  HF_ASSIGN(StateDirectory state, StateDirectory::open(options_.state_directory, world_.files));
  Enrolment enrolment({.launcher = options_.launcher,
                       .member = options_.member,
                       .machine_id = options_.machine_id,
                       .server = options_.server,
                       .join_token_file = options_.join_token_file,
                       .renew_after = options_.renew_after,
                       .make_client = make_client},
                      state, world_.random, world_.clock);
  HF_TRY(become_known(enrolment, stop));
  if (stop.stop_requested()) return {};
  if (on_known) on_known();

  Heartbeat heartbeat({.launcher = options_.launcher,
                       .enrolment = enrolment,
                       .facts = facts_,
                       .make_client = make_client,
                       .clock = world_.clock},
                      options_.heartbeat);
  OutcomeJournal journal(state.outcomes(), world_.files);
  OrderDesk desk({.launcher = options_.launcher,
                  .enrolment = enrolment,
                  .handlers = handlers_,
                  .journal = journal,
                  .make_client = make_client,
                  .clock = world_.clock},
                 options_.progress_every);
  {
    const std::jthread beating([&] { heartbeat.run(stop); });
    const std::jthread working([&] { desk.run(stop); });
    const std::jthread telling([&] { desk.run_progress(stop); });
    follow_orders(desk, enrolment, make_client, stop);
  }
  return {};
}

}  // namespace holdfast::launcher
