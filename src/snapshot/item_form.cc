#include "snapshot/item_form.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <span>

#include "base/bytes.h"
#include "base/proto_reader.h"
#include "model/json.h"
#include "snapshot/bucket_facts.h"
#include "snapshot/mvcc.h"

namespace holdfast::snapshot {
namespace {

constexpr std::size_t kMaxJson = kMiB;
constexpr std::string_view kWrongForm = "the value does not have its form";
constexpr std::string_view kNoObject = "the value is not a JSON object";

// A field of a message that etcd reads; others it passes over.
struct Field {
  std::uint32_t number;
  WireType type;
  std::span<const Field> inside = {};  // of a message
};

constexpr std::array<Field, 3> kLease{{{1, WireType::varint}, {2, WireType::varint}, {3, WireType::varint}}};
constexpr std::array<Field, 2> kAlarm{{{1, WireType::varint}, {2, WireType::varint}}};
constexpr std::array<Field, 1> kUserOptions{{{1, WireType::varint}}};
constexpr std::array<Field, 4> kUser{
    {{1, WireType::bytes}, {2, WireType::bytes}, {3, WireType::bytes}, {4, WireType::bytes, kUserOptions}}};
constexpr std::array<Field, 3> kPermission{{{1, WireType::varint}, {2, WireType::bytes}, {3, WireType::bytes}}};
constexpr std::array<Field, 2> kRole{{{1, WireType::bytes}, {2, WireType::bytes, kPermission}}};

// etcd does not start when a field it knows is of another type.
bool decodes(ByteView message, std::span<const Field> known) {
  ProtoReader fields(message);
  while (fields.next()) {
    for (const Field& field : known) {
      if (field.number != fields.field()) continue;
      if (field.type != fields.type()) return false;
      if (!field.inside.empty() && !decodes(fields.bytes(), field.inside)) return false;
    }
  }
  return !fields.failed();
}

bool is_one_of(ByteView key, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), as_text(key)) != names.end();
}

// "3.5.0", perhaps with something behind it: three numbers.
bool is_version(ByteView value) {
  const std::string_view text = as_text(value);
  const char* at = text.data();
  const char* const end = at + text.size();
  for (int part = 0; part < 3; ++part) {
    unsigned number = 0;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc() || (part < 2 && (next == end || *next != '.'))) return false;
    at = part < 2 ? next + 1 : next;
  }
  return at == end || *at == '-' || *at == '+';
}

// A member of a JSON object that etcd reads; others it passes over. It may be missing or null.
struct JsonField {
  std::string_view name;
  bool (*fits)(const json::Value& value);
};

bool is_text(const json::Value& value) {
  return value.is_string();
}
bool is_flag(const json::Value& value) {
  return value.is_bool();
}
bool is_id(const json::Value& value) {
  return value.is_uint64() || (value.is_int64() && value.get_int64() >= 0);
}
template <bool (*kFits)(const json::Value&)>
bool is_list_of(const json::Value& value) {
  return value.is_array() && std::all_of(value.get_array().begin(), value.get_array().end(), kFits);
}

constexpr std::array<JsonField, 5> kConfState{{{"voters", is_list_of<is_id>},
                                               {"learners", is_list_of<is_id>},
                                               {"voters_outgoing", is_list_of<is_id>},
                                               {"learners_next", is_list_of<is_id>},
                                               {"auto_leave", is_flag}}};
constexpr std::array<JsonField, 2> kDowngrade{{{"target-version", is_text}, {"enabled", is_flag}}};
constexpr std::array<JsonField, 4> kMember{{{"peerURLs", is_list_of<is_text>},
                                            {"clientURLs", is_list_of<is_text>},
                                            {"name", is_text},
                                            {"isLearner", is_flag}}};

// etcd does not start when a member it knows is of another type.
bool has_form(const json::Object& object, std::span<const JsonField> known) {
  return std::all_of(known.begin(), known.end(), [&](const JsonField& field) {
    const auto* const value = object.if_contains(field.name);
    return value == nullptr || value->is_null() || field.fits(*value);
  });
}

// Answers what is wrong, empty when nothing is.
std::string_view wrong_object(ByteView text, std::span<const JsonField> known) {
  const auto parsed = json::parse(as_text(text), kMaxJson);
  if (!parsed || !parsed->is_object()) return kNoObject;
  return has_form(parsed->get_object(), known) ? std::string_view() : kWrongForm;
}

bool is_fact_unreadable(BucketName bucket, ByteView key, ByteView value) {
  BucketFacts ignored;
  return take_fact(bucket, key, value, ignored) == FactResult::unreadable;
}

std::string_view wrong_meta(ByteView key, ByteView value) {
  if (is_fact_unreadable(BucketName::meta, key, value)) return kWrongForm;
  if (is_one_of(key, {"storageVersion"}) && !is_version(value)) return "the value is not a version";
  return is_one_of(key, {"confState"}) ? wrong_object(value, kConfState) : std::string_view();
}

std::string_view wrong_cluster(ByteView key, ByteView value) {
  if (is_one_of(key, {"clusterVersion"}) && !is_version(value)) return "the value is not a version";
  return is_one_of(key, {"downgrade"}) ? wrong_object(value, kDowngrade) : std::string_view();
}

std::string_view wrong_auth(ByteView key, ByteView value) {
  if (is_fact_unreadable(BucketName::auth, key, value)) return kWrongForm;
  if (is_one_of(key, {"authRevision"}) && value.size() != 8) return kWrongForm;
  return {};
}

// A user or a role: the first field is its name, which is also the key.
std::string_view wrong_named_record(ByteView key, ByteView value, std::span<const Field> form) {
  ByteView name;
  ProtoReader fields(value);
  while (fields.next()) {
    if (fields.field() == 1 && fields.type() == WireType::bytes) name = fields.bytes();
  }
  if (fields.failed()) return "the value does not decode";
  if (as_text(name) != as_text(key)) return "it carries another name than its key";
  return decodes(value, form) ? std::string_view() : "the value does not decode";
}

std::string_view wrong_member(ByteView key, ByteView value) {
  const auto id = member_id(key);
  if (!id) return "the key is not a member id";
  const auto parsed = json::parse(as_text(value), kMaxJson);
  if (!parsed || !parsed->is_object()) return kNoObject;
  const auto own_id = json::get_uint(parsed->as_object(), "id");
  if (!own_id || *own_id != *id) return "it carries another id than its key";
  if (!json::get_array(parsed->as_object(), "peerURLs")) return "it has no peer URLs";
  return has_form(parsed->get_object(), kMember) ? std::string_view() : kWrongForm;
}

std::string_view wrong_lease(ByteView key, ByteView value) {
  if (key.size() != 8) return "the key is not a lease id";
  const auto numbers = first_numbers(value);
  if (!numbers || !decodes(value, kLease)) return "the value does not decode";
  return numbers->first == load_be64(key.data()) ? std::string_view() : "it carries another id than its key";
}

}  // namespace

std::optional<std::uint64_t> member_id(ByteView key) {
  std::uint64_t id = 0;
  const std::string_view text = as_text(key);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return id;
}

std::optional<FirstNumbers> first_numbers(ByteView message) {
  FirstNumbers numbers;
  ProtoReader fields(message);
  while (fields.next()) {
    if (fields.field() == 1 && fields.type() == WireType::varint) numbers.first = fields.number();
    if (fields.field() == 2 && fields.type() == WireType::varint) numbers.second = fields.number();
  }
  if (fields.failed()) return std::nullopt;
  return numbers;
}

std::string_view wrong_form(BucketName bucket, ByteView key, ByteView value) {
  switch (bucket) {
    case BucketName::meta:
      return wrong_meta(key, value);
    case BucketName::cluster:
      return wrong_cluster(key, value);
    case BucketName::auth:
      return wrong_auth(key, value);
    case BucketName::auth_users:
      return wrong_named_record(key, value, kUser);
    case BucketName::auth_roles:
      return wrong_named_record(key, value, kRole);
    case BucketName::members:
      return wrong_member(key, value);
    case BucketName::members_removed:
      return member_id(key) ? std::string_view() : "the key is not a member id";
    case BucketName::alarm:
      return decodes(key, kAlarm) ? std::string_view() : "the key does not decode";
    case BucketName::lease:
      return wrong_lease(key, value);
    case BucketName::key:
    case BucketName::other:
      return {};
  }
  return {};
}

std::uint16_t unfit_buckets(ByteView key, ByteView value, std::uint16_t known) {
  std::uint16_t unfit = known;
  for (unsigned i = 0; i < static_cast<unsigned>(BucketName::other); ++i) {
    const auto bucket = static_cast<BucketName>(i);
    if ((unfit & bucket_bit(bucket)) == 0 && !wrong_form(bucket, key, value).empty()) unfit |= bucket_bit(bucket);
  }
  return unfit;
}

}  // namespace holdfast::snapshot
