// A new key for secrets, and what was sealed with the old one.
#include "registry/reseal.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "registry_support.h"

#include "os/file_system.h"
#include "os/random.h"
#include "registry/codec.h"
#include "registry/secret_values.h"
#include "support/dying_store.h"

namespace holdfast::registry {
namespace {

class Reseal : public ::testing::Test, public test::RegistryFixture {
 protected:
  Reseal() {
    make_namespace("default");
    for (const char* name : {"a", "b", "c"})
      create("secret", "default",
             fmt::format(R"({{"apiVersion":"v1","kind":"Secret","metadata":{{"name":"{}"}},
             "stringData":{{"one":"swordfish-{}","two":"marlin"}}}})",
                         name, name));
  }

  Sealer with_new_key() {
    EXPECT_TRUE(Sealer::add_key(os::real_file_system(), os::real_random(), key_file()));
    return load();
  }
  Sealer load() { return Sealer::from_file(os::real_file_system(), os::real_random(), key_file()).value(); }
  std::string key_file() { return dir.file("secrets.key"); }

  // How many of the six values are sealed with the newest key, when all of them can be opened.
  std::size_t current(const Sealer& with) {
    std::size_t count = 0;
    for (const char* name : {"a", "b", "c"}) {
      const ObjectId id{.name_space = "default", .name = name};
      const json::Value stored = decode_stored(store->get(object_key(kind("secret"), id)).value()).value();
      EXPECT_EQ(open_values(stored, id, with).value().at("one").reveal(), fmt::format("swordfish-{}", name));
      for (const auto& each : stored.at("data").as_object())
        count += with.is_current(each.value().as_string()) ? 1U : 0U;
    }
    return count;
  }
};

TEST_F(Reseal, seals_every_value_with_the_newest_key) {
  const Sealer newer = with_new_key();
  EXPECT_EQ(current(newer), 0U);

  const Resealed done = reseal_secrets(*store, kinds, newer, os::real_random()).value();

  EXPECT_EQ(done.secrets, 3U);
  EXPECT_TRUE(done.closed.empty());
  EXPECT_EQ(current(newer), 6U);
}

TEST_F(Reseal, is_nothing_the_second_time) {
  const Sealer newer = with_new_key();
  ASSERT_TRUE(reseal_secrets(*store, kinds, newer, os::real_random()));
  const store::Revision before = store->revision().value();

  EXPECT_EQ(reseal_secrets(*store, kinds, newer, os::real_random()).value().secrets, 0U);
  EXPECT_EQ(store->revision().value(), before);
}

TEST_F(Reseal, what_is_shown_stays_the_same) {
  const ObjectId id{.name_space = "default", .name = "a"};
  json::Value before = registry->get(kind("secret"), id).value();

  ASSERT_TRUE(reseal_secrets(*store, kinds, with_new_key(), os::real_random()));

  json::Value after = registry->get(kind("secret"), id).value();
  for (json::Value* each : {&before, &after})
    each->as_object()["metadata"].as_object().erase("resourceVersion");
  EXPECT_EQ(before, after);
}

// Whatever the moment of the end: every value can be opened, and the next start goes on.
TEST_F(Reseal, broken_off_anywhere_loses_nothing) {
  for (int commits = 0; commits <= 3; ++commits) {
    const Sealer newer = with_new_key();
    test::DyingStore dying(*store, commits);

    const auto broken = reseal_secrets(dying, kinds, newer, os::real_random());

    EXPECT_EQ(broken.has_value(), commits == 3);
    EXPECT_EQ(current(load()), static_cast<std::size_t>(commits) * 2);
    ASSERT_TRUE(reseal_secrets(*store, kinds, load(), os::real_random()));
    EXPECT_EQ(current(load()), 6U);
  }
}

TEST_F(Reseal, a_secret_written_meanwhile_keeps_what_was_written) {
  const Sealer newer = with_new_key();
  const ObjectId id{.name_space = "default", .name = "b"};
  test::DyingStore racing(*store, 1000);
  racing.before_commit = [&, done = false]() mutable {
    if (std::exchange(done, true)) return;
    const auto put = [](const json::Value& before) -> api::ApiResult<json::Value> {
      json::Value after = before;
      after.as_object()["data"].as_object()["two"] = "cGVyY2g=";
      return after;
    };
    for (const char* name : {"a", "b"})
      ASSERT_TRUE(registry->update(kind("secret"), {.name_space = "default", .name = name}, put, {}));
  };

  ASSERT_TRUE(reseal_secrets(racing, kinds, newer, os::real_random()));

  EXPECT_EQ(current(newer), 6U);
  const json::Value stored = decode_stored(store->get(object_key(kind("secret"), id)).value()).value();
  EXPECT_EQ(open_values(stored, id, newer).value().at("two").reveal(), "perch");
}

TEST_F(Reseal, names_what_it_cannot_open_and_goes_on) {
  const std::string other = dir.file("other.key");
  ASSERT_TRUE(Sealer::from_file(os::real_file_system(), os::real_random(), other));
  ASSERT_TRUE(Sealer::add_key(os::real_file_system(), os::real_random(), other));
  const Sealer stranger = Sealer::from_file(os::real_file_system(), os::real_random(), other).value();

  const Resealed done = reseal_secrets(*store, kinds, stranger, os::real_random()).value();

  EXPECT_EQ(done.secrets, 0U);
  ASSERT_EQ(done.closed.size(), 3U);
  EXPECT_EQ(done.closed.front(), "default/a: a stored secret was changed, or sealed with another key");
}

TEST_F(Reseal, the_file_keeps_its_old_keys_and_its_mode) {
  const std::string before(as_text(os::read_file(os::real_file_system(), key_file(), kMiB).value()));

  EXPECT_EQ(Sealer::add_key(os::real_file_system(), os::real_random(), key_file()).value(), 2U);

  const std::string after(as_text(os::read_file(os::real_file_system(), key_file(), kMiB).value()));
  EXPECT_TRUE(after.starts_with(before));
  EXPECT_EQ(std::count(after.begin(), after.end(), '\n'), 2);
  EXPECT_EQ(os::real_file_system().stat(key_file()).value()->mode & 0777U, 0600U);
}

TEST_F(Reseal, a_file_is_not_filled_with_keys) {
  for (int i = 1; i < 100; ++i)
    ASSERT_TRUE(Sealer::add_key(os::real_file_system(), os::real_random(), key_file()));
  EXPECT_FALSE(Sealer::add_key(os::real_file_system(), os::real_random(), key_file()));
  EXPECT_EQ(current(load()), 0U);
}

TEST_F(Reseal, no_key_is_added_to_what_is_no_file_of_keys) {
  const std::string path = dir.file("bad.key");
  ASSERT_TRUE(os::write_file_atomically(os::real_file_system(), path, as_bytes(std::string("hello\n")), 0600));

  EXPECT_FALSE(Sealer::add_key(os::real_file_system(), os::real_random(), path));
  EXPECT_FALSE(Sealer::add_key(os::real_file_system(), os::real_random(), dir.file("none.key")));
}

}  // namespace
}  // namespace holdfast::registry
