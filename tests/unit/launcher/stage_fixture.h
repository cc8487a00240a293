// A snapshot in memory, and the place of a member to stage it for.
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "launcher/member/bring_to.h"
#include "launcher/member/stage.h"
#include "member_fixture.h"

#include "base/sha256.h"
#include "support/database_builder.h"
#include "support/fixed_random.h"

namespace holdfast::test {

constexpr std::int64_t kRevision = 201;  // of the snapshot

class StageFixture : public testing::Test {
 protected:
  explicit StageFixture(PlaceKind kind = PlaceKind::beside) : place_(kind) {
    use(builder_.like_etcd(200).build());
    request_.id = kId;
    request_.membership =
        snapshot::parse_membership("a=http://10.0.0.1:2380,b=http://10.0.0.2:2380,c=http://10.0.0.3:2380", "t").value();
    request_.member_name = "b";
    request_.revision_bump = 1'000'000'000;
    request_.open_source = [this]() -> Result<std::unique_ptr<ByteSource>> {
      ++opened_;
      return std::unique_ptr<ByteSource>(std::make_unique<MemorySource>(snapshot_));
    };
    place_.make_live("old");
  }

  void use(const Bytes& database) {
    const Sha256Digest digest = Sha256::of(database);
    snapshot_ = database;
    snapshot_.insert(snapshot_.end(), digest.begin(), digest.end());
    request_.source = {
        .database_sha256 = to_hex(digest), .revision = kRevision, .compact_revision = 0, .size_hint = snapshot_.size()};
  }

  Result<launcher::StageReport> stage(os::FileSystem& files = os::real_file_system()) {
    return launcher::stage(files, random_, place_.place(), request_);
  }
  launcher::MemberDisk look() const { return launcher::observe(os::real_file_system(), place_.place(), {}).value(); }
  std::string staged_path() const { return place_.path(place_.name(launcher::Kind::staged)); }

  DatabaseBuilder builder_;
  Bytes snapshot_;
  launcher::StageRequest request_;
  int opened_ = 0;  // times that the source was opened
  MemberPlace place_;
  FixedRandom random_;
};

}  // namespace holdfast::test
