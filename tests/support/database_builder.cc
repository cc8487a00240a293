#include "support/database_builder.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "support/bolt_writer.h"
#include "support/etcd_model.h"

namespace holdfast::test {

DatabaseBuilder& DatabaseBuilder::put(const std::string& name, const std::string& key, const std::string& value) {
  buckets_[name].items[key] = value;
  return *this;
}

DatabaseBuilder& DatabaseBuilder::bucket(const std::string& name) {
  buckets_[name];
  return *this;
}

DatabaseBuilder& DatabaseBuilder::as_tree(const std::string& name) {
  buckets_[name].tree = true;
  return *this;
}

DatabaseBuilder& DatabaseBuilder::like_etcd(std::size_t records) {
  for (const char* name :
       {"alarm", "auth", "authRoles", "authUsers", "cluster", "key", "lease", "members", "members_removed", "meta"}) {
    bucket(name);
  }
  for (std::size_t i = 0; i < records; ++i) {
    const std::string key = "/registry/pods/pod-" + std::to_string(i);
    const auto revision = static_cast<std::int64_t>(i + 2);
    put("key", revision_key(revision, 0),
        encode_record({.key = key,
                       .create_revision = revision,
                       .mod_revision = revision,
                       .version = 1,
                       .value = std::string(100, 'v')}));
  }
  put("cluster", "clusterVersion", "3.5.0");
  put("members", "8e9e05c52164694d",
      R"({"id":10276657743932975437,"peerURLs":["http://localhost:2380"],"name":"old"})");
  put("members_removed", "1234", "removed");
  put("meta", "consistent_index", big_endian(4711));
  put("meta", "term", big_endian(9));
  put("meta", "confState", R"({"voters":[10276657743932975437],"auto_leave":false})");
  return put("auth", "authRevision", big_endian(1));
}

Bytes DatabaseBuilder::build() const {
  std::vector<BoltBucket> buckets;
  for (const auto& [name, bucket] : buckets_) {
    std::vector<BoltItem> items;
    for (const auto& [key, value] : bucket.items)
      items.push_back({.key = key, .value = value});
    buckets.push_back({.name = name, .items = std::move(items), .may_be_inline = !bucket.tree});
  }
  return write_bolt(std::move(buckets),
                    {.page_size = page_size,
                     .leaf_items = items_per_leaf,
                     .fanout = children_per_branch,
                     .root_fill = root_as_branch ? std::size_t{1} : 0,
                     .free_pages = free_pages,
                     .fill_free = [](snapshot::PageId, ByteSpan page) { std::fill(page.begin(), page.end(), 0xEE); },
                     .txid = txid})
      .bytes;
}

Bytes DatabaseBuilder::build_snapshot() const {
  return with_trailer(build());
}

}  // namespace holdfast::test
