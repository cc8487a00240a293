// Private to http_server.cc: which requests must come, what is answered, and what went against the script. Not thread
// safe.
#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "support/http_server.h"

namespace holdfast::test {

class HttpScript {
 public:
  explicit HttpScript(bool any_order) : any_order_(any_order) {}

  void expect(Exchange exchange) { entries_.push_back({std::move(exchange)}); }
  void handle(std::function<HttpReply(const HttpRequest&)> handler) { handler_ = std::move(handler); }
  void complain(std::string what) { complaints_.push_back(std::move(what)); }

  // Called with the head of a request: the exchange it belongs to, which is used up by this; null when there is none.
  // The pointer stays valid.
  const Exchange* begin(const HttpRequest& head);
  // Called with the complete request and what begin() gave: checks it, and says what to answer.
  HttpReply finish(const Exchange* exchange, const HttpRequest& request);

  std::vector<std::string> complaints() const;

 private:
  struct Entry {
    Exchange exchange;
    bool used = false;
  };
  void check(const Exchange& exchange, const HttpRequest& request);

  const bool any_order_;
  std::deque<Entry> entries_;  // a deque: begin() gives out pointers
  std::function<HttpReply(const HttpRequest&)> handler_;
  std::vector<std::string> complaints_;
};

}  // namespace holdfast::test
