// Private to api/: which fields the protobuf messages of Kubernetes have, as far as we understand them. Numbers and
// names are those of the generated.proto files of Kubernetes (core/v1, coordination/v1, authentication/v1,
// authorization/v1, meta/v1); fields that are not listed are skipped.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace holdfast::api::protobuf {

enum class FieldType {
  text,
  number,  // int32 and int64
  boolean,
  time,        // {1 seconds, 2 nanos}, written with whole seconds
  micro_time,  // the same, written with six decimals
  message,
  texts,      // repeated
  messages,   // repeated
  text_map,   // repeated {1 key, 2 value}
  bytes_map,  // the same, values written in base64
  texts_map,  // the same, a value is {1 items[]}
  json,       // {1 raw}: JSON text
};

struct Message;

struct Field {
  std::uint32_t number;
  std::string_view name;
  FieldType type;
  const Message* message = nullptr;  // of message and messages
  // Is "nothing" another thing than "", 0 or {}? Writers always send the fields of which it is not; those are left out
  // when they are empty.
  bool optional = false;
};

struct Message {
  std::span<const Field> fields;
  const Field* find(std::uint32_t number) const;
};

// A kind of object that may come as protobuf.
struct Root {
  std::string_view api_version;
  std::string_view kind;
  const Message* message;
};
// Null: none of these.
const Message* find_root(std::string_view api_version, std::string_view kind);

}  // namespace holdfast::api::protobuf
