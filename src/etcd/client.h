// What we ask of an etcd cluster. The gRPC implementation is in grpc_client.cc; fakes implement the same interface.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/sha256.h"
#include "base/stream.h"
#include "base/units.h"
#include "os/clock.h"
#include "os/file_system.h"

namespace holdfast::etcd {

struct TlsOptions {
  std::string ca_file;           // PEM; empty: the system's trust store
  std::string certificate_file;  // PEM client certificate; with key_file, both or neither
  std::string key_file;
  // The same as PEM texts, for who has no files; each wins over its file.
  std::string ca_pem;
  std::string certificate_pem;
  Secret key_pem;
  std::string server_name;  // checked instead of the endpoint's host when set
  bool insecure_skip_verify = false;
};

struct ClientOptions {
  std::vector<std::string> endpoints;  // "127.0.0.1:2379", "http://…" or "https://…"; at least one
  TlsOptions tls;
  std::string user;
  Secret password;
  Duration dial_timeout = std::chrono::seconds(5);
  Duration request_timeout = std::chrono::seconds(10);  // for everything but streams
  Duration stall_timeout = std::chrono::seconds(30);    // streams: no bytes for this long is Code::timeout
  std::stop_token stop;  // when it is requested, requests under way and later ones end with Code::cancelled
};

struct MemberStatus {
  std::string endpoint;
  std::uint64_t cluster_id = 0;
  std::uint64_t member_id = 0;
  std::string version;        // "3.5.16"
  std::uint64_t db_size = 0;  // bytes of the file
  std::uint64_t db_size_in_use = 0;
  std::uint64_t db_size_quota = 0;  // what db_size may grow to; 0: not told (before etcd 3.6)
  std::uint64_t leader = 0;         // member id, 0 when there is none
  std::uint64_t raft_index = 0;
  std::uint64_t raft_applied_index = 0;
  std::uint64_t raft_term = 0;
  std::int64_t revision = 0;  // from the response header
  bool is_learner = false;
  std::vector<std::string> errors;  // as the member reports them: active alarms, no leader
};

struct Member {
  std::uint64_t id = 0;
  std::string name;
  std::vector<std::string> peer_urls;
  std::vector<std::string> client_urls;
  bool is_learner = false;
};

struct MemberList {
  std::uint64_t cluster_id = 0;
  std::vector<Member> members;
};

enum class AlarmKind { none, no_space, corrupt };
struct Alarm {
  std::uint64_t member_id = 0;
  AlarmKind kind = AlarmKind::none;
};

struct HashKv {
  std::uint32_t hash = 0;
  std::int64_t compact_revision = 0;  // -1: never compacted
  std::int64_t header_revision = 0;
  std::uint64_t member_id = 0;
};

struct KeyValue {
  std::string key;
  std::string value;
  std::int64_t create_revision = 0;
  std::int64_t mod_revision = 0;
  std::int64_t version = 0;
  std::int64_t lease = 0;
};

struct RangeRequest {
  std::string key;
  std::string range_end;      // empty: the one key; "\0" with key "\0": everything
  std::int64_t limit = 0;     // 0: all
  std::int64_t revision = 0;  // 0: now
  bool keys_only = false;
  bool count_only = false;
  bool serializable = false;
};
struct RangeResponse {
  std::int64_t revision = 0;
  std::vector<KeyValue> kvs;
  bool more = false;
  std::int64_t count = 0;
};

struct PutRequest {
  std::string key;
  std::string value;
  std::int64_t lease = 0;
};
struct DeleteRequest {
  std::string key;
  std::string range_end;
};

struct Compare {
  enum class Target { version, create_revision, mod_revision, value, lease } target = Target::mod_revision;
  enum class Op { equal, greater, less, not_equal } op = Op::equal;
  std::string key;
  std::int64_t number = 0;  // for every target but value
  std::string value;        // for target value
};
struct TxnOp {
  enum class Kind { put, range, remove } kind = Kind::put;
  PutRequest put;
  RangeRequest range;
  DeleteRequest remove;
};
struct TxnRequest {
  std::vector<Compare> compare;
  std::vector<TxnOp> success;
  std::vector<TxnOp> failure;
};
struct TxnResponse {
  bool succeeded = false;
  std::int64_t revision = 0;
  std::vector<RangeResponse> ranges;  // one per range op of the branch taken, in order
};

struct WatchEvent {
  enum class Kind { put, remove } kind = Kind::put;
  KeyValue kv;
  // What the key held before, when it was asked for and there was something. A compaction that overtakes the watch can
  // leave it out.
  std::optional<KeyValue> previous;
};
struct WatchRequest {
  std::string key;
  std::string range_end;
  std::int64_t start_revision = 0;  // 0: from now on
  bool progress_notify = false;
  bool previous = false;  // fill WatchEvent::previous
};
// One message of a watch. When compact_revision is not 0 the watch is over: its start was compacted away.
struct WatchBatch {
  std::int64_t revision = 0;
  std::int64_t compact_revision = 0;
  std::vector<WatchEvent> events;  // empty: created or progress
};

struct Lease {
  std::int64_t id = 0;
  std::int64_t ttl = 0;          // seconds left
  std::int64_t granted_ttl = 0;  // seconds
  std::vector<std::string> keys;
};

// The bytes of a snapshot as etcd sends them, database first, then its 32-byte SHA-256. The source checks, before its
// clean end, that the length announced in the first message was kept, that length ≡ 32 (mod 512) and that the trailer
// is the SHA-256 of the rest; anything else is Code::corrupt, a broken stream Code::unavailable, silence Code::timeout.
class SnapshotStream : public ByteSource {
 public:
  // Bytes of the database (without the trailer), known from the first message.
  virtual std::uint64_t database_size() const = 0;
  // Storage version a server >= 3.6 reports ("3.6.0"); empty otherwise.
  virtual const std::string& storage_version() const = 0;
  virtual const std::string& endpoint() const = 0;
  // Valid after the clean end. database: equal to the trailer; file: of database and trailer, what sha256sum says of
  // the saved file (the running hash is continued, not computed twice).
  virtual const Sha256Digest& database_digest() const = 0;
  virtual const Sha256Digest& file_digest() const = 0;
};

// A snapshot that may be left waiting, and of which member it is.
struct HeldSnapshot {
  std::uint64_t cluster_id = 0;
  std::uint64_t member_id = 0;
  std::unique_ptr<SnapshotStream> stream;
};

// Speaks to one cluster. Safe for concurrent use. Errors name the endpoint and say what etcd said; they never hold the
// password or token. Requests that take no endpoint go to the first endpoint that answers.
class Client {
 public:
  virtual ~Client() = default;

  virtual const std::vector<std::string>& endpoints() const = 0;

  virtual Result<MemberStatus> status(const std::string& endpoint) = 0;
  virtual Result<MemberList> member_list() = 0;
  virtual Result<std::vector<Alarm>> alarms() = 0;
  virtual Result<HashKv> hash_kv(const std::string& endpoint, std::int64_t revision) = 0;
  // Opens the stream and reads its first message.
  virtual Result<std::unique_ptr<SnapshotStream>> snapshot(const std::string& endpoint,
                                                           const std::stop_token& stop) = 0;
  // The same for who reads the beginning and then stops for a while: the member sends at most kHeldWindow bytes more
  // than were read, and while it waits, the read transaction that the snapshot is made of stays open there. Slower to
  // read than snapshot(). Which member it is was asked on the same connection: behind a balancer of connections, or a
  // name with several addresses, it can be another one than status() knows. Code::unsupported by a client that has
  // none.
  virtual Result<HeldSnapshot> held_snapshot(const std::string& endpoint, const std::stop_token&) {
    return fail(Code::unsupported, "this client cannot make {} wait", endpoint);
  }
  static constexpr std::int32_t kHeldWindow = 64 * 1024;

  virtual Result<RangeResponse> range(const RangeRequest& request) = 0;
  virtual Result<std::int64_t> put(const PutRequest& request) = 0;        // revision
  virtual Result<std::int64_t> remove(const DeleteRequest& request) = 0;  // number of keys deleted
  virtual Result<TxnResponse> txn(const TxnRequest& request) = 0;
  virtual Result<std::int64_t> compact(std::int64_t revision, bool physical) = 0;        // header revision
  virtual Result<Lease> lease_grant(std::int64_t ttl_seconds, std::int64_t id = 0) = 0;  // id 0: etcd chooses
  virtual Status lease_revoke(std::int64_t id) = 0;
  virtual Result<Lease> lease_time_to_live(std::int64_t id, bool keys) = 0;
  virtual Result<std::vector<std::int64_t>> leases() = 0;
  virtual Result<std::int64_t> lease_keep_alive_once(std::int64_t id) = 0;  // ttl left, seconds
  // Calls `on_batch` for each message, on the calling thread, until it returns false, `stop` is requested
  // (Code::cancelled) or the stream ends with an error.
  virtual Status watch(const WatchRequest& request, const std::function<bool(const WatchBatch&)>& on_batch,
                       const std::stop_token& stop) = 0;
};

// Connects lazily; certificate files are read now, once. Code::usage when the options contradict each other or name no
// endpoint.
Result<std::unique_ptr<Client>> make_client(const ClientOptions& options,
                                            os::FileSystem& files = os::real_file_system(),
                                            os::Clock& clock = os::real_clock());

}  // namespace holdfast::etcd
