// Carries out the six orders of a restore on one member.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>

#include "launcher/agent/order.h"
#include "launcher/orders/member.h"
#include "launcher/orders/member_order.h"

#include "base/result.h"
#include "base/stream.h"
#include "os/file_system.h"
#include "os/random.h"

namespace holdfast::launcher {

// What a member that serves says of itself.
struct ServingFacts {
  std::uint64_t cluster_id = 0;
  std::int64_t revision = 0;  // the head when it was asked
  std::uint32_t hash = 0;     // HashKV at the revision that was asked for; at the head, when none was
};

// From outside; each may take its time and ends when it is stopped.
struct OrderWorld {
  Member& member;
  os::FileSystem& files;
  os::Random& random;
  Place place;
  std::string member_name;
  std::string etcd_version;  // of the etcd that will run the database; empty: not known
  // The plain snapshot of the Backup that the order names, from its beginning.
  std::function<Result<std::unique_ptr<ByteSource>>(const Order& order, const std::stop_token& stop)> open_backup;
  // Waits until the member serves. `revision`: at which HashKV is wanted, 0: at the head.
  std::function<Result<ServingFacts>(std::int64_t revision, const std::stop_token& stop)> wait_until_it_serves;
};

// `world` outlives it. Results, for status.result:
//   Stage         clusterID (hexadecimal), revision, hash (HashKV at it), size (bytes)
//   StopMember    starts, revision
//   SwapMember, ReturnMember, ForgetMember   nothing
//   StartMember   clusterID, revision, hash
// Errors are those of Member and of staging; Code::refused for an order that a later one made void.
class MemberOrders {
 public:
  explicit MemberOrders(OrderWorld& world);
  ~MemberOrders();

  // Valid as long as this object.
  OrderHandlers handlers() const;

 private:
  std::map<std::string, std::unique_ptr<OrderHandler>> handlers_;
};

}  // namespace holdfast::launcher
