#include "control/reconcile/ownership.h"

#include <algorithm>

#include "control/reconcile/objects.h"

namespace holdfast::control {
namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' '))
    text.remove_prefix(1);
  while (text.ends_with(' '))
    text.remove_suffix(1);
  return text;
}

constexpr std::string_view kAll = "all";

bool names(std::string_view annotation, std::string_view word) {
  while (!annotation.empty()) {
    const std::size_t end = std::min(annotation.find(','), annotation.size());
    if (trimmed(annotation.substr(0, end)) == word) return true;
    annotation.remove_prefix(std::min(end + 1, annotation.size()));
  }
  return false;
}

bool adopts(std::string_view annotation, std::string_view uid) {
  return adopts_all(annotation) || (!uid.empty() && names(annotation, uid));
}

}  // namespace

bool adopts_all(std::string_view annotation) {
  return names(annotation, kAll);
}

std::string_view project_of(const json::Value& object) {
  return api::text_at(object, {"metadata", "labels", kProjectOfCluster});
}

ClusterIdentity identity_of_cluster(const json::Value& cluster) {
  return {.is_there = true,
          .uid = std::string(uid_of(cluster)),
          .project = std::string(project_of(cluster)),
          .adopts = std::string(api::text_at(cluster, {"metadata", "annotations", kAdoptAnnotation})),
          .by_administrator = api::flag_at(cluster, {"status", "madeByAdministrator"})};
}

ClusterIdentity identity_of_namespace(const json::Value& name_space) {
  ClusterIdentity identity;
  identity.project = project_of(name_space);
  return identity;
}

bool is_of_cluster(const BackupOrigin& backup, const ClusterIdentity& cluster) {
  // A Cluster without project may get one by its label later: what names one waits for that.
  if (backup.project == cluster.project) return true;
  if (!cluster.is_there) return false;
  if (!backup.cluster_uid.empty() && backup.cluster_uid == cluster.uid) return true;
  if (adopts(cluster.adopts, backup.cluster_uid)) return true;
  // The id of the etcd says nothing: whoever runs an etcd can give it any.
  return backup.project.empty() && cluster.by_administrator;
}

}  // namespace holdfast::control
