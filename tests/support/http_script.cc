#include "support/http_script.h"

#include <algorithm>

#include <fmt/core.h>

namespace holdfast::test {
namespace {

// No client of ours tries this one again.
constexpr int kNotInTheScript = 418;

std::string line(const std::string& method, const std::string& target) {
  return method + " " + target;
}

}  // namespace

const Exchange* HttpScript::begin(const HttpRequest& head) {
  for (Entry& entry : entries_) {
    if (entry.used) continue;
    if (entry.exchange.method == head.method && entry.exchange.target == head.target) {
      entry.used = true;
      return &entry.exchange;
    }
    if (any_order_) continue;
    complain(fmt::format("expected {}, got {}", line(entry.exchange.method, entry.exchange.target),
                         line(head.method, head.target)));
    return nullptr;
  }
  if (!handler_) complain("not in the script: " + line(head.method, head.target));
  return nullptr;
}

HttpReply HttpScript::finish(const Exchange* exchange, const HttpRequest& request) {
  if (exchange != nullptr) {
    check(*exchange, request);
    return exchange->reply;
  }
  return handler_ ? handler_(request) : HttpReply{.status = kNotInTheScript};
}

void HttpScript::check(const Exchange& exchange, const HttpRequest& request) {
  const std::string name = line(exchange.method, exchange.target);
  for (const auto& [header, value] : exchange.headers) {
    const auto got = request.header(header);
    if (got != value)
      complain(fmt::format("{}: header {} is '{}', not '{}'", name, header, got.value_or("(absent)"), value));
  }
  for (const std::string& header : exchange.absent_headers) {
    if (request.header(header)) complain(fmt::format("{}: header {} must not be there", name, header));
  }
  if (exchange.body && *exchange.body != request.body) {
    complain(fmt::format("{}: the body of {} bytes is not the expected one of {}", name, request.body.size(),
                         exchange.body->size()));
  }
  if (!exchange.check) return;
  if (const std::string wrong = exchange.check(request); !wrong.empty()) complain(name + ": " + wrong);
}

std::vector<std::string> HttpScript::complaints() const {
  std::vector<std::string> all = complaints_;
  for (const Entry& entry : entries_) {
    if (!entry.used) all.push_back("never came: " + line(entry.exchange.method, entry.exchange.target));
  }
  return all;
}

}  // namespace holdfast::test
