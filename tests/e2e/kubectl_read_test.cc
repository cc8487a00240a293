// What kubectl shows: lists, tables, formats, selectors, watches, descriptions, discovery.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>

#include "e2e/kubectl_support.h"

namespace holdfast::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class KubectlRead : public KubectlTest {
 protected:
  void SetUp() override {
    cluster = unique("read");
    name_space = "cluster-" + cluster;
    if (run({"get", "ns", name_space}).exit_code != 0) make_cluster(cluster);
  }
  std::string cluster;
  std::string name_space;
};

TEST_P(KubectlRead, ServerSpeaksOfItself) {
  EXPECT_THAT(ok({"version"}), HasSubstr("v1.32.0+holdfast."));
  const std::string resources = ok({"api-resources"});
  for (const char* word :
       {"etcdbackupconfigs", "ecfg", "clusters", "operations", "secrets", "customresourcedefinitions"})
    EXPECT_THAT(resources, HasSubstr(word));
  EXPECT_THAT(ok({"api-versions"}), HasSubstr("kubermatic.k8c.io/v1"));
  EXPECT_THAT(ok({"get", "--raw", "/readyz"}), HasSubstr("ok"));
}

TEST_P(KubectlRead, ATableHasOurColumns) {
  const std::string narrow = ok({"get", "ecfg", "-n", name_space});
  const std::string wide = ok({"get", "ecfg", "-A", "-o", "wide"});

  for (const char* word :
       {"NAME", "CLUSTER", "SCHEDULE", "KEEP", "DESTINATION", "LAST BACKUP", "LAST RESULT", "NEXT RUN", "@every 20m"})
    EXPECT_THAT(narrow, HasSubstr(word));
  EXPECT_THAT(wide, HasSubstr("NAMESPACE"));
  EXPECT_THAT(wide, HasSubstr("SUSPENDED"));
}

TEST_P(KubectlRead, EveryFormat) {
  const std::vector<std::string> get{"get", "ecfg", "daily", "-n", name_space, "-o"};
  const auto as = [&](const std::string& format) {
    std::vector<std::string> words = get;
    words.push_back(format);
    return ok(words);
  };

  EXPECT_THAT(as("yaml"), HasSubstr("schedule: '@every 20m'"));
  EXPECT_THAT(as("json"), HasSubstr("\"keep\": 5"));
  EXPECT_EQ(as("name"), "etcdbackupconfig.kubermatic.k8c.io/daily\n");
  EXPECT_EQ(as("jsonpath={.spec.keep}"), "5");
  EXPECT_EQ(as("go-template={{.spec.schedule}}"), "@every 20m");
  EXPECT_EQ(as("custom-columns=N:.metadata.name,K:.spec.keep"), "N       K\ndaily   5\n");
}

TEST_P(KubectlRead, Selectors) {
  const std::vector<std::string> get{"get", "ecfg", "-n", name_space, "-o", "name"};
  const auto selected = [&](const std::string& flag, const std::string& selector) {
    std::vector<std::string> words = get;
    words.insert(words.end(), {flag, selector});
    return ok(words);
  };

  EXPECT_THAT(selected("-l", "a=b"), HasSubstr("daily"));
  EXPECT_THAT(selected("-l", "a notin (b)"), Not(HasSubstr("daily")));
  EXPECT_THAT(selected("-l", "a,!x"), HasSubstr("daily"));
  EXPECT_THAT(selected("--field-selector", "metadata.name=daily"), HasSubstr("daily"));
  EXPECT_THAT(fails({"get", "ecfg", "-n", name_space, "--field-selector", "spec.keep=5"}),
              HasSubstr("field label not supported: spec.keep"));
  EXPECT_THAT(ok({"get", "ecfg", "-n", name_space, "--show-labels", "-L", "a"}), HasSubstr("a=b"));
}

TEST_P(KubectlRead, ListsInPieces) {
  const std::string name = unique("pieces");
  ok({"create", "ns", name});
  for (const char* map : {"m1", "m2", "m3"})
    ok({"create", "configmap", map, "-n", name});

  const std::string list = ok({"get", "cm", "-n", name, "--chunk-size=1", "--no-headers"});

  EXPECT_EQ(std::count(list.begin(), list.end(), '\n'), 3);
  EXPECT_THAT(ok({"get", "cm", "-n", name, "--sort-by=.metadata.name"}), HasSubstr("m3"));
}

TEST_P(KubectlRead, SeveralKindsAndCategories) {
  EXPECT_THAT(ok({"get", "ns,ecfg", "-A"}), HasSubstr("etcdbackupconfig.kubermatic.k8c.io/daily"));
  EXPECT_THAT(ok({"get", "kkp", "-A"}), HasSubstr("cluster.kubermatic.k8c.io/" + cluster));
}

TEST_P(KubectlRead, WhatIsMissingIsNamed) {
  EXPECT_EQ(fails({"get", "ecfg", "nope", "-n", name_space}),
            "Error from server (NotFound): etcdbackupconfigs.kubermatic.k8c.io \"nope\" not found\n");
  EXPECT_EQ(fails({"get", "ecfg", "nope", "-n", "nons"}),
            "Error from server (NotFound): namespaces \"nons\" not found\n");
  EXPECT_THAT(fails({"get", "nothings"}), HasSubstr("the server doesn't have a resource type \"nothings\""));
}

TEST_P(KubectlRead, Describe) {
  EXPECT_THAT(ok({"describe", "ecfg", "daily", "-n", name_space}), HasSubstr("Schedule:"));
  EXPECT_THAT(ok({"describe", "ns", name_space}), HasSubstr("Active"));
}

TEST_P(KubectlRead, DescribeShowsEvents) {
  const std::string uid = ok({"get", "ecfg", "daily", "-n", name_space, "-o", "jsonpath={.metadata.uid}"});
  ok({"create", "-f", "-"},
     fmt::format("apiVersion: v1\nkind: Event\nmetadata: {{generateName: daily., namespace: {0}}}\n"
                 "involvedObject: {{apiVersion: kubermatic.k8c.io/v1, kind: EtcdBackupConfig, name: daily, namespace: "
                 "{0}, uid: {1}}}\nreason: TriedByHand\nmessage: it went well\ntype: Normal\n",
                 name_space, uid));

  EXPECT_THAT(ok({"describe", "ecfg", "daily", "-n", name_space}), HasSubstr("TriedByHand"));
  EXPECT_THAT(ok({"get", "events", "-n", name_space}), HasSubstr("it went well"));
}

TEST_P(KubectlRead, ExplainsEverythingBelow) {
  const std::string text = ok({"explain", "ecfg", "--recursive"});

  for (const char* word : {"schedule", "keepWithin", "lastBackups", "deleteFinishedTime"})
    EXPECT_THAT(text, HasSubstr(word));
}

TEST_P(KubectlRead, Explain) {
  const std::string text = ok({"explain", "ecfg.spec.schedule"});

  EXPECT_THAT(text, HasSubstr("schedule"));
  EXPECT_THAT(text, HasSubstr("When to make a backup"));
}

TEST_P(KubectlRead, WatchesShowEveryChange) {
  const std::string name = unique("watched");
  make_cluster(name);
  const std::string all = file("all");
  const std::string one = file("one");
  ChildProcess list = start({"get", "ecfg", "-n", "cluster-" + name, "-w"}, all);
  ChildProcess single =
      start({"get", "ecfg", "daily", "-n", "cluster-" + name, "-w", "-o", "jsonpath={.spec.keep}{\"\\n\"}"}, one);
  ASSERT_TRUE(wait_for(all, "@every 20m"));
  ASSERT_TRUE(wait_for(one, "5"));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));  // its second request, the watch, is on the way

  ok({"patch", "ecfg", "daily", "-n", "cluster-" + name, "--type=merge", "-p", R"({"spec":{"keep":41}})"});

  EXPECT_TRUE(wait_for(all, "41")) << read(all);
  EXPECT_TRUE(wait_for(one, "41")) << read(one);
  list.signal(SIGTERM);
  single.signal(SIGTERM);
}

TEST_P(KubectlRead, WatchesSayWhatHappened) {
  const std::string name = unique("happened");
  make_cluster(name);
  const std::string all = file("all");
  ChildProcess list = start({"get", "ecfg", "-n", "cluster-" + name, "-w", "--output-watch-events", "-o",
                             "custom-columns=WHAT:.type,NAME:.object.metadata.name"},
                            all);
  ASSERT_TRUE(wait_for(all, "ADDED"));

  ok({"delete", "ecfg", "daily", "-n", "cluster-" + name});

  EXPECT_TRUE(wait_for(all, "DELETED    daily")) << read(all);
  list.signal(SIGTERM);
}

INSTANTIATE_TEST_SUITE_P(Versions, KubectlRead, testing::Values("1.20", "1.32"));

}  // namespace
}  // namespace holdfast::test
