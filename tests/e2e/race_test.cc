// Two processes that save to one name at the same time, and the leftovers of those that were killed.
#include <algorithm>

#include <gmock/gmock.h>

#include "e2e_support.h"

namespace holdfast::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Races : public EndToEnd {
 protected:
  // Both have taken their stream before either ends. The exit codes, the smaller one first.
  std::vector<int> save_twice(const std::string& place, const std::vector<std::string>& more = {}) {
    std::vector<ChildProcess> children;
    for (const char* log : {"log1", "log2"}) {
      std::vector<std::string> words{"snapshot",     "save",  place,         "--endpoints", etcd_.endpoints()[0],
                                     "--limit-rate", "200KB", "--spool-dir", file("")};
      words.insert(words.end(), more.begin(), more.end());
      children.push_back(start(words, file(log)));
    }
    std::vector<int> codes;
    for (ChildProcess& child : children)
      codes.push_back(child.wait());
    std::sort(codes.begin(), codes.end());
    return codes;
  }
  void expect_one_sound_backup(const std::string& folder, const std::string& place) {
    const json::Object listing = document({"snapshot", "list", folder});
    ASSERT_EQ(listing.at("snapshots").as_array().size(), 1U);
    EXPECT_EQ(listing.at("snapshots").as_array()[0].as_object().at("state").as_string(), "ok");
    ok({"snapshot", "verify", place});
  }

  const EtcdCluster& etcd_ = quiet_etcd(EtcdVersion::v3_5);
};

TEST_F(Races, of_two_saves_to_one_file_one_wins_and_the_other_is_told_so) {
  ASSERT_TRUE(os::real_file_system().make_directories(file("out")));

  EXPECT_THAT(save_twice(file("out/x.db")), ElementsAre(0, 4)) << read("log1") << read("log2");

  EXPECT_THAT(read("log1") + read("log2"), HasSubstr("already there"));
  EXPECT_THAT(files_in(file("out")), ElementsAre("x.db", "x.db.manifest.json"));
  expect_one_sound_backup(file("out"), file("out/x.db"));
}

TEST_F(Races, of_two_saves_to_one_key_one_wins_and_the_other_is_told_so) {
  EXPECT_THAT(save_twice(bucket_url() + "x"), ElementsAre(0, 4)) << read("log1") << read("log2");

  expect_one_sound_backup(bucket_url(), bucket_url() + "x");
}

TEST_F(Races, two_saves_that_both_replace_leave_one_backup) {
  ok({"snapshot", "save", bucket_url() + "x", "--endpoints", etcd_.endpoints()[0]});

  const std::vector<int> codes = save_twice(bucket_url() + "x", {"--overwrite"});

  EXPECT_EQ(codes[0], 0);
  EXPECT_THAT(codes[1], ::testing::AnyOf(0, 4)) << read("log1") << read("log2");
  ok({"snapshot", "verify", bucket_url() + "x"});
}

TEST_F(Races, uploads_of_killed_saves_are_looked_for_by_save_and_check) {
  const json::Object saved = document({"snapshot", "save", bucket_url() + "x", "--endpoints", etcd_.endpoints()[0]});
  EXPECT_EQ(saved.at("abortedUploads").to_number<int>(), 0);

  const json::Object checked = document({"snapshot", "check", bucket_url()});

  EXPECT_EQ(checked.at("abortedUploads").to_number<int>(), 0);
  EXPECT_TRUE(checked.at("usable").as_bool());
  EXPECT_FALSE(checked.contains("leftBehind"));
}

}  // namespace
}  // namespace holdfast::test
