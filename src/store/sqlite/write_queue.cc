#include "store/sqlite/write_queue.h"

namespace holdfast::store::sqlite {
namespace {

constexpr std::size_t kMostInGroup = 256;

}  // namespace

WriteQueue::WriteQueue(Changer changer, RevisionFloor& floor, EventTail& tail, os::FileSystem& files)
    : changer_(std::move(changer)),
      floor_(floor),
      tail_(tail),
      files_(files),
      log_path_(changer_.database().path() + "-wal"),
      writer_([this](const std::stop_token& stop) { serve(stop); }) {}

WriteQueue::~WriteQueue() = default;

void WriteQueue::Pending::wait() {
  std::unique_lock lock(mutex);
  changed.wait(lock, [this] { return done; });
}

// Whoever waits destroys the object as soon as it gets the lock.
void WriteQueue::Pending::finish() {
  const std::lock_guard lock(mutex);
  done = true;
  changed.notify_one();
}

Status WriteQueue::run(const Job& job) {
  Pending pending{.job = &job};
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(&pending);
  }
  arrived_.notify_one();
  pending.wait();
  return std::move(pending.status);
}

void WriteQueue::serve(const std::stop_token& stop) {
  while (true) {
    const std::vector<Pending*> group = take(stop);
    if (group.empty()) return;
    carry_out(group);
    for (Pending* pending : group)
      pending->finish();
  }
}

// Empty when stopped and nothing is left.
std::vector<WriteQueue::Pending*> WriteQueue::take(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, stop, [this] { return !waiting_.empty(); });
  const auto count = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), kMostInGroup));
  std::vector<Pending*> group(waiting_.begin(), waiting_.begin() + count);
  waiting_.erase(waiting_.begin(), waiting_.begin() + count);
  return group;
}

// When a group fails as a whole, each job gets its own try: one that does not fit on the disk does not take the others
// with it.
void WriteQueue::carry_out(Group group) {
  const Status together = attempt(group);
  if (together) {
    publish();
    const Status kept = check_files();
    for (Pending* pending : group) {
      if (!kept) pending->status = kept;
    }
    return;
  }
  if (group.size() == 1) {
    if (group[0]->status) group[0]->status = together;
    return;
  }
  for (std::size_t i = 0; i < group.size(); ++i)
    carry_out(group.subspan(i, 1));
}

void WriteQueue::publish() {
  floor_.note(changer_.revision());
  tail_.publish(changer_.take_events(), changer_.revision());
}

Status WriteQueue::attempt(Group group) {
  HF_TRY(changer_.begin());
  Status status;
  for (Pending* pending : group) {
    status = attempt_one(*pending);
    if (!status) break;
  }
  if (status) status = commit();
  if (!status) changer_.roll_back();
  return status;
}

// Fails when the whole group has to.
Status WriteQueue::attempt_one(Pending& pending) {
  HF_TRY(changer_.mark());
  pending.status = (*pending.job)(changer_);
  if (pending.status) return changer_.keep();
  if (!changer_.broken()) changer_.undo();
  if (changer_.broken()) return pending.status;
  return {};
}

Status WriteQueue::commit() {
  HF_TRY(floor_.reserve(changer_.revision()));
  return changer_.commit();
}

Status WriteQueue::check_files() const {
  bool lost = changer_.database().has_moved();
  if (!lost) {
    HF_ASSIGN(const auto log, files_.stat(log_path_));
    lost = !log;
  }
  if (!lost) return {};
  return with_hint(
      fail(Code::unavailable, "{} was removed or replaced while it was in use", changer_.database().path()),
      "put the file back and start again");
}

}  // namespace holdfast::store::sqlite
