#include "integration/pinned_support.h"

#include <chrono>
#include <map>
#include <utility>

#include "integration/restore_support.h"

namespace holdfast::repository {
namespace {

constexpr std::uint64_t kMiddle = 20 * kMiB;  // of a database of 40 MiB

etcd::TxnRequest fifty_writes(int round) {
  etcd::TxnRequest txn;
  for (int i = 0; i < 50; ++i) {
    etcd::TxnOp op;
    const std::string key = fmt::format("/registry/storm/{:04}", (round * 37 + i * 11) % 2000);
    if ((round + i) % 9 == 0) {
      op.kind = etcd::TxnOp::Kind::remove;
      op.remove.key = key;
    } else {
      op.put = {.key = key, .value = std::string(static_cast<std::size_t>(100 + (round * 7 + i) % 900), 's')};
    }
    // One key may be written once in a transaction.
    const auto same = [&](const etcd::TxnOp& other) { return other.put.key == key || other.remove.key == key; };
    if (std::none_of(txn.success.begin(), txn.success.end(), same)) txn.success.push_back(std::move(op));
  }
  return txn;
}

void fill(etcd::Client& client) {
  for (int i = 0; i < 36; ++i)
    ASSERT_TRUE(client.put({.key = fmt::format("/bulk/{:02}", i), .value = std::string(1'000'000, 'b')}));
  for (int round = 0; round < 60; ++round)
    ASSERT_TRUE(client.txn(fifty_writes(round)));
  const auto head = client.range({.key = "/", .range_end = "0", .count_only = true});
  ASSERT_TRUE(head);
  ASSERT_TRUE(client.compact(head->revision - 20, true));
}

// Clusters that no test has at the moment, by version and number of members.
using Idle = std::map<std::pair<test::EtcdVersion, int>, std::unique_ptr<test::EtcdCluster>>;
Idle idle;

class EndOfIdleClusters : public testing::Environment {
 public:
  void TearDown() override { idle.clear(); }
};
const auto* const end_of_idle_clusters = testing::AddGlobalTestEnvironment(new EndOfIdleClusters);

}  // namespace

WriteStorm::WriteStorm(const etcd::ClientOptions& options)
    : thread_([this, options](const std::stop_token& stop) {
        const auto client = etcd::make_client(options);
        for (int round = 0; client && !stop.stop_requested(); ++round) {
          if (!(*client)->txn(fifty_writes(round))) break;
          ++done_;
        }
        over_ = true;
      }) {}

void WriteStorm::wait_for(int transactions) const {
  const int enough = done_ + transactions;
  wait_until([&] { return done_ >= enough || over_; });
  EXPECT_FALSE(over_) << "the storm ended by itself";
}

void PinnedSave::TearDown() {
  client_.reset();
  if (cluster_ && shared_members_ > 0 && !HasFailure()) idle[{GetParam(), shared_members_}] = std::move(cluster_);
  cluster_.reset();
}

void PinnedSave::share(int members) {
  TearDown();
  auto found = idle.extract({GetParam(), members});
  if (found) {
    cluster_ = std::move(found.mapped());
    connect();
  } else {
    start({.version = GetParam(), .members = members});
  }
  shared_members_ = members;
}

void PinnedSave::start(const test::EtcdOptions& options) {
  TearDown();
  spoil();
  auto cluster = test::make_etcd_cluster(options);
  ASSERT_TRUE(cluster) << cluster.error().to_string();
  cluster_ = std::move(*cluster);
  connect();
  fill(*client_);
}

void PinnedSave::connect() {
  auto client = etcd::make_client(client_options());
  ASSERT_TRUE(client) << client.error().to_string();
  client_ = std::move(*client);
}

etcd::ClientOptions PinnedSave::client_options() const {
  etcd::ClientOptions options{.endpoints = cluster_->endpoints()};
  options.request_timeout = std::chrono::seconds(60);
  options.tls = {.ca_file = cluster_->ca_file(),
                 .certificate_file = cluster_->client_certificate_file(),
                 .key_file = cluster_->client_key_file()};
  return options;
}

Result<SaveReport> PinnedSave::save(const std::string& name, const std::string& data_dir, os::FileSystem& files,
                                    const std::function<void(SaveOptions&)>& change) {
  SaveOptions options;
  options.name = name;
  options.object_key = name + ".db";
  options.compression = pipeline::Compression::none;
  options.data_dir = data_dir;
  options.max_lag = 1'000'000;
  options.spool.directory = directory_.path();
  if (change) change(options);
  auto report = repository::save({.etcd = *client_,
                                  .store = store_,
                                  .clock = os::real_clock(),
                                  .files = files,
                                  .random = os::real_random(),
                                  .progress = pipeline::silent_progress()},
                                 options, {});
  fallback_ = report ? report->why_not_pinned : "";
  return report;
}

void PinnedSave::expect_sound(const std::string& name, const Result<SaveReport>& report) const {
  ASSERT_TRUE(report) << report.error().to_string();
  const test::UtlStatus seen = test::utl_status(file(name));
  EXPECT_EQ(seen.hash, report->manifest.snapshot.hash);
  EXPECT_EQ(seen.revision, report->manifest.snapshot.revision);
  EXPECT_EQ(seen.total_key, report->manifest.snapshot.total_key);
  const auto bytes = os::read_file(os::real_file_system(), file(name), 512 * kMiB);
  ASSERT_TRUE(bytes);
  ASSERT_EQ(bytes->size() % 512, 32U);
  const Sha256Digest digest = Sha256::of(ByteView(*bytes).first(bytes->size() - 32));
  EXPECT_TRUE(std::equal(digest.begin(), digest.end(), bytes->end() - 32));
  EXPECT_EQ(report->manifest.snapshot.sha256, to_hex(Sha256::of(*bytes)));
  // Never silent: the one, or the other with a reason.
  EXPECT_NE(report->pinned, !report->why_not_pinned.empty());
}

bool PinnedSave::same_as_stream_with(const std::function<void()>& action) {
  const auto streamed = save("streamed", "");
  EXPECT_TRUE(streamed) << streamed.error().to_string();
  test::ActingFileSystem files("/snap/db", kMiddle, action);
  const auto pinned = save("pinned", cluster_->data_dir(0), files);
  EXPECT_TRUE(files.acted()) << "nothing happened in the middle";
  expect_sound("pinned", pinned);
  if (!streamed || !pinned || !pinned->pinned) return false;
  EXPECT_EQ(pinned->manifest.snapshot.hash, streamed->manifest.snapshot.hash);
  EXPECT_EQ(pinned->manifest.snapshot.revision, streamed->manifest.snapshot.revision);
  EXPECT_EQ(pinned->manifest.snapshot.total_key, streamed->manifest.snapshot.total_key);
  return true;
}

void wait_until(const std::function<bool()>& condition) {
  while (!condition())
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

std::string pinned_version_name(const testing::TestParamInfo<test::EtcdVersion>& version) {
  return version.param == test::EtcdVersion::v3_4 ? "etcd_3_4" : "etcd_3_5";
}

}  // namespace holdfast::repository
