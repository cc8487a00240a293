// JSONPath templates as `kubectl -o jsonpath=` has them:
//   {.spec.keep}  {.items[*].metadata.name}  {.a['b.c'][0]}  {.list[-1]}  {.list[1:3]}  {..name}
//   {.conditions[?(@.type=="Ready")].status}   also != < <= > >= and [?(@.name)] for "has it"
//   {range .items[*]}{.metadata.name}{"\n"}{end}   text outside of braces stands for itself
// https://kubernetes.io/docs/reference/kubectl/jsonpath/
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/json.h"

namespace holdfast::cli {

// Immutable; any thread.
class JsonTemplate {
 public:
  // ".spec.keep" without braces means {.spec.keep}. Code::usage says what is not understood.
  static Result<JsonTemplate> parse(std::string_view text);
  ~JsonTemplate();
  JsonTemplate(JsonTemplate&&) noexcept;
  JsonTemplate& operator=(JsonTemplate&&) noexcept;

  // What is not there is nothing; several values are joined by spaces. Texts as they are, everything else as JSON.
  std::string render(const json::Value& document) const;
  // The values of the first path in it; they point into `document`.
  std::vector<const json::Value*> find(const json::Value& document) const;

  struct Part;

 private:
  explicit JsonTemplate(std::vector<Part> parts);
  std::vector<Part> parts_;
};

// A text as it is, everything else as JSON in one line.
std::string text_of(const json::Value& value);

}  // namespace holdfast::cli
