#include "server/parameters.h"

#include <charconv>

#include <fmt/format.h>

#include "api/causes.h"
#include "api/patch/managed_fields.h"
#include "api/patch/unprocessable.h"
#include "api/select/continue_token.h"

namespace holdfast::server {
namespace {

constexpr std::string_view kNotOlderThan = "NotOlderThan";
constexpr std::string_view kExact = "Exact";
constexpr std::int64_t kLongestWatch = 24 * 3600;  // seconds

std::string text_of(const http::ServerRequest& request, std::string_view name) {
  return request.parameter(name).value_or("");
}

api::ApiResult<std::int64_t> number_of(const http::ServerRequest& request, std::string_view name) {
  const std::string text = text_of(request, name);
  if (text.empty()) return 0;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 0) {
    return tl::unexpected(api::bad_request(fmt::format("invalid {}: {} is no number", name, api::quoted(text))));
  }
  return number;
}

api::ApiError refused(std::string_view parameter, std::string_view why) {
  return api::unprocessable({api::causes::forbidden(std::string(parameter), why)});
}

api::ApiResult<FieldValidation> read_validation(const http::ServerRequest& request) {
  const std::string text = text_of(request, "fieldValidation");
  if (text.empty() || text == "Warn") return FieldValidation::warn;
  if (text == "Strict") return FieldValidation::strict;
  if (text == "Ignore") return FieldValidation::ignore;
  return tl::unexpected(api::unprocessable(
      {api::causes::not_supported("fieldValidation", json::Value(text), {"Ignore", "Strict", "Warn"})}));
}

api::ApiResult<bool> read_dry_run(const http::ServerRequest& request) {
  bool dry_run = false;
  for (const auto& [name, value] : request.query) {
    if (name != "dryRun" || value.empty()) continue;
    if (value != "All")
      return tl::unexpected(api::unprocessable({api::causes::not_supported("dryRun", json::Value(value), {"All"})}));
    dry_run = true;
  }
  return dry_run;
}

// What resourceVersion and resourceVersionMatch ask of a list.
api::ApiResult<void> read_version(const http::ServerRequest& request, ListParameters& parameters) {
  const std::string match = text_of(request, "resourceVersionMatch");
  const auto version = number_of(request, "resourceVersion");
  if (!version) return tl::unexpected(version.error());
  const bool given = !text_of(request, "resourceVersion").empty();
  if (!match.empty() && match != kExact && match != kNotOlderThan) {
    return tl::unexpected(api::unprocessable({api::causes::not_supported(
        "resourceVersionMatch", json::Value(match), {std::string(kExact), std::string(kNotOlderThan)})}));
  }
  if (!match.empty() && !given)
    return tl::unexpected(
        refused("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided"));
  if (match == kExact && *version == 0)
    return tl::unexpected(
        refused("resourceVersionMatch", "resourceVersionMatch \"Exact\" is forbidden for resourceVersion \"0\""));
  (match == kExact ? parameters.exactly : parameters.at_least) = *version;
  return {};
}

api::ApiResult<void> read_token(const http::ServerRequest& request, ListParameters& parameters) {
  const std::string text = text_of(request, "continue");
  if (text.empty()) return {};
  const std::string version = text_of(request, "resourceVersion");
  if (!version.empty() && version != "0")
    return tl::unexpected(api::bad_request("specifying resource version is not allowed when using continue"));
  auto token = api::ContinueToken::parse(text);
  if (!token) return tl::unexpected(token.error());
  parameters.after = std::move(token->start);
  parameters.continued_at = static_cast<store::Revision>(token->revision);
  return {};
}

// sendInitialEvents: absent, true or false.
std::optional<bool> initial_events(const http::ServerRequest& request) {
  if (text_of(request, "sendInitialEvents").empty()) return std::nullopt;
  return is_set(request, "sendInitialEvents");
}

api::ApiResult<void> check_initial_events(const http::ServerRequest& request, std::optional<bool> initial) {
  const std::string match = text_of(request, "resourceVersionMatch");
  if (initial && match != kNotOlderThan) {
    return tl::unexpected(
        refused("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
  }
  if (!initial && !match.empty()) {
    return tl::unexpected(refused("resourceVersionMatch",
                                  "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
  }
  return {};
}

}  // namespace

api::ApiResult<WriteParameters> read_write_parameters(const http::ServerRequest& request) {
  WriteParameters parameters;
  const auto validation = read_validation(request);
  if (!validation) return tl::unexpected(validation.error());
  const auto dry_run = read_dry_run(request);
  if (!dry_run) return tl::unexpected(dry_run.error());
  parameters.validation = *validation;
  parameters.dry_run = *dry_run;
  parameters.force = is_set(request, "force");
  parameters.manager = text_of(request, "fieldManager");
  parameters.manager_given = !parameters.manager.empty();
  if (auto causes = api::check_field_manager(parameters.manager, false); !causes.empty())
    return tl::unexpected(api::unprocessable(std::move(causes)));
  if (!parameters.manager_given) parameters.manager = api::default_field_manager(request.header("User-Agent"));
  return parameters;
}

api::ApiResult<api::Selectors> read_selectors(const http::ServerRequest& request, const api::Kind& kind) {
  auto labels = api::LabelSelector::parse(text_of(request, "labelSelector"));
  if (!labels) return tl::unexpected(std::move(labels).error());
  auto fields = api::FieldSelector::parse(text_of(request, "fieldSelector"), kind.selectable_fields);
  if (!fields) return tl::unexpected(std::move(fields).error());
  return api::Selectors{.labels = std::move(*labels), .fields = std::move(*fields)};
}

api::ApiResult<ListParameters> read_list_parameters(const http::ServerRequest& request, const api::Kind& kind) {
  ListParameters parameters;
  auto selectors = read_selectors(request, kind);
  if (!selectors) return tl::unexpected(std::move(selectors).error());
  parameters.selectors = std::move(*selectors);
  const auto limit = number_of(request, "limit");
  if (!limit) return tl::unexpected(limit.error());
  parameters.limit = static_cast<std::size_t>(*limit);
  if (auto read = read_token(request, parameters); !read) return tl::unexpected(std::move(read).error());
  if (parameters.continued_at != 0) return parameters;
  if (auto read = read_version(request, parameters); !read) return tl::unexpected(std::move(read).error());
  return parameters;
}

api::ApiResult<WatchParameters> read_watch_parameters(const http::ServerRequest& request, const api::Kind& kind) {
  WatchParameters parameters;
  auto selectors = read_selectors(request, kind);
  if (!selectors) return tl::unexpected(std::move(selectors).error());
  parameters.selectors = std::move(*selectors);
  const auto initial = initial_events(request);
  if (auto fits = check_initial_events(request, initial); !fits) return tl::unexpected(std::move(fits).error());
  const auto version = number_of(request, "resourceVersion");
  if (!version) return tl::unexpected(version.error());
  const auto seconds = number_of(request, "timeoutSeconds");
  if (!seconds) return tl::unexpected(seconds.error());
  if (*seconds > 0) parameters.timeout = std::chrono::seconds(std::min(*seconds, kLongestWatch));
  parameters.after = *version;
  parameters.bookmarks = is_set(request, "allowWatchBookmarks");
  parameters.initial_objects = initial.value_or(*version == 0);
  parameters.mark_initial_end = initial.value_or(false) && parameters.bookmarks;
  return parameters;
}

api::ApiResult<api::IncludeObject> read_include_object(const http::ServerRequest& request) {
  const std::string text = text_of(request, "includeObject");
  const auto include = api::parse_include_object(text);
  if (!include) return tl::unexpected(api::bad_request(fmt::format("invalid includeObject: {}", api::quoted(text))));
  return *include;
}

}  // namespace holdfast::server
