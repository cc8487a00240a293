// A store in front of a real one that is gone after some commits: what a server that is killed leaves behind.
#pragma once

#include <functional>

#include "support/forwarding_store.h"

namespace holdfast::test {

class DyingStore final : public ForwardingStore {
 public:
  // `inner` must outlive it.
  DyingStore(store::Store& inner, int commits) : ForwardingStore(inner), left_(commits) {}

  std::function<void()> before_commit = [] {};
  std::function<void(const store::ListRequest&)> before_list = [](const store::ListRequest&) {};

  Result<store::Page> list(const store::ListRequest& request) override {
    before_list(request);
    return ForwardingStore::list(request);
  }
  Result<store::Outcome> commit(const store::Transaction& transaction) override {
    before_commit();
    if (left_ == 0) return fail(Code::unavailable, "the store is gone");
    --left_;
    return ForwardingStore::commit(transaction);
  }

 private:
  int left_;
};

}  // namespace holdfast::test
