// Two listings side by side, against a model of both.
#include "snapshot/keys/compare.h"

#include <map>
#include <set>

#include <rapidcheck.h>

#include "unit/snapshot/keys/keys_support.h"

namespace holdfast::test {
namespace {

using namespace holdfast::snapshot;

// Two moments of one history.
struct Moments {
  ModelledKeys now;
  std::vector<KeyState> before;
  std::int64_t before_revision = 0;
};

void change_randomly(ModelledKeys& keys, int changes) {
  for (int i = 0; i < changes; ++i) {
    const int n = *rc::gen::inRange(0, 30);
    const std::string key = n % 3 == 0   ? fmt::format("/registry/pods/ns-{}/pod-{}", n % 4, n)
                            : n % 3 == 1 ? fmt::format("/app/{}/{}", n % 5, n)
                                         : fmt::format("k{}", n);
    if (keys.has(key) && *rc::gen::inRange(0, 3) == 0) {
      keys.remove(key);
    } else {
      keys.put(key, std::to_string(*rc::gen::inRange(0, 1000000)));
    }
  }
}

Moments random_moments() {
  Moments moments;
  change_randomly(moments.now, *rc::gen::inRange(1, 60));
  moments.before = moments.now.keys();
  moments.before_revision = moments.now.database.revision();
  change_randomly(moments.now, *rc::gen::inRange(0, 60));
  return moments;
}

Result<KeyDifference> compare(const std::vector<KeyState>& backup, std::int64_t backup_revision,
                              const std::vector<KeyState>& present, std::int64_t present_revision,
                              bool has_values = true, const CompareOptions& options = {}) {
  VectorCursor from(backup);
  VectorCursor to(present);
  return compare_keys({.keys = from, .revision = backup_revision},
                      {.keys = to, .revision = present_revision, .has_values = has_values}, options);
}

std::map<std::string, KeyState> by_key(const std::vector<KeyState>& keys) {
  std::map<std::string, KeyState> map;
  for (const KeyState& key : keys)
    map[key.key] = key;
  return map;
}

ChangeCounts count(const std::vector<KeyState>& backup, const std::vector<KeyState>& present, bool by_value) {
  ChangeCounts counts;
  const auto a = by_key(backup);
  const auto b = by_key(present);
  for (const auto& [key, state] : a) {
    const auto other = b.find(key);
    if (other == b.end()) {
      ++counts.returning;
    } else if (by_value ? other->second.value_digest != state.value_digest
                        : other->second.mod_revision != state.mod_revision) {
      ++counts.reverting;
    }
  }
  for (const auto& [key, state] : b)
    counts.vanishing += a.contains(key) ? 0U : 1U;
  return counts;
}

bool equal(const ChangeCounts& a, const ChangeCounts& b) {
  return a.vanishing == b.vanishing && a.returning == b.returning && a.reverting == b.reverting;
}

TEST(CompareKeys, counts_what_a_model_counts) {
  EXPECT_TRUE(rc::check([] {
    const Moments moments = random_moments();
    const auto now = moments.now.keys();
    for (const bool by_value : {true, false}) {
      const auto difference =
          compare(moments.before, moments.before_revision, now, moments.now.database.revision(), by_value);
      RC_ASSERT(difference.has_value());
      RC_ASSERT(equal(difference->counts, count(moments.before, now, by_value)));
      RC_ASSERT(difference->contradictions == 0U);
      ChangeCounts sum;
      for (const NamedCounts& group : difference->prefixes.largest)
        sum += group.counts;
      RC_ASSERT(equal(sum, difference->counts));
      // The other way round everything is the other way round.
      const auto back =
          compare(now, moments.now.database.revision(), moments.before, moments.before_revision, by_value);
      RC_ASSERT(back.has_value());
      RC_ASSERT(back->counts.vanishing == difference->counts.returning);
      RC_ASSERT(back->counts.reverting == difference->counts.reverting);
      RC_ASSERT(back->contradictions == 0U);
    }
  }));
}

TEST(CompareKeys, groups_that_do_not_fit_are_counted) {
  EXPECT_TRUE(rc::check([] {
    const Moments moments = random_moments();
    const CompareOptions narrow{.limits = {.groups = 2, .namespaces = 1, .names = 1}};
    const auto difference = compare(moments.before, moments.before_revision, moments.now.keys(),
                                    moments.now.database.revision(), true, narrow);
    RC_ASSERT(difference.has_value());
    ChangeCounts sum = difference->prefixes.others.counts;
    for (const NamedCounts& group : difference->prefixes.largest)
      sum += group.counts;
    RC_ASSERT(equal(sum, difference->counts));
    RC_ASSERT(difference->prefixes.largest.size() <= 2U);
    for (const ObjectChanges& kind : difference->objects) {
      RC_ASSERT(kind.vanishing.first.size() + kind.vanishing.others == kind.counts.vanishing);
      RC_ASSERT(kind.vanishing.first.size() <= 1U);
      ChangeCounts namespaces = kind.namespaces.others.counts;
      for (const NamedCounts& group : kind.namespaces.largest)
        namespaces += group.counts;
      RC_ASSERT(equal(namespaces, kind.counts));
    }
  }));
}

KeyState key_at(const std::string& key, std::int64_t revision, std::uint64_t digest = 1) {
  return {.key = key,
          .create_revision = revision,
          .mod_revision = revision,
          .version = 1,
          .value_size = 1,
          .value_digest = digest};
}

TEST(CompareKeys, names_objects_by_kind_namespace_and_name) {
  const std::vector<KeyState> backup{key_at("/app/config", 2), key_at("/registry/configmaps/shop/settings", 3),
                                     key_at("/registry/pods/shop/gone", 4)};
  const std::vector<KeyState> present{key_at("/app/config", 2),
                                      key_at("/registry/configmaps/shop/settings", 12, 2),
                                      key_at("/registry/minions/worker-9", 13),
                                      key_at("/registry/pods/shop/a", 14),
                                      key_at("/registry/pods/shop/b", 15),
                                      key_at("/registry/pods/test/c", 16)};
  const auto difference = compare(backup, 10, present, 20);
  ASSERT_TRUE(difference);
  EXPECT_EQ(difference->history, History::same);
  EXPECT_EQ(difference->unchanged, 1U);
  ASSERT_EQ(difference->objects.size(), 3U);
  const ObjectChanges& pods = difference->objects[0];
  EXPECT_EQ(pods.resource, "pods");
  EXPECT_EQ(pods.vanishing.first, (std::vector<std::string>{"shop/a", "shop/b", "test/c"}));
  EXPECT_EQ(pods.returning.first, (std::vector<std::string>{"shop/gone"}));
  ASSERT_EQ(pods.namespaces.largest.size(), 2U);
  EXPECT_EQ(pods.namespaces.largest[0].name, "shop");
  EXPECT_EQ(pods.namespaces.largest[0].counts.vanishing, 2U);
  EXPECT_EQ(difference->objects[1].resource, "configmaps");
  EXPECT_EQ(difference->objects[1].reverting.first, (std::vector<std::string>{"shop/settings"}));
  EXPECT_EQ(difference->objects[2].resource, "nodes");
  EXPECT_EQ(difference->objects[2].vanishing.first, (std::vector<std::string>{"worker-9"}));
  ASSERT_EQ(difference->prefixes.largest.size(), 1U);
  EXPECT_EQ(difference->prefixes.largest[0].name, "/registry/");
}

TEST(CompareKeys, sees_that_histories_differ) {
  const std::vector<KeyState> backup{key_at("a", 2), key_at("b", 5)};
  // "b" would have to be there with revision 5, or to be younger than the backup.
  const std::vector<std::vector<KeyState>> others{
      {key_at("a", 2), key_at("b", 4)},                  // changed in the past
      {key_at("a", 2), key_at("b", 5), key_at("c", 3)},  // one more in the past
      {key_at("a", 2), key_at("b", 5, 7)},               // the same revision with another value
  };
  for (const auto& present : others) {
    const auto difference = compare(backup, 10, present, 20);
    ASSERT_TRUE(difference);
    EXPECT_EQ(difference->history, History::other);
    EXPECT_EQ(difference->contradictions, 1U);
  }
}

TEST(CompareKeys, nothing_in_common_says_nothing_of_the_history) {
  const auto difference = compare({key_at("a", 2)}, 10, {key_at("b", 12)}, 20);
  ASSERT_TRUE(difference);
  EXPECT_EQ(difference->history, History::unknown);
}

TEST(CompareKeys, refuses_keys_that_are_not_in_order) {
  const auto difference = compare({key_at("b", 2), key_at("a", 3)}, 10, {}, 20);
  ASSERT_FALSE(difference);
  EXPECT_EQ(difference.error().code, Code::corrupt);
}

TEST(CompareKeys, stops_when_asked) {
  std::stop_source stop;
  stop.request_stop();
  const auto difference = compare({key_at("a", 2)}, 10, {}, 20, true, {.stop = stop.get_token()});
  ASSERT_FALSE(difference);
  EXPECT_EQ(difference.error().code, Code::cancelled);
}

TEST(CompareKeys, shows_keys_so_that_they_can_be_printed) {
  EXPECT_EQ(shown("/registry/pods/ä"), "/registry/pods/ä");
  EXPECT_EQ(shown(std::string_view("a\x1b\0\xff", 4)), "a\\x1b\\x00\\xff");
  EXPECT_EQ(shown("a\\b"), "a\\x5cb");
  EXPECT_LT(shown(std::string(100000, 'x')).size(), 310U);
}

TEST(CompareLeases, counts_by_id) {
  const LeaseDifference difference = compare_leases({1, 3, 5, 9}, {2, 3, 4, 9, 10});
  EXPECT_EQ(difference.returning, 2U);
  EXPECT_EQ(difference.vanishing, 3U);
  EXPECT_EQ(difference.kept, 2U);
}

TEST(CompareMembers, names_who_came_and_went) {
  const MemberDifference difference = compare_members({{.id = 1, .name = "m1"}, {.id = 2, .name = "m2"}},
                                                      {{.id = 2, .name = "m2"}, {.id = 3, .name = "m3"}});
  ASSERT_EQ(difference.joined.size(), 1U);
  EXPECT_EQ(difference.joined[0].name, "m3");
  ASSERT_EQ(difference.left.size(), 1U);
  EXPECT_EQ(difference.left[0].name, "m1");
}

}  // namespace
}  // namespace holdfast::test
