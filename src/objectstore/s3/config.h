// How an S3 store is reached and what it asks of the server. docs/objectstore.md explains each option to its user.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/secret.h"
#include "http/transport.h"
#include "objectstore/s3/retrier.h"

namespace holdfast::objectstore::s3 {

// Where the bucket's name stands: https://host/bucket/key or https://bucket.host/key.
enum class Addressing {
  automatic,  // virtual_host at AWS (path for a bucket with dots: no certificate covers it), path everywhere else
  path,
  virtual_host,
};

// What lets the server notice that bytes changed on their way. Every one but `none` also signs the body's SHA-256,
// which AWS, Ceph, MinIO and others compare with what arrived.
enum class Checksum {
  signed_payload,  // that SHA-256 alone: known to every server
  sha256,          // x-amz-checksum-sha256 too, kept with the object; refused by some servers
  crc32c,          // x-amz-checksum-crc32c too; refused by some servers
  md5,             // Content-MD5 too, and ETags are compared
  none,            // nothing beyond what TLS does; saves the hashing. Https only
};

enum class LockMode { compliance, governance };

// Does the server keep PutOptions::only_if_absent?
enum class ConditionalPut {
  automatic,  // AWS does; others are tried once with a probe object
  supported,
  unsupported,
};

struct Encryption {
  enum class Kind { none, aes256, kms, customer_key };
  Kind kind = Kind::none;  // none: what the bucket does by default
  std::string kms_key_id;  // empty: the account's key for S3
  Secret customer_key;     // 32 bytes; https only
};

struct Config {
  std::string endpoint;     // "s3.example.com:9000" (means https), "https://…", "http://…"; empty: AWS, by region
  bool allow_http = false;  // must be set for "http://…"
  std::string bucket;
  std::string region;  // empty: us-east-1, or the bucket's own as the server names it
  Addressing addressing = Addressing::automatic;

  Checksum checksum = Checksum::signed_payload;
  Encryption encryption;
  std::string storage_class;  // "STANDARD_IA", …; empty: the bucket's default
  LockMode lock_mode = LockMode::compliance;
  ConditionalPut conditional_put = ConditionalPut::automatic;
  std::string probe_prefix;  // probe objects are made below it: the prefix all keys will have (see PrefixStore)

  std::uint64_t part_size = 8 * kMiB;     // least size of a part, and the size up to which an object is one request
  std::size_t upload_workers = 4;         // parts on their way at once
  std::size_t upload_memory = 40 * kMiB;  // for part buffers; there is always one, whatever a part's size
  std::size_t download_chunk = 8 * kMiB;  // bytes per ranged request
  std::size_t download_workers = 2;       // chunks on their way at once; memory is one chunk more than that
  RetryPolicy retry;
  http::TransportOptions transport;
};

// S3's limits ("Amazon S3 multipart upload limits").
inline constexpr std::uint64_t kSmallestPart = 5 * kMiB;
inline constexpr std::uint64_t kLargestPart = 5 * kGiB;
inline constexpr std::uint64_t kMostParts = 10000;
inline constexpr std::uint64_t kLargestObject = 5 * 1024 * kGiB;

// Code::usage names the option that cannot be as it is.
Status check_config(const Config& config);

}  // namespace holdfast::objectstore::s3
