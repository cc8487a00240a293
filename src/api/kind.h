// A kind of resource: its names, scope, columns and schema, read from a file in kinds/ that is built into the program.
// Adding a kind is adding a file there, and, where it needs them, rules that a schema cannot say (rules.h).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/schema.h"
#include "base/result.h"

namespace holdfast::api {

struct GroupVersion {
  std::string group;  // empty: the core group
  std::string version;
  std::string to_string() const;  // "v1", "kubermatic.k8c.io/v1"
  friend bool operator==(const GroupVersion&, const GroupVersion&) = default;
};

// A column of the table that `kubectl get` prints, after Name and before Age (which every kind has).
struct Column {
  std::string name;
  std::string type;       // "string", "integer", "date", "boolean"
  std::string json_path;  // ".spec.schedule"; see json_path.h
  std::string description;
  int priority = 0;  // greater than 0: only with -o wide
};

struct Kind {
  GroupVersion group_version;
  std::string kind;      // "EtcdBackupConfig"
  std::string plural;    // "etcdbackupconfigs"
  std::string singular;  // "etcdbackupconfig"
  std::vector<std::string> short_names;
  std::vector<std::string> categories;
  bool namespaced = true;
  bool status_subresource = false;
  bool generation = true;          // metadata.generation is kept (not for Secret, Namespace, Event, ConfigMap)
  bool built_in = false;           // of Kubernetes itself: strategic merge patches and protobuf bodies are understood
  bool custom = true;              // listed as a CustomResourceDefinition
  std::vector<std::string> verbs;  // of "create delete deletecollection get list patch update watch"
  std::vector<std::string> selectable_fields;  // for fieldSelector, besides metadata.name and metadata.namespace
  std::vector<Column> columns;
  std::shared_ptr<const Schema> schema;  // of the whole object: apiVersion, kind, metadata, spec, status, …

  std::string qualified_plural() const;  // "etcdbackupconfigs.kubermatic.k8c.io"; core: "secrets"
  std::string list_kind() const { return kind + "List"; }
  bool can(std::string_view verb) const;
};

// Every kind the program knows. Immutable; any thread.
class Kinds {
 public:
  // All of kinds/. Code::corrupt names the file that cannot be read (a bug a test finds).
  static Result<Kinds> load();

  std::span<const Kind> all() const { return kinds_; }
  const Kind* find(std::string_view group, std::string_view version, std::string_view plural) const;
  const Kind* find_kind(std::string_view api_version, std::string_view kind) const;  // as in a document's head
  // By what a person types, in any case: plural, singular, short name, kind, "plural.group", "plural.version.group".
  const Kind* find_word(std::string_view word) const;
  std::vector<GroupVersion> group_versions() const;

 private:
  std::vector<Kind> kinds_;
};

}  // namespace holdfast::api
