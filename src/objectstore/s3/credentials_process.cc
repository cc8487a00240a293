// The profile's own program for credentials. Source: "Process credential provider" (AWS SDKs and Tools Reference
// Guide).
#include "model/json.h"
#include "objectstore/s3/command_words.h"
#include "objectstore/s3/credential_document.h"
#include "objectstore/s3/credential_sources.h"
#include "objectstore/s3/service_request.h"

namespace holdfast::objectstore::s3 {
namespace {

constexpr Duration kTimeLimit = std::chrono::seconds(60);

// What follows the program's name may be a secret, and so may be what it wrote.
tl::unexpected<Error> failed(const SharedProfile& profile, const std::string& program, Error error) {
  if (error.hint.empty()) {
    error.hint = fmt::format("run credential_process of profile {} by hand, as the user who saves", profile.name);
  }
  return in_context(std::move(error), "credential_process {} of profile {}", printable(program), profile.name);
}

Status check_version(std::string_view text) {
  HF_ASSIGN(const json::Value value, json::parse(text, kLargestAnswer));
  if (!value.is_object()) return fail(Code::corrupt, "its output is not a JSON object");
  HF_ASSIGN(const std::uint64_t version, json::get_uint(value.get_object(), "Version"));
  if (version == 1) return {};
  return fail(Code::unsupported, "its output has Version {}, not 1", version);
}

Result<Credentials> read_output(const os::ProgramOutcome& outcome) {
  if (outcome.exit_code != 0) return fail(Code::refused, "it ended with exit code {}", outcome.exit_code);
  HF_TRY(check_version(outcome.output.reveal()));
  return parse_credential_document(outcome.output.reveal(), "SessionToken");
}

}  // namespace

Result<Credentials> credentials_of_process(const SharedProfile& profile, const CredentialSystem& system,
                                           const std::stop_token& stop) {
  auto words = command_words(profile.setting("credential_process"));
  if (!words) return in_context(std::move(words).error(), "credential_process of profile {}", profile.name);
  const os::Program program{.words = std::move(*words),
                            .variables = {},
                            .input = {},
                            .output_limit = kLargestAnswer,
                            .time_limit = kTimeLimit};
  auto outcome = system.processes.run(program, stop);
  auto credentials = outcome ? read_output(*outcome) : Result<Credentials>(tl::unexpected(std::move(outcome).error()));
  if (!credentials) {
    Error error = std::move(credentials).error();
    if (error.code == Code::not_found)
      error.code = Code::usage;  // named in the profile, so no other source may stand in
    return failed(profile, program.words.front(), std::move(error));
  }
  credentials->source = "credential_process of profile " + profile.name;
  return credentials;
}

}  // namespace holdfast::objectstore::s3
