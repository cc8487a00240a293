// Structured events for whoever watches the program: one line per event on standard error, as text (logfmt) or JSON.
// What a person asked for (tables, progress) is not a log line and does not go through here.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace holdfast::log {

enum class Level { debug, info, warning, error };

struct Field {
  std::string_view key;
  std::string value;
};

// Events below `level` are dropped. Default: warning. Call before threads start.
void configure(Level level, bool json);

// From now on each line begins with a time, which `now` tells; without a function: no time. Nobody writes events while
// this changes, and what the function uses outlives the events.
void stamp(std::function<std::string()> now);

// Writes one event. Safe for any thread. Fields must never hold a secret.
void event(Level level, std::string_view name, std::initializer_list<Field> fields = {});

}  // namespace holdfast::log
