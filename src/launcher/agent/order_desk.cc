#include "launcher/agent/order_desk.h"

#include <algorithm>

#include "api/fields.h"
#include "base/log.h"

namespace holdfast::launcher {

class OrderDesk::Reporter final : public OrderReporter {
 public:
  explicit Reporter(OrderDesk& desk) : desk_(desk) {}
  void tell(OrderProgress progress) override {
    const std::lock_guard lock(desk_.mutex_);
    desk_.progress_ = std::move(progress);
  }

 private:
  OrderDesk& desk_;
};

void OrderDesk::put(const json::Value& operation) {
  auto read = read_order(operation, parts_.launcher.name);
  if (!read) return;
  const std::string uid = read->order.uid;
  const std::lock_guard lock(mutex_);
  const auto is_it = [&](const Order& each) { return each.uid == uid; };
  if (read->ended) {
    waiting_.erase(std::remove_if(waiting_.begin(), waiting_.end(), is_it), waiting_.end());
    ended_.insert(uid);
    arrived_.notify_all();
    return;
  }
  const bool known =
      answered_.contains(uid) || (at_work_ && is_it(*at_work_)) || std::any_of(waiting_.begin(), waiting_.end(), is_it);
  if (known) return;
  waiting_.push_back(std::move(read->order));
  arrived_.notify_all();
}

void OrderDesk::drop(const std::string& uid) {
  const std::lock_guard lock(mutex_);
  std::erase_if(waiting_, [&](const Order& each) { return each.uid == uid; });
  answered_.erase(uid);
  ended_.insert(uid);
  if (at_work_ && at_work_->uid == uid) broken_off_.request_stop();
  arrived_.notify_all();
}

std::optional<Order> OrderDesk::next(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    for (const std::string& uid : std::exchange(ended_, {}))
      static_cast<void>(parts_.journal.forget(uid));
    if (!waiting_.empty()) break;
    arrived_.wait(lock, stop, [&] { return !waiting_.empty() || !ended_.empty(); });
  }
  if (stop.stop_requested()) return std::nullopt;
  at_work_ = std::move(waiting_.front());
  waiting_.pop_front();
  broken_off_ = std::stop_source();
  progress_.reset();
  return at_work_;
}

// Of one that is gone, and of another one under its name, nobody wants to hear.
bool OrderDesk::is_gone(const Order& order, const std::stop_token& stop) {
  const auto client = parts_.make_client(parts_.enrolment.connection());
  const auto now = client->ask({.path = path_of(parts_.launcher, "operations", order.name)}, stop);
  return now && api::text_at(*now, {"metadata", "uid"}) != order.uid;
}

std::optional<OrderDesk::Told> OrderDesk::report_once(const Order& order, const json::Object& status, std::string& why,
                                                      const std::stop_token& stop) {
  const auto client = parts_.make_client(parts_.enrolment.connection());
  const json::Object patch{{"metadata", json::Object{{"uid", order.uid}}}, {"status", status}};
  const client::Question question{.method = "PATCH",
                                  .path = path_of(parts_.launcher, "operations", order.name) +
                                          "/status?fieldManager=holdfast-launcher&fieldValidation=Strict",
                                  .content_type = "application/merge-patch+json",
                                  .body = json::to_string(patch)};
  int code = 0;
  const Status told = client->stream(question, Duration{0}, [](ByteView) -> Status { return {}; }, code, stop);
  if (told) return Told::taken;
  why = told.error().to_string();
  const bool malformed = code == 400 || code == 422;
  const bool unwanted = code == 404 || code == 403 || (code == 409 && is_gone(order, stop));
  if (malformed) return Told::malformed;
  return unwanted ? std::optional(Told::unwanted) : std::nullopt;
}

OrderDesk::Told OrderDesk::report(const Order& order, const json::Object& status, const std::stop_token& stop) {
  for (int failures = 0; !stop.stop_requested();) {
    std::string why;
    const auto told = report_once(order, status, why, stop);
    if (told && *told != Told::taken)
      log::event(log::Level::warning, "launcher.order_refused", {{"order", order.name}, {"error", why}});
    if (told) return *told;
    parts_.clock.sleep_for(back_off(++failures), stop);
  }
  return Told::stopped;
}

std::optional<json::Object> OrderDesk::carry_out(const Order& order, const std::stop_token& stop) {
  const auto found = parts_.handlers.find(order.type);
  if (found == parts_.handlers.end()) return outcome_of(tl::unexpected(no_handler(order.type)), parts_.clock.now());
  std::stop_source both;
  const std::stop_callback on_stop(stop, [&both] { both.request_stop(); });
  std::stop_token broken_off;
  {
    const std::lock_guard lock(mutex_);
    broken_off = broken_off_.get_token();
  }
  const std::stop_callback on_break(broken_off, [&both] { both.request_stop(); });
  Reporter reporter(*this);
  const auto result = found->second->carry_out(order, reporter, both.get_token());
  // Not its failure: it comes again, or is gone.
  if (!result && result.error().code == Code::cancelled && both.stop_requested()) return std::nullopt;
  return outcome_of(result, parts_.clock.now());
}

void OrderDesk::handle(const Order& order, const std::stop_token& stop) {
  auto outcome = parts_.journal.find(order.uid);
  if (!outcome) {
    if (report(order, begun(parts_.launcher.name, parts_.clock.now()), stop) != Told::taken) return;
    log::event(log::Level::info, "launcher.order", {{"order", order.name}, {"type", order.type}});
    outcome = carry_out(order, stop);
    if (!outcome) return;
    if (const Status kept = parts_.journal.keep(order.uid, *outcome); !kept)
      log::event(log::Level::warning, "launcher.journal", {{"error", kept.error().to_string()}});
  }
  Told told = report(order, *outcome, stop);
  if (told == Told::malformed) {
    const Error error = fail(Code::internal, "the server does not understand what came out of it").value();
    told = report(order, outcome_of(tl::unexpected(error), parts_.clock.now()), stop);
  }
  if (told == Told::stopped) return;
  static_cast<void>(parts_.journal.forget(order.uid));
  const std::lock_guard lock(mutex_);
  answered_.insert(order.uid);
}

void OrderDesk::run(const std::stop_token& stop) {
  while (const auto order = next(stop)) {
    handle(*order, stop);
    const std::lock_guard lock(mutex_);
    at_work_.reset();
    progress_.reset();
  }
}

void OrderDesk::run_progress(const std::stop_token& stop) {
  while (parts_.clock.sleep_for(tell_every_, stop)) {
    std::optional<Order> order;
    std::optional<OrderProgress> progress;
    {
      const std::lock_guard lock(mutex_);
      order = at_work_;
      progress = std::exchange(progress_, std::nullopt);
    }
    if (!order || !progress) continue;
    // What is lost of it is made up for by the next one, or by the outcome that was faster.
    std::string why;
    static_cast<void>(report_once(*order, in_progress(*progress, parts_.clock.now()), why, stop));
  }
}

}  // namespace holdfast::launcher
