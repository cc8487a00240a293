#include "cli/delete_snapshots.h"

#include "cli/entry_document.h"
#include "cli/find_entry.h"
#include "cli/text.h"

namespace holdfast::cli {
namespace {

using repository::Entry;
using repository::Place;

bool is_same(const Entry& a, const Entry& b) {
  if (a.modified != b.modified || a.stored_size != b.stored_size) return false;
  if (!a.manifest || !b.manifest) return a.manifest.has_value() == b.manifest.has_value();
  return repository::manifest_to_json(*a.manifest) == repository::manifest_to_json(*b.manifest);
}

Result<Doomed> find_one(const std::string& text, bool force, const S3Flags& flags, Session& session) {
  HF_ASSIGN(const Place place, repository::parse_place(text));
  HF_TRY(check_names_object(place, session.world().files));
  if (place.key.ends_with(repository::kManifestSuffix)) {
    return with_hint(fail(Code::usage, "{} is a manifest, not a snapshot", text),
                     "name the snapshot; its manifest goes with it");
  }
  Doomed doomed;
  HF_ASSIGN(doomed.store, OpenStore::open(place, flags, session));
  repository::Repository repository(doomed.store.store());
  HF_ASSIGN(doomed.entry, find_entry(doomed.store.store(), place.key, session.world().stop));
  HF_TRY(repository.check_deletable(doomed.entry, force, session.world().stop));
  doomed.place = place_of(place, doomed.entry);
  return doomed;
}

}  // namespace

Result<std::vector<Doomed>> find_doomed(const std::vector<std::string>& places, bool force, const S3Flags& flags,
                                        Session& session) {
  std::vector<Doomed> doomed;
  for (const std::string& text : places) {
    auto one = find_one(text, force, flags, session);
    if (!one && places.size() == 1) return tl::unexpected<Error>(std::move(one).error());
    if (!one) return in_context(std::move(one).error(), "find {}", text);
    doomed.push_back(std::move(*one));
  }
  return doomed;
}

Status confirm_deletion(const std::vector<Doomed>& doomed, Session& session) {
  World& world = session.world();
  if (!world.prompter.possible()) {
    return with_hint(fail(Code::usage, "there is no terminal to ask whether it may go"), "say --yes");
  }
  std::string question;
  for (const Doomed& one : doomed) {
    const Entry& entry = one.entry;
    const WallTime created = entry.manifest ? entry.manifest->started_at : entry.modified;
    question +=
        fmt::format("  {}   {}   {}\n", printable(one.place), format_time(created), format_bytes(entry.stored_size));
  }
  question += doomed.size() == 1 ? "Delete it for good? [y/N] "
                                 : fmt::format("Delete these {} snapshots for good? [y/N] ", doomed.size());
  HF_ASSIGN(const std::string answer, world.prompter.ask(question));
  if (answer == "y" || answer == "Y" || answer == "yes") return {};
  return fail(Code::refused, "the answer was not yes; nothing was deleted");
}

Status check_unchanged(std::vector<Doomed>& doomed, Session& session) {
  for (Doomed& one : doomed) {
    HF_ASSIGN(const Entry now, repository::Repository(one.store.store()).find(one.entry.key, session.world().stop));
    if (is_same(one.entry, now)) continue;
    return with_hint(fail(Code::refused, "{} was replaced while you were asked; nothing was deleted", one.place),
                     "look at it, and delete it again when it may go");
  }
  return {};
}

void delete_all(std::vector<Doomed>& doomed, Session& session) {
  for (Doomed& one : doomed) {
    const Status removed = session.world().stop.stop_requested()
                               ? Status(fail(Code::cancelled, "interrupted"))
                               : repository::Repository(one.store.store()).remove(one.entry, session.world().stop);
    one.deleted = removed.has_value();
    if (!removed) one.error = removed.error();
  }
}

json::Value delete_document(const std::vector<Doomed>& doomed) {
  json::Array deleted;
  json::Array failed;
  for (const Doomed& one : doomed) {
    if (one.deleted) {
      deleted.emplace_back(json::Object{{"place", one.place}, {"storedSize", one.entry.stored_size}});
    } else if (one.error) {
      failed.emplace_back(json::Object{
          {"place", one.place}, {"code", code_name(one.error->code)}, {"message", one.error->to_string()}});
    }
  }
  return json::Object{{"deleted", std::move(deleted)}, {"failed", std::move(failed)}};
}

void print_deleted(std::ostream& out, const std::vector<Doomed>& doomed) {
  for (const Doomed& one : doomed) {
    out << (one.deleted ? "deleted  " : "kept     ") << printable(one.place) << '\n';
  }
}

}  // namespace holdfast::cli
