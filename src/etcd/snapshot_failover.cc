#include "etcd/snapshot_failover.h"

#include <memory>

#include <fmt/ranges.h>

namespace holdfast::etcd {
namespace {

// Passes reads through and remembers whether it was the stream that failed, so that a failing disk is not blamed on
// etcd.
class ObservedStream final : public SnapshotStream {
 public:
  explicit ObservedStream(SnapshotStream& inner) : inner_(inner) {}

  Result<std::size_t> read(ByteSpan into) override {
    Result<std::size_t> count = inner_.read(into);
    if (!count) failed_ = true;
    return count;
  }
  std::uint64_t database_size() const override { return inner_.database_size(); }
  const std::string& storage_version() const override { return inner_.storage_version(); }
  const std::string& endpoint() const override { return inner_.endpoint(); }
  const Sha256Digest& database_digest() const override { return inner_.database_digest(); }
  const Sha256Digest& file_digest() const override { return inner_.file_digest(); }

  bool failed() const { return failed_; }

 private:
  SnapshotStream& inner_;
  bool failed_ = false;
};

struct AttemptResult {
  Status status;
  bool worth_another_member = false;
};

AttemptResult try_member(const OpenSnapshot& open, const Candidate& candidate, const SnapshotAttempt& attempt) {
  auto stream = open(candidate);
  if (!stream) return {tl::unexpected<Error>(std::move(stream).error()), true};
  ObservedStream observed(**stream);
  Status status = attempt(observed, candidate);
  const bool again = !status && (observed.failed() || status.error().code == Code::corrupt);
  return {std::move(status), again};
}

tl::unexpected<Error> nobody_left(const Choice& choice, const std::vector<std::string>& failures, const Error* last,
                                  bool retryable) {
  std::vector<std::string> reasons = failures;
  reasons.insert(reasons.end(), choice.rejected.begin(), choice.rejected.end());
  if (reasons.empty()) reasons.emplace_back("no endpoint answered");
  Error error;
  error.code = last != nullptr ? last->code : Code::unavailable;
  error.message = fmt::format("no member gave a whole snapshot: {}", fmt::join(reasons, "; "));
  error.hint = last != nullptr ? last->hint : "check that the endpoints are right and that a voting member is healthy";
  error.retryable = last == nullptr || retryable;
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace

Result<FailoverOutcome> snapshot_with_failover(Client& client, const Choice& choice, const SnapshotAttempt& attempt,
                                               const std::stop_token& stop, const std::function<bool()>& elsewhere) {
  const auto open = [&](const Candidate& candidate) { return client.snapshot(candidate.status.endpoint, stop); };
  return snapshot_with_failover(open, choice, attempt, stop, elsewhere);
}

Result<FailoverOutcome> snapshot_with_failover(const OpenSnapshot& open, const Choice& choice,
                                               const SnapshotAttempt& attempt, const std::stop_token& stop,
                                               const std::function<bool()>& elsewhere) {
  std::vector<std::string> failures;
  Error last;
  bool retryable = false;
  for (const Candidate& candidate : choice.candidates) {
    if (stop.stop_requested()) return fail(Code::cancelled, "stopped before a member gave a whole snapshot");
    AttemptResult result = try_member(open, candidate, attempt);
    if (result.status) return FailoverOutcome{candidate, std::move(failures)};
    last = std::move(result.status).error();
    const bool useless = !result.worth_another_member || (elsewhere && !elsewhere());
    if (useless || last.code == Code::cancelled) return tl::unexpected<Error>(std::move(last));
    retryable = retryable || last.retryable;
    failures.push_back(reason_at(candidate.status.endpoint, last));
  }
  return nobody_left(choice, failures, choice.candidates.empty() ? nullptr : &last, retryable);
}

}  // namespace holdfast::etcd
