#include "unit/control/restore/world.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "control/restore/members.h"

namespace holdfast::control::sim {
namespace {

constexpr std::size_t kStory = 400;
constexpr std::size_t kPast = 6;

}  // namespace

World::World(std::uint64_t seed, bool telling) : dice_(seed), telling_(telling), now_(Seconds(1'800'000'000)) {
  build();
}

void World::build() {
  constexpr std::array<std::size_t, 8> kSizes{3, 3, 3, 3, 1, 5, 2, 4};
  const std::size_t size = kSizes.at(roll(kSizes.size()));
  for (std::size_t i = 0; i < size; ++i)
    machines_.emplace_back("m" + std::to_string(i + 1));
  constexpr std::array<int, 4> kBad{0, 1, 2, 5};
  bad_percent_ = kBad.at(roll(kBad.size()));
  servers_.resize(2);
  for (Server& each : servers_)
    each.awake_since = now_;
  store_.spec.grace = Seconds(3600);
  store_.spec.safety_backup = chance(70);
  store_.paused = former_pause_ = chance(20);
  old_is_broken_ = chance(10);
  safety_fails_ = chance(5);
  preflight_fails_ = chance(2);
  if (chance(10)) store_.spec.bump = {.kind = RevisionBump::Kind::by, .by = 100};
  if (chance(5)) store_.spec.bump.kind = RevisionBump::Kind::off;
  if (chance(2)) store_.spec.dry_run = true;
  Faults& faults = any_machine().faults;
  faults.staging = chance(4);
  faults.stopping = chance(4);
  faults.swapping = chance(10) ? static_cast<int>(roll(8)) : 0;
  faults.returning = chance(10) ? static_cast<int>(roll(4)) : 0;
  faults.other_hash = chance(8);
  faults.new_never_up = chance(8);
  if (chance(8)) {
    for (Machine& each : machines_)
      each.faults.new_never_up = true;
  }
  for (Machine& each : machines_) {
    each.last_word = now_;
    if (old_is_broken_ && chance(50)) {  // wiped
      each.data = Data::none;
      each.etcd_up = false;
    }
    store_.launchers[each.name] = {.name = each.name,
                                   .launcher = "l-" + each.name,
                                   .host = "h-" + each.name,
                                   .version = "3.5.21",
                                   .heard = now_,
                                   .clock_ahead = {},
                                   .free_bytes = {},
                                   .starts = each.starts};
  }
  remember();
}

Cluster World::cluster() const {
  Cluster cluster;
  cluster.members = machines_.size();
  cluster.running_old = running(Data::old_);
  cluster.running_new = running(Data::new_);
  cluster.old_is_broken = old_is_broken_;
  cluster.head = head_;
  const std::int64_t target = store_.record.target_revision;
  cluster.staged_revision = target == 0 ? 900 : target;
  return cluster;
}

std::size_t World::running(Data data) const {
  return static_cast<std::size_t>(std::count_if(
      machines_.begin(), machines_.end(), [&](const Machine& each) { return each.etcd_up && each.data == data; }));
}

std::size_t World::dead() const {
  return static_cast<std::size_t>(
      std::count_if(machines_.begin(), machines_.end(), [](const Machine& each) { return each.dead; }));
}

void World::remember() {
  past_.push_back(store_);
  if (past_.size() > kPast) past_.pop_front();
}

void World::keep(std::string what) {
  story_.push_back(fmt::format("{} {}", now_.time_since_epoch().count() - 1'800'000'000, std::move(what)));
  if (story_.size() > kStory) story_.pop_front();
}

void World::complain(const std::string& what) {
  tell("!!! {}", what);
  if (complaints_.size() < 5) complaints_.push_back(what);
}

// --- what is seen ---

RestoreView World::view_of(const Store& record_from, const Store& rest_from, Instant awake_since) const {
  RestoreView view;
  view.name = kName;
  view.name_space = "cluster-prod";
  view.cluster = "prod";
  view.spec = record_from.spec;
  view.record = record_from.record;
  view.going = record_from.going;
  view.has_finalizer = record_from.has_finalizer;
  view.hold.holder = rest_from.holder;
  view.etcd_serves = !old_is_broken_ && running(Data::old_) >= quorum_of(machines_.size());
  if (view.etcd_serves) view.live_revision = head_;
  view.live_cluster_id = "01d";
  for (const auto& [name, launcher] : rest_from.launchers) {
    view.members.push_back(launcher);
    view.etcd_members.push_back(name);
  }
  for (const auto& [key, order] : rest_from.reports)
    view.orders.push_back(order);
  view.preflight = rest_from.preflight;
  view.safety = rest_from.safety;
  view.safety_name = "safety-1";
  view.awake_since = awake_since;
  return view;
}

void World::look(Server& server, bool fresh) {
  const auto any_past = [&]() -> const Store& { return past_[roll(past_.size())]; };
  const Store& record_from = fresh || chance(80) ? store_ : any_past();
  const Store& rest_from = fresh || chance(80) ? store_ : any_past();
  if (!record_from.exists) return;
  server.plan = decide_restore(view_of(record_from, rest_from, server.awake_since), now_);
  server.based_on = record_from.version;
  server.next = 0;
}

// --- what must hold ---

void World::check() {
  const std::size_t quorum = quorum_of(machines_.size());
  const bool old_serves = running(Data::old_) >= quorum;
  const bool new_serves = running(Data::new_) >= quorum;
  const Decision decision = store_.record.decision;
  if (old_serves && new_serves) complain("two histories serve");
  if (running(Data::new_) > 0 && decision == Decision::none && store_.exists) complain("new data runs undecided");
  if (new_serves && old_is_back_) complain("the new data serves again after the old had come back");
  if (old_serves && new_has_served_ && decision != Decision::return_ && store_.exists)
    complain("the old data serves again, and nobody decided it");
  if (old_serves && decision == Decision::return_) old_is_back_ = true;
  if (new_serves) new_has_served_ = true;
  for (const Machine& each : machines_) {
    if (each.renamed_running) complain(each.name + " had its data renamed while its etcd ran");
    if (each.data == Data::none && !each.before && !old_is_broken_) complain(each.name + " has lost its data");
  }
}

// What it wants done, done, leaves it at rest.
void World::check_rest() {
  if (!store_.exists) return;
  const Store saved = store_;
  const std::deque<std::string> story = story_;
  const std::vector<std::string> complaints = complaints_;
  Server server{.awake_since = servers_[0].awake_since};
  bool rests = false;
  for (int i = 0; i < 6 && !rests && store_.exists; ++i) {
    look(server, true);
    rests = server.plan->is_at_rest();
    while (write_next(server)) {
    }
  }
  const bool there = store_.exists;
  store_ = saved;
  kept_until_ = saved.record.kept_until;
  story_ = story;
  complaints_ = complaints;
  if (!rests && there) complain("it does not come to rest");
}

// --- what happens ---

void World::user_event() {
  if (!store_.exists) return;
  ++store_.version;
  switch (roll(4)) {
    case 0:
      store_.spec.cancel = true;
      tell("user cancels");
      break;
    case 1:
    case 2:
      store_.spec.undo = true;
      tell("user undoes");
      break;
    default:
      store_.going = true;
      tell("user deletes");
      if (!store_.has_finalizer) store_.exists = false;
  }
}

void World::bad_event() {
  Machine& machine = any_machine();
  Server& server = servers_[roll(servers_.size())];
  switch (roll(10)) {
    case 0:
    case 1:
      server = {.up = false, .awake_since = now_};
      tell("a server dies");
      break;
    case 2:
    case 3:
      machine.kill_launcher();
      tell("{} launcher dies", machine.name);
      break;
    case 4:
      machine.power_off();
      tell("{} loses power", machine.name);
      break;
    case 5:
      machine.etcd_up = false;
      tell("{} etcd dies", machine.name);
      break;
    case 6:
      machine.net_up = false;
      tell("{} is cut off", machine.name);
      break;
    case 7:
      if (!chance(4) || !machines_.front().launcher_up) break;
      machine.power_off();
      machine.dead = true;
      tell("{} is dead for good", machine.name);
      break;
    case 8:
      if (chance(store_.record.decision == Decision::none ? 10 : 40)) user_event();
      break;
    default:
      if (!chance(10)) break;
      now_ += Seconds(static_cast<std::int64_t>(roll(4000)) - 2000);
      for (Server& each : servers_)
        each.awake_since = now_;
      tell("the clock jumps");
  }
}

void World::one_event() {
  Machine& machine = any_machine();
  const std::uint64_t dice = roll(100);
  if (dice < 35) {
    server_event(servers_[roll(servers_.size())], false);
    return;
  }
  if (dice < 55) {
    step(machine);
    return;
  }
  if (dice < 65) return hear(machine, false);
  if (dice < 74) return send(machine);
  if (dice < 83) {
    if (!messages_.empty()) deliver(roll(messages_.size()));
    return;
  }
  if (dice < 87) {
    now_ += Seconds(chance(5) ? 40 + roll(700) : roll(4));
    head_ += chance(30) ? 40 : 1;
    return;
  }
  if (dice < 91) {
    move_work();
    return;
  }
  if (dice < 91 + static_cast<std::uint64_t>(bad_percent_)) return bad_event();
  // What is down comes back.
  for (Server& each : servers_) {
    if (each.up || chance(50)) continue;
    each = {.awake_since = now_};
  }
  if (chance(60)) machine.power_on(now_);
  if (chance(60)) machine.net_up = true;
}

void World::chaos(int events) {
  for (int i = 0; i < events && complaints_.empty(); ++i) {
    one_event();
    check();
    if (chance(2)) check_rest();
  }
}

void World::calm(Seconds limit) {
  tell("calm");
  for (Server& each : servers_)
    each = {.awake_since = now_};
  for (Machine& each : machines_) {
    each.power_on(now_);
    each.net_up = true;
  }
  const Instant end = now_ + limit;
  // Long enough for every limit and every pause between two tries.
  constexpr Seconds kQuiet{700};
  Instant moved = now_;
  while (now_ < end && now_ - moved < kQuiet && complaints_.empty()) {
    if (one_round()) moved = now_;
    now_ += Seconds(now_ - moved > Seconds(20) ? 20 : 2);
  }
}

void World::leave_alone(Seconds time) {
  tell("no server is there any more");
  for (Machine& each : machines_) {
    each.power_on(now_);
    each.last_word = std::min(each.last_word, now_);  // its own clock is steady
  }
  for (const Instant end = now_ + time; now_ < end; now_ += Seconds(2)) {
    for (Machine& each : machines_)
      step(each);
    check();
  }
}

// True when something moved.
bool World::one_round() {
  bool moved = false;
  for (Machine& each : machines_) {
    if (chance(40)) continue;
    hear(each, true);
    for (std::uint64_t i = roll(5); i > 0; --i) {
      moved = step(each) || moved;
      check();
    }
    if (chance(60)) send(each);
  }
  for (std::uint64_t i = roll(messages_.size() + 1); i > 0 && !messages_.empty(); --i)
    deliver(roll(messages_.size()));
  moved = move_work() || moved;
  for (int i = 0; i < 24; ++i) {
    if (!server_event(servers_[0], true)) break;
    moved = true;
    check();
  }
  return moved;
}

}  // namespace holdfast::control::sim
