#include "objectstore/s3/object_headers.h"

#include <algorithm>
#include <charconv>

#include "base/crc32c.h"
#include "base/md5.h"
#include "objectstore/s3/http_date.h"
#include "objectstore/s3/sigv4.h"

namespace holdfast::objectstore::s3 {
namespace {

constexpr std::string_view kMetadataPrefix = "x-amz-meta-";

bool is_metadata_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  return !name.empty() && std::all_of(name.begin(), name.end(), allowed);
}

bool is_header_value(std::string_view value) {
  const auto printable = [](char c) { return c >= 0x20 && c < 0x7f; };
  return std::all_of(value.begin(), value.end(), printable) && !value.starts_with(' ') && !value.ends_with(' ');
}

Status add_metadata(const PutOptions& options, Headers& headers) {
  for (const auto& [name, value] : options.metadata) {
    if (!is_metadata_name(name) || !is_header_value(value)) {
      return fail(Code::usage, "metadata \"{:.40}\" cannot be stored: lower-case names and printable ASCII only", name);
    }
    headers.push_back({std::string(kMetadataPrefix) + name, value});
  }
  return {};
}

void add_encryption(const Config& config, Headers& headers) {
  const Encryption& encryption = config.encryption;
  if (encryption.kind == Encryption::Kind::aes256) headers.push_back({"x-amz-server-side-encryption", "AES256"});
  if (encryption.kind == Encryption::Kind::kms) {
    headers.push_back({"x-amz-server-side-encryption", "aws:kms"});
    if (!encryption.kms_key_id.empty()) {
      headers.push_back({"x-amz-server-side-encryption-aws-kms-key-id", encryption.kms_key_id});
    }
  }
  add_customer_key(config, headers);
}

std::string_view checksum_name(Checksum checksum) {
  if (checksum == Checksum::crc32c) return "crc32c";
  return checksum == Checksum::sha256 ? "sha256" : std::string_view();
}

// S3 sends checksums of integers in network order.
Bytes big_endian(std::uint32_t value) {
  return {static_cast<std::uint8_t>(value >> 24U), static_cast<std::uint8_t>(value >> 16U),
          static_cast<std::uint8_t>(value >> 8U), static_cast<std::uint8_t>(value)};
}

bool read_number(std::string_view text, std::uint64_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return !text.empty() && error == std::errc() && end == text.data() + text.size();
}

bool starts_without_case(std::string_view text, std::string_view lower) {
  if (text.size() < lower.size()) return false;
  return std::equal(lower.begin(), lower.end(), text.begin(),
                    [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); });
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

}  // namespace

Result<Headers> storing_headers(const Config& config, const PutOptions& options) {
  Headers headers;
  if (!is_header_value(options.content_type)) return fail(Code::usage, "the content type is not printable ASCII");
  headers.push_back({"Content-Type", options.content_type});
  HF_TRY(add_metadata(options, headers));
  add_encryption(config, headers);
  if (!config.storage_class.empty()) headers.push_back({"x-amz-storage-class", config.storage_class});
  if (options.retain_until) {
    headers.push_back({"x-amz-object-lock-mode", std::string(lock_mode_name(config.lock_mode))});
    headers.push_back({"x-amz-object-lock-retain-until-date", format_time(*options.retain_until, true)});
  }
  return headers;
}

std::string_view lock_mode_name(LockMode mode) {
  return mode == LockMode::compliance ? "COMPLIANCE" : "GOVERNANCE";
}

void add_customer_key(const Config& config, Headers& headers) {
  if (config.encryption.kind != Encryption::Kind::customer_key) return;
  const ByteView key = as_bytes(config.encryption.customer_key.reveal());
  headers.push_back({"x-amz-server-side-encryption-customer-algorithm", "AES256"});
  headers.push_back({"x-amz-server-side-encryption-customer-key", to_base64(key)});
  headers.push_back({"x-amz-server-side-encryption-customer-key-MD5", to_base64(md5(key))});
}

BodyChecks body_checks(const Config& config, ByteView body, bool md5_required) {
  BodyChecks checks;
  checks.payload_sha256 = kUnsignedPayload;
  if (config.checksum != Checksum::none) {
    const Sha256Digest digest = Sha256::of(body);
    checks.payload_sha256 = to_hex(digest);
    if (config.checksum == Checksum::sha256) checks.checksum = to_base64(digest);
  }
  if (config.checksum == Checksum::md5 || md5_required) {
    const Md5Digest digest = md5(body);
    checks.headers.push_back({"Content-MD5", to_base64(digest)});
    // With keys of KMS or the customer an ETag is something else.
    const auto kind = config.encryption.kind;
    if (kind == Encryption::Kind::none || kind == Encryption::Kind::aes256) checks.md5_hex = to_hex(digest);
  }
  if (config.checksum == Checksum::crc32c) checks.checksum = to_base64(big_endian(crc32c(0, body)));
  if (!checks.checksum.empty()) {
    checks.checksum_tag = fmt::format("Checksum{}", multipart_algorithm(config.checksum));
    checks.headers.push_back({fmt::format("x-amz-checksum-{}", checksum_name(config.checksum)), checks.checksum});
  }
  return checks;
}

std::string_view multipart_algorithm(Checksum checksum) {
  if (checksum == Checksum::crc32c) return "CRC32C";
  return checksum == Checksum::sha256 ? "SHA256" : std::string_view();
}

Status check_stored(const BodyChecks& checks, const http::ResponseHead& head, const std::string& key) {
  const std::string etag = unquoted(head.header("ETag"));
  // Only a bucket's default encryption could make it something other than the MD5, and then it is said in the answer.
  const bool is_md5 = etag.size() == 32 && head.header("x-amz-server-side-encryption") != "aws:kms" &&
                      head.header("x-amz-server-side-encryption") != "aws:kms:dsse";
  if (!checks.md5_hex.empty() && is_md5 && etag != checks.md5_hex) {
    return fail(Code::corrupt, "the server stored something else for {}: MD5 {} instead of {}", key, etag,
                checks.md5_hex);
  }
  if (checks.checksum_tag.empty()) return {};
  const std::string_view name = checks.checksum_tag == "ChecksumCRC32C" ? "crc32c" : "sha256";
  const std::string theirs = head.header(fmt::format("x-amz-checksum-{}", name));
  if (theirs.empty() || theirs == checks.checksum) return {};
  return fail(Code::corrupt, "the server stored something else for {}: {} {} instead of {}", key, name, theirs,
              checks.checksum);
}

namespace {

std::string server_encryption(const http::ResponseHead& head) {
  const std::string customer = head.header("x-amz-server-side-encryption-customer-algorithm");
  if (!customer.empty()) return customer + " with a customer's key";
  const std::string method = head.header("x-amz-server-side-encryption");
  const std::string key = head.header("x-amz-server-side-encryption-aws-kms-key-id");
  return key.empty() ? method : method + ", key " + key;
}

}  // namespace

Result<ObjectInfo> object_info(const http::ResponseHead& head, const std::string& key) {
  ObjectInfo info{.key = key, .etag = unquoted(head.header("ETag"))};
  if (!read_number(head.header("Content-Length"), info.size)) {
    return fail(Code::corrupt, "the server does not tell the size of {}", key);
  }
  if (const auto modified = parse_http_date(head.header("Last-Modified"))) info.modified = *modified;
  info.server_encryption = server_encryption(head);
  if (const auto until = parse_time(head.header("x-amz-object-lock-retain-until-date"))) info.retained_until = *until;
  for (const http::Header& header : head.headers) {
    if (!starts_without_case(header.name, kMetadataPrefix)) continue;
    info.metadata[lower_case(std::string_view(header.name).substr(kMetadataPrefix.size()))] = header.value;
  }
  return info;
}

Result<ContentRange> content_range(const http::ResponseHead& head) {
  const std::string value = head.header("Content-Range");
  std::string_view rest = value;
  ContentRange range;
  if (starts_without_case(rest, "bytes ")) rest.remove_prefix(6);
  const auto dash = rest.find('-');
  const auto slash = rest.find('/');
  const bool readable = dash != std::string_view::npos && slash != std::string_view::npos && dash < slash &&
                        read_number(rest.substr(0, dash), range.offset) &&
                        read_number(rest.substr(slash + 1), range.total) && range.offset <= range.total;
  if (!readable) return fail(Code::corrupt, "the server does not tell which range it sends (\"{:.60}\")", value);
  return range;
}

}  // namespace holdfast::objectstore::s3
