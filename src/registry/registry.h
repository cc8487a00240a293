// The resources: everything a person can set or see, in the store, under the rules of the API. The server and the
// reconcilers both go through here, so that nothing gets in that a client could not have written.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/kind.h"
#include "api/rules.h"
#include "api/select/watch_transition.h"
#include "api/status.h"
#include "model/json.h"
#include "os/clock.h"
#include "os/random.h"
#include "registry/admission.h"
#include "registry/codec.h"
#include "registry/keys.h"
#include "store/store.h"

namespace holdfast::registry {

// An object that may be written: pruned already (api/object.h).
struct WriteOptions {
  std::string manager = "holdfast";
  std::string subresource;  // "status" or empty
  bool dry_run = false;
  bool by_server = false;   // our own controllers
  bool applied = false;     // the object comes from server-side apply, with its managedFields
  json::Value status = {};  // what the server says of a new object at once; null: nothing
  std::function<bool(std::string_view project)> may_know = {};  // api::RuleInput
  // Only while this key of the store (a claim, say) is as it was read; 409 with reason ClaimLost otherwise, and nothing
  // changes. A change that would change nothing does not ask.
  std::optional<store::Condition> only_while;
};
constexpr std::string_view kClaimLost = "ClaimLost";

struct Written {
  json::Value object;  // as it is now, or, of a dry run, would be; secret values hidden
  bool created = false;
  bool removed = false;  // the last finalizer went from an object that was being deleted
  std::vector<std::string> warnings;
};

struct ListQuery {
  std::string name_space;  // empty: all
  api::Selectors selectors;
  std::size_t limit = 0;         // 0: all
  std::string after;             // key after which to go on, from ListEnd::next
  store::Revision revision = 0;  // 0: now
};
struct ListEnd {
  store::Revision revision = 0;
  std::string next;                        // empty: that was all
  std::optional<std::uint64_t> remaining;  // after this page; not known with selectors
};

struct DeleteOptions {
  std::string uid;               // must be this one, when given
  std::string resource_version;  // the same
  bool dry_run = false;
  bool emptied = false;  // of a Namespace: nothing is in it any more; without, it only begins to go
  std::optional<store::Condition> only_while;  // as WriteOptions has it
  // Asked about the object that would go, in one step with the removal: nothing, or what is answered instead. Not about
  // one that is going already.
  std::function<std::optional<api::ApiError>(const json::Value& object)> objection;
};
struct Deleted {
  json::Value object;    // as it was last, or with its time of deletion when it waits for finalizers
  bool removed = false;  // it is gone
};

// An object of a list, decoded when somebody asks for it. For the time of the visit.
class Listed {
 public:
  // `object`: when it is decoded already; null: not yet.
  Listed(const api::Kind& kind, const store::Entry& entry, json::Value* object)
      : kind_(kind), entry_(entry), object_(object) {}

  const std::string& key() const { return entry_.key; }
  store::Revision modified() const { return entry_.modified; }  // as long as this is the same, the object is
  api::ApiResult<json::Value> take() const;                     // once
  // The same for who looks at these members only; it may have more.
  api::ApiResult<json::Value> take(const json::Excerpt& excerpt) const;

 private:
  const api::Kind& kind_;
  const store::Entry& entry_;
  json::Value* object_;
};

// Safe for any thread. Store, kinds, clock and random outlive it.
class Registry {
 public:
  struct Parts {
    store::Store& store;
    const api::Kinds& kinds;
    const Sealer& sealer;
    os::Clock& clock;
    os::Random& random;
    api::RuleHooks hooks;
  };
  explicit Registry(Parts parts) : parts_(std::move(parts)) {}

  const api::Kinds& kinds() const { return parts_.kinds; }
  store::Store& store() { return parts_.store; }

  // 404 when there is none.
  api::ApiResult<json::Value> get(const api::Kind& kind, const ObjectId& id);
  // Calls `visit` with every object, by namespace and name. The objects and copies of them are for the calling thread
  // (json::Memory::one_piece). 410 when `revision` is no longer kept; 504 when it was never reached.
  using Visitor = std::function<void(json::Value object)>;
  api::ApiResult<ListEnd> list(const api::Kind& kind, const ListQuery& query, const Visitor& visit);
  // The same for who does not need every object.
  using ListedVisitor = std::function<api::ApiResult<void>(const Listed& object)>;
  api::ApiResult<ListEnd> list_undecoded(const api::Kind& kind, const ListQuery& query, const ListedVisitor& visit);

  // 404 or 403 when the namespace is not there or is going; 409 when the name is taken.
  api::ApiResult<Written> create(const api::Kind& kind, std::string_view name_space, json::Value object,
                                 const WriteOptions& options);

  // Calls `change` with the object as it is and stores what it returns, again when somebody else was faster. The result
  // of `change` may carry metadata.resourceVersion as a precondition.
  using Change = std::function<api::ApiResult<json::Value>(const json::Value& before)>;
  api::ApiResult<Written> update(const api::Kind& kind, const ObjectId& id, const Change& change,
                                 const WriteOptions& options);

  api::ApiResult<Deleted> remove(const api::Kind& kind, const ObjectId& id, const DeleteOptions& options);

  // The values of a Secret, for those who work with them. Code::not_found when there is none.
  Result<std::map<std::string, Secret>> secret_values(const ObjectId& id);

  std::string now();  // RFC 3339

 private:
  api::ApiResult<Current> current(const api::Kind& kind, const ObjectId& id);
  api::ApiResult<void> check_namespace(const api::Kind& kind, std::string_view name_space, const json::Value& object);
  api::ApiResult<api::RuleOutcome> check_rules(const api::Kind& kind, const json::Value& object,
                                               const json::Value* before, const WriteOptions& options);
  // When an object was last made whose name others depend on (api::RuleOutcome).
  api::ApiResult<store::Revision> keys_changed();
  // Stores a new object while what the rules let it in by still holds: `keys` is what keys_changed() said before.
  struct Added {
    std::optional<store::Revision> revision;
    bool taken = false;  // by another object of its name; neither: to be judged again
  };
  api::ApiResult<Added> add(const std::string& key, std::string bytes, const api::RuleOutcome& rules,
                            store::Revision keys, const std::optional<store::Condition>& only_while);
  // One try; nothing when somebody else was faster.
  api::ApiResult<std::optional<Written>> try_update(const api::Kind& kind, const ObjectId& id, const Change& change,
                                                    const WriteOptions& options);
  api::ApiResult<std::optional<Deleted>> try_remove(const api::Kind& kind, const ObjectId& id,
                                                    const DeleteOptions& options);
  // Stores bytes (none: removes) under the condition that the entry is as it was read; nothing when it is not.
  api::ApiResult<std::optional<store::Revision>> replace(const std::string& key, store::Revision read,
                                                         std::optional<std::string> bytes,
                                                         const std::optional<store::Condition>& only_while = {});

  Parts parts_;
};

}  // namespace holdfast::registry
