#include "work/container/own_storage.h"

#include "own_container_support.h"
#include "work/container/workspace.h"

#include "base/sha256.h"

namespace holdfast::work {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kContainer = "{name: c, image: i, command: [/bin/sh, -c, 'put it'], workingDir: /backup}";

std::string text(const json::Object& object, std::string_view name) {
  const json::Value* value = object.if_contains(name);
  return value == nullptr || !value->is_string() ? "" : std::string(value->get_string());
}

class OwnStorageTest : public OwnContainerTest {
 protected:
  static Bytes snapshot_seen_by(const SandboxArguments& sandbox) {
    return os::read_file(os::real_file_system(), sandbox.outside("/backup") + "/snapshot.db.gz", 64 * kMiB).value();
  }
  void store_what_is_given() {
    play([this](const SandboxArguments& sandbox) {
      put("prod-nightly.db.gz", snapshot_seen_by(sandbox));
      return "uploaded\n";
    });
  }
  std::vector<std::string> spooled() const { return os::real_file_system().list(spool_.path()).value(); }
};

TEST_F(OwnStorageTest, WithoutAContainerTheServerStores) {
  EXPECT_FALSE(*own_storage(world_, destination_, control::ContainerRole::store));
  configure("", kContainer);
  EXPECT_FALSE(*own_storage(world_, destination_, control::ContainerRole::store));
  EXPECT_TRUE(*own_storage(world_, destination_, control::ContainerRole::removal));
}

TEST_F(OwnStorageTest, ADirectoryIsStoredByTheServerAndAPrefixIsRefused) {
  configure(kContainer);
  const json::Value local(json::Object{{"type", "local"}, {"path", "/x"}});
  EXPECT_FALSE(*own_storage(world_, local, control::ContainerRole::store));
  destination_.get_object()["prefix"] = "a/";
  EXPECT_THAT(own_storage(world_, destination_, control::ContainerRole::store).error().to_string(),
              HasSubstr("the destination has a prefix"));
}

TEST_F(OwnStorageTest, TheContainerIsGivenACheckedSnapshotThatOnlyItsUserCanRead) {
  configure(kContainer);
  os::FileInfo file, directory;
  Bytes head;
  play([&](const SandboxArguments& sandbox) {
    head = snapshot_seen_by(sandbox);
    file = **os::real_file_system().stat(sandbox.outside("/backup") + "/snapshot.db.gz");
    directory = **os::real_file_system().stat(sandbox.outside("/backup"));
    put("prod-nightly.db.gz", head);
    return "uploaded\n";
  });
  const auto stored = store();
  ASSERT_TRUE(stored) << stored.error().to_string();
  EXPECT_EQ(file.mode, 0600U);
  EXPECT_EQ(directory.mode, 0700U);
  EXPECT_EQ(stored->manifest.stored.size, head.size());
  EXPECT_EQ(stored->manifest.stored.sha256, to_hex(Sha256::of(head)));
  EXPECT_GT(stored->manifest.snapshot.revision, 0);
  EXPECT_EQ(text(stored->status, "storedBy"), "Container");
  EXPECT_EQ(text(stored->status, "outputTail"), "uploaded\n");
  EXPECT_EQ(stored->status.at("exitCode"), json::Value(0));
  EXPECT_NE(text(stored->status, "lastSeenTime"), "");
  EXPECT_FALSE(stored->status.contains("phase")) << "it is as complete as any";
  EXPECT_THAT(spooled(), IsEmpty()) << "nothing is left behind";
}

TEST_F(OwnStorageTest, ItsEnvironmentAndWordsAreThose) {
  configure(kContainer);
  std::map<std::string, std::string> variables;
  play([&](const SandboxArguments& sandbox) {
    variables = sandbox.variables();
    return "";
  });
  ASSERT_TRUE(store());
  EXPECT_EQ(variables.size(), 12U) << "ten of KKP, PATH and HOME";
  EXPECT_EQ(variables.at("BACKUP_TO_CREATE"), "nightly.db.gz");
  const os::Program program = processes_.programs().front();
  EXPECT_EQ(program.words.back(), "put it");
  EXPECT_EQ(program.time_limit, std::chrono::minutes(10));
  for (const std::string& each : program.words)
    EXPECT_THAT(each, Not(HasSubstr(kSecretKey)));
}

TEST_F(OwnStorageTest, CertificatesOfTheMachineTheConfigurationAndTheDestinationAreThere) {
  configure(kContainer, "", {{"caBundle", {{"name", "ca"}}}});
  make("configmap", "kubermatic", "ca", {{"data", {{"ca-bundle.pem", "configured"}}}});
  destination_.get_object()["caBundle"] = "of the destination";
  std::string bundle;
  play([&](const SandboxArguments& sandbox) {
    const std::string path = sandbox.outside("/etc/ca-bundle") + "/ca-bundle.pem";
    bundle = as_text(os::read_file(os::real_file_system(), path, 16 * kMiB).value());
    return "";
  });
  ASSERT_TRUE(store());
  EXPECT_TRUE(bundle.ends_with("configured\nof the destination")) << bundle.substr(bundle.size() - 60);
}

TEST_F(OwnStorageTest, WhatIsNotInTheDestinationAfterwardsIsUnverified) {
  configure(kContainer);
  play([](const SandboxArguments&) { return ""; });
  const auto stored = store();
  ASSERT_TRUE(stored);
  EXPECT_EQ(text(stored->status, "phase"), "Unverified");
  EXPECT_THAT(text(stored->status, "message"), HasSubstr("has no prod-nightly.db.gz"));
  EXPECT_TRUE(stored->status.at("lastSeenTime").is_null());
}

TEST_F(OwnStorageTest, OtherBytesThanWereGivenAreUnverified) {
  configure(kContainer);
  play([this](const SandboxArguments&) {
    put("prod-nightly.db.gz", as_bytes("encrypted again"));
    return "";
  });
  const auto stored = store();
  ASSERT_TRUE(stored);
  EXPECT_EQ(text(stored->status, "phase"), "Unverified");
  EXPECT_EQ(stored->status.at("storedBytes"), json::Value(15));
  EXPECT_TRUE(stored->status.at("sha256").is_null());
}

TEST_F(OwnStorageTest, AFailureSaysHowItEndedAndHidesSecrets) {
  configure(kContainer);
  play([](const SandboxArguments&) { return fmt::format("try\nERROR: key {} refused\n", kSecretKey); }, 64);
  const auto stored = store();
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().code, Code::unavailable);
  EXPECT_EQ(stored.error().to_string(), "the store container ended with exit code 64: ERROR: key *** refused");
  EXPECT_EQ(facts_.at("exitCode"), json::Value(64));
  EXPECT_EQ(text(facts_, "outputTail"), "try\nERROR: key *** refused\n");
  EXPECT_TRUE(facts_.contains("containerSeconds"));
  EXPECT_THAT(spooled(), IsEmpty());
}

TEST_F(OwnStorageTest, AProgramThatIsNotInstalledIsExplained) {
  configure(kContainer);
  play([](const SandboxArguments&) { return "prlimit: failed to execute s3cmd: No such file or directory\n"; }, 127);
  EXPECT_THAT(store().error().hint, HasSubstr("no image is loaded: install the program"));
}

TEST_F(OwnStorageTest, WithoutBwrapNothingRunsAndThePackageIsNamed) {
  configure(kContainer);
  const auto stored = store();
  ASSERT_FALSE(stored);
  EXPECT_THAT(stored.error().hint, HasSubstr("bubblewrap"));
  EXPECT_FALSE(facts_.contains("exitCode"));
}

TEST_F(OwnStorageTest, WhereTheSandboxIsForbiddenThatIsNoFailureOfTheContainer) {
  configure(kContainer);
  play([](const SandboxArguments&) { return "bwrap: setting up uid map: Permission denied\n"; }, 1);
  const auto stored = store();
  ASSERT_FALSE(stored);
  EXPECT_THAT(stored.error().message, HasSubstr("this machine does not allow the sandbox"));
  EXPECT_FALSE(facts_.contains("exitCode"));
}

TEST_F(OwnStorageTest, WhatACrashLeftIsRemoved) {
  configure(kContainer);
  store_what_is_given();
  ASSERT_TRUE(os::real_file_system().make_directories(spool_.file("container-0123456789abcdef/backup")));
  ASSERT_TRUE(os::write_file_atomically(os::real_file_system(), spool_.file("keep"), as_bytes("x")));
  ASSERT_TRUE(remove_workspaces(os::real_file_system(), spool_.path()));
  EXPECT_THAT(spooled(), ElementsAre("keep"));
}

class OwnRemovalTest : public OwnContainerTest {
 protected:
  void SetUp() override {
    OwnContainerTest::SetUp();
    configure("", kContainer);
  }
  Status remove() {
    const OwnStorage own = storage(control::ContainerRole::removal);
    return remove_by_container(task(), own, names_, destination_, bucket_, backup_);
  }
  json::Value backup_ = json::Object{{"spec", {{"objectKey", "prod-nightly.db.gz"}}},
                                     {"status", {{"storedBy", "Container"}, {"lastSeenTime", "2026-11-21T10:00:00Z"}}}};
};

TEST_F(OwnRemovalTest, TheContainerRemoves) {
  put("prod-nightly.db.gz", as_bytes("x"));
  play([this](const SandboxArguments& sandbox) {
    EXPECT_EQ(sandbox.outside("/backup"), "") << "it has nothing to do there";
    EXPECT_NE(sandbox.outside("/etc/ca-bundle"), "");
    EXPECT_TRUE(bucket_.remove("prod-nightly.db.gz", {}));
    return "deleted\n";
  });
  EXPECT_TRUE(remove());
  EXPECT_EQ(text(facts_, "outputTail"), "deleted\n");
}

TEST_F(OwnRemovalTest, WhatIsStillThereWasNotRemoved) {
  put("prod-nightly.db.gz", as_bytes("x"));
  play([](const SandboxArguments&) { return ""; });
  const Status removed = remove();
  ASSERT_FALSE(removed);
  EXPECT_THAT(removed.error().message, HasSubstr("prod-nightly.db.gz is still in the destination"));
}

TEST_F(OwnRemovalTest, WhatWasNeverSeenIsTheContainersBusiness) {
  backup_.at("status").get_object().erase("lastSeenTime");
  put("prod-nightly.db.gz", as_bytes("somebody else's"));
  play([](const SandboxArguments&) { return ""; });
  EXPECT_TRUE(remove());
}

TEST(ContainerTaskTest, KeepIsWhatIsReallyKept) {
  const auto keep = [](json::Object spec) {
    const json::Value config(json::Object{{"metadata", {{"name", "c"}}}, {"spec", std::move(spec)}});
    return container_task("prod", config, "c.db.gz").keep;
  };
  EXPECT_EQ(keep({{"schedule", "@daily"}}), 20);
  EXPECT_EQ(keep({{"schedule", "@daily"}, {"keep", 99}}), 50);
  EXPECT_EQ(keep({{"keep", 7}}), 1) << "one-time";
  EXPECT_EQ(container_task("prod", {}, "c.db.gz").config, "");
}

}  // namespace
}  // namespace holdfast::work
