#include "metrics/page.h"

#include <sstream>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace holdfast::metrics {

struct Page::State {
  std::ostringstream text;
  std::vector<prometheus::MetricFamily> family;  // the one that was begun, or none

  void flush() {
    prometheus::TextSerializer().Serialize(text, family);
    family.clear();
  }
};

Page::Page() : state_(std::make_unique<State>()) {}
Page::~Page() = default;

void Page::family(Type type, std::string_view name, std::string_view help) {
  state_->flush();
  prometheus::MetricFamily& begun = state_->family.emplace_back();
  begun.name = name;
  begun.help = help;
  begun.type = type == Type::counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
}

void Page::sample(std::initializer_list<Label> labels, double value) {
  if (state_->family.empty()) return;
  prometheus::MetricFamily& begun = state_->family.back();
  prometheus::ClientMetric& metric = begun.metric.emplace_back();
  metric.label.reserve(labels.size());
  for (const Label& each : labels)
    metric.label.push_back({std::string(each.name), std::string(each.value)});
  (begun.type == prometheus::MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
}

void Page::number(Type type, std::string_view name, std::string_view help, double value) {
  family(type, name, help);
  sample({}, value);
}

std::string Page::take() {
  state_->flush();
  std::string text = std::move(state_->text).str();
  state_->text = {};
  return text;
}

}  // namespace holdfast::metrics
