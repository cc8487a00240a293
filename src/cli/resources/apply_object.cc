#include "cli/resources/apply_object.h"

#include <utility>

#include "client/status_error.h"

#include "api/fields.h"

namespace holdfast::cli {
namespace {

// So often something may be written in between; servers write the status of what they work on.
constexpr int kMostTries = 10;

// The object, to be applied only while what is there is still `before`.
json::Value only_after(const json::Value& object, const json::Value& before) {
  json::Value guarded = object;
  guarded.get_object()["metadata"].get_object()["resourceVersion"] =
      api::text_at(before, {"metadata", "resourceVersion"});
  return guarded;
}

}  // namespace

Result<Applied> apply_object(client::ApiClient& client, const client::Resource& resource, const json::Value& object,
                             const client::WriteOptions& options, const std::stop_token& stop) {
  for (int tries = 1;; ++tries) {
    auto before = client.get(resource, client::Form::object, stop);
    if (!before && before.error().code != Code::not_found) return tl::unexpected(std::move(before).error());
    auto after = client.apply(resource, object, options, stop);
    if (after) return Applied{.before = before ? std::optional(*before) : std::nullopt, .after = std::move(*after)};
    const bool ours = before && client::is_conflict_with_ourselves(after.error());
    if (!ours) return tl::unexpected(std::move(after).error());
    // The conflicts we were told of are those of `before` as long as that is what is there: nobody else's field is
    // taken over.
    client::WriteOptions forced = options;
    forced.force = true;
    auto taken = client.apply(resource, only_after(object, *before), forced, stop);
    if (taken) return Applied{.before = std::move(*before), .after = std::move(*taken)};
    if (taken.error().code != Code::refused || tries == kMostTries) return tl::unexpected(std::move(taken).error());
  }
}

}  // namespace holdfast::cli
