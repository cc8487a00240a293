#include "cli/diff_document.h"

#include "cli/fact_sheets.h"

namespace holdfast::cli {
namespace {

using snapshot::ChangeCounts;
using snapshot::History;
using snapshot::ObjectChanges;

void add_counts(json::Object& object, const ChangeCounts& counts) {
  object["vanishing"] = counts.vanishing;
  object["returning"] = counts.returning;
  object["reverting"] = counts.reverting;
}

json::Value side_document(const DiffSide& side, std::int64_t revision) {
  json::Object object{{side.is_cluster ? "endpoints" : "place", side.place}, {"revision", revision}};
  if (side.time) object[side.time_is_of_file ? "fileTime" : "time"] = format_time(*side.time);
  if (side.cluster_id) object["clusterId"] = id_text(*side.cluster_id);
  return object;
}

json::Value groups_document(const snapshot::CountsByName& groups) {
  json::Array largest;
  for (const snapshot::NamedCounts& group : groups.largest) {
    json::Object object{{"name", group.name}};
    add_counts(object, group.counts);
    largest.emplace_back(std::move(object));
  }
  return largest;
}

json::Value others_document(const snapshot::OtherGroups& others) {
  json::Object object{{"count", others.groups}};
  add_counts(object, others.counts);
  return object;
}

json::Value names_document(const snapshot::NameList& names) {
  json::Array first;
  for (const std::string& name : names.first)
    first.emplace_back(name);
  return json::Object{{"first", std::move(first)}, {"others", names.others}};
}

json::Value objects_document(const std::vector<ObjectChanges>& kinds) {
  json::Array array;
  for (const ObjectChanges& kind : kinds) {
    json::Object object{{"resource", kind.resource}};
    add_counts(object, kind.counts);
    object["namespaces"] = groups_document(kind.namespaces);
    object["otherNamespaces"] = others_document(kind.namespaces.others);
    object["names"] = json::Object{{"vanishing", names_document(kind.vanishing)},
                                   {"returning", names_document(kind.returning)},
                                   {"reverting", names_document(kind.reverting)}};
    array.emplace_back(std::move(object));
  }
  return array;
}

json::Value members_document(const std::vector<snapshot::ListedMember>& members) {
  json::Array array;
  for (const snapshot::ListedMember& member : members) {
    json::Array urls;
    for (const std::string& url : member.peer_urls)
      urls.emplace_back(url);
    array.emplace_back(json::Object{{"id", id_text(member.id)}, {"name", member.name}, {"peerURLs", std::move(urls)}});
  }
  return array;
}

std::string_view history_name(History history) {
  switch (history) {
    case History::same:
      return "same";
    case History::other:
      return "other";
    case History::unknown:
      break;
  }
  return "unknown";
}

}  // namespace

json::Value diff_document(const DiffOutcome& outcome) {
  const repository::ClusterDifference& difference = outcome.difference;
  json::Object keys;
  add_counts(keys, difference.keys.counts);
  keys["unchanged"] = difference.keys.unchanged;
  json::Array warnings;
  for (const std::string& warning : difference.warnings)
    warnings.emplace_back(warning);
  json::Object document{{"from", side_document(outcome.from, difference.backup_revision)},
                        {"to", side_document(outcome.to, difference.present_revision)},
                        {"differs", difference.keys.counts.total() > 0},
                        {"history", history_name(difference.keys.history)},
                        {"contradictions", difference.keys.contradictions},
                        {"valuesCompared", difference.with_values},
                        {"revisionsLost", difference.present_revision - difference.backup_revision}};
  if (outcome.from.time && outcome.to.time) {
    const auto lost = std::chrono::duration_cast<std::chrono::seconds>(*outcome.to.time - *outcome.from.time);
    document["secondsLost"] = lost.count();
  }
  document["keys"] = std::move(keys);
  document["prefixes"] = groups_document(difference.keys.prefixes);
  document["otherPrefixes"] = others_document(difference.keys.prefixes.others);
  document["objects"] = objects_document(difference.keys.objects);
  document["otherObjects"] = others_document(difference.keys.other_objects);
  document["leases"] = json::Object{{"vanishing", difference.leases.vanishing},
                                    {"returning", difference.leases.returning},
                                    {"kept", difference.leases.kept}};
  document["members"] = json::Object{{"joined", members_document(difference.members.joined)},
                                     {"left", members_document(difference.members.left)}};
  document["warnings"] = std::move(warnings);
  return document;
}

}  // namespace holdfast::cli
