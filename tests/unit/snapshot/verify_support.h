// What the tests of verify() share.
#pragma once

#include <string>
#include <utility>

#include <gmock/gmock.h>

#include "unit/snapshot/damage_support.h"

#include "snapshot/verify.h"
#include "support/memory_file.h"

namespace holdfast::test {

inline snapshot::VerifyReport verified(Bytes bytes, const snapshot::VerifyOptions& options = {}) {
  MemoryFile file(std::move(bytes));
  auto report = snapshot::verify(file, options);
  EXPECT_TRUE(report) << report.error().to_string();
  return report ? std::move(*report) : snapshot::VerifyReport();
}

inline snapshot::VerifyReport verified_model(const EtcdModel& model, const BoltLayout& layout = {}) {
  return verified(with_trailer(write_bolt(model.buckets(), layout).bytes));
}

inline auto says(const std::string& check, const std::string& text) {
  using ::testing::AllOf;
  using ::testing::Field;
  return ::testing::Contains(AllOf(Field("check", &snapshot::Finding::check, check),
                                   Field("what", &snapshot::Finding::what, ::testing::HasSubstr(text))));
}

inline std::string listed(const snapshot::VerifyReport& report) {
  std::string text;
  for (const snapshot::Finding& finding : report.findings)
    text += finding.check + " | " + finding.where + " | " + finding.what + "\n";
  return text;
}

}  // namespace holdfast::test
