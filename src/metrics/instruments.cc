#include "metrics/instruments.h"

#include <sstream>
#include <utility>

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace holdfast::metrics {
namespace {

prometheus::Labels to_labels(std::initializer_list<Label> labels) {
  prometheus::Labels map;
  for (const Label& each : labels)
    map.emplace(each.name, each.value);
  return map;
}

class FamilyCounter final : public Counter {
 public:
  explicit FamilyCounter(prometheus::Family<prometheus::Counter>& family) : family_(family) {}
  void add(std::initializer_list<Label> labels, double amount) override {
    family_.Add(to_labels(labels)).Increment(amount);
  }

 private:
  prometheus::Family<prometheus::Counter>& family_;
};

class FamilyHistogram final : public Histogram {
 public:
  FamilyHistogram(prometheus::Family<prometheus::Histogram>& family, std::vector<double> bounds)
      : family_(family), bounds_(std::move(bounds)) {}
  void observe(std::initializer_list<Label> labels, double value) override {
    family_.Add(to_labels(labels), bounds_).Observe(value);
  }
  void show(std::initializer_list<Label> labels) override { family_.Add(to_labels(labels), bounds_); }

 private:
  prometheus::Family<prometheus::Histogram>& family_;
  const std::vector<double> bounds_;
};

}  // namespace

struct Instruments::State {
  prometheus::Registry registry;
  std::vector<std::unique_ptr<Counter>> counters;
  std::vector<std::unique_ptr<Histogram>> histograms;
};

Instruments::Instruments() : state_(std::make_unique<State>()) {}
Instruments::~Instruments() = default;

Counter& Instruments::counter(std::string_view name, std::string_view help) {
  auto& family = prometheus::BuildCounter().Name(std::string(name)).Help(std::string(help)).Register(state_->registry);
  return *state_->counters.emplace_back(std::make_unique<FamilyCounter>(family));
}

Histogram& Instruments::histogram(std::string_view name, std::string_view help, std::vector<double> bounds) {
  auto& family =
      prometheus::BuildHistogram().Name(std::string(name)).Help(std::string(help)).Register(state_->registry);
  return *state_->histograms.emplace_back(std::make_unique<FamilyHistogram>(family, std::move(bounds)));
}

std::string Instruments::text() const {
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, state_->registry.Collect());
  return std::move(text).str();
}

}  // namespace holdfast::metrics
