#include "snapshot/small_buckets.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "model/json.h"
#include "snapshot/proto_reader.h"

namespace holdfast::snapshot {
namespace {

constexpr std::size_t kMaxJson = kMiB;

bool is_one_of(ByteView key, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), as_text(key)) != names.end();
}

std::string at_item(BucketName bucket, const TreeItem& item) {
  return fmt::format("bucket {}, page {}, item {}", to_text(bucket), item.page, readable(item.key));
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

// Member ids are keys in hexadecimal, without leading zeros.
std::optional<std::uint64_t> member_id(ByteView key) {
  std::uint64_t id = 0;
  const std::string_view text = as_text(key);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return id;
}

// The fields of a message that matter here.
struct Message {
  std::uint64_t number1 = 0;
  std::uint64_t number2 = 0;
  ByteView bytes1;
};

std::optional<Message> read_message(ByteView bytes) {
  Message message;
  ProtoReader fields(bytes);
  while (fields.next()) {
    if (fields.field() == 1 && fields.type() == WireType::varint) message.number1 = fields.number();
    if (fields.field() == 2 && fields.type() == WireType::varint) message.number2 = fields.number();
    if (fields.field() == 1 && fields.type() == WireType::bytes) message.bytes1 = fields.bytes();
  }
  if (fields.failed()) return std::nullopt;
  return message;
}

}  // namespace

void SmallBuckets::unreadable(BucketName bucket, const TreeItem& item, std::string_view why) {
  findings_.error(to_text(bucket), at_item(bucket, item), "{}", why);
}

void SmallBuckets::take(BucketName bucket, const TreeItem& item) {
  if (item.is_bucket) return unreadable(bucket, item, "a bucket inside a bucket");
  if (item.record != nullptr) return unreadable(bucket, item, "the value is too large to be true");
  switch (bucket) {
    case BucketName::meta:
      return check_meta(item);
    case BucketName::cluster:
      return check_cluster(item);
    case BucketName::auth:
      return check_auth(item);
    case BucketName::auth_users:
    case BucketName::auth_roles:
      return check_named_record(bucket, item);
    case BucketName::members:
      return check_member(item);
    case BucketName::members_removed:
      return check_removed_member(item);
    case BucketName::alarm:
      return check_alarm(item);
    case BucketName::lease:
      return check_lease(item);
    default:
      return;
  }
}

void SmallBuckets::check_meta(const TreeItem& item) {
  const FactResult result = take_fact(BucketName::meta, item.key, item.value, facts_);
  if (result == FactResult::unreadable) unreadable(BucketName::meta, item, "the value does not have its form");
  if (is_one_of(item.key, {"storageVersion"}) && !is_version(item.value)) {
    unreadable(BucketName::meta, item, "the value is not a version");
  }
  if (is_one_of(item.key, {"confState"})) check_json(BucketName::meta, item);
}

void SmallBuckets::check_cluster(const TreeItem& item) {
  take_fact(BucketName::cluster, item.key, item.value, facts_);
  if (is_one_of(item.key, {"clusterVersion"}) && !is_version(item.value)) {
    unreadable(BucketName::cluster, item, "the value is not a version");
  }
  if (is_one_of(item.key, {"downgrade"})) check_json(BucketName::cluster, item);
}

void SmallBuckets::check_auth(const TreeItem& item) {
  const bool wrong_flag = take_fact(BucketName::auth, item.key, item.value, facts_) == FactResult::unreadable;
  const bool wrong_revision = is_one_of(item.key, {"authRevision"}) && item.value.size() != 8;
  if (wrong_flag || wrong_revision) unreadable(BucketName::auth, item, "the value does not have its form");
}

void SmallBuckets::check_named_record(BucketName bucket, const TreeItem& item) {
  const auto message = read_message(item.value);
  if (!message) return unreadable(bucket, item, "the value does not decode");
  if (as_text(message->bytes1) != as_text(item.key)) unreadable(bucket, item, "it carries another name than its key");
}

void SmallBuckets::check_json(BucketName bucket, const TreeItem& item) {
  const auto value = json::parse(as_text(item.value), kMaxJson);
  if (!value || !value->is_object()) unreadable(bucket, item, "the value is not a JSON object");
}

void SmallBuckets::check_member(const TreeItem& item) {
  ++members_;
  const auto id = member_id(item.key);
  if (!id) return unreadable(BucketName::members, item, "the key is not a member id");
  const auto value = json::parse(as_text(item.value), kMaxJson);
  if (!value || !value->is_object()) return unreadable(BucketName::members, item, "the value is not a JSON object");
  const auto own_id = json::get_uint(value->as_object(), "id");
  if (!own_id || *own_id != *id) unreadable(BucketName::members, item, "it carries another id than its key");
  if (!json::get_array(value->as_object(), "peerURLs")) unreadable(BucketName::members, item, "it has no peer URLs");
}

void SmallBuckets::check_removed_member(const TreeItem& item) {
  if (!member_id(item.key)) unreadable(BucketName::members_removed, item, "the key is not a member id");
}

void SmallBuckets::check_alarm(const TreeItem& item) {
  const auto message = read_message(item.key);
  if (!message) return unreadable(BucketName::alarm, item, "the key does not decode");
  const std::string_view kind = message->number2 == 1   ? "NOSPACE"
                                : message->number2 == 2 ? "CORRUPT"
                                                        : "an unknown alarm";
  findings_.warning("alarm", at_item(BucketName::alarm, item),
                    "{} of member {:x} is raised and comes back with a restore", kind, message->number1);
}

void SmallBuckets::check_lease(const TreeItem& item) {
  ++lease_count_;
  if (item.key.size() != 8) return unreadable(BucketName::lease, item, "the key is not a lease id");
  const auto id = static_cast<std::int64_t>(load_be64(item.key.data()));
  const auto message = read_message(item.value);
  if (!message) return unreadable(BucketName::lease, item, "the value does not decode");
  if (static_cast<std::int64_t>(message->number1) != id)
    unreadable(BucketName::lease, item, "it carries another id than its key");
  if (leases_.size() < max_leases_) leases_.push_back(id);
}

bool SmallBuckets::has_lease(std::int64_t id) const {
  return std::binary_search(leases_.begin(), leases_.end(), id);
}

void SmallBuckets::finish() {
  // Ids are positive, so this is their order as keys as well; a damaged bucket may hold others.
  std::sort(leases_.begin(), leases_.end());
  if (facts_.finished_compact_revision > facts_.scheduled_compact_revision) {
    findings_.error("meta", "bucket meta", "the finished compaction {} is newer than the scheduled one {}",
                    facts_.finished_compact_revision, facts_.scheduled_compact_revision);
  }
  if (members_ == 0) findings_.warning("members", "bucket members", "it names no member");
}

}  // namespace holdfast::snapshot
