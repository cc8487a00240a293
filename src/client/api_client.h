// Requests to the API server.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include "client/connection.h"
#include "client/resource_kind.h"

#include "base/result.h"
#include "base/units.h"
#include "http/transport.h"
#include "model/json.h"
#include "os/clock.h"
#include "os/environment.h"
#include "os/file_system.h"

namespace holdfast::client {

// Who writes, in managedFields.
inline constexpr std::string_view kFieldManager = "holdfast";
// With the destination's name behind it, of `destination add`: each destination of a Seed is applied by itself.
inline constexpr std::string_view kDestinationManager = "holdfast-destination-";

struct Selection {
  std::string labels;  // as -l has it
  std::string fields;
};

enum class Form { object, table };

struct WriteOptions {
  bool dry_run = false;
  bool force = false;  // of an apply: take over fields of other managers
  std::string field_manager = std::string(kFieldManager);
};

struct DeleteOptions {
  bool dry_run = false;
  std::string uid;  // only when it is still this object; empty: whatever is there
};

// What a PATCH is: RFC 7386, RFC 6902, or the fields that we want to own.
enum class PatchType { merge, json, apply };

// One question, and its answer as bytes.
struct Question {
  std::string method = "GET";
  std::string path;  // with query
  std::string accept = "application/json";
  std::string content_type;
  std::string body;
};

// All calls may take as long as the server is silent for half a minute. Errors are those of the transport and of
// status_error(). One thread at a time.
class ApiClient {
 public:
  using Warnings = std::function<void(const std::string&)>;

  // Nothing is sent yet. `files` is for the token's file. All must outlive the client.
  static std::unique_ptr<ApiClient> create(Connection connection, os::FileSystem& files,
                                           const os::Environment& environment, os::Clock& clock);
  ApiClient(Connection connection, std::unique_ptr<http::Transport> transport, os::FileSystem& files)
      : connection_(std::move(connection)), transport_(std::move(transport)), files_(files) {}

  const Connection& connection() const { return connection_; }
  // The server's warnings about requests that went well.
  void on_warning(Warnings warnings) { warnings_ = std::move(warnings); }

  // Which kinds there are; asked for once.
  Result<const ResourceKinds*> kinds(const std::stop_token& stop);
  // A kind, and the namespace: of a kind without namespaces none; else `name_space`, or the context's when it is empty.
  Result<Resource> resource(std::string_view word, std::string_view name_space, std::string_view name,
                            const std::stop_token& stop);

  Result<json::Value> get(const Resource& resource, Form form, const std::stop_token& stop);
  // The whole list in pages of 500: a List, or a Table with all rows. An empty namespace means all.
  Result<json::Value> list(const Resource& resource, const Selection& selection, Form form,
                           const std::stop_token& stop);
  // `resource` without a name; the object has one. The answer to a Token's creation shows the token.
  Result<json::Value> create(const Resource& resource, const json::Value& object, const WriteOptions& options,
                             const std::stop_token& stop);
  // The object with its resourceVersion: is_conflict() when it has changed meanwhile.
  Result<json::Value> update(const Resource& resource, const json::Value& object, const WriteOptions& options,
                             const std::stop_token& stop);
  Result<json::Value> patch(const Resource& resource, PatchType type, const json::Value& patch,
                            const WriteOptions& options, const std::stop_token& stop);
  // Server-side apply of what should be: makes the object when it is not there.
  Result<json::Value> apply(const Resource& resource, const json::Value& object, const WriteOptions& options,
                            const std::stop_token& stop) {
    return patch(resource, PatchType::apply, object, options, stop);
  }
  // The Status, or the object when finalizers still hold it.
  Result<json::Value> remove(const Resource& resource, const DeleteOptions& options, const std::stop_token& stop);

  // An answer of status 2xx as JSON, of at most 256 MiB.
  Result<json::Value> ask(const Question& question, const std::stop_token& stop);
  // The pieces of an answer of status 2xx as they come; `silence` is how long none may come. `status` is set to that of
  // the answer, 0 when there was none.
  Status stream(const Question& question, Duration silence, const http::BodyReceiver& on_body, int& status,
                const std::stop_token& stop);

 private:
  Result<http::Request> request_of(const Question& question) const;
  Status add_credentials(http::Request& request) const;
  void take_warnings(const http::ResponseHead& head) const;

  const Connection connection_;
  const std::unique_ptr<http::Transport> transport_;
  os::FileSystem& files_;
  Warnings warnings_;
  std::optional<ResourceKinds> kinds_;
};

// "application/json", or a table first.
std::string accept_of(Form form);
// "?labelSelector=…&fieldSelector=…"; only what is not empty, joined by '&', without "?".
std::string query_of(const Selection& selection);

}  // namespace holdfast::client
