#include "cli/resources/download_backup.h"

#include <utility>

#include "api/fields.h"
#include "base/bytes.h"

namespace holdfast::cli {
namespace {

// The server may have to begin with a slow bucket.
constexpr Duration kSilence = std::chrono::minutes(2);

std::optional<std::uint64_t> size_of(const json::Value& backup) {
  const json::Value* size = api::field_at(backup, {"status", "sizeBytes"});
  if (size == nullptr || !size->is_int64() || size->get_int64() <= 0) return std::nullopt;
  return static_cast<std::uint64_t>(size->get_int64());
}

// An answer that was broken off says nothing. The server has noted damage by then, and it is to be told from a network
// that failed.
tl::unexpected<Error> explained(Error broken, client::ApiClient& client, const client::Resource& backup,
                                const std::stop_token& stop) {
  const auto object = client.get(backup, client::Form::object, stop);
  if (object && api::text_at(*object, {"status", "phase"}) == "Damaged") {
    return with_hint(fail(Code::corrupt, "it cannot be restored: {}", api::text_at(*object, {"status", "message"})),
                     "make another one with \"holdfast backup now\"");
  }
  if (broken.hint.empty()) broken.hint = "try again; the server's log says why it broke off, if it did";
  return tl::unexpected<Error>(std::move(broken));
}

// Receives the pieces; what was written goes again unless it is kept. "-" is standard output: what is gone is gone.
class PartialFile {
 public:
  static Result<PartialFile> create(World& world, const std::string& path) {
    os::FileSystem& files = world.files;
    if (path == "-") return to_standard_output(world);
    HF_ASSIGN(const auto there, files.stat(path));
    if (there) return with_hint(fail(Code::exists, "{} is there already", path), "name another file, or remove it");
    PartialFile partial(files, path);
    HF_ASSIGN(partial.file_, files.open(partial.partial_path_, os::OpenMode::create, 0600));
    return partial;
  }
  PartialFile(PartialFile&& other) noexcept
      : files_(other.files_),
        path_(std::move(other.path_)),
        partial_path_(std::exchange(other.partial_path_, {})),
        file_(std::move(other.file_)),
        out_(other.out_),
        size_(other.size_) {}
  PartialFile& operator=(PartialFile&&) = delete;
  ~PartialFile() {
    if (partial_path_.empty()) return;
    file_.reset();
    static_cast<void>(files_.remove(partial_path_));
  }

  Status add(ByteView bytes) {
    if (out_ != nullptr) {
      out_->write(as_text(bytes).data(), static_cast<std::streamsize>(bytes.size()));
      HF_TRY(check_output());
    } else {
      HF_TRY(file_->write_at(size_, bytes));
    }
    size_ += bytes.size();
    return {};
  }
  Status keep() {
    if (out_ != nullptr) {
      out_->flush();
      return check_output();
    }
    HF_TRY(file_->sync());
    HF_TRY(files_.rename(partial_path_, path_, false));
    partial_path_.clear();
    return files_.sync_directory(os::parent_path(path_));
  }
  std::uint64_t size() const { return size_; }

 private:
  static Result<PartialFile> to_standard_output(World& world) {
    if (world.out_is_terminal) {
      return with_hint(fail(Code::usage, "a snapshot is nothing for a terminal"),
                       "name a file, or send standard output to one or to a program");
    }
    PartialFile partial(world.files, "");
    partial.partial_path_.clear();
    partial.out_ = &world.out;
    return partial;
  }

  Status check_output() const {
    if (!*out_) return fail(Code::internal, "cannot write the snapshot to standard output");
    return {};
  }

  PartialFile(os::FileSystem& files, std::string path)
      : files_(files), path_(std::move(path)), partial_path_(path_ + ".partial") {}

  os::FileSystem& files_;
  std::string path_;
  std::string partial_path_;  // empty: nothing to clear away
  std::unique_ptr<os::File> file_;
  std::ostream* out_ = nullptr;  // instead of a file
  std::uint64_t size_ = 0;
};

}  // namespace

Result<std::uint64_t> download_backup(Session& session, client::ApiClient& client, const client::Resource& backup,
                                      const std::string& path) {
  World& world = session.world();
  HF_ASSIGN(const json::Value object, client.get(backup, client::Form::object, world.stop));
  const std::optional<std::uint64_t> total = size_of(object);
  HF_ASSIGN(PartialFile file, PartialFile::create(world, path));
  const auto progress = session.progress();
  const auto take = [&](ByteView bytes) -> Status {
    HF_TRY(file.add(bytes));
    progress->update({.phase = "download", .done = file.size(), .total = total});
    return {};
  };
  int status = 0;
  const client::Question question{.path = backup.path() + "/download", .accept = "application/json"};
  Status streamed = client.stream(question, kSilence, take, status, world.stop);
  const bool broken = !streamed && status == 200 && streamed.error().retryable;
  if (broken) return explained(std::move(streamed).error(), client, backup, world.stop);
  HF_TRY(std::move(streamed));
  if (total && file.size() != *total)
    return fail(Code::corrupt, "{} bytes came, and the snapshot has {}", file.size(), *total);
  HF_TRY(file.keep());
  return file.size();
}

}  // namespace holdfast::cli
