// Sends requests to one bucket: signs them, retries what is worth it, explains what fails. Private to s3/.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "http/transport.h"
#include "objectstore/s3/config.h"
#include "objectstore/s3/credentials.h"
#include "objectstore/s3/endpoint.h"
#include "objectstore/s3/failure.h"
#include "objectstore/s3/sigv4.h"
#include "os/clock.h"
#include "os/random.h"

namespace holdfast::objectstore::s3 {

struct Call {
  Operation operation = Operation::get_object;
  std::string method = "GET";
  std::string key;  // empty: the bucket itself
  QueryParameters query;
  std::vector<http::Header> headers;
  ByteView body;
  std::string payload_sha256;      // of the body, when the caller knows it already; or kUnsignedPayload
  bool if_absent = false;          // send If-None-Match: *
  std::size_t reply_limit = kMiB;  // bytes of a successful answer's body
  bool clean_up = false;           // to be given up soon: the caller was stopped, or has failed already
};

using Answer = tl::expected<http::Response, Failure>;

// Takes a successful answer while it arrives. An error ends the transfer.
struct Receiver {
  std::function<Status(const http::ResponseHead&)> on_head;
  http::BodyReceiver on_body;
};

// Counted since the store was made.
struct Traffic {
  std::uint64_t requests = 0;  // attempts, retries included
  std::uint64_t retries = 0;
};

// Safe for any thread.
class Client {
 public:
  // Everything but `endpoint` must outlive the client.
  Client(const Config& config, Endpoint endpoint, http::Transport& transport, CredentialProvider& credentials,
         os::Clock& clock, os::Random& random);

  // Sends until there is a success (2xx), a failure not worth another attempt, or the retry policy has had enough. When
  // an earlier attempt may have been carried out, so says the last one's Failure::maybe_done.
  Answer call(const Call& call, const std::stop_token& stop);

  // One attempt; the body of a success goes to the receiver.
  Answer attempt(const Call& call, const Receiver& receiver, const std::stop_token& stop);

  // Waits before another attempt; false when there should be none. Warns once when nothing came for a while.
  bool wait_before_retry(Retrier& retrier, const Call& call, const Failure& failure, const std::stop_token& stop);
  Retrier make_retrier(const Call& call);

  const Config& config() const { return config_; }
  const Endpoint& endpoint() const { return endpoint_; }
  os::Clock& clock() { return clock_; }
  os::Random& random() { return random_; }
  std::string place() const { return "s3://" + endpoint_.bucket(); }
  Traffic traffic() const;

 private:
  struct Once {
    bool region_followed = false;
    bool credentials_renewed = false;
  };
  // `payload_sha256`: of the body, computed once for all attempts.
  Answer attempt_hashed(const Call& call, const std::string& payload_sha256, const Receiver* receiver,
                        const std::stop_token& stop);
  Answer send_signed(const Call& call, const std::string& payload_sha256, const Credentials& credentials,
                     const Receiver* receiver, const std::stop_token& stop);
  // Something was learnt that makes another attempt sensible at once: the right region, fresh credentials.
  bool learnt(const Failure& failure, Once& once);
  std::string region() const;

  const Config& config_;
  const Endpoint endpoint_;
  http::Transport& transport_;
  CredentialProvider& credentials_;
  os::Clock& clock_;
  os::Random& random_;

  mutable std::mutex mutex_;
  std::string region_;  // protected by mutex_; changes when the server names another one and none was configured
  std::atomic<std::uint64_t> requests_{0};
  std::atomic<std::uint64_t> retries_{0};
  std::atomic<bool> told_of_waiting_{false};  // once is enough
};

}  // namespace holdfast::objectstore::s3
