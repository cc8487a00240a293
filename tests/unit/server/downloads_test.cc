#include "server/downloads.h"

#include <condition_variable>
#include <filesystem>

#include <gmock/gmock.h>

#include "unit/server/server_fixture.h"
#include "work/catalogue.h"

#include "api/fields.h"
#include "base/sha256.h"
#include "repository/manifest.h"
#include "support/fake_clock.h"

namespace holdfast::test {
namespace {

using testing::HasSubstr;

constexpr std::size_t kBacklog = 64 * 1024;
constexpr std::size_t kSize = 600 * 1024;  // more than one piece

// One answer that comes from another thread.
class Answered {
 public:
  explicit Answered(bool held_back) : stream_(std::make_shared<RecordedStream>()) {
    if (held_back) stream_->hold_back();
  }
  void set(http::ServerResponse response) {
    const std::lock_guard lock(mutex_);
    response_ = std::move(response);
    changed_.notify_all();
  }
  void lose_stream() {
    const std::lock_guard lock(mutex_);
    lost_ = true;
    changed_.notify_all();
  }
  http::ServerResponse wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return response_.has_value(); });
    return *response_;
  }
  // Until the server has let go of the stream, finished or not.
  void wait_for_end() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return lost_; });
  }
  bool has_ended() {
    const std::lock_guard lock(mutex_);
    return lost_;
  }
  json::Value status() { return parse(wait().body); }
  RecordedStream& stream() { return *stream_; }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<http::ServerResponse> response_;
  bool lost_ = false;
  const std::shared_ptr<RecordedStream> stream_;
};

class AnsweredResponder : public http::Responder {
 public:
  explicit AnsweredResponder(std::shared_ptr<Answered> answered) : answered_(std::move(answered)) {}
  void send(http::ServerResponse response) override { answered_->set(std::move(response)); }
  std::shared_ptr<http::ResponseStream> stream(http::ServerResponse head) override {
    answered_->set(std::move(head));
    return {&answered_->stream(), [answered = answered_](RecordedStream*) { answered->lose_stream(); }};
  }

 private:
  const std::shared_ptr<Answered> answered_;
};

class DownloadsTest : public testing::Test, public ServerFixture {
 protected:
  DownloadsTest() {
    make_project("owner");
    std::filesystem::create_directory(dir.file("backups"));
    point_to("backups");
    store_backup();
  }

  void point_to(const char* directory) {
    const Reply moved =
        ask({.method = "PATCH",
             .target = "/apis/kubermatic.k8c.io/v1/namespaces/kubermatic/seeds/s1",
             .body = fmt::format(R"({{"spec":{{"etcdBackupRestore":{{"destinations":{{"d1":{{"path":"{}"}}}}}}}}}})",
                                 dir.file(directory)),
             .type = "application/merge-patch+json"});
    EXPECT_EQ(moved.status, 200) << moved.body;
  }

  // The Backup "daily", its object and manifest.
  void store_backup() {
    Bytes content(kSize);
    os::real_random().fill(content);
    repository::Manifest manifest{.name = "daily", .object = "c1-daily.db", .cluster = "c1"};
    manifest.snapshot.size = manifest.stored.size = content.size();
    manifest.snapshot.sha256 = manifest.stored.sha256 = to_hex(Sha256::of(content));
    manifest.snapshot.database_sha256 = to_hex(ByteView(content).last(32));
    write("c1-daily.db", content);
    write("c1-daily.db.manifest.json", as_bytes(repository::encode_manifest(manifest)));
    const auto name = work::record_backup(world,
                                          {.cluster = "c1",
                                           .config = "",
                                           .seed = "s1",
                                           .destination = "d1",
                                           .backup_name = "daily.db",
                                           .object_key = "c1-daily.db"},
                                          work::status_of_manifest(manifest), {});
    ASSERT_TRUE(name) << name.error().to_string();
    ASSERT_EQ(*name, "daily");
    stored = content;
  }

  std::string path(const std::string& key) const { return dir.file("backups/" + key); }
  void write(const std::string& key, ByteView bytes) {
    std::filesystem::remove(path(key));
    auto file = os::real_file_system().open(path(key), os::OpenMode::create, 0600);
    ASSERT_TRUE(file && (*file)->write_at(0, bytes));
  }
  void damage(std::size_t at) {
    Bytes bytes = stored;
    bytes[at] ^= 1;
    write("c1-daily.db", bytes);
  }
  void set_phase(const char* phase) {
    ASSERT_TRUE(
        work::change_backup_status(world, "cluster-c1", "daily", {{"phase", phase}, {"message", "seen it"}}, {}));
  }

  json::Value backup() { return *registry->get(kind("backup"), {.name_space = "cluster-c1", .name = "daily"}); }
  std::string phase() { return std::string(api::text_at(backup(), {"status", "phase"})); }

  // "root" is an administrator.
  std::shared_ptr<Answered> download(const std::string& user = "ann", bool held_back = false) {
    auto answered = std::make_shared<Answered>(held_back);
    code = downloads_under_test.open(
        {.kind = kind("backup"), .backup = backup(), .user = user, .admin = user == "root", .headers = {}},
        std::make_unique<AnsweredResponder>(answered));
    return answered;
  }
  // One whose client takes nothing, waiting for it.
  std::shared_ptr<Answered> begin(const std::string& user) {
    auto answered = download(user, true);
    EXPECT_EQ(answered->wait().status, 200) << user;
    while (answered->stream().queued_bytes() < 256 * kKiB)
      std::this_thread::yield();
    return answered;
  }

  FakeClock clock;
  work::World world{.registry = *registry,
                    .files = os::real_file_system(),
                    .clock = clock,
                    .random = os::real_random(),
                    .environment = environment,
                    .processes = os::real_processes(),
                    .spool_directory = {},
                    .connect = {}};
  Bytes stored;
  int code = 0;
  server::Downloads downloads_under_test{{.world = world, .backlog = kBacklog}};
};

std::string cause_of(const json::Value& status, std::string_view reason) {
  for (const json::Value& each : status.at("details").at("causes").as_array()) {
    if (api::text_at(each, {"reason"}) == reason) return std::string(api::text_at(each, {"message"}));
  }
  return "";
}

TEST_F(DownloadsTest, give_the_whole_snapshot) {
  const auto answered = download();

  answered->wait_for_end();
  EXPECT_TRUE(answered->stream().finished());
  EXPECT_EQ(answered->stream().text(), as_text(stored));
  EXPECT_EQ(phase(), "Completed");
}

TEST_F(DownloadsTest, of_what_is_known_to_be_damaged_are_refused) {
  set_phase("Damaged");

  const auto answered = download();

  EXPECT_EQ(code, 409);
  EXPECT_EQ(answered->wait().status, 409);
  EXPECT_EQ(api::text_at(answered->status(), {"message"}), "Backup daily cannot be restored: seen it");
  EXPECT_NE(cause_of(answered->status(), "BackupDamaged"), "");
  EXPECT_THAT(cause_of(answered->status(), "Hint"), HasSubstr("backup now"));
}

TEST_F(DownloadsTest, of_what_was_missing_are_tried) {
  set_phase("Missing");

  EXPECT_EQ(download()->wait().status, 200);
}

TEST_F(DownloadsTest, of_an_object_that_is_gone_are_not_found) {
  std::filesystem::remove(path("c1-daily.db"));

  const auto answered = download();

  EXPECT_EQ(answered->wait().status, 404);
  EXPECT_THAT(answered->wait().body, HasSubstr("c1-daily.db"));
  EXPECT_THAT(cause_of(answered->status(), "Hint"), HasSubstr("backup list"));
}

TEST_F(DownloadsTest, of_a_truncated_object_are_refused_before_the_first_byte) {
  std::filesystem::resize_file(path("c1-daily.db"), kSize - 1);

  const auto answered = download();

  EXPECT_EQ(answered->wait().status, 409);
  EXPECT_NE(cause_of(answered->status(), "BackupDamaged"), "");
  EXPECT_EQ(phase(), "Damaged");
}

TEST_F(DownloadsTest, tell_damage_of_the_beginning_before_the_first_byte) {
  write("c1-daily.db", as_bytes("\x1f\x8b no gzip at all, and no manifest says that it should be anything else"));
  std::filesystem::remove(path("c1-daily.db.manifest.json"));

  EXPECT_EQ(download()->wait().status, 409);
  EXPECT_EQ(phase(), "Damaged");
}

TEST_F(DownloadsTest, note_damage_that_is_met_on_the_way_before_they_break_off) {
  damage(kSize / 2);

  const auto answered = download();

  EXPECT_EQ(answered->wait().status, 200);
  answered->wait_for_end();
  EXPECT_FALSE(answered->stream().finished());
  EXPECT_EQ(phase(), "Damaged");
  EXPECT_THAT(std::string(api::text_at(backup(), {"status", "message"})), HasSubstr("SHA-256"));
  EXPECT_NE(api::text_at(backup(), {"status", "lastVerifiedTime"}), "");
}

TEST_F(DownloadsTest, say_nothing_about_a_place_the_destination_was_moved_to_meanwhile) {
  damage(kSize - 1);
  const auto answered = begin("ann");
  std::filesystem::create_directory(dir.file("elsewhere"));
  point_to("elsewhere");

  while (!answered->has_ended()) {
    answered->stream().drain();
    std::this_thread::yield();
  }

  EXPECT_FALSE(answered->stream().finished());
  EXPECT_EQ(phase(), "Completed");
}

TEST_F(DownloadsTest, of_a_destination_that_is_gone_are_not_found) {
  ASSERT_EQ(ask({.method = "PATCH",
                 .target = "/apis/kubermatic.k8c.io/v1/namespaces/kubermatic/seeds/s1",
                 .body = R"({"spec":{"etcdBackupRestore":{"defaultDestination":null,"destinations":{"d1":null}}}})",
                 .type = "application/merge-patch+json"})
                .status,
            200);

  EXPECT_EQ(download()->wait().status, 404);
}

TEST_F(DownloadsTest, are_two_of_a_user_at_once) {
  begin("ann");
  const auto second = begin("ann");

  EXPECT_EQ(download("ann")->wait().status, 429);
  EXPECT_EQ(code, 429);
  begin("bob");

  second->stream().hang_up();
  second->wait_for_end();
  while (download("ann", true)->wait().status != 200)  // the thread has something left to do
    std::this_thread::yield();
}

TEST_F(DownloadsTest, are_four_at_once_and_one_of_an_administrator_while_everybody_reads) {
  for (const char* user : {"ann", "ann", "bob", "joe"})
    begin(user);
  clock.advance(std::chrono::seconds(119));

  EXPECT_EQ(download("eve")->wait().status, 429);
  begin("root");
}

TEST_F(DownloadsTest, go_on_with_who_waited_when_a_place_comes_free) {
  const auto first = begin("ann");
  for (const char* user : {"ann", "bob", "joe"})
    begin(user);
  EXPECT_EQ(download("eve")->wait().status, 429);
  first->stream().hang_up();
  first->wait_for_end();

  for (int tries = 0; tries < 20; ++tries)
    EXPECT_EQ(download("ann")->wait().status, 429);
  while (download("eve", true)->wait().status != 200)  // the thread of the first has something left to do
    std::this_thread::yield();
}

TEST_F(DownloadsTest, of_the_slowest_client_end_when_another_waits) {
  std::vector<std::shared_ptr<Answered>> all;
  for (const char* user : {"ann", "ann", "bob", "joe"})
    all.push_back(begin(user));
  for (std::size_t i = 1; i < all.size(); ++i)  // these have taken some, and got more
    all[i]->stream().drain();
  for (std::size_t i = 1; i < all.size(); ++i) {
    while (all[i]->stream().queued_bytes() < 256 * kKiB)
      std::this_thread::yield();
  }
  clock.advance(std::chrono::minutes(2));

  const auto newcomer = begin("eve");

  all[0]->wait_for_end();
  EXPECT_FALSE(all[0]->stream().finished());
  for (std::size_t i = 1; i < all.size(); ++i)
    EXPECT_FALSE(all[i]->stream().closed()) << i;
}

TEST_F(DownloadsTest, of_slow_clients_go_on_while_there_is_room) {
  const auto slow = begin("ann");
  clock.advance(std::chrono::hours(1));

  begin("bob");

  EXPECT_FALSE(slow->stream().closed());
}

}  // namespace
}  // namespace holdfast::test
