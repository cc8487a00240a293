// A store that can be switched off: every call fails then, as those of a store that is away do.
#pragma once

#include <atomic>

#include "store/store.h"

namespace holdfast::test {

class FailingStore final : public store::Store {
 public:
  explicit FailingStore(store::Store& store) : store_(store) {}

  std::atomic<bool> away{false};

  Result<store::Entry> get(const std::string& key) override {
    if (away) return gone();
    return store_.get(key);
  }
  Result<store::Page> list(const store::ListRequest& request) override {
    if (away) return gone();
    return store_.list(request);
  }
  Result<store::Revision> revision() override {
    if (away) return gone();
    return store_.revision();
  }
  Result<store::Outcome> commit(const store::Transaction& transaction) override {
    if (away) return gone();
    return store_.commit(transaction);
  }
  Result<store::Events> events(const store::EventRequest& request, Duration wait,
                               const std::stop_token& stop) override {
    if (away) return gone();
    return store_.events(request, wait, stop);
  }
  Result<store::LeaseId> grant(Duration ttl) override {
    if (away) return gone();
    return store_.grant(ttl);
  }
  Status keep_alive(store::LeaseId lease) override {
    if (away) return gone();
    return store_.keep_alive(lease);
  }
  Status revoke(store::LeaseId lease) override {
    if (away) return gone();
    return store_.revoke(lease);
  }
  Status compact(store::Revision through) override {
    if (away) return gone();
    return store_.compact(through);
  }
  Result<store::StoreHealth> health() override {
    if (away) return gone();
    return store_.health();
  }

 private:
  static tl::unexpected<Error> gone() {
    auto error = fail(Code::unavailable, "etcd at 10.1.2.3 does not answer");
    error.value().retryable = true;
    return error;
  }

  store::Store& store_;
};

}  // namespace holdfast::test
