#include "cli/resources/get_objects.h"

#include <algorithm>
#include <optional>

#include "api/fields.h"
#include "cli/resources/failures.h"
#include "cli/resources/object_output.h"
#include "cli/resources/run_operation.h"
#include "cli/resources/server_table.h"
#include "cli/text.h"

namespace holdfast::cli {
namespace {

using client::ApiClient;
using client::Form;
using client::Resource;

bool same_kind(const Resource& left, const Resource& right) {
  return left.kind.plural == right.kind.plural && left.kind.group == right.kind.group;
}

// Of operations people want to know what was done last: their names say nothing, and the newest are next to the prompt.
bool is_a_history(const Resource& target) {
  return target.kind.qualified_plural() == kOperations;
}

void sort_by_creation(json::Array& items) {
  std::ranges::stable_sort(
      items, {}, [](const json::Value& item) { return api::text_at(item, {"metadata", "creationTimestamp"}); });
}

class Tables {
 public:
  Tables(Session& session, ApiClient& client, const TargetFlags& flags)
      : session_(session), client_(client), flags_(flags), failures_(session) {}

  Result<int> print(const std::vector<Resource>& targets) {
    const bool mixed =
        std::ranges::any_of(targets, [&](const auto& each) { return !same_kind(each, targets.front()); });
    for (std::size_t i = 0; i < targets.size();) {
      std::size_t end = i + 1;
      while (end < targets.size() && same_kind(targets[i], targets[end]))
        ++end;
      HF_TRY(add_kind(
          {targets.begin() + static_cast<std::ptrdiff_t>(i), targets.begin() + static_cast<std::ptrdiff_t>(end)},
          mixed));
      i = end;
    }
    show(targets);
    return failures_.result();
  }

 private:
  Status add_kind(const std::vector<Resource>& targets, bool mixed) {
    const Resource& first = targets.front();
    const TableShape shape{.wide = session_.output() == OutputFormat::wide,
                           .with_namespace = flags_.all_namespaces && first.kind.namespaced,
                           .prefix = mixed ? first.kind.label_of("") : ""};
    std::optional<ServerTable> table;
    for (const Resource& target : targets) {
      const std::stop_token& stop = session_.world().stop;
      auto answer = target.name.empty() ? client_.list(target, flags_.selection, Form::table, stop)
                                        : client_.get(target, Form::table, stop);
      if (!answer && answer.error().code == Code::cancelled) return tl::unexpected(std::move(answer).error());
      if (!answer) {
        failures_.add(std::move(answer).error());
      } else if (table) {
        table->add_rows(*answer);
      } else {
        table.emplace(*answer, shape);
      }
    }
    if (table && is_a_history(first)) table->sort_by_creation();
    if (table && !table->empty()) tables_.push_back(std::move(*table));
    return {};
  }

  void show(const std::vector<Resource>& targets) {
    if (session_.quiet()) return;
    std::ostream& out = session_.world().out;
    for (std::size_t i = 0; i < tables_.size(); ++i) {
      if (i > 0) out << '\n';
      tables_[i].table().print(out);
    }
    if (!tables_.empty() || !failures_.none()) return;
    const Resource& first = targets.front();
    const std::string where = first.name_space.empty() ? "" : " in namespace " + first.name_space;
    const char* more = where.empty() ? "" : "; -A looks in all of them";
    session_.world().err << "holdfast: nothing found" << printable(where) << more << '\n';
  }

  Session& session_;
  ApiClient& client_;
  const TargetFlags& flags_;
  Failures failures_;
  std::vector<ServerTable> tables_;
};

// Items of a list need not say what they are.
json::Value complete(json::Value object, const Resource& target) {
  if (!object.is_object() || object.get_object().contains("kind")) return object;
  json::Object whole{{"apiVersion", target.kind.api_version()}, {"kind", target.kind.kind}};
  for (auto& member : object.get_object())
    whole[member.key()] = std::move(member.value());
  return whole;
}

Result<int> print_objects(Session& session, ApiClient& client, const std::vector<Resource>& targets,
                          const TargetFlags& flags, bool managed_fields) {
  Failures failures(session);
  std::vector<json::Value> objects;
  std::vector<std::string> names;
  const std::stop_token& stop = session.world().stop;
  for (const Resource& target : targets) {
    auto answer = target.name.empty() ? client.list(target, flags.selection, Form::object, stop)
                                      : client.get(target, Form::object, stop);
    if (!answer && answer.error().code == Code::cancelled) return tl::unexpected(std::move(answer).error());
    if (!answer) {
      failures.add(std::move(answer).error());
      continue;
    }
    json::Array items;
    if (target.name.empty()) {
      items = std::move(answer->get_object()["items"].get_array());
      if (is_a_history(target)) sort_by_creation(items);
    } else {
      items.push_back(std::move(*answer));
    }
    for (json::Value& item : items) {
      names.push_back(target.kind.label_of(api::text_at(item, {"metadata", "name"})));
      objects.push_back(complete(std::move(item), target));
    }
  }
  const bool one = targets.size() == 1 && !targets.front().name.empty();
  if (one && objects.empty()) return failures.result();
  session.print(objects_document(std::move(objects), !one, managed_fields), [&](std::ostream& out) {
    for (const std::string& name : names)
      out << printable(name) << '\n';
  });
  return failures.result();
}

}  // namespace

Result<int> get_objects(Session& session, ApiClient& client, const std::vector<Resource>& targets,
                        const TargetFlags& flags, bool managed_fields) {
  const OutputFormat format = session.output();
  const bool objects = is_for_programs(format) || format == OutputFormat::name || format == OutputFormat::jsonpath;
  if (objects) return print_objects(session, client, targets, flags, managed_fields);
  return Tables(session, client, flags).print(targets);
}

}  // namespace holdfast::cli
