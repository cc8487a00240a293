// Where backups lie: a flat space of immutable objects under keys. Implementations: s3/, local/, memory/.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/sha256.h"
#include "base/stream.h"
#include "base/units.h"
#include "objectstore/unfinished_uploads.h"

namespace holdfast::objectstore {

// Key grammar: 1 to 1024 bytes of UTF-8, segments separated by '/', no empty segment, no "." or "..", no control
// characters. Code::usage otherwise. Every implementation checks keys with this.
Status check_key(std::string_view key);

struct ObjectInfo {
  std::string key{};
  std::uint64_t size = 0;  // bytes
  WallTime modified{};
  // As the store gives it, without quotes; empty when it has none. Another one under the same key means that the object
  // was stored again, maybe with the same bytes.
  std::string etag{};
  std::map<std::string, std::string> metadata{};  // only filled by head() and get()
  // Only filled by head() and get(), as far as the store says it:
  std::string server_encryption{};           // "AES256", "aws:kms", …, with the key's id where there is one
  std::optional<WallTime> retained_until{};  // object lock: nobody can delete it before
};

struct ByteRange {
  std::uint64_t offset = 0;
  std::optional<std::uint64_t> length{};  // to the end when not given, or when it reaches past it
};

struct PutOptions {
  // Largest number of bytes the source may give, when known: chooses part sizes. A source that gives more fails the put
  // with Code::no_space.
  std::optional<std::uint64_t> size_limit{};
  // Fail with Code::exists when the key is already there. Code::unsupported where the store cannot promise it.
  bool only_if_absent = false;
  // The same, as far as the store can: where it cannot promise it, it looks, last thing before the object becomes
  // visible. Between this look and that moment another writer may still slip in: who must know looks again afterwards.
  bool avoid_replacing = false;
  // Lower-case names, printable ASCII. Dropped where Features::metadata is false.
  std::map<std::string, std::string> metadata{};
  std::string content_type = "application/octet-stream";
  // Object lock: nobody can delete the object before this time. Code::unsupported where the store has no such thing.
  std::optional<WallTime> retain_until{};
};

// What a store can do. Ask for a feature, never for a type.
struct Features {
  bool conditional_put = false;  // PutOptions::only_if_absent holds for objects of any size
  // only_if_absent holds for a size_limit of at most this many bytes (0: never). Some servers know it for small objects
  // only.
  std::uint64_t conditional_put_limit = 0;
  bool metadata = false;     // PutOptions::metadata is kept
  bool object_lock = false;  // PutOptions::retain_until is known; a bucket made without object lock still refuses it
  bool versions = false;
  std::uint64_t largest_object = 0;  // bytes
};

// Stores immutable objects under keys. Safe for concurrent use by several threads.
// A store promises: put is all or nothing (a failed or killed put leaves nothing visible under the key); a put that
// returned is durable and visible to get, head and list at once; an object that is replaced is replaced atomically. A
// missing object is Code::not_found. Errors that are worth retrying say so (Error::retryable). Every error names the
// key.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  // Pulls `source` to its end, on the calling thread, and stores the bytes. Returns what is now stored.
  virtual Result<ObjectInfo> put(const std::string& key, ByteSource& source, const PutOptions& options,
                                 const std::stop_token& stop) = 0;

  // Opens an object for reading. The source gives exactly the range asked for (nothing when it starts at the object's
  // end, Code::usage when past it); a connection that ends early is resumed by range, and what cannot be resumed is an
  // error, never a clean end.
  // If the object changes between two reads the source fails with Code::corrupt.
  struct Opened {
    ObjectInfo info;
    std::unique_ptr<ByteSource> source;  // must not outlive the store
  };
  virtual Result<Opened> get(const std::string& key, const ByteRange& range, const std::stop_token& stop) = 0;

  virtual Result<ObjectInfo> head(const std::string& key, const std::stop_token& stop) = 0;

  // Calls `visit` for every key that begins with `prefix` (a text prefix, not a folder; empty for all), in ascending
  // byte order, however many pages that takes. Names made by others that are no keys are passed over. Stops early when
  // `visit` returns an error and returns that error.
  using Visitor = std::function<Status(const ObjectInfo&)>;
  virtual Status list(const std::string& prefix, const Visitor& visit, const std::stop_token& stop) = 0;

  // Removes an object; fine when it is not there. Code::refused when it is
  // locked or the right is missing.
  virtual Status remove(const std::string& key, const std::stop_token& stop) = 0;

  // A store that cannot know without asking its server asks once, the first time, and may take a moment for it;
  // stopped, it says what it knows.
  virtual Features features(const std::stop_token& stop) const = 0;

  // The leftovers of killed puts; null where there can be none.
  virtual UnfinishedUploads* unfinished_uploads() { return nullptr; }

  // For messages: "s3://bucket/prefix" or "file:///dir". Never holds a credential.
  virtual std::string describe() const = 0;
};

// Puts a small object from memory.
Result<ObjectInfo> put_bytes(ObjectStore& store, const std::string& key, ByteView bytes, const PutOptions& options,
                             const std::stop_token& stop);
// Reads an object whole, refusing more than `limit` bytes (Code::no_space).
Result<Bytes> get_bytes(ObjectStore& store, const std::string& key, std::size_t limit, const std::stop_token& stop);

}  // namespace holdfast::objectstore
