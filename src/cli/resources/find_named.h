// Objects of clusters by the names people use for them.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "client/api_client.h"

namespace holdfast::cli {

// "cluster-prod": where the server keeps what belongs to a cluster.
std::string namespace_of_cluster(std::string_view cluster);

// All objects of a kind: those of a cluster, or with an empty `cluster` those of all.
Result<client::Resource> all_of(client::ApiClient& client, std::string_view word, std::string_view cluster,
                                const std::stop_token& stop);

// The one called `name`, in the namespace of `cluster` or, when that is empty, in whichever namespace has it.
// Code::not_found; Code::usage when several clusters have one of that name.
Result<client::Resource> find_named(client::ApiClient& client, std::string_view word, const std::string& name,
                                    std::string_view cluster, const std::stop_token& stop);

}  // namespace holdfast::cli
