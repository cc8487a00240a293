#include "registry_support.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/fields.h"
#include "api/object.h"
#include "os/clock.h"
#include "os/file_system.h"
#include "os/random.h"

namespace holdfast::test {

json::Value parse(std::string_view text) {
  return json::parse(text, api::kBodyLimits.bytes).value();
}

store::Revision version_of(const json::Value& object) {
  return std::stoll(std::string(api::text_at(object, {"metadata", "resourceVersion"})));
}

RegistryFixture::RegistryFixture()
    : kinds(api::Kinds::load().value()),
      sealer(registry::Sealer::from_file(os::real_file_system(), os::real_random(), dir.file("secrets.key")).value()),
      floor(os::real_file_system(), dir.file("floor")) {
  store::SqliteOptions options;
  options.path = dir.file("store.db");
  store = store::SqliteStore::open(options, floor, os::real_file_system(), os::real_clock(), os::real_random()).value();
  registry = std::make_unique<registry::Registry>(registry::Registry::Parts{.store = *store,
                                                                            .kinds = kinds,
                                                                            .sealer = sealer,
                                                                            .clock = os::real_clock(),
                                                                            .random = os::real_random(),
                                                                            .hooks = {}});
}

const api::Kind& RegistryFixture::kind(std::string_view word) const {
  return *kinds.find_word(word);
}

api::ApiResult<registry::Written> RegistryFixture::try_create(std::string_view word, std::string_view name_space,
                                                              std::string_view json_text) {
  auto decoded = api::decode_value(kind(word), parse(json_text));
  if (!decoded) return tl::unexpected(decoded.error());
  return registry->create(kind(word), name_space, std::move(decoded->object), {});
}

json::Value RegistryFixture::create(std::string_view word, std::string_view name_space, std::string_view json_text) {
  auto written = try_create(word, name_space, json_text);
  if (!written) ADD_FAILURE() << json::to_string(written.error().to_status());
  return written ? written->object : json::Value();
}

void RegistryFixture::make_namespace(const std::string& name) {
  create("namespace", "", fmt::format(R"({{"apiVersion":"v1","kind":"Namespace","metadata":{{"name":"{}"}}}})", name));
}

}  // namespace holdfast::test
