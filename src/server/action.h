// What a request wants to do with objects. Pure.
#pragma once

#include <string>
#include <string_view>

#include "server/path.h"

#include "api/kind.h"
#include "api/status.h"
#include "http/server/server.h"

namespace holdfast::server {

enum class Verb { get, list, watch, create, update, patch, remove, remove_collection };

// As roles, reviews and the audit log name it: "get", "deletecollection".
std::string_view verb_name(Verb verb);
bool is_write(Verb verb);

struct Action {
  Verb verb = Verb::get;
  const api::Kind* kind = nullptr;
  std::string name_space;   // empty: none, or all
  std::string name;         // empty for list, watch, create (but of a subresource) and remove_collection
  std::string subresource;  // as read_path() has it
};

// From a place of Endpoint::resource. 404: an object of a namespaced kind is made without a namespace. 405: the kind
// cannot do that. 400: an update without a name.
api::ApiResult<Action> read_action(const Place& place, std::string_view method, bool watch);

// A query parameter that is there and neither "false" nor "0" (clients write "True" and "1").
bool is_set(const http::ServerRequest& request, std::string_view parameter);

}  // namespace holdfast::server
