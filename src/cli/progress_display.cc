#include "cli/progress_display.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/json.h"

namespace holdfast::cli {
namespace {

constexpr Duration kRedraw = std::chrono::milliseconds(100);
constexpr Duration kLineEvery = std::chrono::seconds(1);
constexpr std::size_t kWidestBar = 30;
constexpr std::size_t kNarrowestBar = 8;
constexpr std::string_view kClearLine = "\r\033[K";

class Silence final : public ProgressDisplay {
 public:
  explicit Silence(std::ostream& err) : err_(err) {}
  void update(const pipeline::ProgressUpdate&) override {}
  void print_line(const std::string& line) override {
    const std::lock_guard guard(mutex_);
    err_ << line << '\n' << std::flush;
  }

 private:
  std::mutex mutex_;
  std::ostream& err_;
};

double fraction(const pipeline::ProgressUpdate& update) {
  if (!update.total || *update.total == 0) return 0;
  return std::min(1.0, static_cast<double>(update.done) / static_cast<double>(*update.total));
}

std::string bar(double fraction, std::size_t width) {
  const auto filled = static_cast<std::size_t>(fraction * static_cast<double>(width));
  std::string text(filled, '=');
  if (filled < width) text += '>';
  text.resize(width, ' ');
  return "[" + text + "]";
}

}  // namespace

ProgressBar::ProgressBar(std::ostream& err, os::Clock& clock, int width)
    : err_(err), clock_(clock), width_(static_cast<std::size_t>(std::max(width, 20))) {}

ProgressBar::~ProgressBar() {
  if (drawn_) err_ << kClearLine << std::flush;
}

void ProgressBar::update(const pipeline::ProgressUpdate& update) {
  const std::lock_guard guard(mutex_);
  const os::SteadyTime now = clock_.steady();
  const auto [phase, is_new] = rates_.try_emplace(update.phase, now);
  if (drawn_ && !is_new && now - *drawn_ < kRedraw) return;
  phase->second.update(now, update.done);
  drawn_ = now;
  err_ << kClearLine << line(update, phase->second) << std::flush;
}

void ProgressBar::print_line(const std::string& line) {
  const std::lock_guard guard(mutex_);
  err_ << kClearLine << line << '\n' << std::flush;
  drawn_.reset();
}

std::string ProgressBar::line(const pipeline::ProgressUpdate& update, const ProgressRate& rate) const {
  if (update.done == 0 && !update.total) return update.phase.substr(0, width_ - 1);
  std::string facts = update.total ? fmt::format("{:3.0f}%  {} of {}", fraction(update) * 100,
                                                 format_bytes(update.done), format_bytes(*update.total))
                                   : format_bytes(update.done);
  facts += fmt::format("  {}/s", format_bytes(static_cast<std::uint64_t>(rate.bytes_per_second())));
  if (const auto left = rate.remaining(update.done, update.total)) {
    facts += fmt::format("  {} left", format_duration(*left));
  }
  const std::size_t used = update.phase.size() + 2 + facts.size() + 5;
  const std::size_t room = used < width_ ? std::min(width_ - used, kWidestBar) : 0;
  std::string text = update.phase + "  ";
  if (update.total && room >= kNarrowestBar) text += bar(fraction(update), room) + "  ";
  return (text + facts).substr(0, width_ - 1);
}

ProgressLines::ProgressLines(std::ostream& err, os::Clock& clock) : err_(err), clock_(clock) {}

ProgressLines::~ProgressLines() {
  for (auto& [name, phase] : phases_) {
    if (phase.news) print(phase);
  }
}

void ProgressLines::update(const pipeline::ProgressUpdate& update) {
  const std::lock_guard guard(mutex_);
  const os::SteadyTime now = clock_.steady();
  const auto found = phases_.try_emplace(
      update.phase, Phase{.rate = ProgressRate(now), .last = update, .printed = std::nullopt, .news = true});
  Phase& phase = found.first->second;
  phase.last = update;
  phase.news = true;
  if (phase.printed && now - *phase.printed < kLineEvery) return;
  phase.rate.update(now, update.done);
  phase.printed = now;
  print(phase);
}

void ProgressLines::print_line(const std::string& line) {
  const std::lock_guard guard(mutex_);
  err_ << line << '\n' << std::flush;
}

void ProgressLines::print(Phase& phase) {
  json::Object facts{{"phase", phase.last.phase}, {"done", phase.last.done}};
  if (phase.last.total) facts["total"] = *phase.last.total;
  facts["bytesPerSecond"] = static_cast<std::uint64_t>(phase.rate.bytes_per_second());
  if (const auto left = phase.rate.remaining(phase.last.done, phase.last.total)) {
    facts["remainingSeconds"] = std::chrono::duration_cast<std::chrono::seconds>(*left).count();
  }
  err_ << json::to_string(json::Object{{"progress", std::move(facts)}}) << '\n' << std::flush;
  phase.news = false;
}

std::unique_ptr<ProgressDisplay> make_progress(ProgressStyle style, std::ostream& err, bool err_is_terminal, int width,
                                               os::Clock& clock) {
  if (style == ProgressStyle::automatic) style = err_is_terminal ? ProgressStyle::bar : ProgressStyle::none;
  if (style == ProgressStyle::bar) return std::make_unique<ProgressBar>(err, clock, width);
  if (style == ProgressStyle::json) return std::make_unique<ProgressLines>(err, clock);
  return std::make_unique<Silence>(err);
}

}  // namespace holdfast::cli
