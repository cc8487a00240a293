#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "base/log.h"
#include "objectstore/s3/credential_sources.h"

namespace holdfast::objectstore::s3 {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr auto kAhead = minutes(5);      // asked again this long before they expire
constexpr auto kLookAgain = minutes(5);  // asked again this often when they do not expire
constexpr auto kAfterFailure = seconds(30);
constexpr auto kTooFresh = seconds(10);  // credentials this young cannot be what a service calls expired

class CachedCredentials final : public CredentialProvider {
 public:
  CachedCredentials(std::unique_ptr<CredentialProvider> source, os::Clock& clock)
      : source_(std::move(source)), clock_(clock) {}

  Result<Credentials> get(const std::stop_token& stop) override {
    std::unique_lock lock(mutex_);
    while (true) {
      const WallTime now = clock_.now();
      if (current_ && (now < refresh_at_ || (refreshing_ && is_good(now)))) return *current_;
      if (!refreshing_) return refresh(lock, stop);
      const auto seen = refreshes_;
      if (!finished_.wait(lock, stop, [&] { return refreshes_ != seen; })) {
        return fail(Code::cancelled, "stopped while waiting for credentials");
      }
      // Whoever waited shares the outcome; asking once per waiting thread would take forever when nobody answers.
      if (last_error_ && last_error_->code != Code::cancelled) return tl::unexpected<Error>(*last_error_);
    }
  }

  void forget() override {
    const std::lock_guard guard(mutex_);
    if (clock_.steady() - obtained_ >= kTooFresh) refresh_at_ = WallTime::min();
  }

 private:
  bool is_good(WallTime now) const { return current_ && (!current_->expiry || now < *current_->expiry); }

  Result<Credentials> refresh(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
    refreshing_ = true;
    lock.unlock();
    auto fresh = source_->get(stop);
    lock.lock();
    refreshing_ = false;
    ++refreshes_;
    finished_.notify_all();
    const WallTime now = clock_.now();
    if (fresh) return take(std::move(*fresh), now);
    last_error_ = fresh.error();
    if (!is_good(now)) return fresh;
    if (fresh.error().code == Code::cancelled) return fresh;
    last_error_.reset();
    log::event(log::Level::warning, "credentials_refresh_failed",
               {{"source", current_->source}, {"error", fresh.error().to_string()}});
    refresh_at_ = now + kAfterFailure;
    if (current_->expiry) refresh_at_ = std::min(refresh_at_, *current_->expiry);
    return *current_;
  }

  Credentials take(Credentials fresh, WallTime now) {
    last_error_.reset();
    obtained_ = clock_.steady();
    refresh_at_ = now + kLookAgain;
    if (fresh.expiry) {
      // Never at once again, however short-lived they are.
      refresh_at_ = std::max(*fresh.expiry - kAhead, std::min(now + kAfterFailure, *fresh.expiry));
    }
    current_ = std::move(fresh);
    return *current_;
  }

  const std::unique_ptr<CredentialProvider> source_;
  os::Clock& clock_;

  std::mutex mutex_;  // guards everything below
  std::condition_variable_any finished_;
  std::optional<Credentials> current_;
  WallTime refresh_at_{};
  os::SteadyTime obtained_{};
  bool refreshing_ = false;
  std::uint64_t refreshes_ = 0;
  std::optional<Error> last_error_;  // of the last refresh, when it left nothing usable
};

}  // namespace

std::unique_ptr<CredentialProvider> make_cached_credentials(std::unique_ptr<CredentialProvider> source,
                                                            os::Clock& clock) {
  return std::make_unique<CachedCredentials>(std::move(source), clock);
}

}  // namespace holdfast::objectstore::s3
