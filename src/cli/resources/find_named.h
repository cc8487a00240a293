// Objects of clusters by the names people use for them.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "client/api_client.h"

namespace holdfast::cli {

// "cluster-prod": where the server keeps what belongs to a cluster.
std::string namespace_of_cluster(std::string_view cluster);
// The other way round; any other namespace is itself.
std::string_view cluster_of_namespace(std::string_view name_space);

// Code::not_found when there is no Cluster of this name. Nothing when there is, or when we may not look: then what is
// asked for next says what is refused.
Status check_cluster(client::ApiClient& client, const std::string& cluster, const std::stop_token& stop);

// The same for who lists what is in its namespace: what a cluster left behind can be listed; nothing is
// Code::not_found. Returns whether it is only left behind.
Result<bool> is_left_behind(client::ApiClient& client, const client::Resource& all, const std::string& cluster,
                            const std::stop_token& stop);

// Of a list of everything that only administrators may see: what to say instead ("say --cluster NAME"), and the
// projects in which we have a role. Any other error is as it was.
Error chosen_instead(Error error, client::ApiClient& client, std::string_view instead, const std::stop_token& stop);

// All objects of a kind: those of a cluster, or with an empty `cluster` those of all.
Result<client::Resource> all_of(client::ApiClient& client, std::string_view word, std::string_view cluster,
                                const std::stop_token& stop);

// The one called `name`, in the namespace of `cluster` or, when that is empty, in whichever namespace has it.
// Code::not_found; Code::usage when several clusters have one of that name.
Result<client::Resource> find_named(client::ApiClient& client, std::string_view word, const std::string& name,
                                    std::string_view cluster, const std::stop_token& stop);

}  // namespace holdfast::cli
