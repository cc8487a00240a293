// From a Cluster to the client of its etcd.
#pragma once

#include "work/world.h"

#include "etcd/client.h"
#include "model/json.h"

namespace holdfast::work {

// By spec.etcd; certificates, keys and passwords are read from its Secrets anew. Code::usage when it says nothing about
// its etcd, or a Secret lacks a value.
Result<etcd::ClientOptions> etcd_options_of(const json::Value& cluster, World& world);

}  // namespace holdfast::work
