#include "server/parameters.h"

#include <gtest/gtest.h>

#include "api/select/continue_token.h"

namespace holdfast::server {
namespace {

const api::Kind& kind() {
  static const api::Kinds all = api::Kinds::load().value();
  return *all.find_word("etcdbackupconfigs");
}

http::ServerRequest with(std::vector<std::pair<std::string, std::string>> query) {
  http::ServerRequest request;
  request.query = std::move(query);
  request.headers = {{"User-Agent", "kubectl/v1.32.3 (linux/amd64)"}};
  return request;
}

TEST(Parameters, AWriteWithoutAnyWarnsAndIsManagedByItsProgram) {
  const auto parameters = read_write_parameters(with({}));

  ASSERT_TRUE(parameters);
  EXPECT_EQ(parameters->validation, FieldValidation::warn);
  EXPECT_EQ(parameters->manager, "kubectl");
  EXPECT_FALSE(parameters->dry_run);
}

TEST(Parameters, OfAWriteAreChecked) {
  EXPECT_EQ(read_write_parameters(with({{"dryRun", "Some"}})).error().code, 422);
  EXPECT_EQ(read_write_parameters(with({{"fieldValidation", "Maybe"}})).error().code, 422);
  EXPECT_EQ(read_write_parameters(with({{"fieldManager", std::string(200, 'x')}})).error().code, 422);
}

TEST(Parameters, OfAWriteAreRead) {
  const auto parameters = read_write_parameters(
      with({{"dryRun", "All"}, {"fieldValidation", "Strict"}, {"fieldManager", "me"}, {"force", "true"}}));

  ASSERT_TRUE(parameters);
  EXPECT_TRUE(parameters->dry_run);
  EXPECT_TRUE(parameters->force);
  EXPECT_TRUE(parameters->manager_given);
  EXPECT_EQ(parameters->validation, FieldValidation::strict);
  EXPECT_EQ(parameters->manager, "me");
}

TEST(Parameters, AListMayAskForAVersion) {
  EXPECT_EQ(read_list_parameters(with({{"resourceVersion", "7"}}), kind())->at_least, 7);
  EXPECT_EQ(read_list_parameters(with({{"resourceVersion", "7"}, {"resourceVersionMatch", "Exact"}}), kind())->exactly,
            7);
}

TEST(Parameters, AListWithContradictionsIsRefused) {
  const std::string token = api::ContinueToken{.revision = 5, .start = "a"}.to_string();
  EXPECT_EQ(read_list_parameters(with({{"resourceVersion", "x"}}), kind()).error().code, 400);
  EXPECT_EQ(read_list_parameters(with({{"limit", "-1"}}), kind()).error().code, 400);
  EXPECT_EQ(read_list_parameters(with({{"continue", "?"}}), kind()).error().code, 400);
  EXPECT_EQ(read_list_parameters(with({{"continue", token}, {"resourceVersion", "5"}}), kind()).error().code, 400);
  EXPECT_EQ(read_list_parameters(with({{"resourceVersionMatch", "Exact"}}), kind()).error().code, 422);
  EXPECT_EQ(
      read_list_parameters(with({{"resourceVersion", "0"}, {"resourceVersionMatch", "Exact"}}), kind()).error().code,
      422);
  EXPECT_EQ(read_list_parameters(with({{"labelSelector", "a in ("}}), kind()).error().code, 400);
  EXPECT_EQ(read_list_parameters(with({{"fieldSelector", "spec.keep=5"}}), kind()).error().code, 400);
}

TEST(Parameters, AContinuedListGoesOnWhereItWas) {
  const std::string token = api::ContinueToken{.revision = 5, .start = "ns/a"}.to_string();

  const auto parameters = read_list_parameters(with({{"continue", token}, {"limit", "2"}}), kind());

  ASSERT_TRUE(parameters);
  EXPECT_EQ(parameters->after, "ns/a");
  EXPECT_EQ(parameters->continued_at, 5);
  EXPECT_EQ(parameters->limit, 2U);
}

TEST(Parameters, AWatchFromNowhereBeginsWithWhatThereIs) {
  EXPECT_TRUE(read_watch_parameters(with({}), kind())->initial_objects);
  EXPECT_TRUE(read_watch_parameters(with({{"resourceVersion", "0"}}), kind())->initial_objects);
  EXPECT_FALSE(read_watch_parameters(with({{"resourceVersion", "5"}}), kind())->initial_objects);
}

TEST(Parameters, InitialEventsAreMarkedWhenAskedFor) {
  const auto wanted = read_watch_parameters(
      with({{"sendInitialEvents", "true"}, {"resourceVersionMatch", "NotOlderThan"}, {"allowWatchBookmarks", "true"}}),
      kind());
  const auto unwanted =
      read_watch_parameters(with({{"sendInitialEvents", "false"}, {"resourceVersionMatch", "NotOlderThan"}}), kind());

  EXPECT_TRUE(wanted->initial_objects);
  EXPECT_TRUE(wanted->mark_initial_end);
  EXPECT_FALSE(unwanted->initial_objects);
}

TEST(Parameters, AWatchWithContradictionsIsRefused) {
  EXPECT_EQ(read_watch_parameters(with({{"sendInitialEvents", "true"}}), kind()).error().code, 422);
  EXPECT_EQ(read_watch_parameters(with({{"resourceVersionMatch", "NotOlderThan"}}), kind()).error().code, 422);
  EXPECT_EQ(read_watch_parameters(with({{"timeoutSeconds", "x"}}), kind()).error().code, 400);
}

TEST(Parameters, AWatchEndsInADayAtTheLatest) {
  EXPECT_EQ(read_watch_parameters(with({{"timeoutSeconds", "9000000000"}}), kind())->timeout,
            Duration(std::chrono::hours(24)));
}

TEST(Parameters, WhatStandsBesideARowIsOneOfThree) {
  EXPECT_EQ(read_include_object(with({})).value(), api::IncludeObject::metadata);
  EXPECT_EQ(read_include_object(with({{"includeObject", "Object"}})).value(), api::IncludeObject::object);
  EXPECT_EQ(read_include_object(with({{"includeObject", "x"}})).error().code, 400);
}

}  // namespace
}  // namespace holdfast::server
