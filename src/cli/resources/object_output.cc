#include "cli/resources/object_output.h"

#include "cli/resources/targets.h"
#include "cli/text.h"

namespace holdfast::cli {

void drop_managed_fields(json::Value& object) {
  if (!object.is_object()) return;
  json::Value* metadata = object.get_object().if_contains("metadata");
  if (metadata != nullptr && metadata->is_object()) metadata->get_object().erase("managedFields");
}

json::Value objects_document(std::vector<json::Value> objects, bool as_list, bool managed_fields) {
  if (!managed_fields) {
    for (json::Value& object : objects)
      drop_managed_fields(object);
  }
  if (!as_list && objects.size() == 1) return std::move(objects.front());
  json::Array items;
  for (json::Value& object : objects)
    items.push_back(std::move(object));
  return json::Object{
      {"apiVersion", "v1"}, {"kind", "List"}, {"items", std::move(items)}, {"metadata", json::Object()}};
}

void print_outcomes(Session& session, const std::vector<Outcome>& outcomes) {
  std::vector<json::Value> objects;
  for (const Outcome& outcome : outcomes) {
    if (!outcome.object.is_null()) objects.push_back(outcome.object);
  }
  const bool as_list = outcomes.size() != 1;
  session.print(objects_document(std::move(objects), as_list, false), [&](std::ostream& out) {
    for (const Outcome& outcome : outcomes) {
      const bool bare = session.output() == OutputFormat::name || outcome.done.empty();
      out << printable(label_of(outcome.resource)) << (bare ? "" : " " + outcome.done) << '\n';
    }
  });
}

}  // namespace holdfast::cli
