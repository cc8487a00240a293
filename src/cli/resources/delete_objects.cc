#include "cli/resources/delete_objects.h"

#include <fmt/ranges.h>

#include "api/fields.h"
#include "cli/resources/consequences.h"
#include "cli/resources/failures.h"
#include "cli/resources/object_output.h"
#include "cli/resources/wait_for.h"
#include "cli/resources/wait_for_removal.h"
#include "cli/text.h"

namespace holdfast::cli {
namespace {

using client::ApiClient;
using client::Resource;

// In words for a person: "" when each cluster keeps a good backup.
std::string last_ones(const std::vector<std::string>& clusters) {
  if (clusters.empty()) return "";
  return fmt::format("no good backup of {} will be left", fmt::join(clusters, ", "));
}

Status confirm(const std::vector<DoomedObject>& doomed, Session& session, ApiClient& client) {
  World& world = session.world();
  if (!world.prompter.possible())
    return with_hint(fail(Code::usage, "there is no terminal to ask whether it may go"), "say --yes");
  std::string question;
  for (const DoomedObject& one : doomed) {
    const std::string where = one.resource.name_space.empty() ? "" : "   in namespace " + one.resource.name_space;
    question += fmt::format("  {}{}\n", printable(one.resource.kind.label_of(one.resource.name)), printable(where));
    for (const std::string& sentence : consequences(client, one, world.stop))
      question += "      " + printable(sentence) + '\n';
  }
  const std::string last = last_ones(left_without_backup(client, doomed, world.stop));
  if (!last.empty()) question += printable(last) + '\n';
  question += doomed.size() == 1 ? "Delete it? [y/N] " : fmt::format("Delete these {}? [y/N] ", doomed.size());
  HF_ASSIGN(const std::string answer, world.prompter.ask(question));
  if (answer == "y" || answer == "Y" || answer == "yes") return {};
  return fail(Code::refused, "the answer was not yes; nothing was deleted");
}

Status remove_one(Session& session, ApiClient& client, const DoomedObject& one, const DeleteFlags& flags) {
  // A question may have waited for long: what has taken the place of the object meanwhile stays.
  const client::DeleteOptions options{.dry_run = flags.dry_run,
                                      .uid = std::string(api::text_at(one.object, {"metadata", "uid"}))};
  auto removed = client.remove(one.resource, options, session.world().stop);
  if (!removed && removed.error().code != Code::not_found) return tl::unexpected(std::move(removed).error());
  if (!flags.wait || flags.dry_run) return {};
  if (is_backup(one.resource)) return wait_for_removal(session, client, one.resource, flags.limit);
  HF_ASSIGN(const Awaited gone, Awaited::parse("delete"));
  return wait_for(session, client, one.resource, gone, flags.limit);
}

}  // namespace

Result<int> delete_objects(Session& session, ApiClient& client, const std::vector<Resource>& objects,
                           const DeleteFlags& flags) {
  std::vector<DoomedObject> doomed;
  for (const Resource& resource : objects) {
    HF_ASSIGN(json::Value object, client.get(resource, client::Form::object, session.world().stop));
    doomed.push_back({.resource = resource, .object = std::move(object)});
  }
  if (doomed.empty()) {
    session.world().err << "holdfast: nothing found\n";
    return 0;
  }
  HF_TRY(check_not_pinned(doomed));
  if (!flags.yes && !flags.dry_run) {
    HF_TRY(confirm(doomed, session, client));
  } else if (!flags.dry_run) {
    const std::string last = last_ones(left_without_backup(client, doomed, session.world().stop));
    if (!last.empty()) session.warn(last);
    for (const DoomedObject& one : doomed) {
      if (const std::string again = comes_back(one); !again.empty())
        session.warn(fmt::format("{}: {}", one.resource.name, again));
    }
  }
  std::vector<Outcome> outcomes;
  Failures failures(session);
  for (DoomedObject& one : doomed) {
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
