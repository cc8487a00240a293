#include "cli/s3_options.h"

#include "base/bytes.h"
#include "cli/secrets.h"
#include "cli/setters.h"

namespace holdfast::cli {
namespace {

using objectstore::s3::Addressing;
using objectstore::s3::Checksum;
using objectstore::s3::ConditionalPut;
using objectstore::s3::Encryption;
using objectstore::s3::LockMode;

constexpr std::size_t kCustomerKeySize = 32;
constexpr std::size_t kUsualWorkers = 4;

void add_reaching(std::vector<Option>& options, S3Flags& flags) {
  options.push_back({.name = "s3-endpoint",
                     .value_name = "URL",
                     .help = "server, when it is not Amazon's; https unless it says http://",
                     .default_text = "the profile's, else Amazon's, by region",
                     .environment = {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"},
                     .hides = Hides::url_password,
                     .set = set_text(flags.config.endpoint)});
  options.push_back({.name = "s3-region",
                     .value_name = "REGION",
                     .help = "region of the bucket",
                     .default_text = "the profile's, else what the server says",
                     .environment = {"AWS_REGION", "AWS_DEFAULT_REGION"},
                     .set = set_text(flags.config.region)});
  options.push_back({.name = "s3-addressing",
                     .value_name = "STYLE",
                     .help = "where the bucket's name stands in the URL",
                     .default_text = "auto: virtual at Amazon, path elsewhere",
                     .choices = {"auto", "path", "virtual"},
                     .set = set_choice<Addressing>(flags.config.addressing, {{"auto", Addressing::automatic},
                                                                             {"path", Addressing::path},
                                                                             {"virtual", Addressing::virtual_host}})});
  options.push_back(
      {.name = "s3-allow-http", .help = "allow an endpoint without TLS", .set = set_switch(flags.config.allow_http)});
  options.push_back({.name = "s3-ca-file",
                     .value_name = "FILE",
                     .help = "CA certificates (PEM) that the server's certificate is checked against",
                     .default_text = "the system's",
                     .environment = {"AWS_CA_BUNDLE"},
                     .completes = Completes::file,
                     .set = set_text(flags.ca_file)});
  options.push_back({.name = "s3-insecure-skip-tls-verify",
                     .help = "do not check the server's certificate; for tests only",
                     .set = set_switch(flags.insecure_skip_verify)});
  options.push_back({.name = "s3-proxy",
                     .value_name = "URL",
                     .help = "HTTP proxy; an empty value means none; for one with a password prefer HTTPS_PROXY",
                     .default_text = "as HTTPS_PROXY, HTTP_PROXY and NO_PROXY say",
                     .hides = Hides::url_password,
                     .set = set_optional_text(flags.proxy)});
  options.push_back({.name = "s3-connect-timeout",
                     .value_name = "TIME",
                     .help = "limit for making a connection",
                     .default_text = "10s",
                     .set = set_duration(flags.connect_timeout)});
  options.push_back({.name = "s3-stall-timeout",
                     .value_name = "TIME",
                     .help = "give a request up when no byte moves for this long, and try again",
                     .default_text = "30s",
                     .set = set_duration(flags.stall_timeout)});
}

void add_credentials(std::vector<Option>& options, S3Flags& flags) {
  options.push_back({.name = "s3-profile",
                     .value_name = "NAME",
                     .help = "profile of AWS's shared files",
                     .environment = {"AWS_PROFILE"},
                     .set = set_text(flags.profile)});
  options.push_back({.name = "s3-access-key-id",
                     .value_name = "ID",
                     .help = "access key, with --s3-secret-key-file",
                     .default_text = "as AWS_ACCESS_KEY_ID, shared files or the machine's role say",
                     .set = set_text(flags.access_key_id)});
  options.push_back({.name = "s3-secret-key-file",
                     .value_name = "FILE",
                     .help = "file whose first line is the secret access key",
                     .completes = Completes::file,
                     .set = set_text(flags.secret_key_file)});
  options.push_back({.name = "s3-session-token-file",
                     .value_name = "FILE",
                     .help = "file whose first line is the session token of temporary keys",
                     .completes = Completes::file,
                     .set = set_text(flags.session_token_file)});
}

void add_storing(std::vector<Option>& options, S3Flags& flags) {
  objectstore::s3::Config& config = flags.config;
  options.push_back(
      {.name = "s3-sse",
       .value_name = "METHOD",
       .help = "encryption by the server",
       .default_text = "what the bucket does by default",
       .choices = {"AES256", "aws:kms", "customer"},
       .set = set_choice<Encryption::Kind>(config.encryption.kind, {{"AES256", Encryption::Kind::aes256},
                                                                    {"aws:kms", Encryption::Kind::kms},
                                                                    {"customer", Encryption::Kind::customer_key}})});
  options.push_back({.name = "s3-sse-kms-key-id",
                     .value_name = "ID",
                     .help = "key for --s3-sse aws:kms",
                     .default_text = "the account's key for S3",
                     .set = set_text(config.encryption.kms_key_id)});
  options.push_back({.name = "s3-sse-c-key-file",
                     .value_name = "FILE",
                     .help = "32-byte key that the server encrypts with (raw or base64); needed again to read",
                     .completes = Completes::file,
                     .set = set_text(flags.customer_key_file)});
  options.push_back({.name = "s3-storage-class",
                     .value_name = "CLASS",
                     .help = "storage class of new objects, such as STANDARD_IA",
                     .default_text = "the bucket's",
                     .set = set_text(config.storage_class)});
  options.push_back({.name = "s3-object-lock-mode",
                     .value_name = "MODE",
                     .help = "kind of lock that --retain-until and --retain-days set",
                     .default_text = "compliance",
                     .choices = {"compliance", "governance"},
                     .set = set_choice<LockMode>(config.lock_mode, {{"compliance", LockMode::compliance},
                                                                    {"governance", LockMode::governance}})});
}

void add_transfer(std::vector<Option>& options, S3Flags& flags) {
  objectstore::s3::Config& config = flags.config;
  options.push_back({.name = "s3-checksum",
                     .value_name = "METHOD",
                     .help = "what lets the server notice that bytes changed on their way",
                     .default_text = "signed-payload",
                     .choices = {"signed-payload", "sha256", "crc32c", "md5", "none"},
                     .set = set_choice<Checksum>(config.checksum, {{"signed-payload", Checksum::signed_payload},
                                                                   {"sha256", Checksum::sha256},
                                                                   {"crc32c", Checksum::crc32c},
                                                                   {"md5", Checksum::md5},
                                                                   {"none", Checksum::none}})});
  options.push_back(
      {.name = "s3-conditional-put",
       .value_name = "ANSWER",
       .help = "whether the server can refuse to replace an object",
       .default_text = "auto: it is tried",
       .choices = {"auto", "supported", "unsupported"},
       .set = set_choice<ConditionalPut>(config.conditional_put, {{"auto", ConditionalPut::automatic},
                                                                  {"supported", ConditionalPut::supported},
                                                                  {"unsupported", ConditionalPut::unsupported}})});
  options.push_back({.name = "s3-part-size",
                     .value_name = "SIZE",
                     .help = "least size of a part of an upload",
                     .default_text = "8MiB",
                     .set = set_bytes(config.part_size)});
  options.push_back({.name = "s3-upload-workers",
                     .value_name = "N",
                     .help = "parts on their way at once; more than 4 take a part's size of memory each",
                     .default_text = "4",
                     .set = set_number<std::size_t>(config.upload_workers, 1, 64)});
}

void add_patience(std::vector<Option>& options, S3Flags& flags) {
  options.push_back({.name = "s3-attempts",
                     .value_name = "N",
                     .help = "how often a request is tried before it has failed, with growing pauses between",
                     .default_text = "8",
                     .set = set_number(flags.config.retry.attempts, 1, 100)});
}

Result<Secret> read_named(const std::string& path, const char* what, World& world) {
  auto secret = read_secret_file(world.files, path);
  if (!secret) return in_context(std::move(secret).error(), "read the file of the {}", what);
  return secret;
}

// Raw bytes, or their base64 on the first line.
Result<Secret> read_customer_key(const std::string& path, World& world) {
  HF_ASSIGN(const Bytes raw, os::read_file(world.files, path, kMaxSecretSize));
  if (raw.size() == kCustomerKeySize) return Secret(as_text(raw));
  const std::string_view text = as_text(raw);
  Bytes key;
  if (!from_base64(text.substr(0, text.find_first_of("\r\n")), true, key) || key.size() != kCustomerKeySize) {
    return fail(Code::usage, "{} holds neither 32 bytes nor their base64", path);
  }
  return Secret(as_text(key));
}

}  // namespace

OptionGroup s3_options(S3Flags& flags) {
  OptionGroup group{.title = "S3", .options = {}};
  add_reaching(group.options, flags);
  add_credentials(group.options, flags);
  add_storing(group.options, flags);
  add_transfer(group.options, flags);
  add_patience(group.options, flags);
  return group;
}

Result<S3Settings> s3_settings(const S3Flags& flags, const std::string& bucket, World& world) {
  S3Settings settings{.config = flags.config, .credentials = {}};
  settings.config.bucket = bucket;
  if (settings.config.upload_workers > kUsualWorkers) {  // who asks for more gets the memory for them
    settings.config.upload_memory = (settings.config.upload_workers + 1) * settings.config.part_size;
  }
  http::TransportOptions& transport = settings.config.transport;
  transport.ca_file = flags.ca_file;
  transport.insecure_skip_verify = flags.insecure_skip_verify;
  transport.proxy = flags.proxy;
  transport.connect_timeout = flags.connect_timeout;
  transport.stall_timeout = flags.stall_timeout;
  if (!flags.customer_key_file.empty()) {
    settings.config.encryption.kind = Encryption::Kind::customer_key;
    HF_ASSIGN(settings.config.encryption.customer_key, read_customer_key(flags.customer_key_file, world));
  }
  if (flags.access_key_id.empty() != flags.secret_key_file.empty()) {
    return fail(Code::usage, "--s3-access-key-id and --s3-secret-key-file belong together");
  }
  settings.credentials.access_key_id = flags.access_key_id;
  settings.credentials.profile = flags.profile;
  settings.credentials.region = flags.config.region;
  settings.credentials.transport = transport;
  if (!flags.secret_key_file.empty()) {
    HF_ASSIGN(settings.credentials.secret_access_key, read_named(flags.secret_key_file, "secret key", world));
  }
  if (!flags.session_token_file.empty()) {
    HF_ASSIGN(settings.credentials.session_token, read_named(flags.session_token_file, "session token", world));
  }
  return settings;
}

}  // namespace holdfast::cli
