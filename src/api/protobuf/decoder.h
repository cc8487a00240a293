// Request bodies of type application/vnd.kubernetes.protobuf. kubectl 1.32 and later, and typed Go clients, send
// built-in kinds in no other way; answers to them are JSON.
#pragma once

#include <cstddef>
#include <string_view>

#include "api/status.h"
#include "base/bytes.h"
#include "model/json.h"

namespace holdfast::api {

constexpr std::string_view kProtobufMediaType = "application/vnd.kubernetes.protobuf";

// Two bytes of a body can become a value of its own: so many are enough for any honest object.
constexpr std::size_t kMaxProtobufValues = 200'000;

// Does a body begin with "k8s\0"?
bool is_protobuf(ByteView body);

// The object as the client would have sent it in JSON, apiVersion and kind included. Unknown fields are skipped; empty
// strings, zeros and empty times of fields that are always sent are absent.
// 400: not this format, damaged, a text that is not UTF-8, a time beyond the year 9999, too many values, or a kind that
// is not understood in protobuf. No message shows a value.
ApiResult<json::Value> decode_protobuf(ByteView body);

}  // namespace holdfast::api
