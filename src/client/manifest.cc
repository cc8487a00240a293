#include "client/manifest.h"

#include "api/fields.h"
#include "api/yaml.h"
#include "base/units.h"

namespace holdfast::client {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::string_view kWhite = " \t\r\n";

struct Piece {
  std::string_view text;
  int first_line = 1;
};

std::string_view first_line_of(std::string_view text) {
  return text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
}

// "---" or "..." alone, or with something behind a space.
bool is_marker(std::string_view line, std::string_view marker) {
  return line.starts_with(marker) && (line.size() == 3 || kWhite.find(line[3]) != std::string_view::npos);
}

bool says_nothing(std::string_view text) {
  while (!text.empty()) {
    const std::string_view line = first_line_of(text);
    text.remove_prefix(line.size());
    const std::size_t begin = line.find_first_not_of(kWhite);
    if (begin != std::string_view::npos && line[begin] != '#' && line.front() != '%') return false;
  }
  return true;
}

// At the markers, which cannot stand at the beginning of a line anywhere else. What follows "---" in its line belongs
// to the document.
std::vector<Piece> split_yaml(std::string_view text) {
  std::vector<Piece> pieces;
  std::size_t begin = 0;
  std::size_t at = 0;
  int line_number = 1;
  int first_line = 1;
  const auto cut = [&] {
    const std::string_view piece = text.substr(begin, at - begin);
    if (!says_nothing(piece)) pieces.push_back({.text = piece, .first_line = first_line});
  };
  while (at < text.size()) {
    const std::string_view line = first_line_of(text.substr(at));
    if (is_marker(line, "---") || is_marker(line, "...")) {
      cut();
      begin = at + 3;
      first_line = line_number;
    }
    at += line.size();
    ++line_number;
  }
  cut();
  return pieces;
}

// Where the JSON text at the beginning ends: behind the bracket that closes its first one.
std::size_t end_of_json(std::string_view text) {
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      quoted = c != '"';
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && (depth == 0 || --depth == 0)) {
      return i + 1;
    }
  }
  return text.size();
}

Result<std::vector<json::Value>> read_json(std::string_view text) {
  std::vector<json::Value> documents;
  const std::string_view all = text;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(kWhite), text.size()));
    if (text.empty()) return documents;
    const std::string_view one = text.substr(0, end_of_json(text));
    std::vector<std::string> duplicates;
    auto value =
        json::parse_with_duplicates(one, {.bytes = kMostManifestBytes, .levels = api::kMostYamlLevels}, duplicates);
    const auto offset = static_cast<std::size_t>(one.data() - all.data());
    if (!value) return fail(Code::usage, "the JSON text that begins at byte {}: {}", offset, value.error().message);
    if (!duplicates.empty())
      return fail(Code::usage, "the JSON text that begins at byte {} says {} twice", offset, duplicates.front());
    documents.push_back(std::move(*value));
    text.remove_prefix(one.size());
  }
}

Result<std::vector<json::Value>> read_yaml(std::string_view text) {
  std::vector<json::Value> documents;
  for (const Piece& piece : split_yaml(text)) {
    auto value = api::parse_yaml(piece.text, kMostManifestBytes, piece.first_line);
    if (!value) return fail(Code::usage, "{}", value.error().message);
    if (!value->is_null()) documents.push_back(std::move(*value));
  }
  return documents;
}

bool is_list(const json::Object& object) {
  const json::Value* items = object.if_contains("items");
  const json::Value* kind = object.if_contains("kind");
  return items != nullptr && items->is_array() && kind != nullptr && kind->is_string() &&
         std::string_view(kind->get_string()).ends_with("List");
}

Status add_object(json::Value value, const std::string& source, std::vector<Manifest>& manifests) {
  const std::string where = fmt::format("{}, object {}", source, manifests.size() + 1);
  if (!value.is_object()) return fail(Code::usage, "{} is not an object with names and values", where);
  json::Object& object = value.get_object();
  if (is_list(object)) {
    for (json::Value& item : object["items"].get_array())
      HF_TRY(add_object(std::move(item), source, manifests));
    return {};
  }
  for (const char* field : {"apiVersion", "kind"}) {
    if (api::text_at(value, {field}).empty()) return fail(Code::usage, "{} has no {}", where, field);
  }
  if (api::text_at(value, {"metadata", "name"}).empty() && api::text_at(value, {"metadata", "generateName"}).empty())
    return fail(Code::usage, "{} has no metadata.name", where);
  manifests.push_back({.object = std::move(object), .where = where});
  return {};
}

}  // namespace

Result<std::vector<json::Value>> read_documents(std::string_view text) {
  if (text.size() > kMostManifestBytes)
    return fail(Code::usage, "larger than the {} allowed", format_bytes(kMostManifestBytes));
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const std::size_t begin = text.find_first_not_of(kWhite);
  if (begin == std::string_view::npos || (text[begin] != '{' && text[begin] != '[')) return read_yaml(text);
  // Braces may also be those of YAML; when it is neither, JSON was meant.
  auto documents = read_json(text);
  if (documents) return documents;
  auto yaml = read_yaml(text);
  return yaml ? std::move(yaml) : std::move(documents);
}

Result<std::vector<Manifest>> read_manifests(std::string_view text, const std::string& source) {
  auto documents = read_documents(text);
  if (!documents) return in_context(std::move(documents).error(), "read {}", source);
  std::vector<Manifest> manifests;
  for (json::Value& document : *documents)
    HF_TRY(add_object(std::move(document), source, manifests));
  return manifests;
}

}  // namespace holdfast::client
