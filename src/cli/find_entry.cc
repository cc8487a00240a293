#include "cli/find_entry.h"

#include "cli/suggest.h"

namespace holdfast::cli {
namespace {

using repository::Entry;

tl::unexpected<Error> ambiguous(const std::string& name, const std::vector<Entry>& entries) {
  std::string keys;
  for (const Entry& entry : entries)
    keys += (keys.empty() ? "" : ", ") + repository::last_segment(entry.key);
  return with_hint(fail(Code::usage, "\"{}\" could mean {}", name, keys), "write one of these behind the folder");
}

std::string meant(const std::string& name, const std::vector<std::string>& names) {
  for (const std::string& each : names) {
    if (each.ends_with("-" + name) || each.starts_with(name + "-")) return each;
  }
  return nearest(name, names);
}

}  // namespace

Result<Entry> find_entry(objectstore::ObjectStore& store, const std::string& key, const std::stop_token& stop) {
  repository::Repository repository(store);
  auto found = repository.find(key, stop);
  if (found || found.error().code != Code::not_found) return found;
  const std::string name = repository::last_segment(key);
  auto listed = repository.find_by_manifest(key, stop);
  if (listed && listed->size() == 1) return std::move(listed->front());
  if (listed && listed->size() > 1) return ambiguous(name, *listed);
  if (!listed && listed.error().code == Code::cancelled) return tl::unexpected(std::move(listed).error());
  // Who may not list gets the first answer.
  const auto names = repository.names_beside(key, stop);
  const std::string other = names ? meant(name, *names) : "";
  if (other.empty()) return found;
  return with_hint(tl::unexpected(std::move(found).error()), "did you mean " + repository::folder_of(key) + other +
                                                                 "? holdfast snapshot list shows what is there");
}

}  // namespace holdfast::cli
