#include "launcher/member/member_disk.h"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

namespace holdfast::launcher {
namespace {

constexpr Kind kKinds[] = {Kind::building, Kind::staged, Kind::before, Kind::undone, Kind::removing};

std::optional<StoredDirectory> parse_name(const Layout& layout, std::string_view name) {
  for (const Kind kind : kKinds) {
    const std::string prefix = layout.name(kind, "");
    if (!name.starts_with(prefix) || !is_restore_id(name.substr(prefix.size()))) continue;
    return StoredDirectory{.kind = kind, .id = std::string(name.substr(prefix.size())), .facts = {}};
  }
  return std::nullopt;
}

bool is_leftover(const Layout& layout, std::string_view name) {
  return name.starts_with("." + layout.journal_name() + ".") && name.ends_with(".tmp");
}

// Nothing when there is none, or it cannot be understood: only what says what it is counts as proven.
Result<std::optional<StagedFacts>> read_facts(os::FileSystem& files, const std::string& path) {
  HF_ASSIGN(const auto info, files.stat(path));
  if (!info || info->kind != os::FileKind::file) return std::optional<StagedFacts>();
  const auto bytes = os::read_file(files, path, kMaxStagedFactsSize);
  if (!bytes && bytes.error().code != Code::no_space) return tl::unexpected<Error>(bytes.error());
  if (!bytes) return std::optional<StagedFacts>();
  auto facts = decode_staged_facts(as_text(*bytes));
  if (!facts) return std::optional<StagedFacts>();
  return std::optional<StagedFacts>(std::move(*facts));
}

class Observer {
 public:
  Observer(os::FileSystem& files, Layout layout) : files_(files) { disk_.layout = std::move(layout); }

  Result<MemberDisk> look(const HeldCheck& held) {
    HF_TRY(look_at_live(held));
    HF_ASSIGN(disk_.free_bytes, files_.free_bytes(disk_.layout.root));
    HF_ASSIGN(const auto root, files_.stat(disk_.layout.root));
    if (!root) return std::move(disk_);
    HF_ASSIGN(const auto names, files_.list(disk_.layout.root));
    for (const std::string& name : names)
      HF_TRY(look_at(name));
    const auto place_of = [](const StoredDirectory& one) { return std::tie(one.kind, one.id); };
    std::sort(disk_.others.begin(), disk_.others.end(),
              [&](const auto& a, const auto& b) { return place_of(a) < place_of(b); });
    return std::move(disk_);
  }

 private:
  Status look_at_live(const HeldCheck& held) {
    const std::string live = disk_.layout.live();
    HF_ASSIGN(const auto info, files_.stat(live));
    if (!info) return {};
    if (info->kind != os::FileKind::directory) return fail(Code::exists, "{} is there and is not a directory", live);
    HF_ASSIGN(const auto names, files_.list(live));
    disk_.live = names.empty() ? Live::empty : Live::there;
    HF_ASSIGN(disk_.live_facts, read_facts(files_, disk_.layout.staged_file(live)));
    const std::string database = disk_.layout.database(live);
    HF_ASSIGN(const auto file, files_.stat(database));
    if (!file || !held) return {};
    auto answer = held(database);
    if (!answer) return in_context(std::move(answer).error(), "find out whether etcd still runs");
    disk_.held = *answer;
    return {};
  }

  Status look_at(const std::string& name) {
    if (name == disk_.layout.journal_name()) return read_journal();
    if (is_leftover(disk_.layout, name)) disk_.leftovers.push_back(name);
    auto other = parse_name(disk_.layout, name);
    if (!other) return {};
    const std::string path = disk_.layout.path(name);
    HF_ASSIGN(other->facts, read_facts(files_, disk_.layout.staged_file(path)));
    if (other->facts && other->kind != Kind::before && other->facts->id != other->id) other->facts.reset();
    if (other->facts && other->kind == Kind::staged) {
      HF_ASSIGN(const auto database, files_.stat(disk_.layout.database(path)));
      if (!database || database->size != other->facts->database_size) other->facts.reset();
    }
    disk_.others.push_back(std::move(*other));
    return {};
  }

  Status read_journal() {
    disk_.journal_state = JournalState::damaged;
    const auto bytes = os::read_file(files_, disk_.layout.path(disk_.layout.journal_name()), kMaxJournalSize);
    if (!bytes && bytes.error().code != Code::no_space) return tl::unexpected<Error>(bytes.error());
    if (!bytes) return {};
    auto journal = decode_journal(as_text(*bytes));
    // What a newer program began may be more than this one can see.
    if (!journal && journal.error().code == Code::unsupported) return tl::unexpected<Error>(journal.error());
    if (!journal) return {};
    disk_.journal_state = JournalState::readable;
    disk_.journal = std::move(*journal);
    return {};
  }

  os::FileSystem& files_;
  MemberDisk disk_;
};

}  // namespace

HeldCheck held_by_lock(os::FileSystem& files) {
  return [&files](const std::string& database) -> Result<bool> {
    HF_ASSIGN(const auto file, files.open_held(database));
    return file == nullptr;
  };
}

const StoredDirectory* MemberDisk::find(Kind kind, std::string_view id) const {
  for (const StoredDirectory& one : others) {
    if (one.kind == kind && one.id == id) return &one;
  }
  return nullptr;
}

Result<MemberDisk> observe(os::FileSystem& files, const Place& place, const HeldCheck& held) {
  HF_ASSIGN(Layout layout, find_layout(files, place));
  return Observer(files, std::move(layout)).look(held);
}

}  // namespace holdfast::launcher
