#include "fault_proxy.h"

#include <strings.h>

namespace holdfast::test {
namespace {

bool is(const std::string& name, const char* other) {
  return ::strcasecmp(name.c_str(), other) == 0;
}

bool matches(const PlannedFault& fault, const std::string& method, const std::string& target) {
  return fault.method == method && target.find(fault.in_target) != std::string::npos;
}

http::TransportOptions direct() {
  http::TransportOptions options;
  options.proxy = "";
  return options;
}

}  // namespace

FaultProxy::FaultProxy(std::string server)
    : server_(std::move(server)), transport_(http::make_curl_transport(direct())) {
  proxy_.handle([this](const HttpRequest& request) { return answer(request); });
}

void FaultProxy::plan(PlannedFault fault) {
  const std::lock_guard guard(mutex_);
  faults_.push_back({.fault = std::move(fault)});
}

std::vector<std::string> FaultProxy::unreached() const {
  const std::lock_guard guard(mutex_);
  std::vector<std::string> missing;
  for (const Counted& one : faults_) {
    if (one.seen >= one.fault.nth) continue;
    missing.push_back(
        fmt::format("{} {} number {}, seen {}", one.fault.method, one.fault.in_target, one.fault.nth, one.seen));
  }
  return missing;
}

int FaultProxy::requests(const std::string& method, const std::string& in_target) const {
  int count = 0;
  for (const HttpRequest& request : proxy_.requests()) {
    if (request.method == method && request.target.find(in_target) != std::string::npos) ++count;
  }
  return count;
}

HttpReply FaultProxy::answer(const HttpRequest& request) {
  std::optional<PlannedFault> due;
  {
    const std::lock_guard guard(mutex_);
    for (Counted& one : faults_) {
      if (!matches(one.fault, request.method, request.target)) continue;
      ++one.seen;
      if (one.seen == one.fault.nth || (one.fault.also_later && one.seen > one.fault.nth)) due = one.fault;
    }
  }
  if (!due) return forward(request);
  // A broken answer keeps the real one's content: "reset in the middle of the body" needs a body.
  if (due->carried_out) {
    HttpReply real = forward(request);
    real.fault = due->reply.fault;
    real.fault_after = due->reply.fault_after;
    return real;
  }
  return due->reply;
}

HttpReply FaultProxy::forward(const HttpRequest& request) {
  http::Request to{.method = request.method, .url = server_ + request.target, .body = as_bytes(request.body)};
  for (const auto& [name, value] : request.headers) {
    if (!is(name, "Content-Length") && !is(name, "Connection")) to.headers.push_back({name, value});
  }
  const auto got = transport_->send(to, 64 * kMiB, {});
  if (!got) return {.status = 599, .body = got.error().to_string()};
  HttpReply reply{.status = got->head.status, .body = std::string(as_text(got->body))};
  for (const http::Header& header : got->head.headers) {
    if (is(header.name, "Content-Length")) {
      if (request.method == "HEAD") reply.content_length = std::stoull(header.value);
    } else if (!is(header.name, "Connection") && !is(header.name, "Transfer-Encoding")) {
      reply.headers.emplace_back(header.name, header.value);
    }
  }
  return reply;
}

}  // namespace holdfast::test
