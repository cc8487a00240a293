#include "launcher/supervise/child/exit_text.h"

#include <csignal>
#include <string_view>

#include <fmt/format.h>

namespace holdfast::launcher {
namespace {

std::string_view signal_name(int number) {
  switch (number) {
    case SIGTERM:
      return " (SIGTERM)";
    case SIGKILL:
      return " (SIGKILL: by somebody, or by the kernel because memory was short)";
    case SIGABRT:
      return " (SIGABRT)";
    case SIGSEGV:
      return " (SIGSEGV)";
    case SIGBUS:
      return " (SIGBUS: the disk gave an error, or was full)";
    default:
      return "";
  }
}

}  // namespace

std::string exit_text(const os::ProcessEnd& end) {
  if (end.signal) return fmt::format("killed by signal {}{}", *end.signal, signal_name(*end.signal));
  if (end.exit_code) return fmt::format("exit code {}", *end.exit_code);
  return "ended; how is not known, since an earlier launcher had started it";
}

}  // namespace holdfast::launcher
