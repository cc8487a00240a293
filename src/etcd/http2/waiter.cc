#include "etcd/http2/waiter.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include <poll.h>
#include <sys/eventfd.h>

namespace holdfast::etcd::http2 {
namespace {

// Whole milliseconds until the deadline, rounded up, as poll() wants them; -1: for ever.
int milliseconds_left(os::Clock& clock, os::SteadyTime deadline) {
  if (deadline == os::SteadyTime::max()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock.steady()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, INT_MAX));
}

}  // namespace

void Waiter::Wake::operator()() const noexcept {
  const std::uint64_t one = 1;
  // An eventfd takes a write unless its counter is full, and then it is readable already.
  [[maybe_unused]] const auto written = ::write(fd, &one, sizeof one);
}

Result<std::unique_ptr<Waiter>> Waiter::make(os::Clock& clock, const std::stop_token& stop) {
  Descriptor wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake.valid()) return fail(Code::unavailable, "no file descriptor is left (errno {})", errno);
  return std::unique_ptr<Waiter>(new Waiter(clock, stop, std::move(wake)));
}

void Waiter::limit(std::optional<Duration> duration) {
  deadline_ = duration ? clock_.steady() + *duration : os::SteadyTime::max();
}

Status Waiter::wait(int fd, WaitFor what) {
  const short events = what == WaitFor::readable ? POLLIN : POLLOUT;
  std::array<pollfd, 2> polled{{{fd, events, 0}, {wake_.get(), POLLIN, 0}}};
  while (true) {
    HF_TRY(check());
    const int left = milliseconds_left(clock_, deadline_);
    const int ready = ::poll(polled.data(), polled.size(), left);
    if (ready < 0 && errno != EINTR) return fail(Code::internal, "poll failed (errno {})", errno);
    if (ready > 0 && polled[0].revents != 0) return {};
    if (ready == 0 && left != INT_MAX) return fail(Code::timeout, "nothing came in time");
  }
}

Status Waiter::check() const {
  if (stop_.stop_requested()) return fail(Code::cancelled, "stopped");
  return {};
}

}  // namespace holdfast::etcd::http2
