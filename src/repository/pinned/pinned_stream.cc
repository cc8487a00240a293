#include "repository/pinned/pinned_stream.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "snapshot/bolt_file.h"

namespace holdfast::repository {
namespace {

using etcd::SnapshotStream;
using snapshot::Meta;

constexpr std::uint64_t kReadAhead = 8 * kMiB;
// The call is read on by one message of etcd's for so many bytes of the file: 1/512 of the database in all, which
// leaves enough for the proof.
constexpr std::uint64_t kSipEvery = 16 * kMiB;
constexpr std::size_t kSipSize = 32 * kKiB;

// What the first bytes of the call say of the whole.
struct Pin {
  std::unique_ptr<SnapshotStream> call;
  Bytes head;
  Meta meta;
};

Result<Pin> open_pin(etcd::Client& client, const etcd::MemberStatus& member, const std::stop_token& stop) {
  HF_ASSIGN(etcd::HeldSnapshot held, client.held_snapshot(member.endpoint, stop));
  if (held.member_id != member.member_id || held.cluster_id != member.cluster_id) {
    return fail(Code::unavailable, "{} leads to member {:x} of cluster {:x} this time", member.endpoint, held.member_id,
                held.cluster_id);
  }
  Pin pin;
  pin.call = std::move(held.stream);
  const std::uint64_t size = pin.call->database_size();
  if (size < kSmallestDatabase) {
    return fail(Code::unsupported, "the database has {}, and one below {} is not worth it", format_bytes(size),
                format_bytes(kSmallestDatabase));
  }
  pin.head.resize(kHeadSize);
  HF_ASSIGN(const std::size_t count, read_full(*pin.call, pin.head));
  if (count < pin.head.size()) return fail(Code::corrupt, "the snapshot ends in its meta pages");
  HF_ASSIGN(const snapshot::ChosenMeta chosen, snapshot::choose_meta(pin.head));
  pin.meta = chosen.meta;
  if (!chosen.both_valid) return fail(Code::corrupt, "one of the snapshot's meta pages is damaged");
  if (pin.meta.high_water_mark != size / pin.meta.page_size || size % pin.meta.page_size != 0)
    return fail(Code::corrupt, "the snapshot's meta pages and its length do not agree");
  return pin;
}

bool same_transaction(const Meta& a, const Meta& b) {
  return a.txid == b.txid && a.root == b.root && a.root_sequence == b.root_sequence && a.page_size == b.page_size &&
         a.high_water_mark == b.high_water_mark;
}

// Whether the file has the meta page of this transaction.
Result<bool> shows(os::File& file, const Meta& wanted) {
  Bytes pages(std::size_t{2} * wanted.page_size);
  HF_TRY(snapshot::read_exactly(file, 0, pages));
  for (const std::size_t at : {std::size_t{0}, std::size_t{wanted.page_size}}) {
    const auto meta = snapshot::read_meta(ByteView(pages).subspan(at));
    if (meta && same_transaction(*meta, wanted)) return true;
  }
  return false;
}

Status check_held(os::File& file) {
  HF_ASSIGN(const bool held, file.held_elsewhere());
  if (!held) return fail(Code::refused, "no running etcd has this file open");
  return {};
}

// The file, and what tells it from others that may come to its place.
class PinnedFile {
 public:
  PinnedFile(os::FileSystem& files, std::string path) : files_(files), path_(std::move(path)) {}

  Status open() {
    HF_ASSIGN(info_, look());
    HF_ASSIGN(file_, files_.open(path_, os::OpenMode::read));
    return check_held(*file_);
  }

  // Of what is there now.
  Status check_same(std::uint64_t size) {
    HF_ASSIGN(const os::FileInfo now, look());
    if (now.device != info_.device || now.inode != info_.inode)
      return fail(Code::unavailable, "another file has come to its place");
    HF_ASSIGN(const std::uint64_t length, file_->size());
    if (length < size) return fail(Code::corrupt, "the file has {} bytes, the database {}", length, size);
    return check_held(*file_);
  }

  os::File& file() { return *file_; }

 private:
  Result<os::FileInfo> look() {
    HF_ASSIGN(const auto info, files_.stat(path_));
    if (!info) return fail(Code::not_found, "there is no such file");
    if (info->kind != os::FileKind::file) return fail(Code::usage, "it is no file");
    return *info;
  }

  os::FileSystem& files_;
  const std::string path_;
  os::FileInfo info_;
  std::unique_ptr<os::File> file_;
};

class PinnedStream final : public SnapshotStream {
 public:
  PinnedStream(Pin pin, PinnedFile file, std::string path, std::stop_token stop)
      : call_(std::move(pin.call)),
        head_(std::move(pin.head)),
        file_(std::move(file)),
        path_(std::move(path)),
        stop_(std::move(stop)),
        size_(call_->database_size()),
        storage_version_(call_->storage_version()),
        endpoint_(call_->endpoint()) {}

  Result<std::size_t> read(ByteSpan into) override {
    if (error_) return tl::unexpected<Error>(*error_);
    auto count = at_ < size_ ? read_database(into) : read_trailer(into);
    if (count) return count;
    call_.reset();
    error_ = in_context(std::move(count).error(), "pinned read of {}", path_).value();
    return tl::unexpected<Error>(*error_);
  }

  std::uint64_t database_size() const override { return size_; }
  const std::string& storage_version() const override { return storage_version_; }
  const std::string& endpoint() const override { return endpoint_; }
  const Sha256Digest& database_digest() const override { return database_digest_; }
  const Sha256Digest& file_digest() const override { return file_digest_; }

 private:
  // Fills `into` as far as there is database left; whoever gets the last byte of it gets proven bytes.
  Result<std::size_t> read_database(ByteSpan into) {
    if (stop_.stop_requested()) return fail(Code::cancelled, "stopped");
    const ByteSpan wanted = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size_ - at_)));
    std::size_t count = 0;
    if (at_ < head_.size()) {
      count = std::min(wanted.size(), head_.size() - static_cast<std::size_t>(at_));
      std::copy_n(head_.begin() + static_cast<std::ptrdiff_t>(at_), count, wanted.begin());
    }
    announce(at_ + wanted.size());
    HF_TRY(snapshot::read_exactly(file_.file(), at_ + count, wanted.subspan(count)));
    hash_.update(wanted);
    at_ += wanted.size();
    HF_TRY(at_ == size_ ? prove() : sip());
    return wanted.size();
  }

  // A call that broke is noticed long before the end, and a member that asks whether we are still there is answered.
  Status sip() {
    if (at_ < next_sip_) return {};
    next_sip_ = at_ + kSipEvery;
    return go_on(kSipSize);
  }

  Status go_on(std::size_t bytes) {
    Bytes more(bytes);
    auto count = read_full(*call_, more);
    if (!count) return in_context(std::move(count).error(), "the call that held the pages did not last");
    if (*count < more.size())
      return fail(Code::unavailable, "the call that held the pages ended before the last was read");
    return {};
  }

  void announce(std::uint64_t end) {
    if (end + kReadAhead / 2 <= announced_) return;
    file_.file().will_read(std::max(announced_, at_), kReadAhead);
    announced_ = std::max(announced_, at_) + kReadAhead;
  }

  // The transaction was open until now, and it was this file's.
  Status prove() {
    HF_TRY(go_on(kProofSize));
    HF_TRY(file_.check_same(size_));
    call_.reset();  // from here on a waiting defragmentation may put another file in its place
    database_digest_ = hash_.so_far();
    hash_.update(database_digest_);
    file_digest_ = hash_.finish();
    return {};
  }

  Result<std::size_t> read_trailer(ByteSpan into) {
    const std::uint64_t given = at_ - size_;
    const std::size_t count = std::min<std::size_t>(into.size(), database_digest_.size() - given);
    std::copy_n(database_digest_.begin() + static_cast<std::ptrdiff_t>(given), count, into.begin());
    at_ += count;
    return count;
  }

  std::unique_ptr<SnapshotStream> call_;  // null when it is not needed any more
  const Bytes head_;
  PinnedFile file_;
  const std::string path_;
  const std::stop_token stop_;
  const std::uint64_t size_;
  const std::string storage_version_;
  const std::string endpoint_;
  std::uint64_t at_ = 0;         // bytes given
  std::uint64_t announced_ = 0;  // bytes the kernel was told of
  std::uint64_t next_sip_ = kSipEvery;
  Sha256 hash_;
  Sha256Digest database_digest_{};
  Sha256Digest file_digest_{};
  std::optional<Error> error_;  // every later call repeats it
};

// Empty when the file's meta pages are already those of later transactions.
Result<std::unique_ptr<SnapshotStream>> try_open(etcd::Client& client, const etcd::MemberStatus& member,
                                                 os::FileSystem& files, const std::string& database,
                                                 const std::stop_token& stop) {
  HF_ASSIGN(Pin pin, open_pin(client, member, stop));
  PinnedFile file(files, database);
  HF_TRY(file.open());
  HF_ASSIGN(const bool shown, shows(file.file(), pin.meta));
  if (!shown) return std::unique_ptr<SnapshotStream>();
  return std::make_unique<PinnedStream>(std::move(pin), std::move(file), database, stop);
}

}  // namespace

Result<std::unique_ptr<SnapshotStream>> open_pinned_stream(etcd::Client& client, const etcd::MemberStatus& member,
                                                           os::FileSystem& files, const std::string& database,
                                                           const std::stop_token& stop) {
  for (int attempt = 0; attempt < kPinAttempts; ++attempt) {
    auto stream = try_open(client, member, files, database, stop);
    if (!stream) return in_context(std::move(stream).error(), "pinned read of {}", database);
    if (*stream) return stream;
  }
  return fail(Code::unavailable, "pinned read of {}: its meta pages are not those of the member's snapshot", database);
}

}  // namespace holdfast::repository
