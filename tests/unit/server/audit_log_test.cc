#include "server/audit_log.h"

#include <gtest/gtest.h>

#include "model/json.h"
#include "support/temp_dir.h"

namespace holdfast::server {
namespace {

AuditRecord record(std::string name) {
  AuditRecord made;
  made.time = "2026-11-21T10:37:00.000Z";
  made.user = "ann";
  made.groups = {"g"};
  made.verb = "create";
  made.name = std::move(name);
  made.code = 201;
  return made;
}

std::string text_of(const std::string& path) {
  const auto bytes = os::read_file(os::real_file_system(), path, kMiB);
  return bytes ? std::string(as_text(*bytes)) : "none";
}

TEST(AuditLog, ARecordIsALineOfJson) {
  const test::TempDir dir;
  const auto log = AuditLog::open({.path = dir.file("audit")}, os::real_file_system()).value();

  ASSERT_TRUE(log->write(record("a\nb")));

  const std::string text = text_of(dir.file("audit"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  const auto line = json::parse(text, kMiB).value();
  EXPECT_EQ(json::get_string(line.get_object(), "user").value(), "ann");
  EXPECT_EQ(json::get_string(line.get_object(), "name").value(), "a\nb");
  EXPECT_EQ(json::get_int(line.get_object(), "code").value(), 201);
}

TEST(AuditLog, IsForItsOwnerAlone) {
  const test::TempDir dir;
  const auto log = AuditLog::open({.path = dir.file("audit")}, os::real_file_system()).value();

  EXPECT_EQ(os::real_file_system().stat(dir.file("audit")).value()->mode & 0777U, 0600U);
}

TEST(AuditLog, GoesOnWhereItWas) {
  const test::TempDir dir;
  for (const char* name : {"one", "two"}) {
    const auto log = AuditLog::open({.path = dir.file("audit")}, os::real_file_system()).value();
    ASSERT_TRUE(log->write(record(name)));
  }

  const std::string text = text_of(dir.file("audit"));
  EXPECT_NE(text.find("one"), std::string::npos);
  EXPECT_NE(text.find("two"), std::string::npos);
}

TEST(AuditLog, KeepsAsManyOldFilesAsAskedFor) {
  const test::TempDir dir;
  const auto log =
      AuditLog::open({.path = dir.file("audit"), .rotate_bytes = 1, .keep = 2}, os::real_file_system()).value();

  for (const char* name : {"one", "two", "three", "four"})
    ASSERT_TRUE(log->write(record(name)));

  EXPECT_NE(text_of(dir.file("audit")).find("four"), std::string::npos);
  EXPECT_NE(text_of(dir.file("audit.1")).find("three"), std::string::npos);
  EXPECT_NE(text_of(dir.file("audit.2")).find("two"), std::string::npos);
  EXPECT_EQ(text_of(dir.file("audit.3")), "none");
}

os::SteadyTime minutes(int count) {
  return os::SteadyTime() + std::chrono::minutes(count);
}

TEST(AuditLog, OfStrangersTellsSomeAndHowManyWereLeftOut) {
  const test::TempDir dir;
  const auto log = AuditLog::open({.path = dir.file("audit"), .strangers = 2}, os::real_file_system()).value();

  for (const char* name : {"one", "two", "three", "four"})
    ASSERT_TRUE(log->write_of_stranger(record(name), minutes(10)));
  ASSERT_TRUE(log->write_of_stranger(record("five"), minutes(11)));

  const std::string text = text_of(dir.file("audit"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
  EXPECT_EQ(text.find("three"), std::string::npos);
  EXPECT_NE(text.find(R"("name":"five","code":201,"leftOut":2)"), std::string::npos) << text;
}

TEST(AuditLog, SaysWhichServerWroteIt) {
  const test::TempDir dir;
  const auto log = AuditLog::open({.path = dir.file("audit"), .server = "abc"}, os::real_file_system()).value();

  ASSERT_TRUE(log->write(record("one")));

  EXPECT_NE(text_of(dir.file("audit")).find(R"("server":"abc")"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::server
