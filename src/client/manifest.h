// Objects that people write in files: YAML or JSON, as many as they like in one text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/json.h"

namespace holdfast::client {

constexpr std::size_t kMostManifestBytes = 16 * 1024 * 1024;

// The documents of a text: YAML documents between lines that begin with "---", or JSON texts one behind the other.
// Documents with nothing in them are left out. Code::usage says in which line something is wrong (of JSON: at which
// byte), and repeats nothing of the text.
Result<std::vector<json::Value>> read_documents(std::string_view text);

struct Manifest {
  json::Object object;  // has apiVersion, kind and metadata.name or metadata.generateName as texts
  std::string where;    // "cluster.yaml, object 2"
};

// The objects of a text; lists ("kind: List", "kind: …List" with items) are taken apart. `source` is for messages.
Result<std::vector<Manifest>> read_manifests(std::string_view text, const std::string& source);

}  // namespace holdfast::client
