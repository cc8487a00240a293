// metadata.managedFields: who owns which fields.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/patch/field_set.h"
#include "api/status.h"
#include "model/json.h"

namespace holdfast::api {

enum class ManagerOperation { apply, update };

struct ManagedEntry {
  std::string manager;
  ManagerOperation operation = ManagerOperation::update;
  std::string api_version;
  std::string time;         // RFC 3339, seconds, UTC; empty: unknown
  std::string subresource;  // "status" or empty
  FieldSet fields;

  // Entries are one when manager, operation, subresource and, for updates, API version are.
  bool is_of(const ManagedEntry& other) const;
  friend bool operator==(const ManagedEntry&, const ManagedEntry&) = default;
};

// At most so many updating managers of one object are told apart; the oldest others become one, "ancient-changes".
constexpr std::size_t kMaxUpdateEntries = 10;
constexpr std::string_view kAncientChanges = "ancient-changes";

class ManagedFields {
 public:
  // Reads the list as stored or as a client wrote it. 422 with causes at "metadata.managedFields[2].time" and so on.
  static ApiResult<ManagedFields> read(const json::Value& list);
  // Of an object in the store, whose list was read before: unreadable or missing is empty.
  static ManagedFields of_stored(const json::Value& object);

  std::vector<ManagedEntry>& entries() & { return entries_; }
  const std::vector<ManagedEntry>& entries() const& { return entries_; }
  // The entry that is_of() the same; null when there is none.
  ManagedEntry* find(const ManagedEntry& like);

  // Writes the list into metadata, Apply before Update, then by time, then by manager, without empty entries; an empty
  // list removes the member. Makes `metadata` when there is none.
  void store(json::Value& object);

 private:
  std::vector<ManagedEntry> entries_;
};

// metadata.managedFields of an object; null when there is none.
const json::Value* managed_fields_of(const json::Value& object);
void drop_managed_fields(json::Value& object);

// What is wrong with a fieldManager that a client named; `required` for apply. Empty: nothing.
std::vector<Cause> check_field_manager(std::string_view manager, bool required);
// The manager of a client that names none: its User-Agent up to the first '/', what can be printed of it.
std::string default_field_manager(std::string_view user_agent);

}  // namespace holdfast::api
