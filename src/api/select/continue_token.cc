#include "api/select/continue_token.h"

#include <algorithm>

#include "base/bytes.h"
#include "model/json.h"

namespace holdfast::api {
namespace {

constexpr std::size_t kMaxToken = 8 * kKiB;
constexpr std::string_view kVersion = "meta.k8s.io/v1";

void replace_alphabet(std::string& text, std::string_view from, std::string_view to) {
  for (char& c : text) {
    const std::size_t at = from.find(c);
    if (at != std::string_view::npos) c = to[at];
  }
}

Result<ContinueToken> read(std::string_view text) {
  if (text.size() > kMaxToken) return fail(Code::corrupt, "it is longer than {} bytes", kMaxToken);
  if (text.find_first_of("+/") != std::string_view::npos) return fail(Code::corrupt, "it is not base64url");
  std::string standard(text);
  replace_alphabet(standard, "-_", "+/");
  Bytes bytes;
  if (!from_base64(standard, false, bytes)) return fail(Code::corrupt, "it is not base64url");
  HF_ASSIGN(const json::Value value, json::parse(as_text(bytes), kMaxToken));
  if (!value.is_object()) return fail(Code::corrupt, "it is not an object");
  const json::Object& object = value.get_object();
  HF_ASSIGN(const std::string version, json::get_string(object, "v"));
  ContinueToken token;
  HF_ASSIGN(token.revision, json::get_uint(object, "rv"));
  HF_ASSIGN(token.start, json::get_string(object, "start"));
  if (version != kVersion) return fail(Code::corrupt, "it is of another version");
  if (token.revision == 0 || token.start.empty()) return fail(Code::corrupt, "it leads nowhere");
  return token;
}

}  // namespace

std::string ContinueToken::to_string() const {
  const json::Object object{{"v", kVersion}, {"rv", revision}, {"start", start}};
  std::string text = to_base64(as_bytes(json::to_string(object)), false);
  replace_alphabet(text, "+/", "-_");
  return text;
}

ApiResult<ContinueToken> ContinueToken::parse(std::string_view text) {
  auto token = read(text);
  if (!token) return tl::unexpected(bad_request("continue key is not valid: " + token.error().message));
  return *std::move(token);
}

}  // namespace holdfast::api
