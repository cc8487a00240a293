#include "registry/sealer.h"

#include <gtest/gtest.h>

#include "os/random.h"
#include "support/temp_dir.h"

namespace holdfast::registry {
namespace {

const std::string kFirst = "1:" + to_base64(Bytes(32, 7)) + "\n";
const std::string kSecond = "2:" + to_base64(Bytes(32, 9)) + "\n";

Sealer sealer(const std::string& keys) {
  return Sealer::from_text(Secret(keys)).value();
}

TEST(Sealer, opens_what_it_sealed) {
  const Sealer one = sealer(kFirst);
  const std::string sealed = one.seal("swordfish", "secrets/a/b/c", os::real_random());
  EXPECT_TRUE(Sealer::is_sealed(sealed));
  EXPECT_EQ(sealed.find("swordfish"), std::string::npos);
  EXPECT_EQ(one.open(sealed, "secrets/a/b/c").value().reveal(), "swordfish");
}

TEST(Sealer, seals_the_same_value_differently_each_time) {
  const Sealer one = sealer(kFirst);
  EXPECT_NE(one.seal("x", "p", os::real_random()), one.seal("x", "p", os::real_random()));
}

TEST(Sealer, refuses_a_value_that_was_moved) {
  const Sealer one = sealer(kFirst);
  const std::string sealed = one.seal("x", "secrets/a/b/c", os::real_random());
  EXPECT_EQ(one.open(sealed, "secrets/a/b/d").error().code, Code::corrupt);
}

TEST(Sealer, refuses_every_changed_character) {
  const Sealer one = sealer(kFirst);
  const std::string sealed = one.seal("some value", "p", os::real_random());
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    std::string changed = sealed;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(one.open(changed, "p")) << at;
  }
}

TEST(Sealer, seals_with_the_newest_key_and_opens_with_all) {
  const std::string old = sealer(kFirst).seal("x", "p", os::real_random());
  const Sealer both = sealer(kFirst + kSecond);
  EXPECT_EQ(both.open(old, "p").value().reveal(), "x");
  EXPECT_FALSE(both.is_current(old));
  EXPECT_TRUE(both.is_current(both.seal("x", "p", os::real_random())));
}

TEST(Sealer, names_a_missing_key) {
  const std::string sealed = sealer(kFirst + kSecond).seal("x", "p", os::real_random());
  const auto opened = sealer(kFirst).open(sealed, "p");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::not_found);
  EXPECT_EQ(opened.error().message, "key 2 for secrets is missing");
}

TEST(Sealer, never_repeats_a_bad_key_in_its_error) {
  for (const char* text : {"1:secretbutshort", "x:AAAA", "nothing", ""}) {
    const auto made = Sealer::from_text(Secret(text));
    ASSERT_FALSE(made) << text;
    EXPECT_EQ(made.error().code, Code::usage);
    EXPECT_EQ(made.error().to_string().find("secretbut"), std::string::npos);
  }
}

TEST(Sealer, makes_a_file_of_its_own_and_uses_it_again) {
  const test::TempDir dir;
  auto& files = os::real_file_system();
  const Sealer first = Sealer::from_file(files, os::real_random(), dir.file("key")).value();
  EXPECT_EQ(files.stat(dir.file("key")).value()->mode, 0600U);
  const Sealer again = Sealer::from_file(files, os::real_random(), dir.file("key")).value();
  EXPECT_EQ(again.open(first.seal("x", "p", os::real_random()), "p").value().reveal(), "x");
}

TEST(Sealer, refuses_a_file_that_others_may_read) {
  const test::TempDir dir;
  auto& files = os::real_file_system();
  ASSERT_TRUE(os::write_file_atomically(files, dir.file("key"), as_bytes(kFirst), 0644));
  EXPECT_EQ(Sealer::from_file(files, os::real_random(), dir.file("key")).error().code, Code::refused);
}

}  // namespace
}  // namespace holdfast::registry
