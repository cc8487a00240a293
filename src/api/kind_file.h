// Private to api/: the files of kinds/, built into the program, and how one becomes a Kind.
#pragma once

#include <span>
#include <string_view>

#include "api/kind.h"
#include "base/result.h"
#include "model/json.h"

namespace holdfast::api {

struct KindFile {
  std::string_view name;  // "etcdbackupconfig.yaml"
  std::string_view text;
};

// Generated from kinds/*.yaml (cmake/EmbedFiles.cmake), in the order of CMakeLists.txt.
std::span<const KindFile> kind_files();

// The file whose members others use through `$ref: '#/shared/<name>'`; it holds no kind itself.
constexpr std::string_view kSharedFile = "shared.yaml";

// A kind file is a CustomResourceDefinition with one version. Three things are our own: `$ref: '#/shared/<name>'`
// stands for a member of shared.yaml (a `description` beside it replaces the one there), `x-holdfast-secret` marks what
// no message may show, and the member `holdfast` says what a definition cannot:
//   builtIn: true         a kind of Kubernetes itself: no definition is listed, no generation kept
//   generation: false     no generation kept
//   verbs: [create]       instead of all eight
//   selectableFields: […] of a kind that is built in
// apiVersion, kind and metadata are added to the schema. Code::corrupt says what is wrong where.
Result<Kind> parse_kind(const json::Value& document, const json::Object& shared);

}  // namespace holdfast::api
