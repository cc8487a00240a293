#include "launcher/orders/order_record.h"

#include <array>
#include <utility>

#include "launcher/member/place.h"

#include "base/bytes.h"
#include "model/json.h"

namespace holdfast::launcher {
namespace {

constexpr std::string_view kFormat = "holdfast.dev/launcher-orders";
constexpr std::uint64_t kVersion = 1;
constexpr std::size_t kMostBytes = 64 * 1024;
constexpr std::size_t kMostRestores = 64;

constexpr std::array<std::pair<Intent, std::string_view>, 5> kIntents{{{Intent::run, "run"},
                                                                       {Intent::held, "held"},
                                                                       {Intent::forward, "forward"},
                                                                       {Intent::back, "back"},
                                                                       {Intent::stopped, "stopped"}}};

Result<std::int64_t> get_count(const json::Object& object, std::string_view name) {
  HF_ASSIGN(const std::uint64_t number, json::get_uint(object, name));
  if (number > INT64_MAX) return fail(Code::corrupt, "member \"{}\" is too large", name);
  return static_cast<std::int64_t>(number);
}

Result<Intent> intent_of(const json::Object& object) {
  HF_ASSIGN(const std::string word, json::get_string(object, "intent"));
  for (const auto& [intent, name] : kIntents) {
    if (name == word) return intent;
  }
  return fail(Code::corrupt, "member \"intent\" is none that is known");
}

Status read_numbers(const json::Object& object, OrderRecord& record) {
  const json::Value* numbers = object.if_contains("numbers");
  if (numbers == nullptr || !numbers->is_object()) return fail(Code::corrupt, "member \"numbers\" is missing");
  if (numbers->get_object().size() > kMostRestores) return fail(Code::corrupt, "too many restores");
  for (const auto& each : numbers->get_object()) {
    if (!is_restore_id(each.key())) return fail(Code::corrupt, "a restore has no usable id");
    HF_ASSIGN(record.numbers[std::string(each.key())], get_count(numbers->get_object(), each.key()));
  }
  return {};
}

}  // namespace

std::string encode_order_record(const OrderRecord& record) {
  json::Object numbers;
  for (const auto& [restore, number] : record.numbers)
    numbers[restore] = number;
  std::string_view intent;
  for (const auto& [each, name] : kIntents) {
    if (each == record.intent) intent = name;
  }
  return json::to_pretty_string(json::Object{{"format", kFormat},
                                             {"version", kVersion},
                                             {"intent", intent},
                                             {"restore", record.restore},
                                             {"starts", record.starts},
                                             {"numbers", std::move(numbers)}});
}

Result<OrderRecord> decode_order_record(std::string_view text) {
  HF_ASSIGN(const json::Value value, json::parse(text, kMostBytes));
  if (!value.is_object()) return fail(Code::corrupt, "it is not a JSON object");
  const json::Object& object = value.get_object();
  HF_ASSIGN(const std::string format, json::get_string(object, "format"));
  if (format != kFormat) return fail(Code::corrupt, "it is something else");
  HF_ASSIGN(const std::uint64_t version, json::get_uint(object, "version"));
  if (version > kVersion) return fail(Code::unsupported, "it was written by a newer version");
  OrderRecord record;
  HF_ASSIGN(record.intent, intent_of(object));
  HF_ASSIGN(record.restore, json::get_string(object, "restore"));
  if (record.restore.empty() ? record.intent != Intent::run : !is_restore_id(record.restore))
    return fail(Code::corrupt, "member \"restore\" is no id of a restore");
  HF_ASSIGN(record.starts, get_count(object, "starts"));
  HF_TRY(read_numbers(object, record));
  return record;
}

Result<OrderRecord> load_order_record(os::FileSystem& files, const std::string& path) {
  HF_ASSIGN(const auto there, files.stat(path));
  if (!there) return OrderRecord{};
  HF_ASSIGN(const Bytes bytes, os::read_file(files, path, kMostBytes));
  auto record = decode_order_record(as_text(bytes));
  if (!record) return in_context(std::move(record).error(), "read {}", path);
  return record;
}

Status save_order_record(os::FileSystem& files, const std::string& path, const OrderRecord& record) {
  return os::write_file_atomically(files, path, as_bytes(encode_order_record(record)));
}

Standing note_number(OrderRecord& record, const std::string& restore, std::int64_t number) {
  std::int64_t& highest = record.numbers[restore];
  if (number < highest) return Standing::is_void;
  highest = number;
  while (record.numbers.size() > kMostRestores)
    record.numbers.erase(record.numbers.begin()->first == restore ? std::next(record.numbers.begin())
                                                                  : record.numbers.begin());
  return Standing::counts;
}

}  // namespace holdfast::launcher
