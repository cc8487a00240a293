#include "cli/json_template.h"

#include "cli/json_path_steps.h"

namespace holdfast::cli {

// Text, a path, or a range with the parts that are repeated.
struct JsonTemplate::Part {
  enum class What { text, path, range } what = What::text;
  std::string text = {};
  std::vector<PathStep> path = {};
  std::vector<Part> inner = {};
};

namespace {

using Part = JsonTemplate::Part;
using What = JsonTemplate::Part::What;

constexpr std::size_t kMostTemplateBytes = 64 * 1024;
constexpr std::size_t kMostLevels = 16;

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\n") - begin + 1);
}

// "\n", "\t", "\\", "\"" and the like.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    out += c == 'n' ? '\n' : (c == 't' ? '\t' : (c == 'r' ? '\r' : c));
  }
  return out;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  // Up to {end}, or to the end of the text on the outermost level.
  Result<std::vector<Part>> parts(std::size_t level) {
    std::vector<Part> parts;
    while (!rest_.empty()) {
      if (rest_.front() != '{') {
        const std::size_t end = std::min(rest_.find('{'), rest_.size());
        parts.push_back({.what = What::text, .text = unescaped(rest_.substr(0, end))});
        rest_.remove_prefix(end);
        continue;
      }
      HF_ASSIGN(const std::string_view inside, take_braces());
      if (inside == "end") {
        if (level == 0) return fail(Code::usage, "{{end}} without {{range}}");
        return parts;
      }
      HF_ASSIGN(Part part, parse_braces(inside, level));
      parts.push_back(std::move(part));
    }
    if (level > 0) return fail(Code::usage, "{{range}} without {{end}}");
    return parts;
  }

 private:
  Result<std::string_view> take_braces() {
    char quote = '\0';
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      const char c = rest_[i];
      if (quote != '\0' && c == '\\') {
        ++i;
      } else if (quote != '\0') {
        if (c == quote) quote = '\0';
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == '}') {
        const std::string_view inside = trimmed(rest_.substr(1, i - 1));
        rest_.remove_prefix(i + 1);
        return inside;
      }
    }
    return fail(Code::usage, "a brace is not closed");
  }

  Result<Part> parse_braces(std::string_view inside, std::size_t level) {
    const bool quoted =
        inside.size() >= 2 && inside.front() == inside.back() && (inside.front() == '"' || inside.front() == '\'');
    if (quoted) return Part{.what = What::text, .text = unescaped(inside.substr(1, inside.size() - 2))};
    constexpr std::string_view kRange = "range ";
    if (!inside.starts_with(kRange)) {
      HF_ASSIGN(std::vector<PathStep> path, parse_path(inside));
      return Part{.what = What::path, .path = std::move(path)};
    }
    if (level >= kMostLevels) return fail(Code::usage, "ranges are nested too deep");
    HF_ASSIGN(std::vector<PathStep> path, parse_path(trimmed(inside.substr(kRange.size()))));
    HF_ASSIGN(std::vector<Part> inner, parts(level + 1));
    return Part{.what = What::range, .path = std::move(path), .inner = std::move(inner)};
  }

  std::string_view rest_;
};

void render_parts(const std::vector<Part>& parts, const json::Value& at, std::string& out) {
  for (const Part& part : parts) {
    if (part.what == What::text) {
      out += part.text;
      continue;
    }
    const Found found = follow_path(part.path, at);
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (part.what == What::range) {
        render_parts(part.inner, *found[i], out);
      } else {
        if (i > 0) out += ' ';
        out += text_of(*found[i]);
      }
    }
  }
}

}  // namespace

JsonTemplate::JsonTemplate(std::vector<Part> parts) : parts_(std::move(parts)) {}
JsonTemplate::~JsonTemplate() = default;
JsonTemplate::JsonTemplate(JsonTemplate&&) noexcept = default;
JsonTemplate& JsonTemplate::operator=(JsonTemplate&&) noexcept = default;

Result<JsonTemplate> JsonTemplate::parse(std::string_view text) {
  if (text.size() > kMostTemplateBytes) return fail(Code::usage, "the JSONPath is too long");
  std::string whole(text);
  if (whole.find('{') == std::string::npos) whole = "{" + whole + "}";
  HF_ASSIGN(std::vector<Part> parts, Parser(whole).parts(0));
  return JsonTemplate(std::move(parts));
}

std::string JsonTemplate::render(const json::Value& document) const {
  std::string out;
  render_parts(parts_, document, out);
  return out;
}

std::vector<const json::Value*> JsonTemplate::find(const json::Value& document) const {
  for (const Part& part : parts_) {
    if (part.what == What::path) return follow_path(part.path, document);
  }
  return {};
}

std::string text_of(const json::Value& value) {
  return value.is_string() ? std::string(value.get_string()) : json::to_string(value);
}

}  // namespace holdfast::cli
