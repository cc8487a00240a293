// One etcd member under orders: its process, its directories and what must not be forgotten, moved together.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "launcher/member/member_disk.h"
#include "launcher/member/next_step.h"
#include "launcher/member/place.h"
#include "launcher/orders/member_order.h"
#include "launcher/orders/order_record.h"
#include "launcher/supervise/supervisor.h"

#include "base/result.h"
#include "os/clock.h"
#include "os/file_system.h"

namespace holdfast::launcher {

// Stopped for a restore that is not decided, and without a word from the server for so long, it runs again as before.
constexpr Duration kAloneAfter = std::chrono::seconds(30);

struct MemberWorld {
  os::FileSystem& files;
  os::Clock& clock;
  Supervisor& supervisor;
  HeldCheck held;  // of its database
};

struct MemberOptions {
  Place place;
  EtcdCommand command;
  std::string record_file;                    // order_record.h
  Duration grace = std::chrono::seconds(30);  // between SIGTERM and SIGKILL
};

struct StoppedAt {
  std::int64_t starts = 0;
  std::optional<std::int64_t> revision;  // the latest in what it holds; nothing: no data that can be read
};

// What an order may rely on is written in control/restore/orders.h: the promises of a launcher. Any thread; one order
// after the other, while the others wait.
class Member {
 public:
  // Reads the record. All of `world` outlives it.
  static Result<std::unique_ptr<Member>> open(MemberOptions options, MemberWorld world);

  // Goes on as it was meant to before the launcher or the machine ended: see Intent. To be called once, before orders
  // are taken. A member that is held stays so until nobody has spoken for kAloneAfter.
  Status resume(const std::stop_token& stop);

  // The server spoke.
  void heard();
  // To be called every second or so: starts what is held and was left alone. False when there was nothing to do.
  Result<bool> look_after(const std::stop_token& stop);

  // Code::refused: a higher number was seen; the order is void. Else it is noted, and may be begun.
  Status accept(const MemberOrder& order);

  Result<StoppedAt> stop_etcd(const MemberOrder& order, const std::stop_token& stop);
  // Runs what lies there. At once when it runs.
  Status start_etcd(const MemberOrder& order, const std::stop_token& stop);
  // Code::exists: etcd was started since the stop that the swap relies on; nothing was touched.
  Status swap(const MemberOrder& order, const std::stop_token& stop);
  Status take_back(const MemberOrder& order, const std::stop_token& stop);
  // Code::refused before its time.
  Status forget(const MemberOrder& order);

  OrderRecord record() const;

 private:
  Member(MemberOptions options, MemberWorld world, OrderRecord record);

  Status note(const OrderRecord& record);  // on the disk first; mutex_ is held, as for what follows
  Status intend(Intent intent, const std::string& restore);
  Status run(const std::stop_token& stop);  // counts the start
  Status move(Goal goal, const std::string& restore, const std::stop_token& stop);
  Status go_on(Intent intent, const std::string& restore, const std::stop_token& stop);
  bool is_running() const;

  const MemberOptions options_;
  const MemberWorld world_;
  std::atomic<os::SteadyTime> heard_;

  mutable std::mutex mutex_;
  OrderRecord record_;  // protected by mutex_
};

// The latest revision in the database of a data directory whose etcd is stopped; nothing: there is none.
Result<std::optional<std::int64_t>> revision_at(os::FileSystem& files, const std::string& database);

}  // namespace holdfast::launcher
