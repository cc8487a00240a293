#include "http/server/target.h"

#include <algorithm>

#include "base/utf8.h"
#include "http/server/text_rules.h"
#include "http/url.h"

namespace holdfast::http {
namespace {

Status check_path(std::string_view path) {
  if (!is_utf8(path)) return fail(Code::usage, "the path is not UTF-8");
  if (std::ranges::any_of(path, is_control)) return fail(Code::usage, "the path holds a control character");
  for (std::size_t begin = 1; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    if (segment == "." || segment == "..") return fail(Code::usage, "the path holds a \".\" or \"..\" segment");
    begin = end + 1;
  }
  return {};
}

Result<std::string> decode_query_part(std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, '+', ' ');
  HF_ASSIGN(std::string decoded, percent_decode(spaced));
  if (!is_utf8(decoded)) return fail(Code::usage, "the query is not UTF-8");
  return decoded;
}

Status read_query(std::string_view text, Target& target) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (part.empty()) continue;
    const std::size_t equals = std::min(part.find('='), part.size());
    HF_ASSIGN(std::string name, decode_query_part(part.substr(0, equals)));
    HF_ASSIGN(std::string value, decode_query_part(part.substr(std::min(equals + 1, part.size()))));
    target.query.emplace_back(std::move(name), std::move(value));
  }
  return {};
}

// What follows the authority of "http://host/path"; empty when it is none.
std::string_view without_authority(std::string_view raw) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!equal_without_case(raw.substr(0, scheme.size()), scheme)) continue;
    const std::size_t path = raw.find_first_of("/?", scheme.size());
    return path == std::string_view::npos ? "/" : raw.substr(path);
  }
  return {};
}

}  // namespace

Result<Target> parse_target(std::string_view raw) {
  if (!raw.starts_with('/')) raw = without_authority(raw);
  if (!raw.starts_with('/')) return fail(Code::usage, "the target of the request is not a path");
  if (raw.find('#') != std::string_view::npos) return fail(Code::usage, "the target of the request holds a fragment");
  const std::size_t question = std::min(raw.find('?'), raw.size());
  Target target;
  HF_ASSIGN(target.path, percent_decode(raw.substr(0, question)));
  HF_TRY(check_path(target.path));
  HF_TRY(read_query(raw.substr(std::min(question + 1, raw.size())), target));
  return target;
}

}  // namespace holdfast::http
