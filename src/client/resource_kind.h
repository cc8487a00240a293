// Which kinds the server has, and the words people use for them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/json.h"

namespace holdfast::client {

struct ResourceKind {
  std::string group;  // empty: the core group
  std::string version;
  std::string kind;      // "EtcdBackupConfig"
  std::string plural;    // "etcdbackupconfigs"
  std::string singular;  // "etcdbackupconfig"
  std::vector<std::string> short_names;
  std::vector<std::string> categories;
  std::vector<std::string> verbs;
  bool namespaced = true;

  std::string api_version() const;       // "kubermatic.k8c.io/v1", "v1"
  std::string qualified_plural() const;  // "etcdbackupconfigs.kubermatic.k8c.io", "secrets"
  // As names are printed: "etcdbackupconfig.kubermatic.k8c.io/daily", "secret/s3".
  std::string label_of(std::string_view name) const;
  bool can(std::string_view verb) const;
};

// One object, or with an empty name all objects of a kind. Plain value.
struct Resource {
  ResourceKind kind = {};
  std::string name_space = {};  // empty: none, or all
  std::string name = {};

  // "/apis/kubermatic.k8c.io/v1/namespaces/cluster-a/etcdbackupconfigs/daily", percent-encoded.
  std::string path() const;
};

// Immutable; any thread.
class ResourceKinds {
 public:
  // From the answers to /api and /apis (APIGroupDiscoveryList). Code::unsupported: something else was answered.
  static Result<ResourceKinds> read(const json::Value& core, const json::Value& groups);

  const std::vector<ResourceKind>& all() const { return kinds_; }
  // By what a person types, in any case: plural, singular, short name, kind; also with ".group" or ".version.group".
  // Code::not_found; the hint lists the kinds there are.
  Result<ResourceKind> find(std::string_view word) const;
  // The same, or every kind of a category that can be listed ("all", "holdfast").
  Result<std::vector<ResourceKind>> find_several(std::string_view word) const;
  // By the head of a document. Code::not_found.
  Result<ResourceKind> find(std::string_view api_version, std::string_view kind) const;

 private:
  std::vector<ResourceKind> kinds_;
};

}  // namespace holdfast::client
