#include "cli/resources/delete_objects.h"

#include "api/fields.h"
#include "cli/resources/failures.h"
#include "cli/resources/object_output.h"
#include "cli/resources/wait_for.h"
#include "cli/text.h"

namespace holdfast::cli {
namespace {

using client::ApiClient;
using client::Resource;

struct Doomed {
  Resource resource;
  json::Value object;
};

Status confirm(const std::vector<Doomed>& doomed, Session& session) {
  World& world = session.world();
  if (!world.prompter.possible())
    return with_hint(fail(Code::usage, "there is no terminal to ask whether it may go"), "say --yes");
  std::string question;
  for (const Doomed& one : doomed) {
    const std::string where = one.resource.name_space.empty() ? "" : "   in namespace " + one.resource.name_space;
    question += fmt::format("  {}{}\n", printable(one.resource.kind.label_of(one.resource.name)), printable(where));
  }
  question += doomed.size() == 1 ? "Delete it? [y/N] " : fmt::format("Delete these {}? [y/N] ", doomed.size());
  HF_ASSIGN(const std::string answer, world.prompter.ask(question));
  if (answer == "y" || answer == "Y" || answer == "yes") return {};
  return fail(Code::refused, "the answer was not yes; nothing was deleted");
}

Status remove_one(Session& session, ApiClient& client, const Doomed& one, const DeleteFlags& flags) {
  // A question may have waited for long: what has taken the place of the object meanwhile stays.
  const client::DeleteOptions options{.dry_run = flags.dry_run,
                                      .uid = std::string(api::text_at(one.object, {"metadata", "uid"}))};
  auto removed = client.remove(one.resource, options, session.world().stop);
  if (!removed && removed.error().code != Code::not_found) return tl::unexpected(std::move(removed).error());
  if (!flags.wait || flags.dry_run) return {};
  HF_ASSIGN(const Awaited gone, Awaited::parse("delete"));
  return wait_for(session, client, one.resource, gone, flags.limit);
}

}  // namespace

Result<int> delete_objects(Session& session, ApiClient& client, const std::vector<Resource>& objects,
                           const DeleteFlags& flags) {
  std::vector<Doomed> doomed;
  for (const Resource& resource : objects) {
    HF_ASSIGN(json::Value object, client.get(resource, client::Form::object, session.world().stop));
    doomed.push_back({.resource = resource, .object = std::move(object)});
  }
  if (doomed.empty()) {
    session.world().err << "holdfast: nothing found\n";
    return 0;
  }
  if (!flags.yes && !flags.dry_run) HF_TRY(confirm(doomed, session));
  std::vector<Outcome> outcomes;
  Failures failures(session);
  for (Doomed& one : doomed) {
    Status removed = remove_one(session, client, one, flags);
    if (removed) {
      const std::string done = flags.done + std::string(flags.dry_run ? " (server dry run)" : "");
      outcomes.push_back({.resource = one.resource, .object = std::move(one.object), .done = done});
      continue;
    }
    Error error = in_context(std::move(removed).error(), "{}", one.resource.kind.label_of(one.resource.name)).value();
    const bool stopped = error.code == Code::cancelled;
    failures.add(std::move(error));
    if (stopped) break;
  }
  if (failures.none() || !outcomes.empty()) print_outcomes(session, outcomes);
  return failures.result();
}

}  // namespace holdfast::cli
