// The documents of KKP, applied with the real kubectl to a server with a real etcd and two buckets of Ceph RGW.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "e2e/kubectl_support.h"

#include "support/rgw_server.h"

namespace holdfast::test {

// What all tests of a program share: an etcd with some keys, and two buckets, emptied and removed at the end.
class SeedsWorld {
 public:
  static SeedsWorld& get();
  SeedsWorld();
  ~SeedsWorld();

  const RgwServer& rgw() const { return rgw_; }
  std::string etcd_endpoint() const { return etcd_->endpoints().front(); }
  std::string bucket(const std::string& destination) const { return prefix_ + "-" + destination; }
  // With the credentials of the buckets' owner.
  ProgramResult s3cmd(std::vector<std::string> words) const;

 private:
  TempDir dir_;
  RgwServer rgw_;
  std::string prefix_;
  std::unique_ptr<EtcdCluster> etcd_;
};

using Replacements = std::vector<std::pair<std::string, std::string>>;

// A YAML block of the documents, with its placeholders replaced as a user would: each that is named must be in it.
std::string document(const std::string& file, const Replacements& replacements);

// Each test has a Seed, a data centre and clusters of its own.
class SeedsTest : public KubectlTest {
 protected:
  void SetUp() override;

  static SeedsWorld& world() { return SeedsWorld::get(); }

  // The Seed of the document, with "minio" as a second destination beside "s3", for the other bucket. Both keep their
  // objects below a prefix of this test. `secret` has their credentials.
  std::string seed_text(const std::string& secret = "backup-s3", const std::string& default_destination = "s3") const;
  void make_secret(const std::string& name = "backup-s3") const;
  // With its namespace.
  void make_cluster(const std::string& name, const std::string& more = "") const;
  // The backup config of the document.
  std::string daily_backup(const std::string& cluster) const;
  // The same without schedule and keep: once.
  std::string snapshot(const std::string& cluster, const std::string& name,
                       const std::string& destination = "s3") const;
  void wait_for_snapshot(const std::string& name) const;

  // The jsonpath of an object, which must be there.
  std::string value(const std::string& kind, const std::string& name, const std::string& path) const;
  // Asks until the output is as wished, for a minute.
  testing::AssertionResult eventually(const std::vector<std::string>& words,
                                      const std::function<bool(const std::string&)>& wished) const;
  testing::AssertionResult becomes(const std::string& kind, const std::string& name, const std::string& path,
                                   const std::string& wished) const;
  // Keys of a destination's bucket below the prefix of this test, without manifests and probes.
  std::vector<std::string> objects(const std::string& destination) const;

  std::string seed;
  std::string cluster;
  std::string name_space;
};

}  // namespace holdfast::test
