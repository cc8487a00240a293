// The first byte chooses a kind, the rest is the body of a request: decoding, pruning, defaults, validation and rules
// never crash, are the same the second time, and what comes out is JSON that can be written again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "api/object.h"
#include "api/rules.h"
#include "api/table.h"
#include "base/bytes.h"

namespace {

using namespace holdfast;

void require(bool holds) {
  if (!holds) std::abort();
}

class NoObjects final : public api::Objects {
 public:
  Result<std::optional<json::Value>> get(std::string_view, std::string_view, std::string_view) const override {
    return std::optional<json::Value>();
  }
  Result<std::vector<json::Value>> list(std::string_view) const override { return std::vector<json::Value>(); }
  Result<std::vector<json::Value>> list_in(std::string_view, std::string_view) const override {
    return std::vector<json::Value>();
  }
};

const api::Kinds& kinds() {
  static const api::Kinds all = *api::Kinds::load();
  return all;
}

void judge(const api::Kind& kind, const json::Value& object) {
  require(api::validate(kind, object).size() <= api::kMostNamed);
  require(api::validate_change(object, object).empty());
  require(api::check_rules({.kind = kind, .object = object}, NoObjects(), {}).has_value());
  const auto writer = api::TableWriter::create(kind);
  require(writer.has_value());
  const std::string table = writer->table(object, api::IncludeObject::object, "v1", holdfast::WallTime());
  std::vector<std::string> duplicates;
  require(json::parse_with_duplicates(table, {.bytes = 64 * kMiB, .levels = 70}, duplicates).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const api::Kind& kind = kinds().all()[data[0] % kinds().all().size()];
  std::vector<std::string> duplicates;
  auto value = api::decode_body(as_text({data + 1, size - 1}), duplicates);
  if (!value) {
    require(value.error().code == 400 || value.error().code == 413);
    return 0;
  }
  require(duplicates.size() <= api::kMostNamed);
  if (json::Object* object = value->if_object()) {
    (*object)["apiVersion"] = kind.group_version.to_string();
    (*object)["kind"] = kind.kind;
  }
  auto decoded = api::decode_value(kind, std::move(*value));
  if (!decoded) return 0;
  api::apply_defaults(kind, decoded->object);
  json::Value again = decoded->object;
  std::vector<std::string> unknown;
  api::prune(kind, again, unknown);
  api::apply_defaults(kind, again);
  require(unknown.empty() && again == decoded->object);
  judge(kind, decoded->object);
  return 0;
}
