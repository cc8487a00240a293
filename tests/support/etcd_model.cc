#include "support/etcd_model.h"

#include <fmt/core.h>

#include "base/bytes.h"
#include "snapshot/mvcc.h"

namespace holdfast::test {
namespace {

using snapshot::decode_record;
using snapshot::read_record_key;
using snapshot::Revision;

void add_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7U)
    out += static_cast<char>(value | 0x80U);
  out += static_cast<char>(value);
}

void add_number(std::string& out, unsigned field, std::int64_t value) {
  if (value == 0) return;
  add_varint(out, field << 3U);
  add_varint(out, static_cast<std::uint64_t>(value));
}

void add_text(std::string& out, unsigned field, const std::string& text) {
  if (text.empty()) return;
  add_varint(out, field << 3U | 2U);
  add_varint(out, text.size());
  out += text;
}

std::string user_key_of(const std::string& value) {
  const auto record = decode_record(as_bytes(value));
  return record ? std::string(as_text(record->key)) : std::string();
}

}  // namespace

std::string big_endian(std::uint64_t value) {
  std::string text(8, '\0');
  store_be64(reinterpret_cast<std::uint8_t*>(text.data()), value);
  return text;
}

std::string revision_key(std::int64_t main, std::int64_t sub, bool tombstone) {
  return big_endian(static_cast<std::uint64_t>(main)) + "_" + big_endian(static_cast<std::uint64_t>(sub)) +
         (tombstone ? "t" : "");
}

std::string encode_record(const RecordFields& fields) {
  std::string out;
  add_text(out, 1, fields.key);
  add_number(out, 2, fields.create_revision);
  add_number(out, 3, fields.mod_revision);
  add_number(out, 4, fields.version);
  add_text(out, 5, fields.value);
  add_number(out, 6, fields.lease);
  return out;
}

EtcdModel::EtcdModel() {
  for (const char* name :
       {"alarm", "auth", "authRoles", "authUsers", "cluster", "key", "lease", "members", "members_removed", "meta"}) {
    buckets_[name];
  }
  buckets_["meta"]["consistent_index"] = big_endian(4711);
  buckets_["meta"]["term"] = big_endian(3);
  buckets_["meta"]["confState"] = R"({"voters":[1],"auto_leave":false})";
  buckets_["cluster"]["clusterVersion"] = "3.5.0";
  buckets_["auth"]["authEnabled"] = std::string(1, '\0');
  buckets_["auth"]["authRevision"] = big_endian(1);
  add_member(0x8e9e05c52164694d, "default");
}

std::int64_t EtcdModel::next_main() {
  if (in_transaction_) {
    if (sub_ == 0) ++revision_;
    return revision_;
  }
  sub_ = 0;
  return ++revision_;
}

void EtcdModel::put(const std::string& key, const std::string& value, std::int64_t lease) {
  const std::int64_t main = next_main();
  Key& state = keys_[key];
  if (state.version++ == 0) state.created = main;
  buckets_["key"][revision_key(main, sub_)] = encode_record({.key = key,
                                                             .create_revision = state.created,
                                                             .mod_revision = main,
                                                             .version = state.version,
                                                             .value = value,
                                                             .lease = lease});
  ++sub_;
}

void EtcdModel::remove(const std::string& key) {
  const std::int64_t main = next_main();
  keys_.at(key).version = 0;
  buckets_["key"][revision_key(main, sub_, true)] = encode_record({.key = key, .value = "", .lease = 0});
  ++sub_;
}

void EtcdModel::begin() {
  in_transaction_ = true;
  sub_ = 0;
}

void EtcdModel::commit() {
  in_transaction_ = false;
  sub_ = 0;
}

// Of the records up to `up_to`, keeps only those that are their key's newest one up to `revision`.
void EtcdModel::keep_newest(std::int64_t revision, std::int64_t up_to) {
  auto& records = buckets_["key"];
  std::map<std::string, std::string> newest;  // user key -> record key
  for (const auto& [key, value] : records) {
    if (read_record_key(as_bytes(key))->revision.main <= revision) newest[user_key_of(value)] = key;
  }
  std::erase_if(records, [&](const auto& record) {
    const auto key = read_record_key(as_bytes(record.first));
    if (key->revision.main > up_to) return false;
    const bool is_newest = newest[user_key_of(record.second)] == record.first;
    return !is_newest || (key->tombstone && key->revision.main < revision);
  });
}

void EtcdModel::compact(std::int64_t revision) {
  keep_newest(revision, revision);
  buckets_["meta"]["scheduledCompactRev"] = revision_key(revision, 0);
  buckets_["meta"]["finishedCompactRev"] = revision_key(revision, 0);
}

void EtcdModel::compact_partly(std::int64_t revision, std::int64_t done_to) {
  keep_newest(revision, done_to);
  buckets_["meta"]["scheduledCompactRev"] = revision_key(revision, 0);
}

void EtcdModel::bump(std::int64_t by) {
  revision_ += by;
  buckets_["key"][revision_key(revision_, 0)] = "";
  buckets_["meta"]["scheduledCompactRev"] = revision_key(revision_, 0);
}

void EtcdModel::grant(std::int64_t lease) {
  std::string value;
  add_number(value, 1, lease);
  add_number(value, 2, 3600);
  buckets_["lease"][big_endian(static_cast<std::uint64_t>(lease))] = value;
}

void EtcdModel::raise_alarm(std::uint64_t member) {
  std::string key;
  add_number(key, 1, static_cast<std::int64_t>(member));
  add_number(key, 2, 1);
  buckets_["alarm"][key] = "";
}

void EtcdModel::enable_auth() {
  buckets_["auth"]["authEnabled"] = std::string(1, '\1');
  std::string role;
  add_text(role, 1, "root");
  buckets_["authRoles"]["root"] = role;
  add_user("root");
}

void EtcdModel::add_user(const std::string& name) {
  std::string user;
  add_text(user, 1, name);
  add_text(user, 2, "$2a$10$01234567890123456789012345678901234567890123456789012");
  add_text(user, 3, "root");
  buckets_["authUsers"][name] = user;
}

void EtcdModel::add_member(std::uint64_t id, const std::string& name) {
  buckets_["members"][fmt::format("{:x}", id)] = fmt::format(
      R"({{"id":{},"peerURLs":["http://127.0.0.1:2380"],"name":"{}","clientURLs":["http://127.0.0.1:2379"]}})", id,
      name);
}

void EtcdModel::remove_member(std::uint64_t id) {
  buckets_["members"].erase(fmt::format("{:x}", id));
  buckets_["members_removed"][fmt::format("{:x}", id)] = "removed";
}

void EtcdModel::set_storage_version(const std::string& version) {
  buckets_["meta"]["storageVersion"] = version;
  buckets_["cluster"]["clusterVersion"] = version;
}

std::uint64_t EtcdModel::live_keys() const {
  std::set<std::string> live;
  for (const auto& [key, value] : buckets_.at("key")) {
    if (read_record_key(as_bytes(key))->tombstone) {
      live.erase(user_key_of(value));
    } else {
      live.insert(user_key_of(value));
    }
  }
  return live.size();
}

std::uint64_t EtcdModel::total_items() const {
  std::uint64_t items = 0;
  for (const auto& [name, content] : buckets_)
    items += content.size();
  return items;
}

std::vector<BoltBucket> EtcdModel::buckets() const {
  std::vector<BoltBucket> buckets;
  for (const auto& [name, content] : buckets_) {
    BoltBucket bucket{.name = name, .items = {}};
    for (const auto& [key, value] : content)
      bucket.items.push_back({key, value});
    buckets.push_back(std::move(bucket));
  }
  return buckets;
}

}  // namespace holdfast::test
