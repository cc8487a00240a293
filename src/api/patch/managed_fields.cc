#include "api/patch/managed_fields.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "api/causes.h"
#include "api/patch/unprocessable.h"
#include "base/units.h"
#include "base/utf8.h"

namespace holdfast::api {
namespace {

// As Kubernetes limits it, in bytes.
constexpr std::size_t kMaxManager = 128;
// Entries are compared with each other: far more than any object has, far fewer than a request could hold.
constexpr std::size_t kMaxEntries = 1000;

std::string_view operation_name(ManagerOperation operation) {
  return operation == ManagerOperation::apply ? "Apply" : "Update";
}

// Reads the entries one by one and gathers what is wrong with them.
class EntryReader {
 public:
  EntryReader(const json::Value& entry, std::size_t index) : index_(index), object_(entry.if_object()) {}

  std::optional<ManagedEntry> read() {
    if (object_ == nullptr) {
      complain("", "must be an object");
      return std::nullopt;
    }
    ManagedEntry entry{.manager = text("manager"),
                       .operation = operation(),
                       .api_version = text("apiVersion"),
                       .time = time(),
                       .subresource = text("subresource"),
                       .fields = fields()};
    if (!cause_) return entry;
    return std::nullopt;
  }
  Cause cause() { return *std::move(cause_); }

 private:
  void complain(std::string_view member, std::string message) {
    if (cause_) return;
    cause_ = Cause{.reason = "FieldValueInvalid",
                   .message = "Invalid value: " + std::move(message),
                   .field = fmt::format("metadata.managedFields[{}]{}{}", index_, member.empty() ? "" : ".", member)};
  }

  std::string text(std::string_view name) {
    const json::Value* value = object_->if_contains(name);
    if (value == nullptr || value->is_null()) return "";
    if (value->is_string()) return std::string(value->get_string());
    complain(name, "must be a string");
    return "";
  }

  ManagerOperation operation() {
    const std::string name = text("operation");
    if (name != "Apply" && name != "Update") complain("operation", "must be `Apply` or `Update`");
    return name == "Apply" ? ManagerOperation::apply : ManagerOperation::update;
  }

  std::string time() {
    const std::string written = text("time");
    if (written.empty()) return "";
    const auto parsed = parse_time(written);
    if (!parsed) complain("time", "must be a time as of RFC 3339");
    return parsed ? format_time(*parsed) : "";
  }

  FieldSet fields() {
    const std::string type = text("fieldsType");
    if (type != "FieldsV1") complain("fieldsType", "must be `FieldsV1`");
    const json::Value* value = object_->if_contains("fieldsV1");
    if (value == nullptr || value->is_null()) return {};
    auto set = FieldSet::parse(*value);
    if (!set) complain("fieldsV1", set.error().message);
    return set ? *std::move(set) : FieldSet();
  }

  std::size_t index_;
  const json::Object* object_;
  std::optional<Cause> cause_;
};

json::Value entry_json(const ManagedEntry& entry) {
  json::Object object{
      {"manager", entry.manager}, {"operation", operation_name(entry.operation)}, {"apiVersion", entry.api_version}};
  if (!entry.time.empty()) object.emplace("time", entry.time);
  object.emplace("fieldsType", "FieldsV1");
  object.emplace("fieldsV1", entry.fields.to_json());
  if (!entry.subresource.empty()) object.emplace("subresource", entry.subresource);
  return object;
}

void sort_entries(std::vector<ManagedEntry>& entries) {
  const auto rank = [](const ManagedEntry& entry) {
    return std::tie(entry.operation, entry.time, entry.manager, entry.api_version, entry.subresource);
  };
  std::sort(entries.begin(), entries.end(),
            [&](const ManagedEntry& a, const ManagedEntry& b) { return rank(a) < rank(b); });
}

// Makes one of the oldest updates when there are too many. The entries are sorted.
void gather_ancient(std::vector<ManagedEntry>& entries) {
  const auto first = std::find_if(entries.begin(), entries.end(),
                                  [](const auto& entry) { return entry.operation == ManagerOperation::update; });
  const auto updates = static_cast<std::size_t>(entries.end() - first);
  if (updates <= kMaxUpdateEntries) return;
  const auto last_old = first + static_cast<std::ptrdiff_t>(updates - kMaxUpdateEntries);
  ManagedEntry ancient = std::move(*last_old);
  for (auto old = first; old != last_old; ++old) {
    ancient.fields = unite(ancient.fields, old->fields);
  }
  ancient.manager = kAncientChanges;
  ancient.subresource.clear();
  *last_old = std::move(ancient);
  entries.erase(first, last_old);
}

bool is_printable(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
}

}  // namespace

bool ManagedEntry::is_of(const ManagedEntry& other) const {
  return manager == other.manager && operation == other.operation && subresource == other.subresource &&
         (operation == ManagerOperation::apply || api_version == other.api_version);
}

ApiResult<ManagedFields> ManagedFields::read(const json::Value& list) {
  ManagedFields managed;
  const auto* array = list.if_array();
  if (array == nullptr) {
    return tl::unexpected(unprocessable(
        {{.reason = "FieldValueTypeInvalid", .message = "must be a list", .field = "metadata.managedFields"}}));
  }
  if (array->size() > kMaxEntries) {
    return tl::unexpected(unprocessable({causes::too_many("metadata.managedFields", array->size(), kMaxEntries)}));
  }
  for (std::size_t i = 0; i < array->size(); ++i) {
    EntryReader reader((*array)[i], i);
    auto entry = reader.read();
    if (!entry) return tl::unexpected(unprocessable({reader.cause()}));
    if (ManagedEntry* twin = managed.find(*entry); twin != nullptr) {
      twin->fields = unite(twin->fields, entry->fields);
      twin->time = std::max(twin->time, entry->time);
    } else {
      managed.entries_.push_back(*std::move(entry));
    }
  }
  return managed;
}

ManagedFields ManagedFields::of_stored(const json::Value& object) {
  const json::Value* list = managed_fields_of(object);
  if (list == nullptr) return {};
  auto managed = read(*list);
  return managed ? *std::move(managed) : ManagedFields();
}

ManagedEntry* ManagedFields::find(const ManagedEntry& like) {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const ManagedEntry& each) { return each.is_of(like); });
  return found == entries_.end() ? nullptr : &*found;
}

void ManagedFields::store(json::Value& object) {
  std::erase_if(entries_, [](const ManagedEntry& entry) { return entry.fields.empty(); });
  sort_entries(entries_);
  gather_ancient(entries_);
  drop_managed_fields(object);
  if (entries_.empty() || !object.is_object()) return;
  json::Array list;
  for (const ManagedEntry& entry : entries_) {
    list.push_back(entry_json(entry));
  }
  json::Value& metadata = object.get_object()["metadata"];
  if (!metadata.is_object()) metadata = json::Object();
  metadata.get_object().insert_or_assign("managedFields", std::move(list));
}

const json::Value* managed_fields_of(const json::Value& object) {
  const json::Value* metadata = object.is_object() ? object.get_object().if_contains("metadata") : nullptr;
  return metadata != nullptr && metadata->is_object() ? metadata->get_object().if_contains("managedFields") : nullptr;
}

void drop_managed_fields(json::Value& object) {
  if (managed_fields_of(object) == nullptr) return;
  json::Object& metadata = object.get_object()["metadata"].get_object();
  metadata.stable_erase(metadata.find("managedFields"));
}

std::vector<Cause> check_field_manager(std::string_view manager, bool required) {
  const std::string field = "fieldManager";
  if (manager.empty()) {
    if (required) return {causes::required(field, "is required for apply patch")};
    return {};
  }
  if (manager.size() > kMaxManager) return {causes::too_long(field, kMaxManager)};
  if (!is_utf8(manager) || !std::all_of(manager.begin(), manager.end(), is_printable)) {
    return {causes::invalid_hidden(field, "should only contain printable characters")};
  }
  return {};
}

std::string default_field_manager(std::string_view user_agent) {
  std::string manager;
  for (const char c : user_agent.substr(0, user_agent.find('/'))) {
    const bool ascii = static_cast<unsigned char>(c) < 0x80;
    if (is_printable(c) && ascii && manager.size() < kMaxManager) manager += c;
  }
  return manager.empty() ? "unknown" : manager;
}

}  // namespace holdfast::api
