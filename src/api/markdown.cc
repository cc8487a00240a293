#include "api/markdown.h"

#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace holdfast::api {
namespace {

constexpr std::string_view kHead = R"(# The kinds of the API

Generated from the files in `src/api/kinds`; a test compares. `kubectl explain` shows the same texts. Kinds of Kubernetes
itself have the fields that Kubernetes gives them.

Unknown and duplicate fields are refused unless a client asks otherwise (`--validate=warn` or `ignore`). In `spec` of Cluster,
Seed, KubermaticConfiguration and KubermaticSetting, and in the parts marked *others kept*, the many other settings of KKP are
accepted and kept but not looked at, so that documents written for KKP apply as they are; what is listed here is checked there too.

Beyond what the table says the server checks before it stores anything:

* a resource in the namespace `cluster-NAME` speaks of the cluster NAME only;
* a destination that is named exists in the Seed of the cluster, a default destination among those beside it;
* a schedule can be read and fires at all, not more than once a minute;
* references to secrets from a Cluster stay in its own namespace;
* of a Backup only `pinned` and `pinReason` can be changed, of an Operation `cancel`, of a Secret the `type` not.
)";

// One line of a table: no line ends, no bars.
std::string in_cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string type_of(const Schema& schema) {
  if (schema.int_or_string) return "integer or string";
  if (schema.type == SchemaType::array) return type_of(*schema.items) + "[]";
  if (schema.additional) return "map of " + type_of(*schema.additional);
  std::string type(type_name(schema.type));
  if (!schema.format.empty()) type += " (" + schema.format + ")";
  return type;
}

std::string bounds(const Schema& schema) {
  std::vector<std::string> all;
  if (schema.default_value) all.push_back("default " + json::to_string(*schema.default_value));
  if (!schema.enumeration.empty()) {
    std::vector<std::string> values;
    for (const json::Value& each : schema.enumeration)
      values.push_back(json::to_string(each));
    all.push_back(fmt::format("one of {}", fmt::join(values, ", ")));
  }
  if (schema.minimum) all.push_back(fmt::format("at least {}", *schema.minimum));
  if (schema.maximum) all.push_back(fmt::format("at most {}", *schema.maximum));
  if (schema.max_length) all.push_back(fmt::format("at most {} characters", *schema.max_length));
  if (!schema.pattern.empty()) all.push_back("`" + schema.pattern + "`");
  if (schema.preserve_unknown) all.emplace_back("*others kept*");
  return fmt::format("{}", fmt::join(all, "; "));
}

class Table {
 public:
  explicit Table(std::string& out) : out_(out) {}

  // The fields inside of `schema`, deepest last.
  void fields(const Schema& schema, const std::string& path) {
    for (const auto& [name, child] : schema.properties) {
      bool required = false;
      for (const std::string& each : schema.required)
        required = required || each == name;
      row(path.empty() ? name : path + "." + name, *child, required);
    }
  }

 private:
  void row(const std::string& path, const Schema& schema, bool required) {
    const std::string limits = bounds(schema);
    out_ += fmt::format("| `{}` | {} | {}{}{} |\n", path, in_cell(type_of(schema)), in_cell(schema.description),
                        required ? " **Required.**" : "", limits.empty() ? "" : " (" + in_cell(limits) + ")");
    inside(path, schema);
  }

  void inside(const std::string& path, const Schema& schema) {
    fields(schema, path);
    if (schema.additional) inside(path + ".NAME", *schema.additional);
    if (schema.items) inside(path + "[]", *schema.items);
  }

  std::string& out_;
};

void add_kind(const Kind& kind, std::string& out) {
  out += fmt::format("\n## {} ({})\n\n{}\n\n", kind.kind, kind.group_version.to_string(), kind.schema->description);
  out += fmt::format("`kubectl get {}`", kind.plural);
  if (!kind.short_names.empty()) out += fmt::format(", short `{}`", fmt::join(kind.short_names, "`, `"));
  out += kind.namespaced ? "; in a namespace" : "; in no namespace";
  if (kind.status_subresource) out += "; with the subresource `status`";
  out += fmt::format(". Verbs: {}.", fmt::join(kind.verbs, ", "));
  if (!kind.selectable_fields.empty())
    out += fmt::format(" Field selectors: `{}`.", fmt::join(kind.selectable_fields, "`, `"));
  out += "\n";
  if (!kind.columns.empty()) {
    std::vector<std::string> names;
    for (const Column& column : kind.columns)
      names.push_back(column.priority > 0 ? column.name + " (wide)" : column.name);
    out += fmt::format("Columns: {}.\n", fmt::join(names, ", "));
  }
  if (kind.built_in) return;
  out += "\n| field | type | meaning |\n|---|---|---|\n";
  for (const char* part : {"spec", "status"}) {
    const Schema* schema = kind.schema->property(part);
    if (schema != nullptr) Table(out).fields(*schema, part);
  }
}

}  // namespace

std::string markdown_reference(const Kinds& kinds) {
  std::string out(kHead);
  for (const bool built_in : {false, true}) {
    for (const Kind& kind : kinds.all()) {
      if (kind.built_in == built_in) add_kind(kind, out);
    }
  }
  return out;
}

}  // namespace holdfast::api
