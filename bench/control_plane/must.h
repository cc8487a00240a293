// Ends the program with the message of an error: a bench that cannot go on has nothing to say.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "base/result.h"

namespace holdfast::bench {

[[noreturn]] inline void give_up(const std::string& why) {
  fmt::print(stderr, "control-plane-bench: {}\n", why);
  std::exit(1);
}

template <class T>
T must(Result<T> result) {
  if (!result) give_up(result.error().to_string());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace holdfast::bench
