// Orders: Operations that the server wants this launcher to carry out, and what it says about them. Pure, but for the
// interfaces of those who carry out.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/units.h"
#include "model/json.h"

namespace holdfast::launcher {

struct Order {
  std::string uid;  // what is done is remembered under it
  std::string name_space;
  std::string name;
  std::string type;     // "Stage", "StopMember", "SwapMember", "StartMember", "ReturnMember", "ForgetMember"
  std::string restore;  // name of the EtcdRestore
  json::Value operation;
};

// Nothing when it is none of the launcher's. Of one that has ended, `ended`.
struct ReadOrder {
  Order order;
  bool ended = false;
};
std::optional<ReadOrder> read_order(const json::Value& operation, std::string_view launcher);

struct OrderProgress {
  std::string text;   // for people
  std::string stage;  // what is being done
  std::optional<std::uint64_t> done;
  std::optional<std::uint64_t> total;  // bytes
};

// Told how far it is. Any thread; does not wait.
class OrderReporter {
 public:
  virtual ~OrderReporter() = default;
  virtual void tell(OrderProgress progress) = 0;
};

// Carries out orders of one type. Called by one thread, one order after the other. The same order may come again, when
// the launcher ended before its outcome was kept: what is done already is found on the disk, and not done twice.
class OrderHandler {
 public:
  virtual ~OrderHandler() = default;
  // What becomes status.result. An error is the order's failure; Code::cancelled when `stop` was asked for: then the
  // order comes again at the next start, unless it is not wanted any more.
  virtual Result<json::Object> carry_out(const Order& order, OrderReporter& reporter, const std::stop_token& stop) = 0;
};

// By type. Those that are missing fail.
using OrderHandlers = std::map<std::string, OrderHandler*, std::less<>>;

// As merge patches of the status.
json::Object begun(std::string_view launcher, WallTime now);
json::Object in_progress(const OrderProgress& progress, WallTime now);
json::Object outcome_of(const Result<json::Object>& result, WallTime now);
Error no_handler(std::string_view type);

// The pause after so many failures in a row (1, 2, …) to reach the server: 1 s, 2 s, 4 s … up to 30 s.
Duration back_off(int failures);

}  // namespace holdfast::launcher
