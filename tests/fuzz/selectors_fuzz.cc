// Any text as selector: parsing never crashes, and what it accepts is written as text that selects the same.
#include "fuzz/patch_input.h"

#include "api/select/field_selector.h"
#include "api/select/label_selector.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  const std::string_view text = as_text({data, size});
  const json::Object labels{{"a", "1"}, {"in", "x"}};
  const json::Value object = json::Object{{"metadata", json::Object{{"name", "n"}, {"labels", labels}}}, {"type", "x"}};
  if (const auto selector = api::LabelSelector::parse(text)) {
    const auto again = api::LabelSelector::parse(selector->to_string());
    fuzz::require(again && *again == *selector && again->matches(object) == selector->matches(object));
  } else {
    fuzz::require(selector.error().code == 400 && selector.error().message.size() < 600);
  }
  const std::vector<std::string> selectable{"type", "source", "reason"};
  if (const auto selector = api::FieldSelector::parse(text, selectable)) {
    const auto again = api::FieldSelector::parse(selector->to_string(), selectable);
    fuzz::require(again && *again == *selector && again->matches(object) == selector->matches(object));
  } else {
    fuzz::require(selector.error().code == 400 && selector.error().message.size() < 600);
  }
  return 0;
}
