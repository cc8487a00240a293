#include "launcher/orders/member.h"

#include <memory>
#include <utility>

#include "launcher/member/bring_to.h"

#include "base/bytes.h"
#include "snapshot/bolt_editor.h"

namespace holdfast::launcher {
namespace {

constexpr std::string_view kKeyBucket = "key";
constexpr std::size_t kRevisionBytes = 8;  // etcd's record key: main revision, '_', sub revision, big endian

// Is what lies in the place of the data directory that of the restore?
bool is_of_restore(os::FileSystem& files, const Place& place, const std::string& restore, const HeldCheck& held) {
  const auto disk = observe(files, place, held);
  return disk && disk->live_facts && disk->live_facts->id == restore;
}

}  // namespace

Result<std::optional<std::int64_t>> revision_at(os::FileSystem& files, const std::string& database) {
  HF_ASSIGN(const auto there, files.stat(database));
  if (!there || there->size == 0) return std::nullopt;
  HF_ASSIGN(const auto file, files.open(database, os::OpenMode::read));
  HF_ASSIGN(const auto editor, snapshot::BoltEditor::open(*file, there->size));
  HF_ASSIGN(const auto last, editor.last_key(kKeyBucket));
  if (!last || last->size() < kRevisionBytes) return std::nullopt;
  std::uint64_t revision = 0;
  for (std::size_t i = 0; i < kRevisionBytes; ++i)
    revision = revision << 8 | static_cast<unsigned char>((*last)[i]);
  return static_cast<std::int64_t>(revision & INT64_MAX);
}

Member::Member(MemberOptions options, MemberWorld world, OrderRecord record)
    : options_(std::move(options)),
      world_(std::move(world)),
      heard_(world_.clock.steady()),
      record_(std::move(record)) {}

Result<std::unique_ptr<Member>> Member::open(MemberOptions options, MemberWorld world) {
  HF_ASSIGN(OrderRecord record, load_order_record(world.files, options.record_file));
  return std::unique_ptr<Member>(new Member(std::move(options), std::move(world), std::move(record)));
}

OrderRecord Member::record() const {
  const std::lock_guard lock(mutex_);
  return record_;
}

Status Member::note(const OrderRecord& record) {
  if (record == record_) return {};
  HF_TRY(save_order_record(world_.files, options_.record_file, record));
  record_ = record;
  return {};
}

Status Member::intend(Intent intent, const std::string& restore) {
  OrderRecord next = record_;
  next.intent = intent;
  next.restore = intent == Intent::run ? "" : restore;
  return note(next);
}

bool Member::is_running() const {
  const auto state = world_.supervisor.state();
  return state && state->phase == Phase::running;
}

Status Member::run(const std::stop_token& stop) {
  if (!is_running()) {
    OrderRecord next = record_;
    ++next.starts;
    HF_TRY(note(next));
  }
  return world_.supervisor.start(options_.command, stop);
}

Status Member::move(Goal goal, const std::string& restore, const std::stop_token& stop) {
  HF_TRY(world_.supervisor.stop(options_.grace, stop));
  return bring_to(world_.files, options_.place, {.goal = goal, .id = restore, .key = {}}, world_.held);
}

Status Member::go_on(Intent intent, const std::string& restore, const std::stop_token& stop) {
  HF_TRY(intend(intent, restore));
  const bool swapped = is_of_restore(world_.files, options_.place, restore, world_.held);
  // What runs already and is what was asked for goes on running.
  const bool moves = intent != Intent::run && (swapped != (intent == Intent::forward) || !is_running());
  if (moves) HF_TRY(move(intent == Intent::forward ? Goal::swapped : Goal::returned, restore, stop));
  HF_TRY(run(stop));
  return intend(Intent::run, restore);
}

Status Member::resume(const std::stop_token& stop) {
  const std::lock_guard lock(mutex_);
  const std::string restore = record_.restore;
  switch (record_.intent) {
    case Intent::run:
    case Intent::forward:
    case Intent::back:
      return go_on(record_.intent, restore, stop);
    case Intent::held:
    case Intent::stopped:
      return world_.supervisor.stop(options_.grace, stop);
  }
  return {};
}

void Member::heard() {
  heard_.store(world_.clock.steady());
}

Result<bool> Member::look_after(const std::stop_token& stop) {
  const std::lock_guard lock(mutex_);
  if (record_.intent != Intent::held || world_.clock.steady() - heard_.load() < kAloneAfter) return false;
  HF_TRY(go_on(Intent::run, "", stop));
  return true;
}

Status Member::accept(const MemberOrder& order) {
  const std::lock_guard lock(mutex_);
  OrderRecord next = record_;
  if (note_number(next, order.id, order.number) == Standing::is_void)
    return fail(Code::refused, "a later order was seen; this one does not count any more");
  return note(next);
}

Result<StoppedAt> Member::stop_etcd(const MemberOrder& order, const std::stop_token& stop) {
  const std::lock_guard lock(mutex_);
  // Before it stops: a launcher that dies in between must know why nothing runs.
  HF_TRY(intend(order.decided == Decided::nothing ? Intent::held : Intent::stopped, order.id));
  HF_TRY(world_.supervisor.stop(options_.grace, stop));
  StoppedAt stopped{.starts = record_.starts, .revision = {}};
  HF_ASSIGN(const Layout layout, find_layout(world_.files, options_.place));
  // What cannot be read says nothing; whether that matters is the server's to decide.
  if (const auto revision = revision_at(world_.files, layout.database(layout.live()))) stopped.revision = *revision;
  return stopped;
}

Status Member::start_etcd(const MemberOrder& order, const std::stop_token& stop) {
  const std::lock_guard lock(mutex_);
  return go_on(Intent::run, order.id, stop);
}

Status Member::swap(const MemberOrder& order, const std::stop_token& stop) {
  const std::lock_guard lock(mutex_);
  if (record_.starts != order.starts && record_.intent != Intent::forward &&
      !is_of_restore(world_.files, options_.place, order.id, world_.held))
    return with_hint(fail(Code::exists, "etcd was started since it had been stopped for the swap"),
                     "it is to be stopped again first");
  return go_on(Intent::forward, order.id, stop);
}

Status Member::take_back(const MemberOrder& order, const std::stop_token& stop) {
  const std::lock_guard lock(mutex_);
  return go_on(Intent::back, order.id, stop);
}

Status Member::forget(const MemberOrder& order) {
  const std::lock_guard lock(mutex_);
  if (order.not_before && world_.clock.now() < *order.not_before)
    return fail(Code::refused, "what was before is kept until {}", format_time(*order.not_before));
  return bring_to(world_.files, options_.place, {.goal = Goal::forgotten, .id = order.id, .key = {}}, world_.held);
}

}  // namespace holdfast::launcher
