#include "golden.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace holdfast::api {

void expect_golden(const std::string& path, const std::string& text) {
  const std::string golden = std::string(HOLDFAST_SOURCE_DIR) + "/" + path;
  std::ifstream file(golden);
  std::stringstream kept;
  kept << file.rdbuf();
  if (kept.str() == text) return;
  std::string name = path;
  std::replace(name.begin(), name.end(), '/', '-');
  const std::string actual = testing::TempDir() + name;
  std::ofstream(actual) << text;
  ADD_FAILURE() << path << " is not what it was. Look at the difference; if it is meant:\n  cp " << actual << " "
                << golden;
}

}  // namespace holdfast::api
