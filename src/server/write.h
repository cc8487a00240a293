// POST, PUT, PATCH and DELETE of objects.
#pragma once

#include <string_view>

#include "server/call.h"
#include "server/parameters.h"

namespace holdfast::server {

Answer create_object(Call& call);
Answer update_object(Call& call);
Answer patch_object(Call& call);
Answer delete_object(Call& call);
Answer delete_objects(Call& call);

// Makes an object from one that was read and checked for oddities: what POST and a first apply have in common.
// `applied`: it comes from server-side apply.
Answer create_from(Call& call, json::Value object, const WriteParameters& parameters, bool applied);
// A Cluster belongs to the project that its label names, so that who may write it can only be said when it is known.
// 403.
api::ApiResult<void> check_cluster_project(Call& call, std::string_view verb, const json::Value& cluster);
// Which backups of others a Cluster takes is for administrators to say (control/reconcile/ownership.h). `before` is
// null of a new one. 403.
api::ApiResult<void> check_adoption(Call& call, const json::Value& before, const json::Value& after);

// What an update or patch makes of `before`, under the rules above and those of launchers (launcher_reports.h).
api::ApiResult<json::Value> judged_change(Call& call, std::string_view verb, const json::Value& before,
                                          json::Value after);

registry::WriteOptions write_options(const Call& call, const WriteParameters& parameters);
// 200 or 201, with warnings noted for the answer.
Answer written_answer(Call& call, registry::Written written);

}  // namespace holdfast::server
