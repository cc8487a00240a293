// Debian's Python client of Kubernetes has a session with the server: python_client.py says what it does.
#include <fmt/format.h>

#include "e2e/kubectl_support.h"

namespace holdfast::test {
namespace {

class PythonClient : public testing::TestWithParam<const char*> {
 protected:
  static HoldfastServer& server() {
    static const std::unique_ptr<HoldfastServer> shared = [] {
      auto started = HoldfastServer::start();
      if (!started) throw std::runtime_error(started.error().to_string());
      return std::move(started).value();
    }();
    return *shared;
  }
};

TEST_P(PythonClient, Session) {
  // Debian's own interpreter, whatever else is in PATH.
  const ProgramResult result = run_program({"/usr/bin/python3", HOLDFAST_SOURCE_DIR "/tests/e2e/python_client.py",
                                            server().kubeconfig(), fmt::format("Session.test_{}", GetParam())});

  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
}

INSTANTIATE_TEST_SUITE_P(All, PythonClient,
                         testing::Values("custom_objects_are_created_read_and_listed", "lists_come_in_pieces",
                                         "custom_objects_are_patched_and_replaced", "what_is_stale_or_wrong_is_refused",
                                         "a_watch_sees_every_change", "custom_objects_are_deleted",
                                         "namespaces_and_config_maps", "secrets_are_written_and_never_read",
                                         "events_are_written_and_listed", "the_dynamic_client_discovers_our_kinds",
                                         "access_and_version"),
                         [](const auto& session) { return std::string(session.param); });

}  // namespace
}  // namespace holdfast::test
