// The query parameters of requests about objects, read and checked. Pure.
#pragma once

#include <optional>
#include <string>

#include "server/action.h"

#include "api/select/watch_transition.h"
#include "api/status.h"
#include "api/table.h"
#include "http/server/server.h"
#include "store/store.h"

namespace holdfast::server {

enum class FieldValidation { strict, warn, ignore };

struct WriteParameters {
  FieldValidation validation = FieldValidation::warn;
  bool dry_run = false;
  bool force = false;   // of an apply
  std::string manager;  // named by the client, else made from its User-Agent
  bool manager_given = false;
};
// 422 with the parameter as the field.
api::ApiResult<WriteParameters> read_write_parameters(const http::ServerRequest& request);

// 400: no such selector.
api::ApiResult<api::Selectors> read_selectors(const http::ServerRequest& request, const api::Kind& kind);

struct ListParameters {
  api::Selectors selectors;
  std::size_t limit = 0;             // 0: all
  std::string after;                 // below the prefix of the list; empty: from the beginning
  store::Revision continued_at = 0;  // of the first piece, when this is a later one
  store::Revision exactly = 0;       // the state at this revision; 0: the newest
  store::Revision at_least = 0;      // not older than this
};
// 400: a bad token or number, a token together with a resourceVersion. 422: a resourceVersionMatch that does not fit.
api::ApiResult<ListParameters> read_list_parameters(const http::ServerRequest& request, const api::Kind& kind);

struct WatchParameters {
  api::Selectors selectors;
  store::Revision after = 0;      // 0: from now on
  bool initial_objects = false;   // every object there is comes first, as ADDED
  bool mark_initial_end = false;  // and then a bookmark that says so
  bool bookmarks = false;
  std::optional<Duration> timeout;
};
api::ApiResult<WatchParameters> read_watch_parameters(const http::ServerRequest& request, const api::Kind& kind);

// 400.
api::ApiResult<api::IncludeObject> read_include_object(const http::ServerRequest& request);

}  // namespace holdfast::server
