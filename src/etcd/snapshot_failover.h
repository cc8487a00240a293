// Goes from member to member until one gives a whole snapshot.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "etcd/client.h"
#include "etcd/member_choice.h"

namespace holdfast::etcd {

// Takes the stream from its first byte to its clean end; called again, from the start, for the next member. Whatever an
// earlier call produced must be thrown away by the caller. The stream lives only during the call.
using SnapshotAttempt = std::function<Status(SnapshotStream& stream, const Candidate& candidate)>;

// How a candidate's stream is opened.
using OpenSnapshot = std::function<Result<std::unique_ptr<SnapshotStream>>(const Candidate& candidate)>;

struct FailoverOutcome {
  Candidate candidate;                // who gave the snapshot
  std::vector<std::string> failures;  // who was tried before and why it failed, one line per endpoint
};

// Tries the candidates in order. The next one is asked when opening or reading the stream failed, or when the attempt
// itself found the content corrupt; any other failure of the attempt (a full disk, a bucket) is returned as it is,
// since another member would not help, and so is one after which `elsewhere` says false. Code::cancelled ends it at
// once. When nobody is left, one error names every endpoint and its reason; its code is the last failure's, and it is
// retryable when any of them was.
Result<FailoverOutcome> snapshot_with_failover(const OpenSnapshot& open, const Choice& choice,
                                               const SnapshotAttempt& attempt, const std::stop_token& stop,
                                               const std::function<bool()>& elsewhere = {});
// The same with `client`'s own streams.
Result<FailoverOutcome> snapshot_with_failover(Client& client, const Choice& choice, const SnapshotAttempt& attempt,
                                               const std::stop_token& stop,
                                               const std::function<bool()>& elsewhere = {});

}  // namespace holdfast::etcd
