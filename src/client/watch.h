// Changes as they happen, through breaks of the connection.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "client/api_client.h"

namespace holdfast::client {

enum class Change { added, modified, deleted };
std::string_view change_name(Change change);  // "ADDED", "MODIFIED", "DELETED"

struct WatchEvent {
  Change change = Change::added;
  // The object, or with Form::table a Table with one row. Of an object that went while there was no connection: what
  // was last known of its metadata.
  json::Value object;
};

struct WatchOptions {
  Selection selection;
  Form form = Form::object;
  // How long the server may be away, once it has answered.
  Duration patience = std::chrono::minutes(1);
};

// Whether to go on.
using WatchReceiver = std::function<Result<bool>(const WatchEvent& event)>;
// Called when everything that was there at the beginning has been told; whether to go on. May be empty.
using WatchBeginning = std::function<Result<bool>()>;

// Tells what is there (as ADDED), then every change, until the receiver has enough. After a break it goes on where it
// was; when the server no longer knows that state, it lists again and tells what has changed. With a name in `resource`
// it is about that object alone; that it is not there is no error.
Status watch(ApiClient& client, const Resource& resource, const WatchOptions& options, const WatchReceiver& receiver,
             const WatchBeginning& beginning, os::Clock& clock, const std::stop_token& stop);

}  // namespace holdfast::client
