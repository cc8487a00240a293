// Rules of destinations.
#include <algorithm>
#include <chrono>
#include <map>

#include <fmt/format.h>

#include "api/causes.h"
#include "api/destination_place.h"
#include "api/names.h"
#include "api/rule_check.h"
#include "model/bucket_name.h"
#include "pipeline/age.h"

namespace holdfast::api {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::string_view kNameRule =
    "must be small letters, digits, '-' and '.', begin and end with a letter or digit, and have at most 63 characters";

bool has_odd_bytes(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 127; });
}

// What stands in front of "://", in small letters.
std::string scheme_of(std::string_view url) {
  const std::size_t end = url.find("://");
  std::string scheme(end == std::string_view::npos ? std::string_view() : url.substr(0, end));
  std::transform(scheme.begin(), scheme.end(), scheme.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return scheme;
}

class DestinationCheck {
 public:
  DestinationCheck(RuleCheck& check, std::string_view name, const json::Value& value)
      : check_(check), path_("spec.etcdBackupRestore.destinations." + std::string(name)), value_(value) {}

  void run() {
    if (text({"type"}) == "local") {
      check_local();
    } else {
      check_bucket();
    }
    check_prefix();
    check_bandwidth();
    check_recipients();
  }

 private:
  std::string_view text(FieldNames names) const { return text_at(value_, names); }
  std::string path(std::string_view name) const { return path_ + "." + std::string(name); }
  void refuse_value(std::string_view name, std::string_view why) {
    check_.refuse(causes::invalid(path(name), json::Value(text({name})), why));
  }

  void check_local() {
    const std::string_view directory = text({"path"});
    if (directory.empty()) return check_.refuse(causes::required(path("path"), "the directory of a local destination"));
    const bool climbs = (std::string(directory) + "/").find("/../") != std::string::npos;
    if (!directory.starts_with("/") || climbs) refuse_value("path", "must be an absolute path without ..");
    for (const std::string_view name : {"endpoint", "bucketName", "credentials", "useIAM", "region", "pathStyle",
                                        "caBundle", "insecureSkipVerify", "proxy", "storageClass", "objectLockDays"}) {
      if (field_at(value_, {name}) != nullptr)
        check_.refuse(causes::forbidden(path(name), "a local destination has none"));
    }
  }

  void check_bucket() {
    if (text({"bucketName"}).empty())
      check_.refuse(causes::required(path("bucketName"), "the bucket of an S3 destination"));
    if (field_at(value_, {"path"}) != nullptr)
      check_.refuse(causes::forbidden(path("path"), "only a destination of type local has one"));
    if (!text({"bucketName"}).empty() && !is_bucket_name(text({"bucketName"})))
      refuse_value("bucketName", "must be the name of a bucket: letters, digits, '-', '.' and '_', at least three");
    check_url("endpoint");
    check_url("proxy");
    if (flag_at(value_, {"useIAM"}) && field_at(value_, {"credentials"}) != nullptr)
      check_.refuse(causes::forbidden(path("credentials"), "useIAM takes the credentials of the machine"));
    check_certificates();
  }

  void check_url(std::string_view name) {
    const std::string_view url = text({name});
    if (url.empty()) return;
    // A password belongs into the Secret, and into no message.
    if (url.find('@') != std::string_view::npos)
      return check_.refuse(causes::invalid_hidden(path(name), "must hold no user or password"));
    const std::string scheme = scheme_of(url);
    const bool known =
        scheme == "http" || scheme == "https" || (scheme.empty() && url.find("://") == std::string_view::npos);
    if (!known || has_odd_bytes(url))
      refuse_value(name, "must be a host, with or without port and http:// or https://");
    if (name == "endpoint" && scheme == "http")
      check_.warn(path(name) + ": backups and the signatures of requests go over the network in plain text");
  }

  void check_certificates() {
    const std::string_view bundle = text({"caBundle"});
    if (!bundle.empty() && bundle.find("-----BEGIN CERTIFICATE-----") == std::string_view::npos)
      check_.refuse(causes::invalid(path("caBundle"), json::Value("…"), "must hold a certificate in PEM"));
    if (flag_at(value_, {"insecureSkipVerify"}))
      check_.warn(path("insecureSkipVerify") + ": anybody can pretend to be the server");
  }

  void check_prefix() {
    const std::string_view prefix = text({"prefix"});
    const std::string around = "/" + std::string(prefix) + "/";
    if (prefix.starts_with("/") || has_odd_bytes(prefix) || around.find("/../") != std::string::npos ||
        around.find("/./") != std::string::npos || prefix.find("//") != std::string_view::npos)
      refuse_value("prefix", "must be names with slashes between them, without a slash in front");
  }

  void check_bandwidth() {
    const std::string_view bandwidth = text({"bandwidth"});
    if (bandwidth.empty()) return;
    const auto bytes = parse_bytes(bandwidth);
    if (!bytes || *bytes == 0) refuse_value("bandwidth", "must be bytes per second such as 50MiB");
  }

  void check_recipients() {
    const json::Array* recipients = array_at(value_, {"encryption", "recipients"});
    if (recipients == nullptr) return;
    for (std::size_t i = 0; i < recipients->size(); ++i) {
      const json::Value& each = (*recipients)[i];
      if (!each.is_string()) continue;
      const std::string where = fmt::format("{}[{}]", path("encryption.recipients"), i);
      if (each.get_string().starts_with("AGE-SECRET-KEY-")) {
        check_.refuse(causes::invalid_hidden(where, "is a private key; recipients are public keys"));
      } else if (!pipeline::age::Recipient::parse(each.get_string())) {
        check_.refuse(
            causes::invalid(where, each, "must be a public key of age, as age-keygen -y prints it (age1...)"));
      }
    }
  }

  RuleCheck& check_;
  const std::string path_;
  const json::Value& value_;
};

// One place under two names is warned of, not refused: while a destination gets another name it has both, several Seeds
// may share a bucket, and what the settings do not show (links, names of servers) could not be refused anyway.
Status warn_of_shared_places(RuleCheck& check) {
  HF_ASSIGN(const std::vector<json::Value> seeds, check.objects().list("Seed"));
  const std::string_view own = check.text({"metadata", "name"});
  std::map<std::string, std::string> places;
  const auto look_at = [&](const json::Value& seed, bool is_own) {
    const json::Object* all = object_at(seed, {"spec", "etcdBackupRestore", "destinations"});
    if (all == nullptr) return;
    for (const auto& each : *all) {
      const std::string what =
          is_own ? std::string(each.key())
                 : fmt::format("{} of Seed {}", std::string_view(each.key()), text_at(seed, {"metadata", "name"}));
      const auto [other, is_new] = places.emplace(destination_place(each.value()), what);
      if (is_new || !is_own) continue;
      check.warn(
          fmt::format("spec.etcdBackupRestore.destinations.{}: leads to the same place as {}; what lies there is "
                      "listed once, and retention counts it once",
                      std::string_view(each.key()), other->second));
    }
  };
  for (const json::Value& each : seeds) {
    if (text_at(each, {"metadata", "name"}) != own) look_at(each, false);
  }
  look_at(check.object(), true);
  return {};
}

}  // namespace

Status check_seed(RuleCheck& check) {
  const json::Object* section = object_at(check.object(), {"spec", "etcdBackupRestore"});
  if (section == nullptr || !check.changed({"spec", "etcdBackupRestore"})) return {};
  const std::vector<std::string> names = destination_names(check.object());
  if (const json::Object* all = object_at(check.object(), {"spec", "etcdBackupRestore", "destinations"})) {
    for (const auto& each : *all) {
      if (!is_destination_name(each.key()))
        check.refuse(causes::invalid("spec.etcdBackupRestore.destinations", json::Value(each.key()), kNameRule));
      // The warnings, too, are about what is written now.
      if (check.changed({"spec", "etcdBackupRestore", "destinations", each.key()}))
        DestinationCheck(check, each.key(), each.value()).run();
    }
  }
  HF_TRY(warn_of_shared_places(check));
  const std::string_view chosen = check.text({"spec", "etcdBackupRestore", "defaultDestination"});
  if (!chosen.empty() && std::find(names.begin(), names.end(), chosen) == names.end())
    check.refuse(
        causes::not_found("spec.etcdBackupRestore.defaultDestination", chosen, "it is none of the destinations"));
  check_duration(check, "spec.etcdBackupRestore.backupInterval",
                 check.text({"spec", "etcdBackupRestore", "backupInterval"}), minutes(1), hours(24 * 366));
  return {};
}

}  // namespace holdfast::api
