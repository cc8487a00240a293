// What every resource store must do, whoever implements it: one suite, run against each of them. A new store adds a
// harness and an INSTANTIATE_TEST_SUITE_P.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "store/store.h"

namespace holdfast::test {

// A store, empty at first.
class ResourceStoreHarness {
 public:
  virtual ~ResourceStoreHarness() = default;
  virtual store::Store& store() = 0;
  // Closes the store and opens it again, as after a restart of the server.
  virtual void reopen() = 0;
  // Lets so much time pass for leases.
  virtual void let_pass(Duration duration) = 0;
  // How long a lease must be left alone until it has ended for sure: longer than its ttl by the store's own slowness.
  virtual Duration surely_after(Duration ttl) const = 0;
  // Random histories to run.
  virtual int histories() const = 0;
};

struct ResourceStoreKind {
  std::string name;
  std::function<std::unique_ptr<ResourceStoreHarness>()> make;
};

inline void PrintTo(const ResourceStoreKind& kind, std::ostream* out) {
  *out << kind.name;
}

std::string resource_store_name(const ::testing::TestParamInfo<ResourceStoreKind>& info);

class StoreContract : public ::testing::TestWithParam<ResourceStoreKind> {
 protected:
  StoreContract() : harness_(GetParam().make()) {}

  store::Store& store() { return harness_->store(); }

  // Shorthands that fail the test when the call fails.
  store::Revision put(const std::string& key, const std::string& value, store::LeaseId lease = 0);
  store::Revision remove(const std::string& key);
  store::Outcome commit(const store::Transaction& transaction);
  store::Page list(const store::ListRequest& request);
  store::Revision revision();
  store::Events events(const store::EventRequest& request, Duration wait = {});
  // Asks again and again until `count` events are together (or the time is up, which fails the test).
  store::Events follow(const store::EventRequest& request, std::size_t count);
  std::string value(const std::string& key);  // "(none)" when there is no such key

  const std::unique_ptr<ResourceStoreHarness> harness_;
  const std::stop_token no_stop_;
};

// "a=1 b=2": what a list holds.
std::string shown(const std::vector<store::Entry>& entries);
// "+a=1 *a=2(1) -a(2)": made, changed and removed, with what was there before.
std::string shown(const store::Events& events);

template <class T>
T must(Result<T> result) {
  EXPECT_TRUE(result) << result.error().to_string();
  return result ? std::move(*result) : T{};
}
inline void must(const Status& status) {
  EXPECT_TRUE(status) << status.error().to_string();
}

}  // namespace holdfast::test
