// What else happens when an object is deleted: what a person wants to know at the question, not afterwards.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "client/api_client.h"

#include "model/json.h"

namespace holdfast::cli {

// One that is to be deleted, as it was when it was looked up.
struct DoomedObject {
  client::Resource resource;
  json::Value object;
};

bool is_backup(const client::Resource& resource);

// Code::refused when one of them is a pinned Backup, with the pin's reason and how to unpin it.
Status check_not_pinned(const std::vector<DoomedObject>& doomed);

// Clusters that have a good backup now and would have none afterwards. What the server does not tell us counts as none.
std::vector<std::string> left_without_backup(client::ApiClient& client, const std::vector<DoomedObject>& doomed,
                                             const std::stop_token& stop);

// That the server makes it again at once, and what to do instead; empty when it stays away.
std::string comes_back(const DoomedObject& one);

// Sentences about one of them: what goes with a Cluster or a schedule and what stays, what a Seed leaves
// without backups and out of reach. Empty where there is nothing to
// say, or the server does not tell.
std::vector<std::string> consequences(client::ApiClient& client, const DoomedObject& one, const std::stop_token& stop);

}  // namespace holdfast::cli
