// What the restore tests share: a real etcd with some history, its snapshot, and questions to ask before and after.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "snapshot/restore.h"
#include "support/etcd_server.h"
#include "support/temp_dir.h"

namespace holdfast::test {

const char* version_name(EtcdVersion version);  // "v3_4"

// etcdctl of the cluster's own version against one member; fails the test unless it succeeds. Returns what it printed.
class Ctl {
 public:
  Ctl(EtcdVersion version, const EtcdCluster& cluster) : version_(version), cluster_(cluster) {}

  ProgramResult run(int member, std::vector<std::string> arguments, const std::string& input = "") const;
  std::string ok(int member, std::vector<std::string> arguments, const std::string& input = "") const;

  // All keys with create and mod revision, version, value and lease, as JSON.
  std::string keyspace(int member) const;
  std::int64_t revision(int member) const;
  std::uint64_t hash_kv(int member, std::int64_t revision) const;
  // "id name peer-urls" of each member, ascending by id.
  std::vector<std::string> member_list(int member) const;

 private:
  EtcdVersion version_;
  const EtcdCluster& cluster_;
};

// Writes some history: puts, overwrites, deletes, a transaction, keys under a lease, a compaction. Returns the lease.
std::string write_history(const Ctl& ctl);

// A snapshot of a server with that history, and what the server said of itself when it was taken.
struct TakenSnapshot {
  std::string path;
  std::string lease;
  std::string keyspace;
  std::int64_t revision = 0;
  std::uint64_t hash = 0;
};
// One server per version and test program, made when first asked for.
const TakenSnapshot& taken_snapshot(EtcdVersion version);

// Members m0, m1, … on free ports.
struct Layout {
  explicit Layout(int count);
  std::string initial_cluster() const;
  std::vector<std::string> names;
  std::vector<std::string> peer_urls;
};

// Restores into <directory>/<name> for every member, and starts them.
snapshot::RestoreOptions restore_options(const Layout& layout, const std::string& directory);
Result<snapshot::RestoreReport> restore_from(const std::string& path, const snapshot::RestoreOptions& options);
Result<std::unique_ptr<EtcdCluster>> start_restored(EtcdVersion version, const Layout& layout,
                                                    const snapshot::RestoreOptions& options);

// `etcdutl snapshot status -w json` of 3.5, which also checks the whole structure of the file.
struct UtlStatus {
  std::uint64_t hash = 0;
  std::int64_t revision = 0;
  std::uint64_t total_key = 0;
};
UtlStatus utl_status(const std::string& path);

// `snapshot restore` of etcdutl 3.5 or etcdctl 3.4, into <directory>/<name>.
void restore_with_etcd(EtcdVersion version, const std::string& snapshot, const Layout& layout, const std::string& name,
                       const std::string& directory, std::vector<std::string> more = {});

}  // namespace holdfast::test
