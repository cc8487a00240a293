#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "unit/server/server_fixture.h"

#include "api/fields.h"

namespace holdfast::test {
namespace {

const std::string kMaps = "/api/v1/namespaces/default/configmaps";
constexpr const char* kTable = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

class WatchOf : public testing::Test, public ServerFixture {
 protected:
  json::Value make(const std::string& name, const std::string& labels = "{}") {
    return post(kMaps, fmt::format(R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"{}","labels":{}}}}})",
                                   name, labels))
        .json();
  }
  void label(const std::string& name, const std::string& labels) {
    ask({.method = "PATCH",
         .target = kMaps + "/" + name,
         .body = fmt::format(R"({{"metadata":{{"labels":{}}}}})", labels),
         .type = "application/merge-patch+json"});
  }
  std::shared_ptr<RecordedStream> watch(const std::string& query, const std::string& accept = "") {
    const Reply reply = ask({.target = kMaps + "?watch=1&" + query, .headers = {{"Accept", accept}}});
    EXPECT_EQ(reply.status, 200) << reply.body;
    return reply.stream;
  }
  static std::vector<std::string> types(const std::string& text) {
    std::vector<std::string> all;
    std::size_t at = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos; at = end + 1, end = text.find('\n', at))
      all.emplace_back(api::text_at(parse(text.substr(at, end - at)), {"type"}));
    return all;
  }
};

TEST_F(WatchOf, NowhereBeginsWithWhatThereIs) {
  make("a");

  const auto stream = watch("");
  make("b");

  EXPECT_TRUE(stream->wait_for("\"b\""));
  EXPECT_EQ(types(stream->text()), (std::vector<std::string>{"ADDED", "ADDED"}));
}

TEST_F(WatchOf, AVersionGoesOnBehindIt) {
  const json::Value first = make("a");
  make("b");

  const auto stream = watch(fmt::format("resourceVersion={}", version_of(first)));

  EXPECT_TRUE(stream->wait_for("\"b\""));
  EXPECT_EQ(stream->text().find("\"a\""), std::string::npos);
}

TEST_F(WatchOf, ChangesAndRemovalsAreTold) {
  const json::Value made = make("a");
  const auto stream = watch(fmt::format("resourceVersion={}", version_of(made)));

  label("a", R"({"x":"y"})");
  ask({.method = "DELETE", .target = kMaps + "/a"});

  EXPECT_TRUE(stream->wait_for("DELETED"));
  EXPECT_EQ(types(stream->text()), (std::vector<std::string>{"MODIFIED", "DELETED"}));
}

TEST_F(WatchOf, ASelectorMakesComingAndGoing) {
  const json::Value made = make("a");
  const auto stream = watch(fmt::format("labelSelector=x%3Dy&resourceVersion={}", version_of(made)));

  label("a", R"({"x":"y"})");
  label("a", R"({"x":null})");

  EXPECT_TRUE(stream->wait_for("DELETED"));
  EXPECT_EQ(types(stream->text()), (std::vector<std::string>{"ADDED", "DELETED"}));
}

TEST_F(WatchOf, AVersionThatWasNeverReachedIsExpired) {
  const auto stream = watch("resourceVersion=100000");

  EXPECT_NE(stream->text().find("\"code\":410"), std::string::npos);
  EXPECT_TRUE(stream->finished());
}

TEST_F(WatchOf, AForgottenVersionIsExpired) {
  make("a");
  make("b");
  ASSERT_TRUE(store->compact(store->revision().value()));

  const auto stream = watch("resourceVersion=1");

  EXPECT_EQ(types(stream->text()), std::vector<std::string>{"ERROR"});
  EXPECT_TRUE(stream->finished());
}

TEST_F(WatchOf, InitialEventsEndWithABookmark) {
  make("a");

  const auto stream = watch("sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");

  EXPECT_EQ(types(stream->text()), (std::vector<std::string>{"ADDED", "BOOKMARK"}));
  EXPECT_NE(stream->text().find(R"("k8s.io/initial-events-end":"true")"), std::string::npos);
}

TEST_F(WatchOf, BookmarksComeToThoseWhoWantThem) {
  const auto with = watch("allowWatchBookmarks=true");
  const auto without = watch("");
  make("a");
  ASSERT_TRUE(with->wait_for("ADDED"));

  hub->announce_progress();

  EXPECT_EQ(types(with->text()).back(), "BOOKMARK");
  EXPECT_EQ(types(without->text()).back(), "ADDED");
}

TEST_F(WatchOf, ItEndsWhenItsTimeIsUp) {
  const auto stream = watch("timeoutSeconds=1&allowWatchBookmarks=true");

  EXPECT_TRUE(stream->wait_for("BOOKMARK"));
  for (int i = 0; i < 100 && !stream->finished(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(stream->finished());
  EXPECT_EQ(hub->watchers(), 0U);
}

TEST_F(WatchOf, AClientThatGoesIsForgotten) {
  const auto stream = watch("");
  ASSERT_EQ(hub->watchers(), 1U);

  stream->hang_up();

  EXPECT_EQ(hub->watchers(), 0U);
}

TEST_F(WatchOf, ATableHasItsColumnsOnce) {
  const auto stream = watch("resourceVersion=1", kTable);
  make("a");
  make("b");

  ASSERT_TRUE(stream->wait_for("\"b\""));
  const std::string text = stream->text();
  const std::string first = text.substr(0, text.find('\n'));
  const std::string second = text.substr(text.find('\n') + 1);
  EXPECT_NE(first.find(R"("columnDefinitions":[{)"), std::string::npos) << first;
  EXPECT_EQ(second.find(R"("columnDefinitions":[{)"), std::string::npos) << second;
  EXPECT_NE(second.find(R"("kind":"Table")"), std::string::npos);
}

TEST_F(WatchOf, ASlowReaderGetsAllInPieces) {
  for (int i = 0; i < 600; ++i)
    make(fmt::format("m{:04}", i));
  hold_streams_back = true;

  const auto stream = watch("");
  const auto before = types(stream->text()).size();
  stream->drain();

  EXPECT_LT(before, 600U);
  EXPECT_EQ(types(stream->text()).size(), 600U);
  EXPECT_EQ(hub->watchers(), 1U);
}

TEST_F(WatchOf, NothingOfASecretIsTold) {
  const Reply reply = ask({.target = "/api/v1/secrets?watch=true"});
  post("/api/v1/namespaces/default/secrets",
       R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"stringData":{"a":"strenggeheim"}})");

  ASSERT_TRUE(reply.stream->wait_for("ADDED"));
  EXPECT_EQ(reply.stream->text().find("c3RyZW5nZ2VoZWlt"), std::string::npos);
  EXPECT_NE(reply.stream->text().find("KGhpZGRlbik="), std::string::npos);
}

TEST_F(WatchOf, DefinitionsAreShownAndNeverChange) {
  const Reply reply = ask({.target = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions?watch=true"});

  EXPECT_GT(types(reply.stream->text()).size(), 5U);
  EXPECT_FALSE(reply.stream->finished());
}

TEST_F(WatchOf, AWrongParameterIsAnAnswerAndNoStream) {
  const Reply reply = ask({.target = kMaps + "?watch=1&sendInitialEvents=true"});

  EXPECT_EQ(reply.status, 422);
  EXPECT_EQ(reply.stream, nullptr);
}

}  // namespace
}  // namespace holdfast::test
