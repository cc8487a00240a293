// A store in front of another one, for tests that change what some of its calls do.
#pragma once

#include "store/store.h"

namespace holdfast::test {

class ForwardingStore : public store::Store {
 public:
  // `inner` must outlive it.
  explicit ForwardingStore(store::Store& inner) : inner_(inner) {}

  Result<store::Entry> get(const std::string& key) override { return inner_.get(key); }
  Result<store::Page> list(const store::ListRequest& request) override { return inner_.list(request); }
  Result<store::Revision> revision() override { return inner_.revision(); }
  Result<store::Outcome> commit(const store::Transaction& transaction) override { return inner_.commit(transaction); }
  Result<store::Events> events(const store::EventRequest& request, Duration wait,
                               const std::stop_token& stop) override {
    return inner_.events(request, wait, stop);
  }
  Result<store::LeaseId> grant(Duration ttl) override { return inner_.grant(ttl); }
  Status keep_alive(store::LeaseId lease) override { return inner_.keep_alive(lease); }
  Status revoke(store::LeaseId lease) override { return inner_.revoke(lease); }
  Status compact(store::Revision through) override { return inner_.compact(through); }
  Result<store::StoreHealth> health() override { return inner_.health(); }

 private:
  store::Store& inner_;
};

}  // namespace holdfast::test
