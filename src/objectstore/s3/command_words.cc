#include "objectstore/s3/command_words.h"

namespace holdfast::objectstore::s3 {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// Reads one line, character by character.
class Splitter {
 public:
  void take(char c) {
    if (escaped_) {
      take_escaped(c);
      return;
    }
    if (c == '\\' && quote_ != '\'') {
      escaped_ = in_word_ = true;
    } else if (quote_ == 0 && is_blank(c)) {
      end_word();
    } else if (c == quote_) {
      quote_ = 0;
    } else if (quote_ == 0 && (c == '\'' || c == '"')) {
      quote_ = c;
      in_word_ = true;
    } else {
      add(c);
    }
  }

  Result<std::vector<std::string>> finish() {
    if (quote_ != 0) return fail(Code::usage, "a quote does not end");
    if (escaped_) return fail(Code::usage, "nothing follows the last backslash");
    end_word();
    if (words_.empty()) return fail(Code::usage, "there is no program in it");
    return std::move(words_);
  }

 private:
  void take_escaped(char c) {
    if (quote_ == '"' && c != '"' && c != '\\') add('\\');
    add(c);
    escaped_ = false;
  }
  void add(char c) {
    word_ += c;
    in_word_ = true;
  }
  void end_word() {
    if (in_word_) words_.push_back(std::move(word_));
    word_.clear();
    in_word_ = false;
  }

  std::vector<std::string> words_;
  std::string word_;
  bool in_word_ = false;  // also of an empty word, ""
  bool escaped_ = false;
  char quote_ = 0;
};

}  // namespace

Result<std::vector<std::string>> command_words(std::string_view line) {
  Splitter splitter;
  for (const char c : line)
    splitter.take(c);
  return splitter.finish();
}

}  // namespace holdfast::objectstore::s3
