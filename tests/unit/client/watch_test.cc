#include "client/watch.h"

#include <fmt/ranges.h>

#include "client_fixture.h"

namespace holdfast::client {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class WatchTest : public ClientFixture {
 protected:
  static std::string object(const std::string& name, int version) {
    return fmt::format(R"({{"metadata":{{"name":"{}","namespace":"n","uid":"u-{}","resourceVersion":"{}"}}}})", name,
                       name, version);
  }
  static std::string event(const std::string& type, const std::string& object) {
    return fmt::format("{{\"type\":\"{}\",\"object\":{}}}\n", type, object);
  }
  static std::string list_of(int version, const std::vector<std::string>& objects) {
    return fmt::format(R"({{"metadata":{{"resourceVersion":"{}"}},"items":[{}]}})", version, fmt::join(objects, ","));
  }
  std::string watch_path(int version, const std::string& selector = "") const {
    return fmt::format("{}?{}watch=true&allowWatchBookmarks=true&resourceVersion={}", kPath, selector, version);
  }
  void list(int version, const std::vector<std::string>& objects) {
    answer("GET", std::string(kPath) + "?limit=500", list_of(version, objects));
  }

  // Until there were `count` of them; "ADDED a", or "begin".
  Status watch_until(std::size_t count, const Resource& resource = configs()) {
    const auto more = [&]() -> Result<bool> { return told_.size() < count; };
    return watch(
        client(), resource, {},
        [&](const WatchEvent& event) {
          const auto& metadata = event.object.at("metadata");
          told_.push_back(
              fmt::format("{} {}", change_name(event.change), std::string(metadata.at("name").as_string())));
          return more();
        },
        [&] {
          told_.emplace_back("begin");
          return more();
        },
        clock_, stop_.get_token());
  }

  test::FakeClock clock_;
  std::vector<std::string> told_;
};

TEST_F(WatchTest, tells_what_is_there_and_then_what_happens) {
  list(5, {object("a", 3)});
  answer("GET", watch_path(5),
         event("MODIFIED", object("a", 6)) + event("ADDED", object("b", 7)) + event("DELETED", object("a", 8)) +
             event("ADDED", object("c", 9)));

  EXPECT_TRUE(watch_until(5));

  EXPECT_THAT(told_, ElementsAre("ADDED a", "begin", "MODIFIED a", "ADDED b", "DELETED a"));
  EXPECT_THAT(server_.complaints(), IsEmpty());
}

TEST_F(WatchTest, goes_on_after_a_break_where_it_was) {
  list(5, {});
  const std::string torn = event("ADDED", object("a", 6)) + event("BOOKMARK", object("", 9)) + "{\"type";
  server_.expect(
      {.target = watch_path(5),
       .reply = {
           .body = torn, .content_length = 10'000, .fault = test::Fault::end_in_body, .fault_after = torn.size()}});
  answer("GET", watch_path(9), event("ADDED", object("b", 10)));

  const Status done = watch_until(3);

  EXPECT_TRUE(done) << done.error().to_string();
  EXPECT_THAT(told_, ElementsAre("begin", "ADDED a", "ADDED b"));
}

TEST_F(WatchTest, lists_again_when_the_server_no_longer_knows_its_state) {
  list(5, {object("a", 3), object("b", 4), object("c", 5)});
  answer("GET", watch_path(5), R"({"kind":"Status","code":410,"reason":"Expired"})", 410);
  list(20, {object("a", 3), object("b", 15), object("d", 16)});
  answer("GET", watch_path(20), event("ERROR", R"({"kind":"Status","code":410,"message":"too old"})"));
  list(30, {object("a", 3), object("b", 15), object("d", 16), object("e", 30)});

  EXPECT_TRUE(watch_until(8));

  EXPECT_THAT(told_,
              ElementsAre("ADDED a", "ADDED b", "ADDED c", "begin", "MODIFIED b", "ADDED d", "DELETED c", "ADDED e"));
  EXPECT_THAT(server_.complaints(), IsEmpty());
}

TEST_F(WatchTest, one_object_is_chosen_by_its_name) {
  answer("GET", std::string(kPath) + "?fieldSelector=metadata.name%3Da&limit=500", list_of(5, {}));
  answer("GET", watch_path(5, "fieldSelector=metadata.name%3Da&"), event("ADDED", object("a", 6)));
  EXPECT_TRUE(watch_until(2, configs("a")));
  EXPECT_THAT(told_, ElementsAre("begin", "ADDED a"));
  EXPECT_THAT(server_.complaints(), IsEmpty());
}

TEST_F(WatchTest, a_refusal_ends_it) {
  list(5, {});
  answer("GET", watch_path(5), R"({"reason":"Forbidden","message":"no"})", 403);
  EXPECT_EQ(watch_until(9).error().code, Code::refused);
}

TEST_F(WatchTest, a_server_that_stays_away_ends_it) {
  list(5, {});
  server_.handle([](const test::HttpRequest&) { return test::HttpReply{.status = 503, .body = "{}"}; });
  EXPECT_EQ(watch_until(9).error().code, Code::unavailable);
  EXPECT_GT(server_.requests().size(), 10U);
}

TEST_F(WatchTest, an_error_of_the_receiver_is_its_result) {
  list(5, {object("a", 3)});
  const Status done =
      watch(client(), configs(), {}, [](const WatchEvent&) -> Result<bool> { return fail(Code::exists, "mine"); }, {},
            clock_, {});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "mine");
}

TEST_F(WatchTest, events_that_are_no_json_end_it) {
  list(5, {});
  answer("GET", watch_path(5), "what?\n");
  EXPECT_EQ(watch_until(9).error().code, Code::corrupt);
}

TEST_F(WatchTest, can_be_stopped) {
  list(5, {});
  server_.handle([this](const test::HttpRequest&) {
    stop_.request_stop();
    return test::HttpReply{.fault = test::Fault::stall_before_reply};
  });
  EXPECT_EQ(watch_until(9).error().code, Code::cancelled);
}

}  // namespace
}  // namespace holdfast::client
