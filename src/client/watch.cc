#include "client/watch.h"

#include <algorithm>
#include <map>

#include "api/fields.h"
#include "base/bytes.h"
#include "http/url.h"

namespace holdfast::client {
namespace {

constexpr Duration kSilence = std::chrono::minutes(3);  // the server sends a bookmark every minute
constexpr Duration kFirstPause = std::chrono::milliseconds(250);
constexpr Duration kLongestPause = std::chrono::seconds(5);
constexpr std::size_t kMostLineBytes = 16 * kMiB;
constexpr std::size_t kMostLevels = 128;
constexpr int kGone = 410;

// metadata of an object, or of the object in the row of a table.
const json::Value* metadata_of(const json::Value& object) {
  const json::Array* rows = api::array_at(object, {"rows"});
  if (rows == nullptr) return api::field_at(object, {"metadata"});
  return rows->empty() ? nullptr : api::field_at(rows->front(), {"object", "metadata"});
}

class Watch {
 public:
  Watch(ApiClient& client, const Resource& resource, const WatchOptions& options, const WatchReceiver& receiver,
        const WatchBeginning& beginning, os::Clock& clock, const std::stop_token& stop)
      : client_(client),
        resource_(resource),
        options_(options),
        receiver_(receiver),
        beginning_(beginning),
        clock_(clock),
        stop_(stop) {
    if (resource_.name.empty()) return;
    const std::string one = "metadata.name=" + resource_.name;
    options_.selection.fields = options_.selection.fields.empty() ? one : options_.selection.fields + "," + one;
    resource_.name.clear();
  }

  Status run() {
    HF_TRY(list());
    if (!done_ && beginning_) {
      HF_ASSIGN(const bool more, beginning_());
      done_ = !more;
    }
    last_heard_ = clock_.steady();
    Duration pause = kFirstPause;
    while (!done_) {
      heard_ = false;
      Status status = revision_.empty() ? list() : follow();
      if (receiver_error_) return tl::unexpected(std::move(*receiver_error_));
      if (done_) return {};
      if (heard_) pause = kFirstPause;
      if (status && heard_) continue;  // the server ends watches from time to time
      if (!status) HF_TRY(may_go_on(status.error()));
      if (!clock_.sleep_for(pause, stop_)) return fail(Code::cancelled, "the watch was cancelled");
      pause = std::min(pause * 2, kLongestPause);
    }
    return {};
  }

 private:
  struct Known {
    json::Value metadata;
    bool seen = false;  // in the list that is being read
  };

  Status may_go_on(const Error& error) {
    if (!error.retryable) return tl::unexpected(error);
    if (clock_.steady() - last_heard_ > options_.patience) return tl::unexpected(error);
    return {};
  }

  // Everything there is; of what was known already only what differs.
  Status list() {
    HF_ASSIGN(json::Value all, client_.list(resource_, options_.selection, options_.form, stop_));
    heard_ = true;
    last_heard_ = clock_.steady();
    revision_ = api::text_at(all, {"metadata", "resourceVersion"});
    for (auto& [key, known] : known_)
      known.seen = false;
    const bool table = options_.form == Form::table;
    json::Array entries = std::move(all.get_object()[table ? "rows" : "items"].get_array());
    for (json::Value& entry : entries) {
      json::Value object = std::move(entry);
      if (table) {
        json::Object one{{"kind", "Table"}, {"apiVersion", "meta.k8s.io/v1"}};
        if (const auto* columns = all.get_object().if_contains("columnDefinitions"))
          one["columnDefinitions"] = *columns;
        one["rows"] = json::Array{std::move(object)};
        object = std::move(one);
      } else {
        complete_head(object);
      }
      HF_TRY(take_listed(std::move(object)));
      if (done_) return {};
    }
    return take_vanished();
  }

  // Items of a list need not say what they are.
  void complete_head(json::Value& object) const {
    if (!object.is_object()) return;
    json::Object& fields = object.get_object();
    if (!fields.contains("apiVersion")) fields["apiVersion"] = resource_.kind.api_version();
    if (!fields.contains("kind")) fields["kind"] = resource_.kind.kind;
  }

  Status take_listed(json::Value object) {
    const auto known = known_.find(key_of(object));
    const bool there = known != known_.end();
    const bool same = there && version_of(known->second.metadata) == version_of_object(object);
    if (there) known->second.seen = true;
    if (same) return {};
    return tell(there ? Change::modified : Change::added, std::move(object));
  }

  Status take_vanished() {
    std::vector<json::Value> gone;
    for (const auto& [key, known] : known_) {
      if (!known.seen) gone.push_back(known.metadata);
    }
    for (json::Value& metadata : gone) {
      json::Value object = json::Object{{"apiVersion", resource_.kind.api_version()},
                                        {"kind", resource_.kind.kind},
                                        {"metadata", std::move(metadata)}};
      HF_TRY(tell(Change::deleted, std::move(object)));
      if (done_) return {};
    }
    return {};
  }

  Status follow() {
    std::string query = query_of(options_.selection);
    if (!query.empty()) query += '&';
    query += "watch=true&allowWatchBookmarks=true&resourceVersion=" + http::percent_encode(revision_);
    line_.clear();
    int status = 0;
    const Question question{.path = resource_.path() + "?" + query, .accept = accept_of(options_.form)};
    Status done = client_.stream(
        question, kSilence, [this](ByteView piece) { return take_piece(as_text(piece)); }, status, stop_);
    if (status == kGone) revision_.clear();
    if (revision_.empty()) return {};  // however the transfer ended: the list comes next
    return done;
  }

  Status take_piece(std::string_view piece) {
    heard_ = true;
    last_heard_ = clock_.steady();
    while (!piece.empty()) {
      const std::size_t end = piece.find('\n');
      line_ += piece.substr(0, end);
      if (line_.size() > kMostLineBytes) return fail(Code::no_space, "an event of the server is too large");
      if (end == std::string_view::npos) return {};
      piece.remove_prefix(end + 1);
      HF_TRY(take_line(std::exchange(line_, {})));
      // An error is how a transfer is ended.
      if (done_ || revision_.empty()) return fail(Code::cancelled, "enough");
    }
    return {};
  }

  Status take_line(const std::string& line) {
    std::vector<std::string> duplicates;
    auto event = json::parse_with_duplicates(line, {.bytes = kMostLineBytes, .levels = kMostLevels}, duplicates);
    if (!event) return fail(Code::corrupt, "an event of the server is no JSON");
    const std::string_view type = api::text_at(*event, {"type"});
    const json::Value* object = api::field_at(*event, {"object"});
    if (object == nullptr) return fail(Code::corrupt, "an event of the server has no object");
    if (type == "ERROR") return take_error(*object);
    const json::Value* metadata = metadata_of(*object);
    if (metadata != nullptr) revision_ = api::text_at(*metadata, {"resourceVersion"});
    if (type == "BOOKMARK") return {};
    const Change change = type == "ADDED" ? Change::added : type == "DELETED" ? Change::deleted : Change::modified;
    return tell(change, *object);
  }

  // The state that was asked for is gone when it says so by an event, too.
  Status take_error(const json::Value& status) {
    const json::Value* code = api::field_at(status, {"code"});
    if (code != nullptr && code->is_int64() && code->get_int64() == kGone) {
      revision_.clear();
      return {};
    }
    return fail(Code::unavailable, "the server ended the watch: {}", api::text_at(status, {"message"}));
  }

  Status tell(Change change, json::Value object) {
    remember(change, object);
    auto more = receiver_({.change = change, .object = std::move(object)});
    if (!more) {
      receiver_error_ = more.error();
      return tl::unexpected(std::move(more).error());
    }
    done_ = !*more;
    return {};
  }

  void remember(Change change, const json::Value& object) {
    const json::Value* metadata = metadata_of(object);
    if (metadata == nullptr) return;
    if (change == Change::deleted) {
      known_.erase(key_of(object));
      return;
    }
    json::Object small;
    for (const char* field : {"name", "namespace", "uid", "resourceVersion"}) {
      if (const json::Value* value = api::field_at(*metadata, {field})) small[field] = *value;
    }
    known_.insert_or_assign(key_of(object), Known{.metadata = std::move(small), .seen = true});
  }

  static std::string version_of(const json::Value& metadata) {
    return std::string(api::text_at(metadata, {"resourceVersion"}));
  }
  static std::string version_of_object(const json::Value& object) {
    const json::Value* metadata = metadata_of(object);
    return metadata == nullptr ? "" : version_of(*metadata);
  }
  static std::string key_of(const json::Value& object) {
    const json::Value* metadata = metadata_of(object);
    if (metadata == nullptr) return "";
    return fmt::format("{}/{}/{}", api::text_at(*metadata, {"namespace"}), api::text_at(*metadata, {"name"}),
                       api::text_at(*metadata, {"uid"}));
  }

  ApiClient& client_;
  Resource resource_;
  WatchOptions options_;
  const WatchReceiver& receiver_;
  const WatchBeginning& beginning_;
  os::Clock& clock_;
  const std::stop_token& stop_;

  std::map<std::string, Known> known_;
  std::string revision_;  // up to which everything was told; empty: list again
  std::string line_;      // the beginning of one
  std::optional<Error> receiver_error_;
  os::SteadyTime last_heard_{};
  bool heard_ = false;
  bool done_ = false;
};

}  // namespace

std::string_view change_name(Change change) {
  switch (change) {
    case Change::added:
      return "ADDED";
    case Change::modified:
      return "MODIFIED";
    default:
      return "DELETED";
  }
}

Status watch(ApiClient& client, const Resource& resource, const WatchOptions& options, const WatchReceiver& receiver,
             const WatchBeginning& beginning, os::Clock& clock, const std::stop_token& stop) {
  return Watch(client, resource, options, receiver, beginning, clock, stop).run();
}

}  // namespace holdfast::client
