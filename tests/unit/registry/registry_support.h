// A registry on a real SQLite store in a directory of its own.
#pragma once

#include <memory>
#include <string>

#include "registry/registry.h"
#include "registry/watch_hub.h"
#include "store/revision_floor.h"
#include "store/sqlite/sqlite_store.h"
#include "support/temp_dir.h"

namespace holdfast::test {

class RegistryFixture {
 public:
  RegistryFixture();

  const api::Kind& kind(std::string_view word) const;
  // Fails the test when it cannot be made. Returns it as it was answered.
  json::Value create(std::string_view word, std::string_view name_space, std::string_view json_text);
  api::ApiResult<registry::Written> try_create(std::string_view word, std::string_view name_space,
                                               std::string_view json_text);
  void make_namespace(const std::string& name);

  TempDir dir;
  api::Kinds kinds;
  registry::Sealer sealer;
  store::RevisionFloor floor;
  std::unique_ptr<store::SqliteStore> store;
  std::unique_ptr<registry::Registry> registry;
};

json::Value parse(std::string_view text);
// metadata.resourceVersion as a number.
store::Revision version_of(const json::Value& object);

}  // namespace holdfast::test
