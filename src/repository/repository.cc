#include "repository/repository.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <set>
#include <thread>

#include "repository/listing.h"
#include "repository/stored_form.h"

namespace holdfast::repository {
namespace {

using objectstore::ObjectInfo;
using objectstore::ObjectStore;

constexpr std::array<std::string_view, 7> kStateNames{"ok",          "missing",    "size-differs", "damaged",
                                                      "unsupported", "unreadable", "foreign"};
constexpr std::size_t kManifestReaders = 8;  // requests for small objects are waiting, not work

// What manifest and object say of each other.
void judge(Entry& entry, bool object_is_there) {
  if (!object_is_there) {
    entry.state = EntryState::missing;
    entry.problem = "the manifest is there, the object is not";
  } else if (entry.manifest->stored.size != entry.stored_size) {
    entry.state = EntryState::size_differs;
    entry.problem =
        fmt::format("the object has {} bytes, the manifest says {}", entry.stored_size, entry.manifest->stored.size);
  }
}

void describe_failure(Entry& entry, const Error& error) {
  const bool damaged = error.code == Code::corrupt || error.code == Code::no_space;
  entry.state = damaged ? EntryState::damaged : EntryState::unreadable;
  if (error.code == Code::unsupported) entry.state = EntryState::unsupported;
  entry.problem = error.to_string();
}

// The entry of one object, manifest or pair. Code::not_found when its manifest went away meanwhile and no object is
// left.
Result<Entry> load_entry(ObjectStore& store, const Pair& pair, const std::stop_token& stop) {
  Entry entry;
  entry.key = pair.object_key;
  if (pair.object) {
    entry.stored_size = pair.object->size;
    entry.modified = pair.object->modified;
    entry.object_is_there = true;
  }
  entry.state = EntryState::foreign;
  entry.problem = "it has no manifest";
  if (!pair.has_manifest) return entry;

  const auto text = objectstore::get_bytes(store, manifest_key(pair.object_key), kMaxManifestSize, stop);
  if (!text && text.error().code == Code::cancelled) return tl::unexpected(text.error());
  if (!text && text.error().code == Code::not_found) {
    if (pair.object) return entry;
    return tl::unexpected(text.error());
  }
  if (!text) {
    describe_failure(entry, text.error());
    return entry;
  }
  entry.manifest_is_ours = looks_like_manifest(as_text(*text));
  auto manifest = decode_manifest(as_text(*text));
  if (!manifest) {
    describe_failure(entry, manifest.error());
    return entry;
  }
  if (manifest->object != last_segment(pair.object_key)) {
    entry.state = EntryState::damaged;
    entry.problem = fmt::format("the manifest belongs to an object called \"{}\"", manifest->object);
    return entry;
  }
  entry.state = EntryState::ok;
  entry.problem.clear();
  entry.manifest = std::move(*manifest);
  judge(entry, pair.object.has_value());
  return entry;
}

// Loads all pairs with a few threads; the result keeps their order, and pairs that went away are left out.
Result<std::vector<Entry>> load_entries(ObjectStore& store, const std::vector<Pair>& pairs,
                                        const std::stop_token& stop) {
  std::vector<Result<Entry>> loaded(pairs.size(), fail(Code::cancelled, "not read"));
  std::atomic<std::size_t> next{0};
  {
    std::vector<std::jthread> readers;
    const std::size_t count = std::min(kManifestReaders, pairs.size());
    for (std::size_t i = 0; i < count; ++i) {
      readers.emplace_back([&] {
        for (std::size_t at = next++; at < pairs.size(); at = next++)
          loaded[at] = load_entry(store, pairs[at], stop);
      });
    }
  }
  std::vector<Entry> entries;
  for (auto& entry : loaded) {
    if (entry) {
      entries.push_back(std::move(*entry));
    } else if (entry.error().code != Code::not_found) {
      return tl::unexpected(std::move(entry).error());
    }
  }
  return entries;
}

WallTime time_of(const Entry& entry) {
  return entry.manifest ? entry.manifest->started_at : entry.modified;
}

// The object's info when it is there.
Result<std::optional<ObjectInfo>> look_at(ObjectStore& store, const std::string& key, const std::stop_token& stop) {
  auto info = store.head(key, stop);
  if (info) return std::optional<ObjectInfo>(std::move(*info));
  if (info.error().code == Code::not_found) return std::optional<ObjectInfo>();
  return tl::unexpected(std::move(info).error());
}

// The pair whose object has exactly this key; neither part need be there.
Result<Pair> exact_pair(ObjectStore& store, const std::string& key, const std::stop_token& stop) {
  Pair pair{.object_key = key, .object = std::nullopt, .has_manifest = false};
  HF_ASSIGN(pair.object, look_at(store, key, stop));
  HF_ASSIGN(const auto manifest, look_at(store, manifest_key(key), stop));
  pair.has_manifest = manifest.has_value();
  return pair;
}

tl::unexpected<Error> ambiguous(const std::string& key, const std::vector<Pair>& pairs) {
  std::string keys;
  for (const Pair& pair : pairs)
    keys += (keys.empty() ? "" : ", ") + last_segment(pair.object_key);
  return with_hint(fail(Code::usage, "\"{}\" could mean {}", last_segment(key), keys),
                   "write the whole name, with its suffix");
}

}  // namespace

std::string_view state_name(EntryState state) {
  return kStateNames.at(static_cast<std::size_t>(state));
}

Result<std::vector<Entry>> Repository::list(const std::string& folder, const ListOptions& options,
                                            const std::stop_token& stop) {
  PairFinder finder(options.include_foreign, options.also_foreign);
  HF_TRY(store_.list(
      folder,
      [&](const ObjectInfo& info) -> Status {
        if (options.recursive || info.key.find('/', folder.size()) == std::string::npos) finder.add(info);
        return {};
      },
      stop));
  HF_ASSIGN(auto entries, load_entries(store_, finder.finish(), stop));
  if (!options.cluster.empty()) {
    std::erase_if(entries,
                  [&](const Entry& entry) { return !entry.manifest || entry.manifest->cluster != options.cluster; });
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return time_of(a) < time_of(b); });
  return entries;
}

Result<Entry> Repository::find(const std::string& key, const std::stop_token& stop) {
  const std::string object_key = object_key_of_manifest(key).value_or(key);
  HF_ASSIGN(const Pair exact, exact_pair(store_, object_key, stop));
  if (exact.object || exact.has_manifest) return load_entry(store_, exact, stop);
  HF_ASSIGN(const std::vector<Pair> pairs, named_pairs(store_, object_key, stop));
  if (pairs.size() > 1) return ambiguous(object_key, pairs);
  if (pairs.size() == 1) return load_entry(store_, pairs.front(), stop);
  return with_hint(fail(Code::not_found, "{} holds no snapshot called \"{}\"", store_.describe(), object_key),
                   "holdfast snapshot list shows what is there");
}

Result<std::vector<Entry>> Repository::find_by_manifest(const std::string& key, const std::stop_token& stop) {
  const std::string name = last_segment(key);
  HF_ASSIGN(std::vector<Pair> pairs, pairs_in_folder(store_, folder_of(key), stop));
  std::erase_if(pairs, [&](const Pair& pair) {
    return !pair.has_manifest || last_segment(pair.object_key).find(name) == std::string::npos;
  });
  HF_ASSIGN(std::vector<Entry> entries, load_entries(store_, pairs, stop));
  std::erase_if(entries, [&](const Entry& entry) { return !entry.manifest || entry.manifest->name != name; });
  return entries;
}

Result<std::vector<std::string>> Repository::names_beside(const std::string& key, const std::stop_token& stop) {
  HF_ASSIGN(const std::vector<Pair> pairs, pairs_in_folder(store_, folder_of(key), stop));
  std::vector<std::string> names;
  for (const Pair& pair : pairs)
    names.push_back(split_name(last_segment(pair.object_key)).name);
  return names;
}

Status check_manifest_state(const Entry& entry) {
  if (entry.state == EntryState::unsupported) {
    return with_hint(fail(Code::unsupported, "{}", entry.problem),
                     "use the newest version of holdfast; --ignore-manifest opens the object by its own checks alone");
  }
  if (entry.state == EntryState::unreadable) {
    return with_hint(fail(Code::unavailable, "{}", entry.problem),
                     "try again; --ignore-manifest opens the object by its own checks alone");
  }
  if (entry.state == EntryState::damaged) {
    return with_hint(fail(Code::corrupt, "{}", entry.problem),
                     "--ignore-manifest opens the object by its own checks alone");
  }
  return {};
}

Status remove_backup(ObjectStore& store, const std::string& object_key, const std::stop_token& stop) {
  const std::string beside = manifest_key(object_key);
  const auto text = objectstore::get_bytes(store, beside, kMaxManifestSize, stop);
  const bool known = text || text.error().code == Code::not_found || text.error().code == Code::no_space;
  if (!known) return in_context(text.error(), "look at {}", beside);
  auto removed = store.remove(object_key, stop);
  if (removed && text && looks_like_manifest(as_text(*text))) removed = store.remove(beside, stop);
  if (!removed) return in_context(std::move(removed).error(), "delete {}", object_key);
  return {};
}

Status Repository::remove(const Entry& entry, const std::stop_token& stop) {
  return remove_backup(store_, entry.key, stop);
}

Result<bool> Repository::looks_like_snapshot(const Entry& entry, const std::stop_token& stop) {
  if (!entry.object_is_there) return entry.manifest_is_ours;
  auto opened = store_.get(entry.key, {.offset = 0, .length = kSniffSize}, stop);
  if (!opened) return in_context(std::move(opened).error(), "look at the first bytes of {}", entry.key);
  HF_ASSIGN(const Bytes head, read_all(*opened->source, kSniffSize));
  return repository::looks_like_snapshot(head);
}

Status Repository::check_deletable(const Entry& entry, bool force, const std::stop_token& stop) {
  if (entry.state == EntryState::ok || entry.state == EntryState::missing) return {};
  const bool named_so = split_name(last_segment(entry.key)).form.has_value();
  if (!named_so && !entry.manifest_is_ours) {
    return with_hint(fail(Code::refused, "{} has no manifest, and its name is not that of a snapshot", entry.key),
                     "delete it with other means if it is to go");
  }
  if (force) return {};
  const std::string hint = "look at it first; --force deletes it all the same";
  if (entry.state == EntryState::unsupported || entry.state == EntryState::unreadable) {
    return with_hint(fail(Code::refused, "{}: {}", entry.key, entry.problem), hint);
  }
  HF_ASSIGN(const bool snapshot, looks_like_snapshot(entry, stop));
  if (snapshot) return {};
  return with_hint(
      fail(Code::refused, "{} is called like a snapshot, but its first bytes are not those of one", entry.key), hint);
}

}  // namespace holdfast::repository
