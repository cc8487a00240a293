// A store for tests of races: it says each step before it does it, so that a test can let something else happen there,
// and it keeps conditions as poorly as it is told to.
#pragma once

#include <functional>
#include <limits>
#include <string>
#include <utility>

#include "objectstore/object_store.h"

namespace holdfast::test {

class RacingStore final : public objectstore::ObjectStore {
 public:
  // Called before each step, on the thread that takes it: "head KEY", "get KEY", "list KEY", "remove KEY", and for a
  // put of more than the limit "look KEY" (only with avoid_replacing) and "visible KEY", else "put KEY".
  using Step = std::function<void(const std::string& step)>;

  // Conditions hold for puts of at most `conditional_limit` bytes, as in Ceph. `inner` must outlive the store.
  RacingStore(objectstore::ObjectStore& inner, std::uint64_t conditional_limit, Step before = {})
      : inner_(inner), limit_(conditional_limit), before_(std::move(before)) {}

  Result<objectstore::ObjectInfo> put(const std::string& key, ByteSource& source,
                                      const objectstore::PutOptions& options, const std::stop_token& stop) override {
    const bool small = options.size_limit.value_or(limit_ + 1) <= limit_;
    objectstore::PutOptions inner = options;
    HF_ASSIGN(const Bytes bytes, read_all(source, std::numeric_limits<std::size_t>::max()));
    if (!small && options.avoid_replacing) {
      step("look", key);
      if (inner_.head(key, stop)) return fail(Code::exists, "{} is already there", key);
      inner.avoid_replacing = false;
    }
    step(small ? "put" : "visible", key);
    return objectstore::put_bytes(inner_, key, bytes, inner, stop);
  }
  Result<Opened> get(const std::string& key, const objectstore::ByteRange& range,
                     const std::stop_token& stop) override {
    step("get", key);
    return inner_.get(key, range, stop);
  }
  Result<objectstore::ObjectInfo> head(const std::string& key, const std::stop_token& stop) override {
    step("head", key);
    return inner_.head(key, stop);
  }
  Status list(const std::string& prefix, const Visitor& visit, const std::stop_token& stop) override {
    step("list", prefix);
    return inner_.list(prefix, visit, stop);
  }
  Status remove(const std::string& key, const std::stop_token& stop) override {
    step("remove", key);
    return inner_.remove(key, stop);
  }
  objectstore::Features features(const std::stop_token& stop) const override {
    objectstore::Features features = inner_.features(stop);
    features.conditional_put = false;
    features.conditional_put_limit = limit_;
    return features;
  }
  std::string describe() const override { return inner_.describe(); }

 private:
  void step(const char* what, const std::string& key) {
    if (before_) before_(std::string(what) + " " + key);
  }

  objectstore::ObjectStore& inner_;
  const std::uint64_t limit_;
  const Step before_;
};

}  // namespace holdfast::test
