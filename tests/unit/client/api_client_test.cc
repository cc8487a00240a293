#include "client/api_client.h"

#include "client/status_error.h"
#include "client_fixture.h"

#include "base/bytes.h"

namespace holdfast::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ApiClientTest : public ClientFixture {
 protected:
  const std::string path_ = kPath;
  const std::string write_ = "?fieldManager=holdfast&fieldValidation=Strict";
};

TEST_F(ApiClientTest, gets_an_object) {
  server_.expect(
      {.target = path_ + "/a", .headers = {{"accept", "application/json"}}, .reply = {.body = R"({"a":1})"}});

  const auto object = client().get(configs("a"), Form::object, {});

  ASSERT_TRUE(object) << object.error().to_string();
  EXPECT_EQ(json::to_string(*object), R"({"a":1})");
  EXPECT_THAT(server_.complaints(), IsEmpty());
}

TEST_F(ApiClientTest, reads_a_list_page_by_page) {
  answer("GET", path_ + "?labelSelector=a%3Db&limit=500",
         R"({"kind":"L","metadata":{"resourceVersion":"7","continue":"x/=","remainingItemCount":1},"items":[1]})");
  answer("GET", path_ + "?labelSelector=a%3Db&limit=500&continue=x%2F%3D", R"({"metadata":{},"items":[2]})");

  const auto list = client().list(configs(), {.labels = "a=b"}, Form::object, {});

  ASSERT_TRUE(list) << list.error().to_string();
  EXPECT_EQ(json::to_string(*list), R"({"kind":"L","metadata":{"resourceVersion":"7"},"items":[1,2]})");
  EXPECT_THAT(server_.complaints(), IsEmpty());
}

TEST_F(ApiClientTest, asks_for_tables) {
  server_.expect({.target = path_ + "?limit=500",
                  .headers = {{"accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"}},
                  .reply = {.body = R"({"rows":[]})"}});
  EXPECT_TRUE(client().list(configs(), {}, Form::table, {}));
  EXPECT_THAT(server_.complaints(), IsEmpty());
}

TEST_F(ApiClientTest, a_list_without_items_is_no_list) {
  answer("GET", path_ + "?limit=500", "{}");
  EXPECT_EQ(client().list(configs(), {}, Form::object, {}).error().code, Code::corrupt);
}

TEST_F(ApiClientTest, writes_with_strict_validation_and_its_name) {
  server_.expect({.method = "POST",
                  .target = path_ + write_,
                  .headers = {{"content-type", "application/json"}},
                  .body = R"({"b":2})",
                  .reply = {.status = 201, .body = R"({"made":true})"}});
  server_.expect({.method = "PUT", .target = path_ + "/a" + write_ + "&dryRun=All", .reply = {.body = "{}"}});
  server_.expect({.method = "PATCH",
                  .target = path_ + "/a" + write_,
                  .headers = {{"content-type", "application/merge-patch+json"}},
                  .reply = {.body = "{}"}});
  server_.expect({.method = "PATCH",
                  .target = path_ + "/a" + write_ + "&force=true",
                  .headers = {{"content-type", "application/apply-patch+yaml"}},
                  .reply = {.body = "{}"}});
  const json::Value body = json::Object{{"b", 2}};

  EXPECT_TRUE(client().create(configs(), body, {}, {}));
  EXPECT_TRUE(client().update(configs("a"), body, {.dry_run = true}, {}));
  EXPECT_TRUE(client().patch(configs("a"), PatchType::merge, body, {}, {}));
  EXPECT_TRUE(client().apply(configs("a"), body, {.force = true}, {}));
  EXPECT_THAT(server_.complaints(), IsEmpty());
}

TEST_F(ApiClientTest, deletes_only_what_was_meant) {
  server_.expect({.method = "DELETE",
                  .target = path_ + "/a",
                  .body = R"({"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":"u1"}})",
                  .reply = {.body = "{}"}});
  EXPECT_TRUE(client().remove(configs("a"), {.uid = "u1"}, {}));
  EXPECT_THAT(server_.complaints(), IsEmpty());
}

TEST_F(ApiClientTest, refusals_are_errors) {
  answer("GET", path_ + "/a", R"({"kind":"Status","reason":"NotFound","message":"not there","code":404})", 404);
  const auto object = client().get(configs("a"), Form::object, {});
  ASSERT_FALSE(object);
  EXPECT_EQ(object.error().code, Code::not_found);
  EXPECT_EQ(object.error().message, "not there");
}

TEST_F(ApiClientTest, a_conflict_of_an_apply_says_how_to_win) {
  answer("PATCH", path_ + "/a" + write_, R"({"reason":"Conflict","message":"Apply failed with 1 conflict"})", 409);
  const auto applied = client().apply(configs("a"), json::Object(), {}, {});
  ASSERT_FALSE(applied);
  EXPECT_THAT(applied.error().hint, HasSubstr("--force-conflicts"));
}

TEST_F(ApiClientTest, warnings_of_the_server_are_told) {
  std::vector<std::string> warnings;
  client().on_warning([&](const std::string& text) { warnings.push_back(text); });
  server_.expect(
      {.target = path_ + "/a", .reply = {.headers = {{"Warning", R"(299 - "unknown field \"x\"")"}}, .body = "{}"}});
  EXPECT_TRUE(client().get(configs("a"), Form::object, {}));
  EXPECT_THAT(warnings, ElementsAre("unknown field \"x\""));
}

TEST_F(ApiClientTest, shows_who_it_is) {
  connection_.token = Secret("hft_a.b");
  connection_.act_as = "ann";
  connection_.act_as_groups = {"g"};
  server_.expect(
      {.target = path_ + "/a",
       .headers = {{"authorization", "Bearer hft_a.b"}, {"impersonate-user", "ann"}, {"impersonate-group", "g"}},
       .reply = {.body = "{}"}});
  EXPECT_TRUE(client().get(configs("a"), Form::object, {}));
  EXPECT_THAT(server_.complaints(), IsEmpty());
}

TEST_F(ApiClientTest, reads_the_token_file_for_every_request) {
  const test::TempDir dir;
  connection_.token_file = dir.file("token");
  const auto write = [&](std::string_view text) {
    ASSERT_TRUE(os::write_file_atomically(os::real_file_system(), dir.file("token"), as_bytes(text)));
  };
  for (const char* token : {"one", "two"}) {
    write(std::string(token) + "\n");
    server_.expect({.target = path_ + "/a",
                    .headers = {{"authorization", std::string("Bearer ") + token}},
                    .reply = {.body = "{}"}});
    EXPECT_TRUE(client().get(configs("a"), Form::object, {}));
  }
  write("\n");
  EXPECT_THAT(client().get(configs("a"), Form::object, {}).error().to_string(), HasSubstr("is empty"));
  write("ge\nheim");
  const auto torn = client().get(configs("a"), Form::object, {});
  ASSERT_FALSE(torn);
  EXPECT_THAT(torn.error().to_string(), Not(HasSubstr("heim")));
  EXPECT_THAT(server_.complaints(), IsEmpty());
}

TEST_F(ApiClientTest, answers_that_are_no_json_are_named) {
  answer("GET", path_ + "/a", "<html>");
  EXPECT_EQ(client().get(configs("a"), Form::object, {}).error().code, Code::corrupt);
}

TEST_F(ApiClientTest, a_server_that_is_away_is_named_with_a_hint) {
  connection_.server = "http://127.0.0.1:1";
  const auto object = client().get(configs("a"), Form::object, {});
  ASSERT_FALSE(object);
  EXPECT_EQ(object.error().code, Code::unavailable);
  EXPECT_THAT(object.error().message, HasSubstr("127.0.0.1:1"));
  EXPECT_THAT(object.error().hint, HasSubstr("kubeconfig"));
}

TEST_F(ApiClientTest, asks_for_the_kinds_once) {
  const std::string group =
      R"({"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"g"},"versions":[{"version":"v1","resources":[
        {"resource":"things","singularResource":"thing","scope":"Namespaced","responseKind":{"kind":"Thing"},"verbs":["get"]}]}]}]})";
  answer("GET", "/api", R"({"kind":"APIGroupDiscoveryList","items":[]})");
  answer("GET", "/apis", group);
  connection_.name_space = "mine";
  for (const char* name_space : {"", "yours"}) {
    const auto resource = client().resource("thing", name_space, "a", {});
    ASSERT_TRUE(resource) << resource.error().to_string();
    EXPECT_EQ(resource->path(),
              fmt::format("/apis/g/v1/namespaces/{}/things/a", *name_space == '\0' ? "mine" : "yours"));
  }
  EXPECT_THAT(server_.complaints(), IsEmpty());
}

}  // namespace
}  // namespace holdfast::client
