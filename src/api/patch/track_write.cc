#include "api/patch/track_write.h"

#include <utility>

#include "api/patch/managed_fields.h"
#include "api/patch/object_fields.h"
#include "api/patch/parts.h"

namespace holdfast::api {
namespace {

bool is_reset(const json::Value& list) {
  const auto* array = list.if_array();
  return array != nullptr && array->size() == 1 && array->front().is_object() && array->front().get_object().empty();
}

bool is_given(const json::Value* list) {
  return list != nullptr && !list->is_null() && !(list->is_array() && list->get_array().empty());
}

// What counts as the entries before this write.
ApiResult<ManagedFields> entries_before(const json::Value* old, const json::Value& updated, const Writer& writer) {
  const json::Value* written = writer.subresource.empty() ? managed_fields_of(updated) : nullptr;
  if (!is_given(written)) return old == nullptr ? ManagedFields() : ManagedFields::of_stored(*old);
  if (is_reset(*written)) return ManagedFields();
  return ManagedFields::read(*written);
}

void take_over(ManagedFields& managed, const Changes& changes, ManagedEntry self) {
  const FieldSet lost = unite(changes.written, changes.removed);
  for (ManagedEntry& entry : managed.entries()) {
    entry.fields = subtract(entry.fields, entry.is_of(self) ? changes.removed : lost);
  }
  if (changes.written.empty()) return;
  if (ManagedEntry* own = managed.find(self); own != nullptr) {
    own->fields = unite(own->fields, changes.written);
    own->time = std::move(self.time);
  } else {
    self.fields = changes.written;
    managed.entries().push_back(std::move(self));
  }
}

}  // namespace

ApiResult<json::Value> track_write(const Kind& kind, const json::Value* old, json::Value updated,
                                   const Writer& writer) {
  auto managed = entries_before(old, updated, writer);
  if (!managed) return tl::unexpected(std::move(managed).error());
  if (old != nullptr && managed->entries().empty()) {
    drop_managed_fields(updated);
    return updated;
  }
  static const json::Value nothing = json::Object();
  const Changes changes = changes_between(Place::whole_object(*kind.schema), old == nullptr ? nothing : *old, updated);
  take_over(*managed, changes,
            ManagedEntry{.manager = writer.manager,
                         .operation = ManagerOperation::update,
                         .api_version = kind.group_version.to_string(),
                         .time = writer.now,
                         .subresource = writer.subresource,
                         .fields = {}});
  managed->store(updated);
  return updated;
}

}  // namespace holdfast::api
