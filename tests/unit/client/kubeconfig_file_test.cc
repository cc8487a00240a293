#include "client/kubeconfig_file.h"

#include <gmock/gmock.h>

#include "base/bytes.h"
#include "support/temp_dir.h"

namespace holdfast::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kTwo = "contexts:\n- {name: a, context: {cluster: c}}\n- {name: b, context: {cluster: c}}\n";

class KubeconfigFileTest : public ::testing::Test {
 protected:
  std::string write(const std::string& name, std::string_view text, unsigned mode = 0600) const {
    EXPECT_TRUE(os::write_file_atomically(files_, dir_.file(name), as_bytes(text), mode));
    return dir_.file(name);
  }
  std::string read(const std::string& path) const {
    const auto bytes = os::read_file(files_, path, kMiB);
    return bytes ? std::string(as_text(*bytes)) : "";
  }

  test::TempDir dir_;
  os::FileSystem& files_ = os::real_file_system();
};

TEST_F(KubeconfigFileTest, a_list_is_separated_by_colons) {
  const os::Environment home(std::map<std::string, std::string>{{"HOME", "/home/ann"}});
  EXPECT_THAT(kubeconfig_paths("/a::/b:", home), ElementsAre("/a", "/b"));
  EXPECT_THAT(kubeconfig_paths("", home), ElementsAre("/home/ann/.kube/config"));
}

TEST_F(KubeconfigFileTest, files_that_are_not_there_are_passed_over) {
  const std::string one = write("one", "current-context: a\n");
  const std::string two = write("two", std::string(kTwo) + "current-context: b\n");
  const auto config = load_kubeconfig({dir_.file("none"), one, two}, files_);
  ASSERT_TRUE(config) << config.error().to_string();
  EXPECT_EQ(config->current_context, "a");
  EXPECT_EQ(config->contexts.size(), 2U);
}

TEST_F(KubeconfigFileTest, none_at_all_is_an_error_that_helps) {
  const auto config = load_kubeconfig({dir_.file("none")}, files_);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, Code::not_found);
  EXPECT_THAT(config.error().hint, HasSubstr("admin.kubeconfig"));
}

TEST_F(KubeconfigFileTest, only_the_line_of_the_context_changes) {
  const auto text = with_current_context("# mine\ncurrent-context: a # now\nkind: Config\n", "b");
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "# mine\ncurrent-context: \"b\"\nkind: Config\n");
  EXPECT_EQ(*with_current_context("kind: Config", "b"), "kind: Config\ncurrent-context: \"b\"\n");
  EXPECT_EQ(with_current_context("{\"kind\": 1}", "b").error().code, Code::unsupported);
}

TEST_F(KubeconfigFileTest, the_file_that_has_a_context_is_changed_and_keeps_its_mode) {
  const std::string one = write("one", kTwo);
  const std::string two = write("two", "current-context: a\n", 0640);

  const auto changed = set_current_context({one, two}, "b", files_);

  ASSERT_TRUE(changed) << changed.error().to_string();
  EXPECT_EQ(*changed, two);
  EXPECT_EQ(read(two), "current-context: \"b\"\n");
  EXPECT_EQ(read(one), kTwo);
  EXPECT_EQ((*files_.stat(two))->mode & 0777U, 0640U);
}

TEST_F(KubeconfigFileTest, an_unknown_context_changes_nothing) {
  const std::string one = write("one", kTwo);
  const auto changed = set_current_context({one}, "c", files_);
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, Code::usage);
  EXPECT_EQ(read(one), kTwo);
}

}  // namespace
}  // namespace holdfast::client
