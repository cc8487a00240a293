// Does this server keep "only if absent"? Some ignore the condition, some know it for small objects only. Private to
// s3/.
#pragma once

#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "objectstore/s3/client.h"

namespace holdfast::objectstore::s3 {

// Answers from the configuration, from who the server is, or from one trial with a probe object; then remembers. Safe
// for any thread. A trial that could not be carried out (no right, no connection) counts as no, and is not remembered
// when it may turn out otherwise later.
class ConditionalSupport {
 public:
  explicit ConditionalSupport(Client& client) : client_(client) {}

  // For objects sent in one request (PutObject), and in parts (CompleteMultipartUpload).
  bool for_one_request(const std::stop_token& stop);
  bool for_parts(const std::stop_token& stop);

 private:
  // True and false are facts about the server; empty: could not be found out.
  std::optional<bool> configured() const;
  std::optional<bool> try_one_request(const std::stop_token& stop);
  std::optional<bool> try_parts(const std::stop_token& stop);
  std::optional<bool> complete_onto_existing(const std::string& upload_id, const std::stop_token& stop);
  Answer put_probe(const std::stop_token& stop);
  void remove_probe();

  Client& client_;
  std::mutex mutex_;  // held during a trial: nobody else should begin one
  std::optional<bool> one_request_;
  std::optional<bool> parts_;
  std::string probe_key_;
};

}  // namespace holdfast::objectstore::s3
