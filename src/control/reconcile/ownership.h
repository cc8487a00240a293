// Whose a stored backup is that the catalogue does not know: a name alone does not say it, for who makes a cluster with
// the name of one that is gone would be given its snapshots, with all the secrets in them.
#pragma once

#include <string>
#include <string_view>

#include "model/json.h"

namespace holdfast::control {

// The label of a Cluster and of its Namespace that names the project; who is in that may read its backups.
constexpr std::string_view kProjectOfCluster = "project-id";

// On a Cluster; only administrators may set it. Which backups of its name it takes although they say that they are
// another cluster's: uids of former Clusters with commas between them, or "all".
constexpr std::string_view kAdoptAnnotation = "holdfast.dev/adopt-backups";

std::string_view project_of(const json::Value& object);

// Does the annotation say that the cluster takes what is called like it, whosever that says it is?
bool adopts_all(std::string_view annotation);

// What is known of a stored backup.
struct BackupOrigin {
  std::string cluster_uid;  // empty: not known
  std::string project;      // empty: none, or not known
};

// What counts of a cluster, or of the namespace of one that is gone.
struct ClusterIdentity {
  bool is_there = false;  // not the namespace alone
  std::string uid;
  std::string project;            // empty: administrators alone can get at its backups
  std::string adopts;             // kAdoptAnnotation
  bool by_administrator = false;  // who made it
};
ClusterIdentity identity_of_cluster(const json::Value& cluster);
ClusterIdentity identity_of_namespace(const json::Value& name_space);

// May the backup, which bears the cluster's name, come into its namespace? It may when nobody gets at it by that who
// could not before, or when an administrator wants it:
//   * the uid agrees, or the project, or neither names a project
//   * the annotation names the uid, or all
//   * it says nothing of a project, and the cluster was made by an administrator
// The namespace of a cluster that is gone takes what a cluster of its project would, by project alone.
bool is_of_cluster(const BackupOrigin& backup, const ClusterIdentity& cluster);

}  // namespace holdfast::control
