#include "server/launchers.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "server/body.h"
#include "server/launcher_credentials.h"
#include "server/launcher_registration.h"
#include "server/read.h"
#include "server/write.h"

#include "api/fields.h"
#include "api/patch/unprocessable.h"
#include "api/rules.h"
#include "registry/codec.h"

namespace holdfast::server {
namespace {

constexpr int kMostTries = 10;

// A Launcher as it lies in the store, with its resourceVersion; null: there is none.
api::ApiResult<json::Value> stored_launcher(Call& call) {
  const auto entry = call.backend.registry.store().get(registry::object_key(call.kind(), call.id()));
  if (!entry && entry.error().code == Code::not_found) return json::Value();
  if (!entry) return tl::unexpected(api::internal_error(entry.error()));
  auto object = registry::decode_stored(*entry);
  if (!object) return tl::unexpected(api::internal_error(object.error()));
  return std::move(*object);
}

const api::Kind& kind_named(const Call& call, std::string_view group, std::string_view plural) {
  return *call.backend.registry.kinds().find(group, "v1", plural);
}

registry::WriteOptions server_writes(bool dry_run, std::string_view subresource) {
  registry::WriteOptions options;
  options.by_server = true;
  options.dry_run = dry_run;
  options.subresource = std::string(subresource);
  return options;
}

// 409 when it is no longer as it was read.
api::ApiResult<registry::Written> replace(Call& call, const json::Value& object, std::string_view subresource) {
  return call.backend.registry.update(
      call.kind(), call.id(), [&](const json::Value&) -> api::ApiResult<json::Value> { return object; },
      server_writes(call.dry_run, subresource));
}

bool was_too_slow(const api::ApiError& error) {
  return error.code == 409;
}

api::ApiError not_for_it(const Call& call, std::string why) {
  return api::forbidden(call.kind(), call.action.name, std::move(why));
}

// --- the next credential

api::ApiResult<json::Value> with_next_credential(Call& call, const std::string& sha256) {
  auto launcher = stored_launcher(call);
  if (!launcher) return launcher;
  const WallTime now = call.backend.clock.now();
  const LauncherCredentials all = read_credentials(*launcher);
  const auto index = find_credential(all, call.user.launcher->sha256, now);
  if (!index) return tl::unexpected(api::unauthorized());
  const LauncherCredentials next = after_renewal(all, *index, sha256, now);
  json::Object& status = launcher->get_object()["status"].get_object();
  status["credentials"] = credentials_as_json(next);
  status["credentialExpirationTime"] = format_time(next.back().expires);
  auto written = replace(call, *launcher, "status");
  if (!written) return tl::unexpected(std::move(written).error());
  return std::move(written->object);
}

Answer renew(Call& call, const LauncherRegistration& wanted) {
  for (int tries = 1;; ++tries) {
    const auto launcher = with_next_credential(call, wanted.sha256);
    if (launcher) return object_answer(call, 200, *launcher);
    if (!was_too_slow(launcher.error()) || tries == kMostTries) return tl::unexpected(launcher.error());
  }
}

// --- registration

api::ApiResult<std::vector<json::Value>> seeds(Call& call) {
  std::vector<json::Value> all;
  const auto end = call.backend.registry.list(kind_named(call, "kubermatic.k8c.io", "seeds"), {},
                                              [&](json::Value seed) { all.push_back(std::move(seed)); });
  if (!end) return tl::unexpected(end.error());
  return all;
}

// Is the token for launchers of this cluster?
api::ApiResult<void> check_place(Call& call, const json::Value& token, const std::string& cluster) {
  const std::string_view only = api::text_at(token, {"spec", "join", "cluster"});
  if (!only.empty() && only != cluster)
    return tl::unexpected(
        not_for_it(call, fmt::format("this token is for launchers of another cluster than {}", cluster)));
  const auto found =
      call.backend.registry.get(kind_named(call, "kubermatic.k8c.io", "clusters"), {.name_space = "", .name = cluster});
  if (!found && found.error().code != 404) return tl::unexpected(found.error());
  if (!found) return tl::unexpected(not_for_it(call, fmt::format("there is no cluster {}", cluster)));
  if (!only.empty()) {
    // A cluster that was made again under the name of one that is gone may be somebody else's.
    const bool newer = api::text_at(*found, {"metadata", "creationTimestamp"}) >
                       api::text_at(token, {"metadata", "creationTimestamp"});
    if (!newer) return {};
    return tl::unexpected(
        not_for_it(call, fmt::format("this token was made for a former cluster {}; make another", cluster)));
  }
  const auto all = seeds(call);
  if (!all) return tl::unexpected(all.error());
  const json::Value* seed = api::seed_of(*found, *all);
  const std::string_view wanted = api::text_at(token, {"spec", "join", "seed"});
  if (seed != nullptr && api::text_at(*seed, {"metadata", "name"}) == wanted) return {};
  return tl::unexpected(
      not_for_it(call, fmt::format("this token is for launchers of another Seed than that of {}", cluster)));
}

std::int64_t number_at(const json::Value& object, api::FieldNames names) {
  const json::Value* value = api::field_at(object, names);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

// Counts one use more, or (`by` -1) gives one back. 403 when there is none left.
api::ApiResult<void> count_use(Call& call, std::int64_t by) {
  const api::Kind& tokens = kind_named(call, "holdfast.dev", "tokens");
  const auto counted = call.backend.registry.update(
      tokens, {.name_space = "", .name = call.user.token},
      [&](const json::Value& before) -> api::ApiResult<json::Value> {
        const std::int64_t joins = number_at(before, {"status", "joins"});
        const std::int64_t most = number_at(before, {"spec", "join", "uses"});
        if (by > 0 && most != 0 && joins >= most)
          return tl::unexpected(not_for_it(call, fmt::format("this token is used up: {} launchers joined with it; "
                                                             "make another, or one with more --uses",
                                                             joins)));
        json::Value after = before;
        json::Value& status = after.get_object()["status"];
        if (!status.is_object()) status = json::Object();
        status.get_object()["joins"] = std::max<std::int64_t>(joins + by, 0);
        return after;
      },
      server_writes(call.dry_run, "status"));
  if (counted) return {};
  if (counted.error().code == 404) return tl::unexpected(api::unauthorized());
  return tl::unexpected(counted.error());
}

// Stores what became of it. 409: somebody else was faster.
api::ApiResult<registry::Written> store_launcher(Call& call, const json::Value& before, json::Value after) {
  if (before.is_null()) {
    registry::WriteOptions options = server_writes(call.dry_run, "");
    options.status = after.at("status");
    return call.backend.registry.create(call.kind(), call.action.name_space, std::move(after), options);
  }
  if (*api::field_at(before, {"spec"}) != *api::field_at(after, {"spec"})) {
    auto written = replace(call, after, "");
    if (!written) return written;
    after.get_object()["metadata"] = written->object.at("metadata");
  }
  return replace(call, after, "status");
}

class Join {
 public:
  Join(Call& call, LauncherRegistration wanted) : call_(call), wanted_(std::move(wanted)) {}

  Answer run() {
    const auto token = call_.backend.registry.get(kind_named(call_, "holdfast.dev", "tokens"),
                                                  {.name_space = "", .name = call_.user.token});
    if (!token) return tl::unexpected(api::unauthorized());
    if (auto fits = check_place(call_, *token, wanted_.cluster); !fits) return tl::unexpected(std::move(fits).error());
    for (int tries = 1;; ++tries) {
      auto answer = try_once();
      if (answer) return answer;
      if (retry_ && tries < kMostTries) continue;
      if (counted_ && !call_.dry_run) static_cast<void>(count_use(call_, -1));  // at worst one use is lost
      return answer;
    }
  }

 private:
  Answer try_once() {
    retry_ = false;
    const auto before = stored_launcher(call_);
    if (!before) return tl::unexpected(before.error());
    auto after = registered(before->is_null() ? nullptr : &*before, wanted_, call_.backend.clock.now());
    if (!after) return tl::unexpected(taken(after.error()));
    if (!*after) return object_answer(call_, 200, registry::hide_secrets(call_.kind(), *before));
    if (!counted_) {
      if (auto counted = count_use(call_, 1); !counted) return tl::unexpected(std::move(counted).error());
      counted_ = true;
    }
    auto written = store_launcher(call_, *before, std::move(**after));
    if (written) return object_answer(call_, before->is_null() ? 201 : 200, written->object);
    retry_ = was_too_slow(written.error());
    return tl::unexpected(std::move(written).error());
  }

  api::ApiError taken(const Error& error) const {
    api::ApiError answer = api::forbidden(call_.kind(), call_.action.name, error.message);
    answer.hint = error.hint;
    return answer;
  }

  Call& call_;
  const LauncherRegistration wanted_;
  bool counted_ = false;  // a use of the token
  bool retry_ = false;
};

}  // namespace

Answer give_credential(Call& call) {
  const auto parameters = read_write_parameters(call.request);
  if (!parameters) return tl::unexpected(api::complete(parameters.error(), call.kind(), call.action.name));
  call.dry_run = parameters->dry_run;
  const auto body = read_object_body(call, *parameters);
  if (!body) return tl::unexpected(body.error());
  const std::string cluster(api::cluster_of_namespace(call.action.name_space));
  auto wanted = read_registration(*body, cluster, call.action.name);
  if (!wanted) return tl::unexpected(api::bad_request(wanted.error().message));
  if (call.user.launcher) return renew(call, *wanted);
  return Join(call, std::move(*wanted)).run();
}

}  // namespace holdfast::server
