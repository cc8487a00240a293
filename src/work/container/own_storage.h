// Backups that an own container stores and removes instead of the server.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "work/container/environment.h"
#include "work/task.h"

#include "base/result.h"
#include "control/reconcile/own_container.h"
#include "etcd/client.h"
#include "model/json.h"
#include "objectstore/object_store.h"
#include "repository/save.h"

namespace holdfast::work {

struct OwnStorage {
  control::OwnContainer container;
  json::Value configuration;  // the KubermaticConfiguration it stands in
};

// The container that stores (or removes) the backups of this destination; nothing: the server does. Code::usage when
// there is one that cannot be run, or that cannot be told where to store.
Result<std::optional<OwnStorage>> own_storage(World& world, const json::Value& destination,
                                              control::ContainerRole role);

// What containers are told of a backup. `config` (null: none) is the EtcdBackupConfig it is done for.
ContainerTask container_task(std::string_view cluster, const json::Value& config, std::string_view backup_name);

struct ContainerBackup {
  const OwnStorage& storage;
  ContainerTask task;
  const json::Value& destination;
  objectstore::ObjectStore& store;  // that destination: looked into afterwards, never written to
  std::string object_key;
  etcd::Client& client;
  repository::SaveOptions options;  // form and names of the snapshot; not where it goes
};

struct StoredByContainer {
  repository::Manifest manifest;  // of the snapshot that was handed over
  json::Object status;            // what the Backup's status says besides; null removes
};

// Takes a snapshot with every check of a save into a file only the container sees, runs the container, and looks what
// the destination has under the key then. That it has nothing there is no error: a container may store where it wants.
Result<StoredByContainer> store_by_container(const Task& task, const ContainerBackup& backup);

// Runs the delete container. Code::unavailable when an object that was there before still is.
Status remove_by_container(const Task& task, const OwnStorage& storage, const ContainerTask& container_task,
                           const json::Value& destination, objectstore::ObjectStore& store, const json::Value& backup);

// Did a container store this Backup? Has its object ever been seen in the destination?
bool is_stored_by_container(const json::Value& backup);
bool was_seen(const json::Value& backup);

}  // namespace holdfast::work
