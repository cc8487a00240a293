#include "server/watches.h"

#include <utility>

#include "server/answer.h"
#include "server/read.h"
#include "server/watch_stream.h"

#include "api/patch/unprocessable.h"

namespace holdfast::server {
namespace {

constexpr Duration kTick = std::chrono::seconds(1);
constexpr Duration kBookmarks = std::chrono::minutes(1);
// Of watches whose client names no end: spread, so that a restart does not bring all back at the same time again.
constexpr Duration kShortest = std::chrono::minutes(30);
constexpr double kSpread = 30.0 * 60;  // seconds

api::ApiResult<WatchPlan> plan_of(const Call& call) {
  WatchPlan plan;
  plan.kind = &call.kind();
  plan.name_space = call.action.name_space;
  auto shape = shape_of(call);
  if (!shape) return tl::unexpected(std::move(shape).error());
  plan.shape = std::move(*shape);
  auto parameters = read_watch_parameters(call.request, call.kind());
  if (!parameters) return tl::unexpected(api::complete(std::move(parameters).error(), call.kind(), ""));
  plan.parameters = std::move(*parameters);
  return plan;
}

}  // namespace

Watches::Watches(Parts parts)
    : parts_(parts),
      guard_(StreamGuard::start(parts.hub)),
      text_(parts.backend.tables, parts.backend.clock),
      thread_([this](const std::stop_token& stop) { keep_time(stop); }) {}

Watches::~Watches() = default;

int Watches::open(Call& call, AccessBasis basis, store::Revision judged, const std::vector<http::Header>& headers,
                  std::unique_ptr<http::Responder> responder) {
  auto plan = plan_of(call);
  if (!plan) {
    http::ServerResponse refusal = error_answer(plan.error());
    refusal.headers.insert(refusal.headers.end(), headers.begin(), headers.end());
    responder->send(std::move(refusal));
    return plan.error().code;
  }
  http::ServerResponse head;
  head.headers = headers;
  head.headers.push_back({"Content-Type", std::string(kJson)});
  const Duration length = length_of(plan->parameters);
  // Two allocations: the list of endings must not keep the memory of streams that are gone.
  const std::shared_ptr<WatchStream> stream(new WatchStream(parts_.backend, parts_.hub, text_, parts_.backlog,
                                                            std::move(*plan), responder->stream(std::move(head))));
  {
    const std::lock_guard lock(mutex_);
    endings_.push({.at = parts_.backend.clock.steady() + length, .stream = stream});
  }
  guard_->add(stream, std::move(basis), judged);
  stream->start();
  return 200;
}

Duration Watches::length_of(const WatchParameters& parameters) {
  if (parameters.timeout) return *parameters.timeout;
  return kShortest + std::chrono::seconds(static_cast<std::int64_t>(parts_.backend.random.fraction() * kSpread));
}

std::vector<std::shared_ptr<WatchStream>> Watches::take_ended() {
  const os::SteadyTime now = parts_.backend.clock.steady();
  std::vector<std::shared_ptr<WatchStream>> ended;
  const std::lock_guard lock(mutex_);
  for (; !endings_.empty() && endings_.top().at <= now; endings_.pop()) {
    if (auto stream = endings_.top().stream.lock()) ended.push_back(std::move(stream));
  }
  return ended;
}

void Watches::keep_time(const std::stop_token& stop) {
  os::SteadyTime next_bookmarks = parts_.backend.clock.steady() + kBookmarks;
  while (parts_.backend.clock.sleep_for(kTick, stop)) {
    for (const auto& stream : take_ended())
      stream->end();
    guard_->expire(parts_.backend.clock.now());
    if (parts_.backend.clock.steady() < next_bookmarks) continue;
    next_bookmarks = parts_.backend.clock.steady() + kBookmarks;
    parts_.hub.announce_progress();
  }
}

}  // namespace holdfast::server
