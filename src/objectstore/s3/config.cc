#include "objectstore/s3/config.h"

#include "objectstore/s3/endpoint.h"

namespace holdfast::objectstore::s3 {
namespace {

constexpr std::size_t kCustomerKeySize = 32;  // bytes, AES-256

}  // namespace

Status check_config(const Config& config) {
  HF_ASSIGN(const Endpoint endpoint, Endpoint::make(config));
  if (config.part_size < kSmallestPart || config.part_size > kLargestPart) {
    return fail(Code::usage, "a part size of {} is not between 5 MiB and 5 GiB", format_bytes(config.part_size));
  }
  if (config.upload_workers == 0 || config.download_workers == 0 || config.download_chunk == 0) {
    return fail(Code::usage, "uploads and downloads need at least one worker, and chunks at least one byte");
  }
  if (config.retry.attempts < 1) return fail(Code::usage, "a request needs at least one attempt");
  if (!endpoint.is_https() && config.checksum == Checksum::none) {
    return fail(Code::usage, "without TLS, bodies must be signed: choose a checksum mode other than \"none\"");
  }
  if (config.encryption.kind == Encryption::Kind::customer_key) {
    if (!endpoint.is_https()) return fail(Code::usage, "a customer's key (SSE-C) must not be sent without TLS");
    if (config.encryption.customer_key.reveal().size() != kCustomerKeySize) {
      return fail(Code::usage, "a customer's key (SSE-C) has 32 bytes");
    }
  }
  return {};
}

}  // namespace holdfast::objectstore::s3
