#include "store/revision_floor.h"

#include <charconv>

#include <fmt/format.h>

namespace holdfast::store {
namespace {

// Lines of fixed width, so that `reached` can be overwritten in place.
constexpr std::string_view kHead = "holdfast revision floor 1\nreserved ";
constexpr std::string_view kBetween = "\nreached  ";
constexpr std::string_view kEnd = "\n";
constexpr std::size_t kDigits = 20;
constexpr std::size_t kReachedAt = kHead.size() + kDigits + kBetween.size();
constexpr std::size_t kSize = kReachedAt + kDigits + kEnd.size();
// Beyond is no count of anything; it leaves room for jumps.
constexpr std::int64_t kMost = std::int64_t{1} << 62;

std::string digits(std::int64_t number) {
  return fmt::format("{:0{}}", number, kDigits);
}

bool parse(std::string_view text, std::int64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number >= 0 && number <= kMost;
}

}  // namespace

RevisionFloor::RevisionFloor(os::FileSystem& files, std::string path) : files_(files), path_(std::move(path)) {}

Result<RevisionFloor::Floor> RevisionFloor::load() {
  const std::lock_guard lock(mutex_);
  const auto bytes = os::read_file(files_, path_, 2 * kSize);
  if (!bytes && bytes.error().code == Code::not_found) return Floor{};
  if (!bytes && bytes.error().code != Code::no_space) return in_context(bytes.error(), "read the revision floor");
  const std::string_view text = bytes ? as_text(*bytes) : std::string_view();
  const bool framed = text.size() == kSize && text.starts_with(kHead) && text.ends_with(kEnd) &&
                      text.substr(kHead.size() + kDigits, kBetween.size()) == kBetween;
  Floor floor{.found = true};
  if (!framed || !parse(text.substr(kHead.size(), kDigits), floor.reserved) ||
      !parse(text.substr(kReachedAt, kDigits), floor.reached)) {
    return with_hint(fail(Code::corrupt, "{} is not a revision floor", path_),
                     "it holds the highest revision handed out; put it back from a backup of the data directory");
  }
  reserved_ = floor.reserved;
  reached_ = floor.reached;
  HF_ASSIGN(file_, files_.open(path_, os::OpenMode::append));
  return floor;
}

Status RevisionFloor::reserve(std::int64_t revision) {
  const std::lock_guard lock(mutex_);
  if (revision <= reserved_) return {};
  if (revision > kMost - kStep) return fail(Code::internal, "revision {} is beyond all counting", revision);
  if (auto written = write_step(revision + kStep); !written) {
    return in_context(std::move(written).error(), "raise the revision floor");
  }
  return {};
}

Status RevisionFloor::write_step(std::int64_t reserved) {
  const std::string text = fmt::format("{}{}{}{}{}", kHead, digits(reserved), kBetween, digits(reached_), kEnd);
  HF_TRY(os::write_file_atomically(files_, path_, as_bytes(text)));
  HF_ASSIGN(file_, files_.open(path_, os::OpenMode::append));
  reserved_ = reserved;
  return {};
}

void RevisionFloor::note(std::int64_t revision) {
  const std::lock_guard lock(mutex_);
  if (revision <= reached_) return;
  reached_ = revision;
  if (!file_) return;
  // A reader that finds an older number only knows less: it takes the store's own counter.
  const Status written = file_->write_at(kReachedAt, as_bytes(digits(revision)));
  if (!written) return;
}

std::int64_t RevisionFloor::reserved() const {
  const std::lock_guard lock(mutex_);
  return reserved_;
}

std::int64_t RevisionFloor::reached() const {
  const std::lock_guard lock(mutex_);
  return reached_;
}

}  // namespace holdfast::store
