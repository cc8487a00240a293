#include "cli/settings.h"

#include <gmock/gmock.h>

#include "sample_tree.h"

#include "support/temp_dir.h"

namespace holdfast::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SettingsTest : public ::testing::Test {
 protected:
  // Applies what the three sources say and returns the outcome.
  Status apply(const std::vector<std::string>& flags, std::map<std::string, std::string> variables,
               const std::string& file = "") {
    std::vector<std::string> words{"paint", "floor"};
    words.insert(words.end(), flags.begin(), flags.end());
    HF_ASSIGN(const CommandLine line, parse_command_line(sample_.root, words));
    HF_ASSIGN(const ConfigFile config, parse_config(file, "c.yaml"));
    return apply_settings(sample_.root, line, os::Environment(std::move(variables)), config);
  }
  std::string error(const std::vector<std::string>& flags, std::map<std::string, std::string> variables,
                    const std::string& file = "") {
    const Status status = apply(flags, std::move(variables), file);
    EXPECT_FALSE(status);
    return status ? "" : status.error().message;
  }

  Sample sample_;
  test::TempDir dir_;
};

TEST_F(SettingsTest, without_anything_the_default_stays) {
  ASSERT_TRUE(apply({}, {}));
  EXPECT_EQ(sample_.flags.color, "red");
}

TEST_F(SettingsTest, a_flag_comes_before_the_environment) {
  ASSERT_TRUE(apply({"--color", "blue"}, {{"HOLDFAST_COLOR", "green"}}, "color: red"));
  EXPECT_EQ(sample_.flags.color, "blue");
}

TEST_F(SettingsTest, the_environment_comes_before_the_file) {
  ASSERT_TRUE(apply({}, {{"HOLDFAST_COLOR", "green"}}, "color: blue"));
  EXPECT_EQ(sample_.flags.color, "green");
}

TEST_F(SettingsTest, our_variable_comes_before_another_tools) {
  ASSERT_TRUE(apply({}, {{"PAINT_COLOR", "blue"}, {"HOLDFAST_COLOR", "green"}}));
  EXPECT_EQ(sample_.flags.color, "green");
  ASSERT_TRUE(apply({}, {{"PAINT_COLOR", "blue"}}));
  EXPECT_EQ(sample_.flags.color, "blue");
}

TEST_F(SettingsTest, the_file_comes_before_the_default) {
  ASSERT_TRUE(apply({}, {}, "color: blue\ntag: [a, b]\nrate: 10MB\n"));
  EXPECT_EQ(sample_.flags.color, "blue");
  EXPECT_THAT(sample_.flags.tags, ElementsAre("a", "b"));
  EXPECT_EQ(sample_.flags.rate, 10'000'000U);
}

TEST_F(SettingsTest, a_flag_of_one_run_is_not_read_from_the_environment) {
  ASSERT_TRUE(apply({}, {{"HOLDFAST_FORCE", "true"}}));
  EXPECT_FALSE(sample_.flags.force);
}

TEST_F(SettingsTest, a_bad_value_names_where_it_came_from) {
  EXPECT_THAT(error({"--rate", "fast"}, {}), HasSubstr("--rate: "));
  EXPECT_THAT(error({}, {{"HOLDFAST_RATE", "fast"}}), HasSubstr("HOLDFAST_RATE: "));
  EXPECT_THAT(error({}, {}, "\nrate: fast\n"), HasSubstr("c.yaml:2: rate: "));
  EXPECT_THAT(error({}, {{"PAINT_COLOR", "pink"}}), HasSubstr("PAINT_COLOR: \"pink\" is not possible"));
}

TEST_F(SettingsTest, a_config_file_that_was_asked_for_must_exist) {
  const auto line = parse_command_line(sample_.root, {"paint", "floor", "--config", dir_.file("none.yaml")});
  const auto config = load_config(sample_.root, *line, os::Environment{}, os::real_file_system());
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, Code::not_found);
}

TEST_F(SettingsTest, the_default_config_file_may_be_missing) {
  const auto line = parse_command_line(sample_.root, {"paint", "floor"});
  const auto config =
      load_config(sample_.root, *line, os::Environment({{"HOME", dir_.path()}}), os::real_file_system());
  ASSERT_TRUE(config);
  EXPECT_THAT(config->entries, IsEmpty());
}

TEST_F(SettingsTest, the_default_config_file_is_found_below_home_and_xdg) {
  os::FileSystem& files = os::real_file_system();
  ASSERT_TRUE(files.make_directories(dir_.file(".config/holdfast")));
  ASSERT_TRUE(files.make_directories(dir_.file("xdg/holdfast")));
  ASSERT_TRUE(os::write_file_atomically(files, dir_.file(".config/holdfast/config.yaml"), as_bytes("color: blue\n")));
  ASSERT_TRUE(os::write_file_atomically(files, dir_.file("xdg/holdfast/config.yaml"), as_bytes("color: green\n")));
  const auto line = parse_command_line(sample_.root, {"paint", "floor"});
  const auto home = load_config(sample_.root, *line, os::Environment({{"HOME", dir_.path()}}), files);
  const auto xdg = load_config(sample_.root, *line,
                               os::Environment({{"HOME", dir_.path()}, {"XDG_CONFIG_HOME", dir_.file("xdg")}}), files);
  EXPECT_THAT(home->entries.at("color").values, ElementsAre("blue"));
  EXPECT_THAT(xdg->entries.at("color").values, ElementsAre("green"));
}

TEST_F(SettingsTest, the_flag_names_another_config_file_than_the_environment) {
  os::FileSystem& files = os::real_file_system();
  ASSERT_TRUE(os::write_file_atomically(files, dir_.file("a.yaml"), as_bytes("color: blue\n")));
  ASSERT_TRUE(os::write_file_atomically(files, dir_.file("b.yaml"), as_bytes("color: green\n")));
  const os::Environment environment({{"HOLDFAST_CONFIG", dir_.file("b.yaml")}});
  const auto plain = parse_command_line(sample_.root, {"paint", "floor"});
  const auto flagged = parse_command_line(sample_.root, {"paint", "floor", "--config", dir_.file("a.yaml")});
  EXPECT_THAT(load_config(sample_.root, *plain, environment, files)->entries.at("color").values, ElementsAre("green"));
  EXPECT_THAT(load_config(sample_.root, *flagged, environment, files)->entries.at("color").values, ElementsAre("blue"));
}

}  // namespace
}  // namespace holdfast::cli
