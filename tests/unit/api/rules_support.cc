#include "rules_support.h"

#include <gtest/gtest.h>

#include "api_support.h"

#include "api/fields.h"

namespace holdfast::api {
namespace {

std::vector<std::string> judge(std::string_view document, std::string_view before, const Objects& objects,
                               const RuleHooks& hooks, bool by_server,
                               const std::function<bool(std::string_view)>& may_know = {}) {
  const json::Value object = yaml(document);
  const json::Value old = before.empty() ? json::Value() : yaml(before);
  const RuleInput input{.kind = kind_named(text_at(object, {"kind"})),
                        .object = object,
                        .before = before.empty() ? nullptr : &old,
                        .by_server = by_server,
                        .may_know = may_know};
  const auto outcome = check_rules(input, objects, hooks);
  if (!outcome) return {"error: " + outcome.error().to_string()};
  std::vector<std::string> all = texts(outcome->causes);
  for (const std::string& warning : outcome->warnings)
    all.push_back("warning: " + warning);
  return all;
}

}  // namespace

KnownObjects::KnownObjects(std::vector<std::string_view> documents) {
  for (const std::string_view each : documents)
    all_.push_back(yaml(each));
}

Result<std::optional<json::Value>> KnownObjects::get(std::string_view kind, std::string_view name_space,
                                                     std::string_view name) const {
  if (broken) return fail(Code::unavailable, "the store does not answer");
  for (const json::Value& each : all_) {
    if (text_at(each, {"kind"}) == kind && text_at(each, {"metadata", "namespace"}) == name_space &&
        text_at(each, {"metadata", "name"}) == name)
      return std::optional<json::Value>(each);
  }
  return std::optional<json::Value>();
}

Result<std::vector<json::Value>> KnownObjects::list(std::string_view kind) const {
  if (broken) return fail(Code::unavailable, "the store does not answer");
  std::vector<json::Value> found;
  for (const json::Value& each : all_) {
    if (text_at(each, {"kind"}) == kind) found.push_back(each);
  }
  return found;
}

Result<std::vector<json::Value>> KnownObjects::list_in(std::string_view kind, std::string_view name_space) const {
  HF_ASSIGN(std::vector<json::Value> found, list(kind));
  std::erase_if(found, [&](const json::Value& each) { return text_at(each, {"metadata", "namespace"}) != name_space; });
  return found;
}

const KnownObjects& usual_objects() {
  static const KnownObjects objects({
      "{kind: Seed, metadata: {name: main, namespace: kubermatic}, spec: {datacenters: {dc1: {}}, etcdBackupRestore: "
      "{destinations: {s3: {bucketName: nearby}, far.away: {bucketName: faraway}}, defaultDestination: s3}}}",
      "{kind: Cluster, metadata: {name: x}, spec: {}}",
      "{kind: Project, metadata: {name: p}, spec: {name: P}}",
      "{kind: EtcdBackupConfig, metadata: {name: daily, namespace: cluster-x}, spec: {}}",
  });
  return objects;
}

std::vector<std::string> judged(std::string_view document, std::string_view before, const Objects& objects,
                                const RuleHooks& hooks) {
  return judge(document, before, objects, hooks, false);
}

std::vector<std::string> judged_for(std::string_view project, std::string_view document, const Objects& objects) {
  return judge(document, "", objects, {}, false, [&](std::string_view each) { return each == project; });
}

std::vector<std::string> judged_of_server(std::string_view document) {
  return judge(document, "", usual_objects(), {}, true);
}

}  // namespace holdfast::api
