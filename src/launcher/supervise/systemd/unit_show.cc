#include "launcher/supervise/systemd/unit_show.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>

#include <fmt/format.h>

namespace holdfast::launcher {

const std::string_view kUnitProperties =
    "LoadState,ActiveState,SubState,Result,MainPID,NRestarts,ExecMainCode,ExecMainStatus,"
    "ExecMainStartTimestampMonotonic";

namespace {

constexpr int kExited = 1;  // CLD_EXITED

using Lines = std::map<std::string_view, std::string_view>;

Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    const std::size_t equals = line.find('=');
    if (equals != std::string_view::npos) lines.insert_or_assign(line.substr(0, equals), line.substr(equals + 1));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

Result<std::string> text_of(const Lines& lines, std::string_view name) {
  const auto found = lines.find(name);
  if (found == lines.end()) return fail(Code::corrupt, "systemctl says nothing about {}", name);
  return std::string(found->second);
}

template <class Number>
Result<Number> number_of(const Lines& lines, std::string_view name) {
  HF_ASSIGN(const std::string text, text_of(lines, name));
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size())
    return fail(Code::corrupt, "systemctl says {}={}, which is no number", name, text);
  return number;
}

}  // namespace

Result<UnitShow> parse_unit_show(std::string_view text) {
  const Lines lines = lines_of(text);
  UnitShow show;
  HF_ASSIGN(show.load_state, text_of(lines, "LoadState"));
  HF_ASSIGN(show.active_state, text_of(lines, "ActiveState"));
  HF_ASSIGN(show.sub_state, text_of(lines, "SubState"));
  HF_ASSIGN(show.result, text_of(lines, "Result"));
  HF_ASSIGN(show.main_pid, number_of<int>(lines, "MainPID"));
  HF_ASSIGN(show.restarts, number_of<std::uint64_t>(lines, "NRestarts"));
  HF_ASSIGN(show.exit_kind, number_of<int>(lines, "ExecMainCode"));
  HF_ASSIGN(show.exit_status, number_of<int>(lines, "ExecMainStatus"));
  HF_ASSIGN(const auto started, number_of<std::uint64_t>(lines, "ExecMainStartTimestampMonotonic"));
  if (show.main_pid < 0) return fail(Code::corrupt, "systemctl says MainPID={}", show.main_pid);
  // So that it can be told in nanoseconds; 0 means never.
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max() / 1000;
  if (started > kMost) return fail(Code::corrupt, "systemctl says that the unit was started {} µs after boot", started);
  if (started != 0) show.started = std::chrono::microseconds(started);
  return show;
}

std::optional<ExitReason> exit_reason(const UnitShow& show) {
  if (show.exit_kind == 0 && show.result == "success") return std::nullopt;
  ExitReason reason;
  if (show.exit_kind == kExited) {
    reason.exit_code = show.exit_status;
    reason.text = fmt::format("exit code {}", show.exit_status);
  } else if (show.exit_kind != 0) {
    reason.text = fmt::format("killed by signal {}", show.exit_status);
  }
  if (show.result != "success")
    reason.text += fmt::format("{}systemd: {}", reason.text.empty() ? "" : "; ", show.result);
  return reason;
}

}  // namespace holdfast::launcher
