#include "api/protobuf/decoder.h"

#include <chrono>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "api/patch/unprocessable.h"
#include "api/protobuf/message.h"
#include "base/proto_reader.h"
#include "base/result.h"
#include "base/units.h"
#include "base/utf8.h"

namespace holdfast::api {
namespace {

using protobuf::Field;
using protobuf::FieldType;
using protobuf::Message;

constexpr ByteView::size_type kMagicSize = 4;
constexpr std::string_view kMagic{"k8s\0", kMagicSize};
// 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z: what RFC 3339 can say.
constexpr std::int64_t kFirstSecond = -62'135'596'800;
constexpr std::int64_t kLastSecond = 253'402'300'799;

Result<std::string> text_of(ByteView bytes, std::string_view name) {
  const std::string_view text = as_text(bytes);
  if (!is_utf8(text)) return fail(Code::corrupt, "{} is not UTF-8", name);
  return std::string(text);
}

// "2026-11-21T10:37:00Z", or with ".123456" before the Z.
std::string time_text(std::int64_t seconds, std::int64_t nanos, bool micro) {
  using std::chrono::days;
  const std::chrono::sys_seconds time{std::chrono::seconds(seconds)};
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(),
                     micro ? fmt::format(".{:06}", nanos / 1000) : "");
}

struct Entry {
  ByteView key;
  ByteView value;
};

class Decoder {
 public:
  Status decode(const Message& message, ByteView bytes, json::Object& out);

 private:
  Status decode_field(const Field& field, const ProtoReader& reader, json::Object& out);
  Status decode_bytes(const Field& field, ByteView bytes, json::Object& out);
  Status decode_message(const Field& field, ByteView bytes, json::Object& out);
  Status decode_entry(const Field& field, ByteView bytes, json::Object& out);
  Status decode_time(const Field& field, ByteView bytes, json::Object& out);
  Status decode_json(const Field& field, ByteView bytes, json::Object& out);
  Result<json::Value> texts(ByteView bytes, std::string_view name);
  Status count();

  std::size_t values_left_ = kMaxProtobufValues;
};

Status damaged(std::string_view name) {
  return fail(Code::corrupt, "{} is damaged", name);
}

Status Decoder::count() {
  if (values_left_ == 0) return fail(Code::corrupt, "it holds more than {} values", kMaxProtobufValues);
  --values_left_;
  return {};
}

json::Array& list_in(json::Object& out, std::string_view name) {
  json::Value& list = out[name];
  if (!list.is_array()) list = json::Array();
  return list.get_array();
}

json::Object& object_in(json::Object& out, std::string_view name) {
  json::Value& object = out[name];
  if (!object.is_object()) object = json::Object();
  return object.get_object();
}

Status Decoder::decode(const Message& message, ByteView bytes, json::Object& out) {
  ProtoReader reader(bytes);
  while (reader.next()) {
    const Field* field = message.find(reader.field());
    if (field != nullptr) HF_TRY(decode_field(*field, reader, out));
  }
  if (reader.failed()) return fail(Code::corrupt, "a message is damaged");
  return {};
}

Status Decoder::decode_field(const Field& field, const ProtoReader& reader, json::Object& out) {
  HF_TRY(count());
  const bool is_number = field.type == FieldType::number || field.type == FieldType::boolean;
  if (reader.type() != (is_number ? WireType::varint : WireType::bytes)) {
    return fail(Code::corrupt, "{} has the wrong wire type", field.name);
  }
  if (field.type == FieldType::boolean) {
    out[field.name] = reader.number() != 0;
  } else if (field.type == FieldType::number) {
    const auto number = static_cast<std::int64_t>(reader.number());
    if (number != 0 || field.optional) out[field.name] = number;
  } else {
    return decode_bytes(field, reader.bytes(), out);
  }
  return {};
}

Status Decoder::decode_bytes(const Field& field, ByteView bytes, json::Object& out) {
  switch (field.type) {
    case FieldType::text: {
      HF_ASSIGN(std::string text, text_of(bytes, field.name));
      if (!text.empty() || field.optional) out[field.name] = text;
      return {};
    }
    case FieldType::texts: {
      HF_ASSIGN(std::string text, text_of(bytes, field.name));
      list_in(out, field.name).emplace_back(text);
      return {};
    }
    case FieldType::time:
    case FieldType::micro_time:
      return decode_time(field, bytes, out);
    case FieldType::message:
    case FieldType::messages:
      return decode_message(field, bytes, out);
    case FieldType::json:
      return decode_json(field, bytes, out);
    default:
      return decode_entry(field, bytes, out);
  }
}

// A message that comes twice is one message in two pieces, as protobuf has it.
Status Decoder::decode_message(const Field& field, ByteView bytes, json::Object& out) {
  if (field.type == FieldType::messages) {
    json::Object object;
    HF_TRY(decode(*field.message, bytes, object));
    list_in(out, field.name).emplace_back(std::move(object));
    return {};
  }
  json::Object& object = object_in(out, field.name);
  HF_TRY(decode(*field.message, bytes, object));
  if (object.empty() && !field.optional) out.erase(field.name);
  return {};
}

// Reads {1 bytes, 2 bytes}.
Result<Entry> read_entry(ByteView bytes, std::string_view name) {
  Entry entry;
  ProtoReader reader(bytes);
  while (reader.next()) {
    if (reader.type() != WireType::bytes) continue;
    if (reader.field() == 1) entry.key = reader.bytes();
    if (reader.field() == 2) entry.value = reader.bytes();
  }
  if (reader.failed()) return fail(Code::corrupt, "{} is damaged", name);
  return entry;
}

Status Decoder::decode_entry(const Field& field, ByteView bytes, json::Object& out) {
  HF_ASSIGN(const Entry entry, read_entry(bytes, field.name));
  HF_ASSIGN(const std::string key, text_of(entry.key, field.name));
  json::Value value;
  if (field.type == FieldType::bytes_map) {
    value = to_base64(entry.value);
  } else if (field.type == FieldType::texts_map) {
    HF_ASSIGN(value, texts(entry.value, field.name));
  } else {
    HF_ASSIGN(std::string text, text_of(entry.value, field.name));
    value = text;
  }
  object_in(out, field.name).insert_or_assign(key, std::move(value));
  return {};
}

Result<json::Value> Decoder::texts(ByteView bytes, std::string_view name) {
  json::Array list;
  ProtoReader reader(bytes);
  while (reader.next()) {
    if (reader.field() != 1 || reader.type() != WireType::bytes) continue;
    HF_TRY(count());
    HF_ASSIGN(std::string text, text_of(reader.bytes(), name));
    list.emplace_back(text);
  }
  if (reader.failed()) return fail(Code::corrupt, "{} is damaged", name);
  return list;
}

Status Decoder::decode_time(const Field& field, ByteView bytes, json::Object& out) {
  if (bytes.empty()) return {};
  std::int64_t seconds = 0;
  std::int64_t nanos = 0;
  ProtoReader reader(bytes);
  while (reader.next()) {
    if (reader.type() != WireType::varint) return damaged(field.name);
    if (reader.field() == 1) seconds = static_cast<std::int64_t>(reader.number());
    if (reader.field() == 2) nanos = static_cast<std::int64_t>(reader.number());
  }
  if (reader.failed()) return damaged(field.name);
  if (seconds < kFirstSecond || seconds > kLastSecond || nanos < 0 || nanos > 999'999'999) {
    return fail(Code::corrupt, "{} is no time of the years 1 to 9999", field.name);
  }
  if (seconds != 0 || nanos != 0) out[field.name] = time_text(seconds, nanos, field.type == FieldType::micro_time);
  return {};
}

Status Decoder::decode_json(const Field& field, ByteView bytes, json::Object& out) {
  HF_ASSIGN(const Entry raw, read_entry(bytes, field.name));
  if (raw.key.empty()) return {};
  auto value = json::parse(as_text(raw.key), raw.key.size());
  if (!value) return fail(Code::corrupt, "{} holds no JSON", field.name);
  out[field.name] = *std::move(value);
  return {};
}

struct Envelope {
  std::string api_version;
  std::string kind;
  ByteView raw;
};

Result<Envelope> read_envelope(ByteView bytes) {
  Envelope envelope;
  ProtoReader reader(bytes);
  while (reader.next()) {
    if (reader.type() != WireType::bytes) continue;
    if (reader.field() == 1) {
      HF_ASSIGN(const Entry type, read_entry(reader.bytes(), "typeMeta"));
      HF_ASSIGN(envelope.api_version, text_of(type.key, "apiVersion"));
      HF_ASSIGN(envelope.kind, text_of(type.value, "kind"));
    } else if (reader.field() == 2) {
      envelope.raw = reader.bytes();
    } else if (reader.field() == 3 && !reader.bytes().empty()) {
      return fail(Code::corrupt, "it is encoded once more");
    }
  }
  if (reader.failed()) return fail(Code::corrupt, "the envelope is damaged");
  return envelope;
}

Result<json::Value> decode_object(ByteView body) {
  if (!is_protobuf(body)) return fail(Code::corrupt, "it does not begin with \"k8s\" and a zero byte");
  HF_ASSIGN(const Envelope envelope, read_envelope(body.subspan(kMagicSize)));
  const Message* message = protobuf::find_root(envelope.api_version, envelope.kind);
  if (message == nullptr) {
    return fail(Code::corrupt, "kind {} of version {} is not understood in protobuf", quoted(envelope.kind),
                quoted(envelope.api_version));
  }
  json::Object object{{"kind", envelope.kind}, {"apiVersion", envelope.api_version}};
  Decoder decoder;
  HF_TRY(decoder.decode(*message, envelope.raw, object));
  return object;
}

}  // namespace

bool is_protobuf(ByteView body) {
  return as_text(body).starts_with(kMagic);
}

ApiResult<json::Value> decode_protobuf(ByteView body) {
  auto object = decode_object(body);
  if (!object) {
    return tl::unexpected(bad_request("the protobuf body of the request cannot be read: " + object.error().message));
  }
  return *std::move(object);
}

}  // namespace holdfast::api
