#include "server/action.h"

#include "server/downloads.h"

#include "api/launcher_token.h"

namespace holdfast::server {
namespace {

// Of a request for a whole collection.
api::ApiResult<Verb> collection_verb(const Place& place, std::string_view method, bool watch) {
  const bool everywhere = place.kind->namespaced && place.name_space.empty();
  if (method == "GET" || method == "HEAD") return watch ? Verb::watch : Verb::list;
  if (method == "POST") {
    if (everywhere) return tl::unexpected(api::unknown_path());
    return Verb::create;
  }
  if (method == "PUT") return tl::unexpected(api::bad_request("name must be provided"));
  if (method == "DELETE" && !everywhere) return Verb::remove_collection;
  return tl::unexpected(api::method_not_allowed(*place.kind, method));
}

api::ApiResult<Verb> object_verb(const Place& place, std::string_view method) {
  const bool whole = place.subresource.empty();
  if (place.subresource == api::kCredential) {
    if (method == "POST") return Verb::create;
    return tl::unexpected(api::method_not_allowed(*place.kind, method));
  }
  if (method == "GET") return Verb::get;
  if (place.subresource == kDownload) return tl::unexpected(api::method_not_allowed(*place.kind, method));
  if (method == "HEAD") return Verb::get;
  if (method == "PUT") return Verb::update;
  if (method == "PATCH") return Verb::patch;
  if (method == "DELETE" && whole) return Verb::remove;
  return tl::unexpected(api::method_not_allowed(*place.kind, method));
}

}  // namespace

std::string_view verb_name(Verb verb) {
  switch (verb) {
    case Verb::get:
      return "get";
    case Verb::list:
      return "list";
    case Verb::watch:
      return "watch";
    case Verb::create:
      return "create";
    case Verb::update:
      return "update";
    case Verb::patch:
      return "patch";
    case Verb::remove:
      return "delete";
    case Verb::remove_collection:
      return "deletecollection";
  }
  return "";
}

bool is_write(Verb verb) {
  return verb != Verb::get && verb != Verb::list && verb != Verb::watch;
}

api::ApiResult<Action> read_action(const Place& place, std::string_view method, bool watch) {
  const auto verb = place.name.empty() ? collection_verb(place, method, watch) : object_verb(place, method);
  if (!verb) return tl::unexpected(verb.error());
  if (!place.kind->can(verb_name(*verb))) return tl::unexpected(api::method_not_allowed(*place.kind, verb_name(*verb)));
  return Action{.verb = *verb,
                .kind = place.kind,
                .name_space = place.name_space,
                .name = place.name,
                .subresource = place.subresource};
}

bool is_set(const http::ServerRequest& request, std::string_view parameter) {
  const auto value = request.parameter(parameter);
  return value && *value != "false" && *value != "0";
}

}  // namespace holdfast::server
