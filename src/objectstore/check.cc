#include "objectstore/check.h"

#include <algorithm>

namespace holdfast::objectstore {
namespace {

constexpr std::size_t kProbeSize = 1024;  // bytes

// One run of the check. Steps are independent as far as possible: what does not need the probe object is tried without
// it.
class Check {
 public:
  Check(ObjectStore& store, const std::string& prefix, os::Random& random, const std::stop_token& stop)
      : store_(store),
        key_(fmt::format("{}{}{:016x}", prefix, kProbeName, random.next())),
        content_(kProbeSize),
        stop_(stop) {
    random.fill(content_);
  }

  // Takes the first probe that was left before `limit` for its own and removes the others, as far as that is possible.
  void take_over(const std::string& prefix, WallTime limit) {
    std::vector<std::string> left;
    const auto look = [&](const ObjectInfo& info) -> Status {
      if (info.modified < limit) left.push_back(info.key);
      return {};
    };
    // Not being able to list is told by the step of that name.
    if (!store_.list(prefix + std::string(kProbeName), look, stop_) || left.empty()) return;
    key_ = left.front();
    for (auto other = left.begin() + 1; other != left.end(); ++other) {
      if (!store_.remove(*other, stop_)) break;
    }
  }

  CheckReport run() {
    step("write", true, [this] { return write(); });
    step("head", true, [this] { return after_write([this] { return head(); }); });
    step("read", true, [this] { return after_write([this] { return read(); }); });
    step("list", true, [this] { return list(); });
    step("conditional write", false, [this] { return after_write([this] { return write_again(); }); });
    step("delete", true, [this] { return after_write([this] { return remove(); }); });
    // Not the caller's stop token: the probe goes away even when the check was stopped.
    if (maybe_there_ && !store_.remove(key_, std::stop_token())) report_.left_behind = key_;
    return std::move(report_);
  }

 private:
  template <class Try>
  void step(const char* name, bool required, const Try& attempt) {
    const Status done = attempt();
    CheckStep result{.name = name, .ok = done.has_value(), .required = required, .error = {}, .hint = {}};
    if (!done) {
      result.error = done.error().to_string();
      result.hint = done.error().hint;
    }
    report_.steps.push_back(std::move(result));
  }

  template <class Try>
  Status after_write(const Try& attempt) {
    if (!written_) return fail(Code::refused, "not tried: the probe object could not be written");
    return attempt();
  }

  Status write() {
    const auto stored = put_bytes(store_, key_, content_, {}, stop_);
    // Without a clear refusal the object may be there all the same (a lost reply): then it must be removed.
    maybe_there_ = stored || stored.error().code != Code::refused;
    if (!stored) return tl::unexpected<Error>(stored.error());
    written_ = true;
    return {};
  }

  Status head() {
    HF_ASSIGN(const auto info, store_.head(key_, stop_));
    if (info.size == content_.size()) return {};
    return fail(Code::corrupt, "{} has {} bytes after {} were written", key_, info.size, content_.size());
  }

  Status read() {
    HF_ASSIGN(const auto bytes, get_bytes(store_, key_, kProbeSize, stop_));
    if (bytes == content_) return {};
    return fail(Code::corrupt, "{} reads back different from what was written", key_);
  }

  Status list() {
    bool listed = false;
    const auto look = [&](const ObjectInfo& info) -> Status {
      listed = listed || info.key == key_;
      return {};
    };
    HF_TRY(store_.list(key_, look, stop_));
    if (listed || !written_) return {};
    return fail(Code::corrupt, "{} is not listed although it was written", key_);
  }

  Status write_again() {
    if (store_.features(stop_).conditional_put_limit < kProbeSize) {
      return with_hint(
          fail(Code::unsupported, "{} cannot refuse to replace an object that is already there", store_.describe()),
          "backups work; what is missing is the protection against two writers choosing the same name");
    }
    const auto stored = put_bytes(store_, key_, content_, {.only_if_absent = true}, stop_);
    if (stored) return fail(Code::corrupt, "{} was replaced although only its creation was asked for", key_);
    if (stored.error().code == Code::exists) return {};
    return tl::unexpected<Error>(stored.error());
  }

  Status remove() {
    HF_TRY(store_.remove(key_, stop_));
    maybe_there_ = false;
    const auto info = store_.head(key_, stop_);
    if (!info && info.error().code == Code::not_found) return {};
    if (!info) return tl::unexpected<Error>(info.error());
    return fail(Code::corrupt, "{} is still there after it was removed", key_);
  }

  ObjectStore& store_;
  std::string key_;
  Bytes content_;
  const std::stop_token& stop_;
  bool written_ = false;
  bool maybe_there_ = false;
  CheckReport report_;
};

}  // namespace

bool CheckReport::usable() const {
  return std::all_of(steps.begin(), steps.end(), [](const CheckStep& step) { return step.ok || !step.required; });
}

CheckReport check_store(ObjectStore& store, const std::string& prefix, os::Random& random, os::Clock& clock,
                        const std::stop_token& stop) {
  constexpr auto kLongestCheck = std::chrono::minutes(1);  // a younger probe may be in use by another check
  Check check(store, prefix, random, stop);
  check.take_over(prefix, clock.now() - kLongestCheck);
  return check.run();
}

}  // namespace holdfast::objectstore
