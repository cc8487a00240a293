#include "repository/manifest.h"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "base/sha256.h"

namespace holdfast::repository {
namespace {

Manifest sample() {
  Manifest manifest;
  manifest.name = "nightly";
  manifest.object = "nightly.db.zst.age";
  manifest.cluster = "prod \"1\" é";
  manifest.slot = *parse_time("2026-11-21T02:00:00Z");
  manifest.started_at = *parse_time("2026-11-21T02:00:01.250Z");
  manifest.finished_at = *parse_time("2026-11-21T02:00:09.500Z");
  manifest.etcd = {.version = "3.5.16",
                   .storage_version = "",
                   .cluster_version = "3.5.0",
                   .cluster_id = 0xFFFFFFFFFFFFFFFF,
                   .member_id = 0x1,
                   .endpoint = "https://10.0.0.1:2379"};
  manifest.snapshot = {.revision = INT64_MAX,
                       .compact_revision = 12,
                       .hash = 0xFFFFFFFF,
                       .total_key = 5,
                       .total_size = 40960,
                       .size_in_use = 36864,
                       .size = 40992,
                       .database_sha256 = std::string(64, 'a'),
                       .sha256 = std::string(64, 'b'),
                       .free_pages_dropped = true,
                       .source_sha256 = std::string(64, 'c')};
  manifest.stored = {.size = 1234,
                     .sha256 = std::string(64, 'd'),
                     .compression = pipeline::Compression::zstd,
                     .encryption = Encryption::age_x25519,
                     .recipients = {"age1one", "age1two"}};
  manifest.hash_kv = HashKvCheck{.hash = 77, .revision = 88, .member_id = 0xabc};
  manifest.tool_version = "0.1.0";
  return manifest;
}

// A file with a right digest around other members.
std::string with_digest(std::string body) {
  const std::string digest = to_hex(Sha256::of(as_bytes(body)));
  return body + "  \"manifestSha256\": \"" + digest + "\"\n}\n";
}

std::string body_of(const std::string& file) {
  return file.substr(0, file.rfind("  \"manifestSha256\""));
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(ManifestFile, WhatIsWrittenIsReadBack) {
  const std::string file = encode_manifest(sample());

  const auto read = decode_manifest(file);

  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(encode_manifest(*read), file);
  EXPECT_EQ(read->cluster, sample().cluster);
  EXPECT_EQ(read->slot, sample().slot);
  EXPECT_EQ(read->etcd.cluster_id, 0xFFFFFFFFFFFFFFFF);
  EXPECT_EQ(read->snapshot.revision, INT64_MAX);
  EXPECT_EQ(read->snapshot.source_sha256, std::string(64, 'c'));
  EXPECT_EQ(read->stored.recipients.size(), 2U);
  ASSERT_TRUE(read->hash_kv);
  EXPECT_EQ(read->hash_kv->member_id, 0xabcU);
}

TEST(ManifestFile, TheClusterOfAServerIsKnownByItsUid) {
  Manifest manifest = sample();
  manifest.cluster_uid = "0f4c1d3e-7d0e-4f3c-9a52-0b8f5f0c2a11";
  manifest.project = "shop";

  const auto read = decode_manifest(encode_manifest(manifest));

  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(read->cluster_uid, manifest.cluster_uid);
  EXPECT_EQ(read->project, "shop");
}

// What lies in buckets already.
TEST(ManifestFile, FilesOfBeforeAreReadAndWrittenAsTheyWere) {
  for (const bool owned : {false, true}) {
    Manifest manifest = sample();
    if (owned) {
      manifest.cluster_uid = "0f4c1d3e-7d0e-4f3c-9a52-0b8f5f0c2a11";
      manifest.project = "shop";
    }
    const std::string path =
        std::string(HOLDFAST_TEST_DATA) + (owned ? "/manifest/owned.json" : "/manifest/plain.json");
    std::ifstream file(path, std::ios::binary);
    const std::string golden((std::istreambuf_iterator<char>(file)), {});

    const auto read = decode_manifest(golden);

    ASSERT_TRUE(read) << path << ": " << read.error().to_string();
    EXPECT_EQ(read->cluster_uid, manifest.cluster_uid);
    EXPECT_EQ(read->project, manifest.project);
    EXPECT_EQ(encode_manifest(manifest), golden) << path;
  }
}

TEST(ManifestFile, OptionalPartsMayBeAbsent) {
  Manifest manifest = sample();
  manifest.slot.reset();
  manifest.hash_kv.reset();
  manifest.snapshot.free_pages_dropped = false;

  const auto read = decode_manifest(encode_manifest(manifest));

  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_FALSE(read->slot);
  EXPECT_FALSE(read->hash_kv);
}

TEST(ManifestFile, EverySingleBitFlipIsDetected) {
  const std::string file = encode_manifest(sample());
  for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
    std::string damaged = file;
    damaged[bit / 8] = static_cast<char>(static_cast<unsigned char>(damaged[bit / 8]) ^ (1U << (bit % 8)));
    const auto read = decode_manifest(damaged);
    ASSERT_FALSE(read) << "bit " << bit;
    ASSERT_EQ(read.error().code, Code::corrupt);
  }
}

TEST(ManifestFile, EveryTruncationAndExtensionIsDetected) {
  const std::string file = encode_manifest(sample());
  for (std::size_t size = 0; size < file.size(); ++size)
    ASSERT_FALSE(decode_manifest(file.substr(0, size))) << size;
  EXPECT_FALSE(decode_manifest(file + "\n"));
  EXPECT_FALSE(decode_manifest(" " + file));
}

TEST(ManifestFile, UnknownMembersAreIgnored) {
  const std::string body =
      replaced(body_of(encode_manifest(sample())), "  \"name\"", "  \"colour\": [1, {\"a\": null}],\n  \"name\"");
  EXPECT_TRUE(decode_manifest(with_digest(body)));
}

TEST(ManifestFile, ANewerVersionIsUnsupportedNotCorrupt) {
  const std::string body = replaced(body_of(encode_manifest(sample())), "\"version\": 1", "\"version\": 2");
  const auto read = decode_manifest(with_digest(body));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Code::unsupported);
}

TEST(ManifestFile, WrongTypesAreNamed) {
  const std::string body = replaced(body_of(encode_manifest(sample())), "\"hash\": 4294967295", "\"hash\": 4294967296");
  const auto read = decode_manifest(with_digest(body));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Code::corrupt);
  EXPECT_NE(read.error().to_string().find("hash"), std::string::npos);
}

TEST(ManifestFile, OtherJsonWithARightDigestIsRefused) {
  EXPECT_FALSE(decode_manifest(with_digest("{\n  \"format\": \"something else\",\n")));
  EXPECT_FALSE(decode_manifest(with_digest("[\n")));
}

TEST(ManifestFile, AFileOverTheLimitIsRefusedBeforeItIsHashed) {
  EXPECT_FALSE(decode_manifest(std::string(kMaxManifestSize + 1, ' ')));
}

}  // namespace
}  // namespace holdfast::repository
