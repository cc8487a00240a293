// What is counted while it happens: counters and histograms with labels.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/page.h"

namespace holdfast::metrics {

// Safe for any thread. A set of labels that was used once stays for as long as the instruments: use words from a
// closed list, never what a client sent.
class Counter {
 public:
  virtual ~Counter() = default;
  virtual void add(std::initializer_list<Label> labels, double amount = 1) = 0;  // `amount` >= 0; 0 makes it appear
};

class Histogram {
 public:
  virtual ~Histogram() = default;
  virtual void observe(std::initializer_list<Label> labels, double value) = 0;
  virtual void show(std::initializer_list<Label> labels) = 0;  // makes it appear before there is anything to observe
};

class Instruments {
 public:
  Instruments();
  ~Instruments();
  Instruments(const Instruments&) = delete;
  Instruments& operator=(const Instruments&) = delete;

  // Made before threads use them; live as long as this. Each name once.
  Counter& counter(std::string_view name, std::string_view help);
  // `bounds`: upper limits of the buckets, ascending; the one without limit is added.
  Histogram& histogram(std::string_view name, std::string_view help, std::vector<double> bounds);

  // As on a page. Families without any set of labels are left out.
  std::string text() const;

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

}  // namespace holdfast::metrics
