#include "unit/control/cron_case.h"

#include <algorithm>

#include <fmt/core.h>
#include <rapidcheck.h>

namespace holdfast::control {
namespace {

struct Bounds {
  unsigned least;
  unsigned most;
  std::array<const char*, 13> names;
};

const std::array<Bounds, 5> kBounds{
    {{0, 59, {}},
     {0, 23, {}},
     {1, 31, {}},
     {1, 12, {"", "jan", "FEB", "Mar", "apr", "MAY", "jun", "JUL", "aug", "SEP", "oct", "NOV", "dEc"}},
     {0, 6, {"SUN", "mon", "Tue", "WED", "thu", "FRI", "sat"}}}};

unsigned between(unsigned least, unsigned most) {
  return *rc::gen::inRange(least, most + 1);
}

std::string spelt(const Bounds& bounds, unsigned value) {
  const char* name = value < bounds.names.size() ? bounds.names.at(value) : nullptr;
  if (name != nullptr && *rc::gen::arbitrary<bool>()) return name;
  return fmt::format("{:0{}}", value, between(1, 2));
}

FieldCase item(const Bounds& bounds) {
  FieldCase made;
  unsigned first = bounds.least;
  unsigned last = bounds.most;
  unsigned step = 1;
  const unsigned form = between(0, 5);
  if (form <= 1) {  // * or ?, with or without a step
    made.text = form == 0 ? "*" : "?";
    made.star = true;
  } else if (form == 2) {  // N
    first = last = between(bounds.least, bounds.most);
    made.text = spelt(bounds, first);
    made.values = {first};
    return made;
  } else if (form == 3) {  // N/step
    first = between(bounds.least, bounds.most);
    step = between(1, 40);
    made.text = spelt(bounds, first) + fmt::format("/{}", step);
  } else {  // N-M
    first = between(bounds.least, bounds.most);
    last = between(first, bounds.most);
    made.text = spelt(bounds, first) + "-" + spelt(bounds, last);
  }
  if (form != 3 && between(0, 2) == 0) {
    step = between(1, 9);
    made.text += fmt::format("/{}", step);
  }
  made.star = made.star && step == 1;
  for (unsigned value = first; value <= last; value += step)
    made.values.insert(value);
  return made;
}

FieldCase field(const Bounds& bounds) {
  if (between(0, 2) == 0) {
    FieldCase star{.text = "*", .values = {}, .star = true};
    for (unsigned value = bounds.least; value <= bounds.most; ++value)
      star.values.insert(value);
    return star;
  }
  FieldCase made = item(bounds);
  for (unsigned more = between(0, 6); more >= 4; --more) {
    const FieldCase other = item(bounds);
    made.text += "," + other.text;
    made.values.insert(other.values.begin(), other.values.end());
    made.star = made.star || other.star;
  }
  return made;
}

}  // namespace

std::string CronCase::text() const {
  return fmt::format("{} {} {} {} {}", fields[0].text, fields[1].text, fields[2].text, fields[3].text, fields[4].text);
}

bool CronCase::day_matches(unsigned day_of_month, unsigned day_of_week) const {
  const bool by_number = fields[2].values.count(day_of_month) != 0;
  const bool by_weekday = fields[4].values.count(day_of_week) != 0;
  if (fields[2].star || fields[4].star) return by_number && by_weekday;
  return by_number || by_weekday;
}

bool CronCase::matches(unsigned minute, unsigned hour, unsigned day_of_month, unsigned month,
                       unsigned day_of_week) const {
  return fields[0].values.count(minute) != 0 && fields[1].values.count(hour) != 0 &&
         fields[3].values.count(month) != 0 && day_matches(day_of_month, day_of_week);
}

CronCase arbitrary_cron() {
  CronCase made;
  for (std::size_t i = 0; i < kBounds.size(); ++i)
    made.fields.at(i) = field(kBounds.at(i));
  return made;
}

}  // namespace holdfast::control
