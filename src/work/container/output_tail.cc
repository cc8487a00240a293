#include "work/container/output_tail.h"

#include <algorithm>
#include <cstring>

#include "base/bytes.h"
#include "base/utf8.h"

namespace holdfast::work {
namespace {

constexpr std::size_t kShortest = 4;       // bytes of a secret that is looked for
constexpr std::size_t kShortestLine = 12;  // of one line of several
constexpr std::string_view kMask = "***";

std::vector<Secret> longest_first(std::vector<Secret> secrets) {
  std::erase_if(secrets, [](const Secret& each) { return each.reveal().size() < kShortest; });
  std::stable_sort(secrets.begin(), secrets.end(),
                   [](const Secret& a, const Secret& b) { return a.reveal().size() > b.reveal().size(); });
  return secrets;
}

std::size_t longest(const std::vector<Secret>& secrets) {
  return secrets.empty() ? 0 : secrets.front().reveal().size();
}

// Length of the character of UTF-8 at the beginning; 0: there is none.
std::size_t character_at(std::string_view text) {
  for (std::size_t size = 1; size <= std::min<std::size_t>(4, text.size()); ++size) {
    if (is_utf8(text.substr(0, size))) return size;
  }
  return 0;
}

bool is_shown(char each) {
  const auto byte = static_cast<unsigned char>(each);
  return each == '\n' || each == '\t' || (byte >= 0x20 && byte != 0x7f);
}

// A line that is written over is shown as one of its own, whatever else cannot be shown as '?'. Nothing but the end of
// a line in DOS form becomes shorter: what was apart must not come together to a secret.
std::string readable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t size = character_at(text);
    if (text.front() == '\r') {
      if (!text.starts_with("\r\n")) result += '\n';
    } else if (size == 0 || !is_shown(text.front())) {
      result += '?';
    } else {
      result += text.substr(0, size);
    }
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return result;
}

std::string percent_encoded(std::string_view text, std::string_view digits) {
  std::string result;
  for (const char each : text) {
    const auto byte = static_cast<unsigned char>(each);
    const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                       std::string_view("-._~").find(each) != std::string_view::npos;
    if (plain) {
      result += each;
    } else {
      result += '%';
      result += digits[byte >> 4U];
      result += digits[byte & 15U];
    }
  }
  return result;
}

}  // namespace

OutputTail::OutputTail(std::vector<Secret> secrets)
    : secrets_(longest_first(std::move(secrets))), margin_(longest(secrets_)) {
  kept_.reserve(2 * (kOutputTail + margin_));  // it never moves in memory
}

OutputTail::~OutputTail() {
  ::explicit_bzero(kept_.data(), kept_.size());
}

void OutputTail::add(std::string_view piece) {
  const std::size_t most = kOutputTail + margin_;
  if (piece.size() > most) {
    cut_ = true;
    piece.remove_prefix(piece.size() - most);
  }
  kept_ += piece;
  if (kept_.size() <= most) return;
  cut_ = true;
  kept_.erase(0, kept_.size() - most);
}

std::string OutputTail::text() const {
  std::string shown;
  std::size_t at = 0;
  // What was cut off in its middle lies in the margin, which is not shown.
  const std::size_t from = cut_ ? std::min(margin_, kept_.size()) : 0;
  while (at < kept_.size()) {
    const std::string_view rest = std::string_view(kept_).substr(at);
    const auto found = std::find_if(secrets_.begin(), secrets_.end(),
                                    [&](const Secret& each) { return rest.starts_with(each.reveal()); });
    if (found != secrets_.end()) {
      shown += kMask;
      at += found->reveal().size();
      continue;
    }
    if (at >= from) shown += kept_[at];
    ++at;
  }
  std::string text = readable(shown);
  if (text.size() > kOutputTail) text = readable(text.substr(text.size() - kOutputTail));
  return text;
}

std::string OutputTail::last_line() const {
  const std::string all = text();
  const std::size_t end = all.find_last_not_of("\n\t ");
  if (end == std::string::npos) return "";
  const std::size_t begin = all.rfind('\n', end);
  return all.substr(begin == std::string::npos ? 0 : begin + 1, end - (begin == std::string::npos ? 0 : begin + 1) + 1);
}

std::vector<Secret> shown_forms(const Secret& value) {
  const std::string_view text = value.reveal();
  std::vector<Secret> forms;
  if (text.size() < kShortest) return forms;
  forms.push_back(value);
  forms.emplace_back(percent_encoded(text, "0123456789ABCDEF"));
  forms.emplace_back(percent_encoded(text, "0123456789abcdef"));
  forms.emplace_back(to_base64(as_bytes(text), false));
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    if (line.size() >= kShortestLine && line.size() < text.size()) forms.emplace_back(line);
    at = end + 1;
  }
  return forms;
}

}  // namespace holdfast::work
