#include "work/destination.h"

#include <algorithm>

#include "work/local_directory.h"

#include "api/fields.h"
#include "control/reconcile/backup_target.h"
#include "control/reconcile/objects.h"
#include "objectstore/local/local_store.h"
#include "objectstore/prefix_store.h"
#include "objectstore/s3/s3_store.h"

namespace holdfast::work {
namespace {

namespace s3 = objectstore::s3;

std::string text(const json::Value& destination, std::string_view name) {
  return std::string(api::text_at(destination, {name}));
}

s3::Config config_of(const json::Value& destination) {
  s3::Config config;
  config.endpoint = text(destination, "endpoint");
  config.allow_http = config.endpoint.starts_with("http://");
  config.bucket = text(destination, "bucketName");
  config.region = text(destination, "region");
  if (const json::Value* path_style = api::field_at(destination, {"pathStyle"}); path_style && path_style->is_bool())
    config.addressing = path_style->get_bool() ? s3::Addressing::path : s3::Addressing::virtual_host;
  config.storage_class = text(destination, "storageClass");
  config.probe_prefix = text(destination, "prefix");
  config.transport.ca_pem = text(destination, "caBundle");
  config.transport.insecure_skip_verify = api::flag_at(destination, {"insecureSkipVerify"});
  if (const std::string proxy = text(destination, "proxy"); !proxy.empty()) config.transport.proxy = proxy;
  return config;
}

Result<s3::Credentials> credentials_from(const std::map<std::string, Secret>& values, std::string_view name) {
  const auto value = [&](const char* key) {
    const auto found = values.find(key);
    return found == values.end() ? Secret() : found->second;
  };
  s3::Credentials credentials;
  credentials.access_key_id = value("ACCESS_KEY_ID").reveal();
  credentials.secret_access_key = value("SECRET_ACCESS_KEY");
  credentials.session_token = value("SESSION_TOKEN");
  credentials.source = fmt::format("Secret of destination {}", name);
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty())
    return with_hint(fail(Code::usage, "the Secret of destination {} has no ACCESS_KEY_ID and SECRET_ACCESS_KEY", name),
                     "put both into it");
  return credentials;
}

Result<std::unique_ptr<s3::CredentialProvider>> credentials_of(const json::Value& destination, std::string_view name,
                                                               const s3::Config& config, World& world) {
  const json::Value* reference = api::field_at(destination, {"credentials"});
  if (reference != nullptr) {
    HF_ASSIGN(const auto values, referenced_secret(world, *reference, control::kCredentialsNamespace,
                                                   fmt::format("the credentials of destination {}", name)));
    HF_ASSIGN(s3::Credentials credentials, credentials_from(values, name));
    return s3::make_static_credentials(std::move(credentials));
  }
  if (!api::flag_at(destination, {"useIAM"}))
    return with_hint(fail(Code::usage, "destination {} has no credentials", name),
                     "name a Secret in its field credentials, or set useIAM");
  s3::CredentialOptions options;
  options.region = config.region;
  options.transport = config.transport;
  return s3::make_credentials(options, {world.files, world.clock, world.environment, world.processes});
}

}  // namespace

Result<OpenDestination> OpenDestination::open(const json::Value& destination, std::string_view name, World& world) {
  OpenDestination open;
  if (text(destination, "type") == "local") {
    HF_ASSIGN(const bool may_make, may_make_directory(world, destination));
    open.store_ = std::make_unique<objectstore::LocalStore>(
        objectstore::LocalOptions{.root = text(destination, "path"), .make_root = may_make}, world.files, world.clock,
        world.random);
  } else {
    s3::Config config = config_of(destination);
    HF_ASSIGN(open.credentials_, credentials_of(destination, name, config, world));
    open.transport_ = http::make_curl_transport(config.transport);
    const s3::Surroundings surroundings{*open.transport_, *open.credentials_, world.clock, world.random};
    HF_ASSIGN(open.store_, s3::S3Store::make(std::move(config), surroundings));
  }
  HF_ASSIGN(open.store_, objectstore::PrefixStore::make(std::move(open.store_), text(destination, "prefix")));
  return open;
}

std::size_t most_concurrent(const json::Value& destination) {
  const auto most = control::number_at(destination, {"maxConcurrent"});
  return most && *most > 0 ? static_cast<std::size_t>(*most) : kMostConcurrent;
}

std::uint64_t upload_rate(const json::Value& destination) {
  const auto all = parse_bytes(api::text_at(destination, {"bandwidth"}));
  if (!all) return 0;
  return std::max<std::uint64_t>(*all / most_concurrent(destination), 1);
}

Result<pipeline::age::EncryptTo> recipients_of(const json::Value& destination) {
  pipeline::age::EncryptTo to;
  const json::Array* recipients = api::array_at(destination, {"encryption", "recipients"});
  if (recipients == nullptr) return to;
  for (const json::Value& each : *recipients) {
    HF_ASSIGN(const auto recipient, pipeline::age::Recipient::parse(each.get_string()));
    to.recipients.push_back(recipient);
  }
  return to;
}

Result<pipeline::age::DecryptWith> identities_of(const json::Value& destination, World& world) {
  pipeline::age::DecryptWith with;
  const json::Value* reference = api::field_at(destination, {"encryption", "identities"});
  if (reference == nullptr) return with;
  HF_ASSIGN(const auto values, referenced_secret(world, *reference, control::kCredentialsNamespace, "private keys"));
  for (const auto& [name, value] : values) {
    auto identities = pipeline::age::parse_identities(value.reveal());
    if (!identities) return in_context(std::move(identities).error(), "use the value {} of the Secret", name);
    with.identities.insert(with.identities.end(), identities->begin(), identities->end());
  }
  return with;
}

}  // namespace holdfast::work
