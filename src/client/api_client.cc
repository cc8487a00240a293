#include "client/api_client.h"

#include "client/status_error.h"

#include "api/fields.h"
#include "base/bytes.h"
#include "http/url.h"
#include "model/version.h"

namespace holdfast::client {
namespace {

constexpr std::size_t kMostAnswerBytes = 256 * kMiB;
constexpr std::size_t kMostErrorBytes = 4 * kMiB;
constexpr std::size_t kMostTokenBytes = 64 * kKiB;
constexpr std::size_t kMostLevels = 128;
constexpr std::size_t kPage = 500;
constexpr std::string_view kDiscovery =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList";
constexpr const char* kTrustHint =
    "the context's certificate-authority must be that of the server; its admin.kubeconfig has it";

Result<json::Value> parse_answer(std::string_view body) {
  std::vector<std::string> duplicates;
  auto value = json::parse_with_duplicates(body, {.bytes = kMostAnswerBytes, .levels = kMostLevels}, duplicates);
  if (!value) return fail(Code::corrupt, "the server's answer is no JSON: {}", value.error().message);
  return value;
}

std::string joined(std::string left, const std::string& right) {
  if (!left.empty() && !right.empty()) left += '&';
  return left + right;
}

std::string with_query(std::string path, const std::string& query) {
  return query.empty() ? path : path + "?" + query;
}

std::string parameter(std::string_view name, std::string_view value) {
  return value.empty() ? "" : fmt::format("{}={}", name, http::percent_encode(value));
}

std::string query_of(const WriteOptions& options) {
  std::string query = parameter("fieldManager", options.field_manager);
  query = joined(query, "fieldValidation=Strict");
  if (options.dry_run) query = joined(query, "dryRun=All");
  return query;
}

const char* media_type(PatchType type) {
  switch (type) {
    case PatchType::json:
      return "application/json-patch+json";
    case PatchType::apply:
      return "application/apply-patch+yaml";
    default:
      return "application/merge-patch+json";
  }
}

// The text of `299 - "text"` (RFC 7234, 5.5).
std::string warning_text(const std::string& header) {
  const std::size_t begin = header.find('"');
  std::string text;
  for (std::size_t i = begin == std::string::npos ? header.size() : begin + 1; i < header.size(); ++i) {
    if (header[i] == '"') break;
    if (header[i] == '\\' && i + 1 < header.size()) ++i;
    text += header[i];
  }
  return text;
}

// The transport speaks of flags that belong to buckets.
Error explained(Error error) {
  if (error.code == Code::refused && error.message.find("certificate") != std::string::npos) error.hint = kTrustHint;
  if (error.code == Code::unavailable && error.message.starts_with("cannot connect"))
    error.hint = "check that the server runs, and the address in the kubeconfig";
  return error;
}

// Where what there is can be seen.
std::string hint_of_absence(const Resource& resource) {
  const std::string& kind = resource.kind.kind;
  if (kind == "Cluster") return "\"holdfast cluster list\" shows what there is";
  if (kind == "Backup") return "\"holdfast backup list\" shows what there is";
  if (kind == "EtcdBackupConfig") return "\"holdfast schedule list\" shows what there is";
  if (kind == "Launcher") return "\"holdfast launcher list\" shows what there is";
  if (kind == "Token") return "\"holdfast token list\" shows what there is";
  const std::string where = resource.name_space.empty() ? "" : " -n " + resource.name_space;
  return fmt::format("\"holdfast get {}{}\" shows what there is{}", resource.kind.plural, where,
                     where.empty() ? "" : "; -A those of all namespaces");
}

void append_all(json::Array& to, json::Array& from) {
  to.reserve(to.size() + from.size());
  for (json::Value& each : from)
    to.push_back(std::move(each));
}

}  // namespace

std::string accept_of(Form form) {
  if (form == Form::object) return "application/json";
  return "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
}

std::string query_of(const Selection& selection) {
  return joined(parameter("labelSelector", selection.labels), parameter("fieldSelector", selection.fields));
}

std::unique_ptr<ApiClient> ApiClient::create(Connection connection, os::FileSystem& files,
                                             const os::Environment& environment, os::Clock& clock) {
  http::TransportOptions options;
  options.ca_pem = connection.authority_pem;
  options.insecure_skip_verify = connection.insecure_skip_verify;
  options.client_certificate_pem = connection.certificate_pem;
  options.client_key_pem = connection.key_pem;
  options.tls_server_name = connection.tls_server_name;
  if (!connection.proxy.empty()) options.proxy = connection.proxy;
  options.user_agent = fmt::format("holdfast/{}", kVersion);
  return std::make_unique<ApiClient>(std::move(connection), http::make_curl_transport(options, environment, clock),
                                     files);
}

Status ApiClient::add_credentials(http::Request& request) const {
  Secret token = connection_.token;
  if (!connection_.token_file.empty()) {
    auto bytes = os::read_file(files_, connection_.token_file, kMostTokenBytes);
    if (!bytes) return in_context(std::move(bytes).error(), "read the token");
    const std::string_view text = as_text(*bytes);
    const std::size_t end = text.find_last_not_of(" \t\r\n");
    token = Secret(text.substr(0, end == std::string_view::npos ? 0 : end + 1));
    if (token.empty()) return fail(Code::usage, "the token file {} is empty", connection_.token_file);
    if (token.reveal().find_first_of("\r\n") != std::string_view::npos) {
      return with_hint(fail(Code::usage, "the token file {} holds more than one line", connection_.token_file),
                       "put nothing but the token into it, as \"holdfast token create\" prints it");
    }
  }
  if (!token.empty()) request.headers.push_back({"Authorization", fmt::format("Bearer {}", token.reveal())});
  if (!connection_.act_as.empty()) request.headers.push_back({"Impersonate-User", connection_.act_as});
  for (const std::string& group : connection_.act_as_groups)
    request.headers.push_back({"Impersonate-Group", group});
  return {};
}

Result<http::Request> ApiClient::request_of(const Question& question) const {
  http::Request request;
  request.method = question.method;
  request.url = connection_.server + question.path;
  request.headers.push_back({"Accept", question.accept});
  if (!question.content_type.empty()) request.headers.push_back({"Content-Type", question.content_type});
  request.body = as_bytes(question.body);
  request.fresh_connection = question.method == "POST";  // made twice is not the same as made once
  HF_TRY(add_credentials(request));
  return request;
}

void ApiClient::take_warnings(const http::ResponseHead& head) const {
  if (!warnings_) return;
  for (const http::Header& header : head.headers) {
    const bool is_warning = header.name.size() == 7 && (header.name[0] == 'W' || header.name[0] == 'w') &&
                            header.name.substr(1) == "arning";
    if (is_warning) warnings_(warning_text(header.value));
  }
}

Status ApiClient::stream(const Question& question, Duration silence, const http::BodyReceiver& on_body, int& status,
                         const std::stop_token& stop) {
  status = 0;
  HF_ASSIGN(http::Request request, request_of(question));
  request.stall_timeout = silence;
  std::string refusal;
  const auto on_head = [&](const http::ResponseHead& head) -> Status {
    status = head.status;
    take_warnings(head);
    return {};
  };
  const auto on_piece = [&](ByteView piece) -> Status {
    if (status < 300) return on_body(piece);
    if (refusal.size() + piece.size() > kMostErrorBytes)
      return fail(Code::no_space, "the server's answer is too large");
    refusal += as_text(piece);
    return {};
  };
  Status done = transport_->stream(request, on_head, on_piece, stop);
  if (!done) return tl::unexpected(explained(std::move(done).error()));
  if (status >= 300) return tl::unexpected(status_error(status, refusal));
  return {};
}

Result<json::Value> ApiClient::ask(const Question& question, const std::stop_token& stop) {
  std::string body;
  int status = 0;
  const auto collect = [&](ByteView piece) -> Status {
    if (body.size() + piece.size() > kMostAnswerBytes) return fail(Code::no_space, "the server's answer is too large");
    body += as_text(piece);
    return {};
  };
  HF_TRY(stream(question, Duration{0}, collect, status, stop));
  return parse_answer(body);
}

Result<const ResourceKinds*> ApiClient::kinds(const std::stop_token& stop) {
  if (!kinds_) {
    HF_ASSIGN(const json::Value core, ask({.path = "/api", .accept = std::string(kDiscovery)}, stop));
    HF_ASSIGN(const json::Value groups, ask({.path = "/apis", .accept = std::string(kDiscovery)}, stop));
    HF_ASSIGN(kinds_, ResourceKinds::read(core, groups));
  }
  return &*kinds_;
}

Result<Resource> ApiClient::resource(std::string_view word, std::string_view name_space, std::string_view name,
                                     const std::stop_token& stop) {
  HF_ASSIGN(const ResourceKinds* all, kinds(stop));
  Resource resource;
  HF_ASSIGN(resource.kind, all->find(word));
  if (resource.kind.namespaced) resource.name_space = name_space.empty() ? connection_.name_space : name_space;
  resource.name = name;
  return resource;
}

Result<json::Value> ApiClient::get(const Resource& resource, Form form, const std::stop_token& stop) {
  auto object = ask({.path = resource.path(), .accept = accept_of(form)}, stop);
  if (object || object.error().code != Code::not_found || resource.kind.kind.empty()) return object;
  Error error = std::move(object).error();
  error.hint = hint_of_absence(resource);
  return tl::unexpected(std::move(error));
}

Result<json::Value> ApiClient::list(const Resource& resource, const Selection& selection, Form form,
                                    const std::stop_token& stop) {
  const std::string query = joined(query_of(selection), fmt::format("limit={}", kPage));
  const char* const entries = form == Form::table ? "rows" : "items";
  json::Value all;
  std::string next;
  do {
    Question question{.path = with_query(resource.path(), joined(query, parameter("continue", next))),
                      .accept = accept_of(form)};
    HF_ASSIGN(json::Value page, ask(question, stop));
    if (api::array_at(page, {entries}) == nullptr) return fail(Code::corrupt, "the server's list has no {}", entries);
    next = api::text_at(page, {"metadata", "continue"});
    if (all.is_null()) {
      all = std::move(page);
    } else {
      append_all(all.get_object()[entries].get_array(), page.get_object()[entries].get_array());
    }
  } while (!next.empty());
  if (json::Value* metadata = all.get_object().if_contains("metadata"); metadata != nullptr && metadata->is_object()) {
    metadata->get_object().erase("continue");
    metadata->get_object().erase("remainingItemCount");
  }
  return all;
}

Result<json::Value> ApiClient::create(const Resource& resource, const json::Value& object, const WriteOptions& options,
                                      const std::stop_token& stop) {
  return ask({.method = "POST",
              .path = with_query(resource.path(), query_of(options)),
              .content_type = "application/json",
              .body = json::to_string(object)},
             stop);
}

Result<json::Value> ApiClient::update(const Resource& resource, const json::Value& object, const WriteOptions& options,
                                      const std::stop_token& stop) {
  return ask({.method = "PUT",
              .path = with_query(resource.path(), query_of(options)),
              .content_type = "application/json",
              .body = json::to_string(object)},
             stop);
}

Result<json::Value> ApiClient::patch(const Resource& resource, PatchType type, const json::Value& patch,
                                     const WriteOptions& options, const std::stop_token& stop) {
  std::string query = query_of(options);
  if (type == PatchType::apply && options.force) query = joined(query, "force=true");
  auto done = ask({.method = "PATCH",
                   .path = with_query(resource.path(), query),
                   .content_type = media_type(type),
                   .body = json::to_string(patch)},
                  stop);
  if (!done && type == PatchType::apply && is_conflict(done.error())) {
    Error error = std::move(done).error();
    error.retryable = false;
    error.hint = "leave those fields out, or take them over with --force-conflicts";
    return tl::unexpected(std::move(error));
  }
  return done;
}

Result<json::Value> ApiClient::remove(const Resource& resource, const DeleteOptions& options,
                                      const std::stop_token& stop) {
  json::Object body{{"apiVersion", "v1"}, {"kind", "DeleteOptions"}};
  if (!options.uid.empty()) body["preconditions"] = json::Object{{"uid", options.uid}};
  return ask({.method = "DELETE",
              .path = with_query(resource.path(), options.dry_run ? "dryRun=All" : ""),
              .content_type = "application/json",
              .body = json::to_string(body)},
             stop);
}

}  // namespace holdfast::client
