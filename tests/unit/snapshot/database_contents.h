// Everything a database holds, for comparing before and after.
#pragma once

#include <map>
#include <string>

#include <gtest/gtest.h>

#include "snapshot/bolt_editor.h"
#include "support/memory_file.h"

namespace holdfast::test {

using Contents = std::map<std::string, std::map<std::string, std::string>>;

inline Contents contents_of(os::File& file) {
  Contents contents;
  const auto size = file.size();
  auto database = snapshot::BoltFile::open(file, *size);
  EXPECT_TRUE(database) << database.error().to_string();
  if (!database) return contents;
  const auto root = snapshot::load_items(*database, database->meta().root);
  const auto editor = snapshot::BoltEditor::open(file, *size);
  EXPECT_TRUE(root && editor);
  if (!root || !editor) return contents;
  for (const auto& [name, value] : *root) {
    const auto items = editor->read_bucket(name);
    EXPECT_TRUE(items) << items.error().to_string();
    if (!items) continue;
    contents[name];
    for (const auto& [key, item] : **items)
      contents[name][key] = item.value;
  }
  return contents;
}

}  // namespace holdfast::test
