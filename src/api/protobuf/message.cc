#include "api/protobuf/message.h"

#include <algorithm>
#include <array>

namespace holdfast::api::protobuf {
namespace {

using enum FieldType;

constexpr std::array kOwnerReferenceFields{
    Field{1, "kind", text},       Field{3, "name", text},          Field{4, "uid", text},
    Field{5, "apiVersion", text}, Field{6, "controller", boolean}, Field{7, "blockOwnerDeletion", boolean},
};
constexpr Message kOwnerReference{kOwnerReferenceFields};

constexpr std::array kManagedFieldsFields{
    Field{1, "manager", text},    Field{2, "operation", text}, Field{3, "apiVersion", text},  Field{4, "time", time},
    Field{6, "fieldsType", text}, Field{7, "fieldsV1", json},  Field{8, "subresource", text},
};
constexpr Message kManagedFields{kManagedFieldsFields};

constexpr std::array kObjectMetaFields{
    Field{1, "name", text},
    Field{2, "generateName", text},
    Field{3, "namespace", text},
    Field{4, "selfLink", text},
    Field{5, "uid", text},
    Field{6, "resourceVersion", text},
    Field{7, "generation", number},
    Field{8, "creationTimestamp", time},
    Field{9, "deletionTimestamp", time},
    Field{10, "deletionGracePeriodSeconds", number, nullptr, true},
    Field{11, "labels", text_map},
    Field{12, "annotations", text_map},
    Field{13, "ownerReferences", messages, &kOwnerReference},
    Field{14, "finalizers", texts},
    Field{17, "managedFields", messages, &kManagedFields},
};
constexpr Message kObjectMeta{kObjectMetaFields};
constexpr Field kMetadata{1, "metadata", message, &kObjectMeta};

constexpr std::array kNamespaceSpecFields{Field{1, "finalizers", texts}};
constexpr Message kNamespaceSpec{kNamespaceSpecFields};
constexpr std::array kNamespaceStatusFields{Field{1, "phase", text}};
constexpr Message kNamespaceStatus{kNamespaceStatusFields};
constexpr std::array kNamespaceFields{
    kMetadata,
    Field{2, "spec", message, &kNamespaceSpec},
    Field{3, "status", message, &kNamespaceStatus},
};
constexpr Message kNamespace{kNamespaceFields};

constexpr std::array kSecretFields{
    kMetadata,
    Field{2, "data", bytes_map},
    Field{3, "type", text},
    Field{4, "stringData", text_map},
    Field{5, "immutable", boolean},
};
constexpr Message kSecret{kSecretFields};

constexpr std::array kConfigMapFields{
    kMetadata,
    Field{2, "data", text_map},
    Field{3, "binaryData", bytes_map},
    Field{4, "immutable", boolean},
};
constexpr Message kConfigMap{kConfigMapFields};

constexpr std::array kObjectReferenceFields{
    Field{1, "kind", text},       Field{2, "namespace", text},       Field{3, "name", text},      Field{4, "uid", text},
    Field{5, "apiVersion", text}, Field{6, "resourceVersion", text}, Field{7, "fieldPath", text},
};
constexpr Message kObjectReference{kObjectReferenceFields};
constexpr std::array kEventSourceFields{Field{1, "component", text}, Field{2, "host", text}};
constexpr Message kEventSource{kEventSourceFields};
constexpr std::array kEventSeriesFields{Field{1, "count", number}, Field{2, "lastObservedTime", micro_time}};
constexpr Message kEventSeries{kEventSeriesFields};
constexpr std::array kEventFields{
    kMetadata,
    Field{2, "involvedObject", message, &kObjectReference},
    Field{3, "reason", text},
    Field{4, "message", text},
    Field{5, "source", message, &kEventSource},
    Field{6, "firstTimestamp", time},
    Field{7, "lastTimestamp", time},
    Field{8, "count", number},
    Field{9, "type", text},
    Field{10, "eventTime", micro_time},
    Field{11, "series", message, &kEventSeries},
    Field{12, "action", text},
    Field{13, "related", message, &kObjectReference},
    Field{14, "reportingComponent", text},
    Field{15, "reportingInstance", text},
};
constexpr Message kEvent{kEventFields};

constexpr std::array kLeaseSpecFields{
    Field{1, "holderIdentity", text, nullptr, true},
    Field{2, "leaseDurationSeconds", number, nullptr, true},
    Field{3, "acquireTime", micro_time},
    Field{4, "renewTime", micro_time},
    Field{5, "leaseTransitions", number, nullptr, true},
};
constexpr Message kLeaseSpec{kLeaseSpecFields};
constexpr std::array kLeaseFields{kMetadata, Field{2, "spec", message, &kLeaseSpec}};
constexpr Message kLease{kLeaseFields};

constexpr std::array kResourceAttributesFields{
    Field{1, "namespace", text}, Field{2, "verb", text},        Field{3, "group", text}, Field{4, "version", text},
    Field{5, "resource", text},  Field{6, "subresource", text}, Field{7, "name", text},
};
constexpr Message kResourceAttributes{kResourceAttributesFields};
constexpr std::array kNonResourceAttributesFields{Field{1, "path", text}, Field{2, "verb", text}};
constexpr Message kNonResourceAttributes{kNonResourceAttributesFields};

// Of SelfSubjectAccessReview; SubjectAccessReview adds whom it is about.
constexpr std::array kSelfAccessSpecFields{
    Field{1, "resourceAttributes", message, &kResourceAttributes, true},
    Field{2, "nonResourceAttributes", message, &kNonResourceAttributes, true},
};
constexpr Message kSelfAccessSpec{kSelfAccessSpecFields};
constexpr std::array kSelfAccessFields{kMetadata, Field{2, "spec", message, &kSelfAccessSpec}};
constexpr Message kSelfAccess{kSelfAccessFields};
constexpr std::array kAccessSpecFields{
    Field{1, "resourceAttributes", message, &kResourceAttributes, true},
    Field{2, "nonResourceAttributes", message, &kNonResourceAttributes, true},
    Field{3, "user", text},
    Field{4, "groups", texts},
    Field{5, "extra", texts_map},
    Field{6, "uid", text},
};
constexpr Message kAccessSpec{kAccessSpecFields};
constexpr std::array kAccessFields{kMetadata, Field{2, "spec", message, &kAccessSpec}};
constexpr Message kAccess{kAccessFields};

constexpr std::array kRulesSpecFields{Field{1, "namespace", text}};
constexpr Message kRulesSpec{kRulesSpecFields};
constexpr std::array kRulesFields{kMetadata, Field{2, "spec", message, &kRulesSpec}};
constexpr Message kRules{kRulesFields};

constexpr std::array kSelfSubjectFields{kMetadata};
constexpr Message kSelfSubject{kSelfSubjectFields};

constexpr std::array kTokenSpecFields{Field{1, "token", text}, Field{2, "audiences", texts}};
constexpr Message kTokenSpec{kTokenSpecFields};
constexpr std::array kTokenFields{kMetadata, Field{2, "spec", message, &kTokenSpec}};
constexpr Message kToken{kTokenFields};

constexpr std::array kPreconditionsFields{
    Field{1, "uid", text, nullptr, true},
    Field{2, "resourceVersion", text, nullptr, true},
};
constexpr Message kPreconditions{kPreconditionsFields};
constexpr std::array kDeleteOptionsFields{
    Field{1, "gracePeriodSeconds", number, nullptr, true},
    Field{2, "preconditions", message, &kPreconditions},
    Field{3, "orphanDependents", boolean},
    Field{4, "propagationPolicy", text},
    Field{5, "dryRun", texts},
};
constexpr Message kDeleteOptions{kDeleteOptionsFields};

constexpr std::array kRoots{
    Root{"v1", "Namespace", &kNamespace},
    Root{"v1", "Secret", &kSecret},
    Root{"v1", "ConfigMap", &kConfigMap},
    Root{"v1", "Event", &kEvent},
    Root{"coordination.k8s.io/v1", "Lease", &kLease},
    Root{"authorization.k8s.io/v1", "SelfSubjectAccessReview", &kSelfAccess},
    Root{"authorization.k8s.io/v1", "SelfSubjectRulesReview", &kRules},
    Root{"authorization.k8s.io/v1", "SubjectAccessReview", &kAccess},
    Root{"authentication.k8s.io/v1", "SelfSubjectReview", &kSelfSubject},
    Root{"authentication.k8s.io/v1", "TokenReview", &kToken},
    Root{"v1", "DeleteOptions", &kDeleteOptions},
};

}  // namespace

const Field* Message::find(std::uint32_t number) const {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const Field& field) { return field.number == number; });
  return found == fields.end() ? nullptr : &*found;
}

const Message* find_root(std::string_view api_version, std::string_view kind) {
  const auto* const found = std::find_if(kRoots.begin(), kRoots.end(), [&](const Root& root) {
    // Options belong to no group: clients send them with the version of the resource they delete.
    return root.kind == kind && (root.api_version == api_version || kind == "DeleteOptions");
  });
  return found == kRoots.end() ? nullptr : found->message;
}

}  // namespace holdfast::api::protobuf
