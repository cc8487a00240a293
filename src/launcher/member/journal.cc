#include "launcher/member/journal.h"

#include <cstdint>

#include "launcher/member/place.h"

#include "model/json.h"

namespace holdfast::launcher {
namespace {

constexpr std::string_view kFormat = "holdfast.dev/member-journal";
constexpr std::uint64_t kVersion = 1;
constexpr std::string_view kSwap = "swap";
constexpr std::string_view kBack = "swap-back";

}  // namespace

std::string encode_journal(const Journal& journal) {
  return json::to_pretty_string(json::Object{{"format", kFormat},
                                             {"version", kVersion},
                                             {"restore", journal.id},
                                             {"doing", journal.doing == Doing::swap ? kSwap : kBack}});
}

Result<Journal> decode_journal(std::string_view text) {
  HF_ASSIGN(const json::Value value, json::parse(text, kMaxJournalSize));
  if (!value.is_object()) return fail(Code::corrupt, "the journal is not a JSON object");
  const json::Object& object = value.get_object();
  HF_ASSIGN(const std::string format, json::get_string(object, "format"));
  if (format != kFormat) return fail(Code::corrupt, "the journal has another format than {}", kFormat);
  HF_ASSIGN(const std::uint64_t version, json::get_uint(object, "version"));
  if (version != kVersion) return fail(Code::unsupported, "the journal is of version {}, not {}", version, kVersion);
  Journal journal;
  HF_ASSIGN(journal.id, json::get_string(object, "restore"));
  if (!is_restore_id(journal.id)) return fail(Code::corrupt, "the journal names no restore");
  HF_ASSIGN(const std::string doing, json::get_string(object, "doing"));
  if (doing != kSwap && doing != kBack) return fail(Code::corrupt, "the journal does not say what is being done");
  journal.doing = doing == kSwap ? Doing::swap : Doing::back;
  return journal;
}

}  // namespace holdfast::launcher
