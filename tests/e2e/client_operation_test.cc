// What is said and done about work of the server: operations, scans, what a backup or a removal brings with it.
#include <chrono>
#include <filesystem>
#include <thread>

#include "e2e/client_backup.h"

namespace holdfast::test {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST_F(ClientBackup, that_nobody_wants_any_more_is_cancelled) {
  const std::string dead = "dead-" + cluster();
  ok({"cluster", "add", dead, "--member", "http://127.0.0.1:1", "--seed", "europe"});
  const std::string said = fails(6, {"backup", "now", dead, "--destination", "disk", "--timeout", "4s"});
  const std::string command = "\"holdfast operation cancel ";
  ASSERT_THAT(said, HasSubstr(command));
  const std::size_t at = said.find(command) + command.size();
  const std::string name = said.substr(at, said.find(' ', at) - at);
  EXPECT_THAT(said, HasSubstr(name + " --cluster " + dead + "\""));
  EXPECT_THAT(ok({"__complete", "--", "operation", "cancel", "--cluster", dead}), HasSubstr(name));

  EXPECT_THAT(ok({"operation", "cancel", name, "--cluster", dead}), HasSubstr(name + " cancelled"));

  EXPECT_THAT(ok({"operation", "list", dead}), HasSubstr("Cancelled"));
  EXPECT_THAT(ok({"operation", "show", name}), HasSubstr("it was cancelled"));
  EXPECT_THAT(ok({"operation", "cancel", name, "--cluster", dead}), HasSubstr("cancelled")) << "said twice";
}

TEST_F(ClientBackup, operations_are_listed_in_their_order_and_stay_as_they_ended) {
  const std::string first = back_up();
  const std::string second = back_up();

  const std::string list = ok({"operation", "list", cluster()});

  EXPECT_THAT(list, HasSubstr("BACKUP"));
  EXPECT_LT(list.find(first), list.find(second)) << list;
  const json::Value all = document({"get", "operations", "-n", name_space()});
  const std::string name(all.at("items").as_array().back().at("metadata").at("name").as_string());
  EXPECT_EQ(all.at("items").as_array().back().at("status").at("result").at("backup").as_string(), second);
  EXPECT_THAT(fails(4, {"operation", "cancel", name, "--cluster", cluster()}),
              HasSubstr("has ended already: Completed"));
}

TEST_F(ClientBackup, of_a_destination_that_is_scanned_is_seen_to_be_gone) {
  ok({"destination", "add", "europe", "scanned", "--path", file("scanned")});
  const json::Value made = document({"backup", "now", cluster(), "--destination", "scanned", "--progress", "none"});
  const std::string name(made.at("metadata").at("name").as_string());
  EXPECT_EQ(ok({"destination", "scan", "europe", "scanned", "--progress", "none"}),
            "listed: 1 backup of clusters, 0 objects that belong to none\n");
  const std::string key(made.at("spec").at("objectKey").as_string());
  std::filesystem::remove(file("scanned/" + key));
  std::filesystem::remove(file("scanned/" + key + ".manifest.json"));

  // What was stored in the very second in which the scan is asked for is not judged by it.
  std::string phase;
  for (int i = 0; i < 20 && phase != "Missing"; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    ok({"destination", "scan", "europe", "scanned", "--progress", "none"});
    phase = document({"backup", "show", name, "--cluster", cluster()}).at("status").at("phase").as_string();
  }

  EXPECT_EQ(phase, "Missing");
  fails(2, {"destination", "scan", "europe", "none"});
}

TEST_F(ClientBackup, for_a_schedule_that_keeps_one_says_that_the_one_before_goes) {
  ok({"schedule", "add", cluster(), "single", "--schedule", "@yearly", "--keep", "1", "--destination", "disk"});
  const std::vector<std::string> now{"backup", "now", cluster(), "--for-schedule", "single", "--progress", "none"};
  EXPECT_THAT(run(now).err, Not(HasSubstr("is removed")));

  const ProgramResult second = run(now);

  EXPECT_EQ(second.exit_code, 0) << second.err;
  EXPECT_THAT(second.err, HasSubstr("the one before it, single-"));
}

TEST_F(ClientBackup, defaults_that_are_removed_are_said_to_come_back) {
  ok({"destination", "add", "europe", "normal", "--path", file("normal"), "--default"});
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (run({"get", "ecfg", "default-backups", "-n", name_space()}).exit_code != 0 &&
         std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));

  const ProgramResult removed = run({"schedule", "remove", "default-backups", "--cluster", cluster(), "--yes"});

  EXPECT_EQ(removed.exit_code, 0) << removed.err;
  EXPECT_THAT(removed.err, HasSubstr("\"holdfast schedule suspend default-backups --cluster " + cluster() + "\""));
  ok({"destination", "remove", "europe", "normal", "--yes"});
}

}  // namespace
}  // namespace holdfast::test
