// Stands between a store and the real S3 server, and breaks chosen requests: what is left on the server afterwards is
// real.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "http/transport.h"
#include "support/http_server.h"

namespace holdfast::test {

// An S3 error document, as a server under a planned fault answers.
inline HttpReply s3_error(int status, const std::string& code, HeaderList headers = {}) {
  headers.emplace_back("Content-Type", "application/xml");
  return {.status = status,
          .headers = std::move(headers),
          .body = "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>planned</Message></Error>"};
}

// The `nth` request (1 is the first) with this method and this text in its target gets `reply`.
struct PlannedFault {
  std::string method;
  std::string in_target;
  int nth = 1;
  HttpReply reply;
  bool carried_out = false;  // the server gets the request all the same: only its answer is lost
  bool also_later = false;   // and so do all later ones
};

// Safe for any thread.
class FaultProxy {
 public:
  // `server`: "http://127.0.0.1:41234".
  explicit FaultProxy(std::string server);

  void plan(PlannedFault fault);
  std::string url() const { return proxy_.url(); }
  std::vector<std::string> unreached() const;  // planned faults that did not happen
  int requests(const std::string& method, const std::string& in_target) const;

 private:
  struct Counted {
    PlannedFault fault;
    int seen = 0;
  };
  HttpReply answer(const HttpRequest& request);
  HttpReply forward(const HttpRequest& request);

  const std::string server_;
  const std::unique_ptr<http::Transport> transport_;
  mutable std::mutex mutex_;
  std::vector<Counted> faults_;  // protected by mutex_
  HttpServer proxy_;             // last: its threads use everything above
};

}  // namespace holdfast::test
