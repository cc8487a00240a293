// How a launcher becomes known to its server and stays so: it registers with a token to join with, and asks for its
// next credential from time to time.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include "client/api_client.h"
#include "launcher/agent/state_directory.h"

#include "api/launcher_token.h"
#include "base/result.h"
#include "os/clock.h"
#include "os/random.h"

namespace holdfast::launcher {

// Makes clients, of which each belongs to one thread. Any thread.
using MakeClient = std::function<std::unique_ptr<client::ApiClient>(client::Connection connection)>;

// "/apis/holdfast.dev/v1/namespaces/cluster-C/launchers/NAME", "…/operations" (without a name: the collection).
std::string path_of(const api::LauncherName& launcher, std::string_view plural, std::string_view name);

// One thread at a time. State directory, random and clock outlive it.
class Enrolment {
 public:
  struct Parts {
    api::LauncherName launcher;
    std::string member;           // of etcd
    std::string machine_id;       // os::machine_id; empty: none
    client::Connection server;    // where; who we are there is not looked at
    std::string join_token_file;  // empty: none
    Duration renew_after;         // how old a credential may become
    MakeClient make_client;
  };
  Enrolment(Parts parts, StateDirectory& state, os::Random& random, os::Clock& clock)
      : parts_(std::move(parts)), state_(state), random_(random), clock_(clock) {}

  // Is there a credential? Code::usage when it is that of another launcher.
  Result<bool> has_credential();
  bool may_join() const { return !parts_.join_token_file.empty(); }
  // Registers, in one try. Asked again after an error of any kind, it goes on with the token it had made.
  Status join(const std::stop_token& stop);
  bool is_renewal_due();
  // Asks for the next credential, in one try; the same.
  Status renew(const std::stop_token& stop);

  // With our credential.
  client::Connection connection() const;

 private:
  Status ask_for_credential(client::Connection connection, const std::stop_token& stop);

  const Parts parts_;
  StateDirectory& state_;
  os::Random& random_;
  os::Clock& clock_;
};

}  // namespace holdfast::launcher
