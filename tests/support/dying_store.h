// A store in front of a real one that is gone after some commits: what a server that is killed leaves behind.
#pragma once

#include <functional>

#include "store/store.h"

namespace holdfast::test {

class DyingStore final : public store::Store {
 public:
  // `inner` must outlive it.
  DyingStore(store::Store& inner, int commits) : inner_(inner), left_(commits) {}

  std::function<void()> before_commit = [] {};
  std::function<void(const store::ListRequest&)> before_list = [](const store::ListRequest&) {};

  Result<store::Entry> get(const std::string& key) override { return inner_.get(key); }
  Result<store::Page> list(const store::ListRequest& request) override {
    before_list(request);
    return inner_.list(request);
  }
  Result<store::Revision> revision() override { return inner_.revision(); }
  Result<store::Outcome> commit(const store::Transaction& transaction) override {
    before_commit();
    if (left_ == 0) return fail(Code::unavailable, "the store is gone");
    --left_;
    return inner_.commit(transaction);
  }
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
  int left_;
};

}  // namespace holdfast::test
