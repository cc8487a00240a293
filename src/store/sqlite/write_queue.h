// The one thread that writes. What arrives while it is busy goes into the next SQLite transaction together, so that
// many small commits share one wait for the disk.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "os/file_system.h"
#include "store/event_tail.h"
#include "store/revision_floor.h"
#include "store/sqlite/changer.h"

namespace holdfast::store::sqlite {

// Safe for any thread.
class WriteQueue {
 public:
  // Does its part between two marks of the Changer. May be run again from the start when its group could not be
  // committed.
  using Job = std::function<Status(Changer&)>;

  // The floor is raised before a revision is handed out; the events of a commit are in the tail before its callers hear
  // of it.
  WriteQueue(Changer changer, RevisionFloor& floor, EventTail& tail, os::FileSystem& files);
  ~WriteQueue();  // what was queued is still done

  // Waits until what the job did is on the disk, or says why nothing of it is. Code::unavailable also when the file was
  // removed or replaced meanwhile: whatever was committed since then is lost with the next restart.
  Status run(const Job& job);

 private:
  struct Pending {
    const Job* job;
    Status status = {};  // belongs to the writer until it is done
    std::mutex mutex = {};
    std::condition_variable changed = {};
    bool done = false;  // protected by mutex

    void wait();
    void finish();
  };
  using Group = std::span<Pending* const>;

  void serve(const std::stop_token& stop);
  std::vector<Pending*> take(const std::stop_token& stop);
  void carry_out(Group group);
  Status attempt(Group group);
  Status attempt_one(Pending& pending);
  Status commit();
  void publish();
  Status check_files() const;

  Changer changer_;
  RevisionFloor& floor_;
  EventTail& tail_;
  os::FileSystem& files_;
  const std::string log_path_;
  std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::deque<Pending*> waiting_;  // protected by mutex_
  std::jthread writer_;           // last: ends before what it uses
};

}  // namespace holdfast::store::sqlite
