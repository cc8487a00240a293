#include "snapshot/restore_edit.h"

#include <algorithm>
#include <limits>

#include "snapshot/bolt_editor.h"
#include "snapshot/database_traits.h"
#include "snapshot/member_id.h"
#include "snapshot/member_json.h"
#include "snapshot/mvcc.h"
#include "snapshot/raft_messages.h"

namespace holdfast::snapshot {
namespace {

std::string be64_text(std::uint64_t value) {
  std::string text(8, '\0');
  store_be64(reinterpret_cast<std::uint8_t*>(text.data()), value);
  return text;
}

std::string revision_text(std::int64_t main) {
  std::string text(kRevisionKeySize, '\0');
  write_revision({.main = main}, reinterpret_cast<std::uint8_t*>(text.data()));
  return text;
}

Result<std::int64_t> revision_item(const ItemMap& items, std::string_view key) {
  const auto it = items.find(key);
  if (it == items.end()) return 0;
  const auto revision = read_record_key(as_bytes(it->second.value));
  if (!revision) return fail(Code::corrupt, "bucket meta has no revision under {}", key);
  return revision->revision.main;
}

// The revision a server starts with: of the newest record, or a later one that was compacted away; at least 1.
Result<std::int64_t> current_revision(const BoltEditor& editor, const ItemMap& meta_items) {
  std::int64_t revision = 1;
  HF_ASSIGN(const auto key, editor.last_key("key"));
  if (key) {
    const auto last = read_record_key(as_bytes(*key));
    if (!last) return fail(Code::corrupt, "the last key of bucket key is not a revision");
    revision = std::max(revision, last->revision.main);
  }
  HF_ASSIGN(const std::int64_t scheduled, revision_item(meta_items, "scheduledCompactRev"));
  HF_ASSIGN(const std::int64_t finished, revision_item(meta_items, "finishedCompactRev"));
  return std::max({revision, scheduled, finished});
}

// Adds a record that exists only to move the revision on; the compaction scheduled at it removes it again.
Result<std::int64_t> bump(BoltEditor& editor, std::int64_t revision, std::uint64_t amount) {
  const auto room = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max() - revision);
  if (amount >= room)
    return fail(Code::usage, "revision {} cannot be raised by {}: it would not fit", revision, amount);
  const std::int64_t bumped = revision + static_cast<std::int64_t>(amount);
  HF_TRY(editor.append_item("key", revision_text(bumped), {}));
  return bumped;
}

ItemMap member_items(const Membership& membership) {
  ItemMap items;
  for (const MemberSpec& member : membership.members) {
    items[id_text(member.id)] = StoredItem{.value = member_json(member)};
  }
  return items;
}

Result<ItemMap> items_or_none(const BoltEditor& editor, std::string_view bucket) {
  HF_ASSIGN(auto items, editor.read_bucket(bucket));
  return std::move(items).value_or(ItemMap{});
}

}  // namespace

Result<EditResult> edit_database(os::File& file, std::uint64_t size, const Membership& membership,
                                 const EditOptions& options) {
  HF_ASSIGN(BoltEditor editor, BoltEditor::open(file, size));
  EditResult result;
  HF_ASSIGN(result.found, read_traits(editor));
  HF_ASSIGN(ItemMap meta_items, items_or_none(editor, "meta"));
  HF_ASSIGN(result.revision, current_revision(editor, meta_items));

  if (options.bump_revision > 0) {
    HF_ASSIGN(result.revision, bump(editor, result.revision, options.bump_revision));
    meta_items["scheduledCompactRev"] = StoredItem{.value = revision_text(result.revision)};
  }
  meta_items["consistent_index"] = StoredItem{.value = be64_text(restored_index(membership))};
  meta_items["term"] = StoredItem{.value = be64_text(kRestoredTerm)};
  HF_TRY(editor.write_bucket("meta", meta_items));
  HF_TRY(editor.write_bucket("members", member_items(membership)));
  HF_TRY(editor.write_bucket("members_removed", {}));
  HF_ASSIGN(const auto cluster_items, editor.read_bucket("cluster"));
  if (!cluster_items) HF_TRY(editor.write_bucket("cluster", {}));
  if (options.clear_alarms) HF_TRY(editor.write_bucket("alarm", {}));
  HF_ASSIGN(result.meta, editor.commit());
  return result;
}

}  // namespace holdfast::snapshot
