// Everything the decisions about one cluster look at, as it was at one moment.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/json.h"

namespace holdfast::control {

struct ClusterView {
  std::string name;              // of the cluster
  std::string name_space;        // "cluster-<name>"
  bool has_namespace = true;     // it is there
  bool namespace_going = false;  // and is being deleted, with everything in it
  json::Value space;             // the Namespace itself; null: it is not there, or of no interest
  json::Value cluster;           // null: there is none
  json::Value seed;              // the one it belongs to; null: none
  json::Value configuration;     // KubermaticConfiguration; null: none
  // Of its namespace.
  std::vector<json::Value> configs;  // EtcdBackupConfig
  std::vector<json::Value> operations;
  std::vector<json::Value> backups;
  std::vector<json::Value> restores;  // EtcdRestore
};

}  // namespace holdfast::control
