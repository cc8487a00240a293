#include "registry/reseal.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "api/fields.h"
#include "registry/codec.h"
#include "registry/keys.h"
#include "registry/secret_values.h"

namespace holdfast::registry {
namespace {

constexpr std::size_t kPage = 500;
constexpr int kMostTries = 20;

class Resealing {
 public:
  Resealing(store::Store& store, const Sealer& sealer, os::Random& random)
      : store_(store), sealer_(sealer), random_(random) {}

  Status run(const std::string& prefix) {
    store::ListRequest request;
    request.prefix = prefix;
    request.limit = kPage;
    do {
      HF_ASSIGN(const store::Page page, store_.list(request));
      for (const store::Entry& entry : page.entries)
        HF_TRY(take(entry));
      request.start = page.next;
    } while (!request.start.empty());
    return {};
  }

  Resealed result() { return std::move(result_); }

 private:
  Status take(store::Entry entry) {
    for (int tries = 0; tries < kMostTries; ++tries) {
      auto bytes = resealed(entry);
      if (!bytes) {
        result_.closed.push_back(std::move(bytes).error().message);
        return {};
      }
      if (!*bytes) return {};
      HF_ASSIGN(const store::Outcome outcome,
                store_.commit({.conditions = {{.key = entry.key, .modified = entry.modified}},
                               .writes = {{.key = entry.key, .value = std::move(**bytes)}}}));
      if (outcome.committed) ++result_.secrets;
      if (outcome.committed || outcome.current.empty()) return {};  // done, or removed meanwhile
      entry = outcome.current.front();
    }
    return fail(Code::unavailable, "{} was changed all the time", entry.key);
  }

  // What is to be stored; nothing when it is as it should be.
  Result<std::optional<std::string>> resealed(const store::Entry& entry) {
    HF_ASSIGN(json::Value object, decode_stored(entry));
    const auto parts = parse_key(entry.key);
    const ObjectId id{.name_space = std::string(parts ? parts->name_space : ""),
                      .name = std::string(parts ? parts->name : "")};
    auto changed = reseal_values(object, id, sealer_, random_);
    if (!changed) return fail(changed.error().code, "{}/{}: {}", id.name_space, id.name, changed.error().message);
    if (!*changed) return std::optional<std::string>();
    object.get_object()["metadata"].get_object().erase("resourceVersion");
    return std::optional(json::to_string(object));
  }

  store::Store& store_;
  const Sealer& sealer_;
  os::Random& random_;
  Resealed result_;
};

}  // namespace

Result<Resealed> reseal_secrets(store::Store& store, const api::Kinds& kinds, const Sealer& sealer,
                                os::Random& random) {
  const api::Kind* secrets = kinds.find("", "v1", "secrets");
  if (secrets == nullptr) return fail(Code::internal, "there is no kind Secret");
  Resealing resealing(store, sealer, random);
  if (Status done = resealing.run(kind_prefix(*secrets)); !done)
    return in_context(std::move(done).error(), "seal the secrets with the newest key");
  return resealing.result();
}

}  // namespace holdfast::registry
