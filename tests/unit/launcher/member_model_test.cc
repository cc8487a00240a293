// Every combination of directories, journal and wish: the way has an end, and nothing is lost on it.
#include <functional>
#include <map>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "launcher/member/next_step.h"
#include "member_fixture.h"

namespace holdfast::launcher {
namespace {

using test::kId;

constexpr int kMostSteps = 12;

StagedFacts facts(const std::string& id) {
  return test::some_facts(id, 1);
}

Wanted wish(Goal goal) {
  return {.goal = goal, .id = kId, .key = key_of(facts(kId))};
}

// A disk whose directories have something in them that can be told apart.
struct World {
  MemberDisk disk;
  std::map<std::string, std::string> contents;  // by name; without an entry: nothing is there, or an empty directory

  World() { disk.layout = {.root = "/var/lib", .base = "etcd", .inside = false}; }

  void add(Kind kind, const std::string& id, const std::string& what, std::optional<StagedFacts> of = {}) {
    disk.others.push_back({.kind = kind, .id = id, .facts = std::move(of)});
    contents[disk.layout.name(kind, id)] = what;
  }
  void run(const std::string& what, std::optional<StagedFacts> of = {}) {
    disk.live = Live::there;
    disk.live_facts = std::move(of);
    contents["etcd"] = what;
  }

  std::set<std::string> kept() const {
    std::set<std::string> all;
    for (const auto& [name, what] : contents)
      all.insert(what);
    return all;
  }
  std::string at(const std::string& name) const {
    const auto found = contents.find(name);
    return found == contents.end() ? "" : found->second;
  }

  // What carry_out() does. False: it would have failed.
  bool apply(const Step& step) {
    switch (step.kind) {
      case StepKind::write_journal:
        disk.journal_state = JournalState::readable;
        disk.journal = step.journal;
        return true;
      case StepKind::clear_journal:
        disk.journal_state = JournalState::none;
        disk.journal = {};
        return true;
      case StepKind::remove_empty:
        if (step.from != "etcd" || disk.live == Live::there) return false;
        disk.live = Live::absent;
        return true;
      case StepKind::remove_tree:
        take(step.from);
        return true;
      case StepKind::rename:
        return rename(step.from, step.to);
      case StepKind::build:
        add(Kind::staged, kId, "built", facts(kId));
        return true;
      case StepKind::done:
      case StepKind::refuse:
        break;
    }
    return false;
  }

 private:
  std::optional<StagedFacts> take(const std::string& name) {
    contents.erase(name);
    if (name == "etcd") {
      disk.live = Live::absent;
      return std::exchange(disk.live_facts, {});
    }
    std::optional<StagedFacts> of;
    std::erase_if(disk.others, [&](const StoredDirectory& one) {
      if (disk.layout.name(one.kind, one.id) != name) return false;
      of = one.facts;
      return true;
    });
    return of;
  }

  bool rename(const std::string& from, const std::string& to) {
    const std::string what = at(from);
    if (what.empty() || contents.contains(to) || (to == "etcd" && disk.live != Live::absent)) return false;
    // A name in the way of a journal would be a bug of the test.
    const auto of = take(from);
    if (to == "etcd") {
      run(what, of);
      return true;
    }
    for (const Kind kind : {Kind::before, Kind::undone, Kind::removing}) {
      if (to == disk.layout.name(kind, kId)) {
        add(kind, kId, what, of);
        return true;
      }
    }
    return false;
  }
};

struct End {
  Step last;
  int steps = 0;
};

// Goes on until the end, checking each step. `stop_after`: dies there.
End go(World& world, const Wanted& wanted, int stop_after = kMostSteps) {
  for (int steps = 0;; ++steps) {
    Step step = next_step(world.disk, wanted);
    if (step.kind == StepKind::done || step.kind == StepKind::refuse) return {.last = std::move(step), .steps = steps};
    if (steps == stop_after) return {.last = std::move(step), .steps = steps};
    const bool moves_live = step.kind == StepKind::rename && (step.from == "etcd" || step.to == "etcd");
    if (moves_live) {
      EXPECT_EQ(world.disk.journal_state, JournalState::readable);
      EXPECT_EQ(world.disk.journal.id, wanted.id);
      EXPECT_EQ(world.disk.journal.doing, wanted.goal == Goal::swapped ? Doing::swap : Doing::back);
      EXPECT_FALSE(world.disk.held);
    }
    EXPECT_TRUE(world.apply(step)) << static_cast<int>(step.kind) << " " << step.from << " " << step.to;
    if (testing::Test::HasFailure()) return {.last = std::move(step), .steps = steps};
  }
}

// What of `before` may be gone after a way to `goal`.
bool may_be_lost(const std::string& what, Goal goal, const World& start) {
  if (what.starts_with("half")) return goal == Goal::staged || goal == Goal::forgotten;
  if (what == "staged") return goal == Goal::staged || goal == Goal::forgotten;
  if (what == "undone") return goal == Goal::forgotten && start.disk.live == Live::there;
  if (what == "before") return goal == Goal::forgotten && start.disk.live == Live::there && start.disk.live_facts;
  return false;
}

void expect_as_wanted(const World& world, Goal goal) {
  const bool ours = world.disk.live == Live::there && world.disk.live_facts && world.disk.live_facts->id == kId;
  switch (goal) {
    case Goal::staged: {
      const StoredDirectory* staged = world.disk.find(Kind::staged, kId);
      ASSERT_NE(staged, nullptr);
      ASSERT_TRUE(staged->facts);
      EXPECT_EQ(key_of(*staged->facts), key_of(facts(kId)));
      break;
    }
    case Goal::swapped:
      EXPECT_TRUE(ours);
      EXPECT_EQ(world.disk.journal_state, JournalState::none);
      break;
    case Goal::returned:
      EXPECT_FALSE(ours);
      EXPECT_EQ(world.disk.find(Kind::before, kId), nullptr);
      EXPECT_EQ(world.disk.journal_state, JournalState::none);
      break;
    case Goal::forgotten:
      for (const Kind kind : {Kind::building, Kind::staged, Kind::before, Kind::undone, Kind::removing})
        EXPECT_EQ(world.disk.find(kind, kId), nullptr);
      break;
  }
}

void check_way(const World& start, Goal goal) {
  World world = start;
  const End end = go(world, wish(goal), kMostSteps);
  ASSERT_TRUE(end.last.kind == StepKind::done || end.last.kind == StepKind::refuse) << "no end";
  for (const std::string& what : start.kept()) {
    if (!world.kept().contains(what)) {
      EXPECT_TRUE(may_be_lost(what, goal, start)) << what << " is lost";
    }
  }
  if (start.disk.held) {
    EXPECT_EQ(world.at("etcd"), start.at("etcd"));
  }
  if (end.last.kind == StepKind::done) {
    expect_as_wanted(world, goal);
    return;
  }
  EXPECT_FALSE(end.last.reason.empty());
  for (const auto& [name, what] : start.contents) {
    if (!what.starts_with("half")) {
      EXPECT_EQ(world.at(name), what) << "refused, and yet moved";
    }
  }
}

using Change = std::function<void(World&)>;

// Each axis of what may lie there.
std::vector<std::vector<Change>> axes() {
  const Change nothing = [](World&) {};
  const auto journal = [](JournalState state, Doing doing, const std::string& id) -> Change {
    return [=](World& world) {
      world.disk.journal_state = state;
      if (state == JournalState::readable) world.disk.journal = {.doing = doing, .id = id};
    };
  };
  const auto add = [](Kind kind, const std::string& id, const std::string& what,
                      std::optional<StagedFacts> of) -> Change {
    return [=](World& world) { world.add(kind, id, what, of); };
  };
  StagedFacts other_source = facts(kId);
  other_source.source_sha256 = std::string(64, 'e');
  return {
      {nothing, [](World& world) { world.disk.live = Live::empty; }, [](World& world) { world.run("live"); },
       [](World& world) { world.run("live", facts(kId)); }, [](World& world) { world.run("live", facts("r-0")); }},
      {nothing, add(Kind::staged, kId, "staged", {}), add(Kind::staged, kId, "staged", facts(kId)),
       add(Kind::staged, kId, "staged", other_source)},
      {nothing, add(Kind::before, kId, "before", {}), add(Kind::before, kId, "before", facts("r-0"))},
      {nothing, add(Kind::undone, kId, "undone", {}), add(Kind::undone, kId, "undone", facts(kId))},
      {nothing, add(Kind::building, kId, "half built", {}), add(Kind::removing, kId, "half removed", {})},
      {nothing, add(Kind::before, "r-0", "before of another", {}),
       [=](World& world) {
         world.add(Kind::before, "r-0", "before of another", {});
         world.add(Kind::staged, "r-0", "staged of another", facts("r-0"));
       }},
      {nothing, journal(JournalState::damaged, {}, ""), journal(JournalState::readable, Doing::swap, kId),
       journal(JournalState::readable, Doing::back, kId), journal(JournalState::readable, Doing::swap, "r-0")},
      {nothing, [](World& world) { world.disk.held = world.disk.live == Live::there; }},
  };
}

// Calls `visit` for every combination of one change per axis, with a text that names it.
void for_each_world(const std::function<void(const World&, const std::string&)>& visit) {
  const auto all = axes();
  const std::function<void(const World&, const std::string&, std::size_t)> descend =
      [&](const World& world, const std::string& name, std::size_t axis) {
        if (axis == all.size()) return visit(world, name);
        for (std::size_t i = 0; i < all[axis].size(); ++i) {
          World next = world;
          all[axis][i](next);
          descend(next, fmt::format("{}{}", name, i), axis + 1);
        }
      };
  descend({}, "", 0);
}

TEST(MemberModel, EveryWishHasAnEndAndLosesNothingWhateverLiesThere) {
  int worlds = 0;
  for_each_world([&](const World& world, const std::string& name) {
    if (testing::Test::HasFailure()) return;
    ++worlds;
    for (const Goal goal : {Goal::staged, Goal::swapped, Goal::returned, Goal::forgotten}) {
      SCOPED_TRACE(fmt::format("world {}, goal {}", name, static_cast<int>(goal)));
      check_way(world, goal);
    }
  });
  EXPECT_EQ(worlds, 5 * 4 * 3 * 3 * 3 * 3 * 5 * 2);
}

// The states a disk is in when a restore begins: what ran, and what is staged.
World beginning(Live live) {
  World world;
  if (live == Live::there) world.run("old");
  world.disk.live = live;
  world.add(Kind::staged, kId, "new", facts(kId));
  return world;
}

bool is_old(const World& world, Live live) {
  if (live == Live::there) return world.at("etcd") == "old";
  return world.disk.live != Live::there && world.kept().contains("new");
}
bool is_new(const World& world, Live live) {
  const bool kept = live != Live::there || world.at("etcd.before-r-1") == "old";
  return world.at("etcd") == "new" && kept;
}

// All ways with so many deaths and changes of mind, at any step, and what is wanted at last.
void every_way(const World& world, int deaths, const std::function<void(const World&, Goal)>& visit) {
  for (const Goal goal : {Goal::swapped, Goal::returned}) {
    if (deaths == 0) {
      visit(world, goal);
      continue;
    }
    for (int steps = 0; steps < 6; ++steps) {
      World next = world;
      go(next, wish(goal), steps);
      every_way(next, deaths - 1, visit);
    }
  }
}

TEST(MemberModel, HoweverOftenItDiesOrChangesItsMindItEndsInOneOfTwoWholeStates) {
  int ways = 0;
  for (const Live live : {Live::there, Live::empty, Live::absent}) {
    every_way(beginning(live), 3, [&](World world, Goal goal) {
      if (testing::Test::HasFailure()) return;
      ++ways;
      const End end = go(world, wish(goal));
      EXPECT_NE(is_old(world, live), is_new(world, live));
      EXPECT_TRUE(world.kept().contains("new"));
      EXPECT_EQ(world.kept().contains("old"), live == Live::there);
      EXPECT_EQ(world.disk.journal_state, JournalState::none);
      if (end.last.kind == StepKind::done) {
        EXPECT_EQ(is_new(world, live), goal == Goal::swapped);
      }
    });
  }
  EXPECT_EQ(ways, 3 * 12 * 12 * 12 * 2);
}

TEST(MemberModel, ASwapAndItsWayBackTakeFourStepsEach) {
  World world = beginning(Live::there);
  EXPECT_EQ(go(world, wish(Goal::swapped)).steps, 4);
  EXPECT_TRUE(is_new(world, Live::there));
  EXPECT_EQ(go(world, wish(Goal::returned)).steps, 4);
  EXPECT_TRUE(is_old(world, Live::there));
  EXPECT_EQ(world.at("etcd.undone-r-1"), "new");
}

}  // namespace
}  // namespace holdfast::launcher
