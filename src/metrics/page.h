// Numbers as Prometheus reads them: the text exposition format, version 0.0.4. prometheus-cpp writes it and stays in
// the .cc files.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace holdfast::metrics {

// Of the answer that holds a page.
constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

enum class Type {
  counter,  // only grows, but for restarts
  gauge,
};

struct Label {
  std::string_view name;   // a letter, then letters, digits and '_'
  std::string_view value;  // any UTF-8
};

// Written family by family, of which only one is held as samples: a page of a hundred thousand numbers costs little
// more than its text. One thread.
class Page {
 public:
  Page();
  ~Page();
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;

  // Begins a family; once per name. It is on the page also when it gets no sample. `help` is one sentence.
  void family(Type type, std::string_view name, std::string_view help);
  // Of the family that was begun last; once per set of labels.
  void sample(std::initializer_list<Label> labels, double value);
  // A family with one sample.
  void number(Type type, std::string_view name, std::string_view help, double value);

  // The text. The page is empty then.
  std::string take();

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

}  // namespace holdfast::metrics
