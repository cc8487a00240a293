#include <fmt/format.h>

#include "commands.h"

#include "cli/encryption_options.h"
#include "cli/etcd_options.h"
#include "cli/open_place.h"
#include "cli/save_document.h"
#include "cli/save_options.h"
#include "repository/leftovers.h"
#include "repository/naming.h"

namespace holdfast::app {
namespace {

struct Flags {
  cli::SaveFlags save;
  cli::EncryptFlags encryption;
  cli::EtcdFlags etcd;
  cli::S3Flags s3;
};

// The backup is made: what cannot be cleared away now is for the next one, or for `check` to complain of.
std::optional<std::uint64_t> clear_leftovers(objectstore::ObjectStore& store, const repository::Place& place,
                                             const cli::World& world) {
  if (!repository::can_have_leftovers(store)) return std::nullopt;
  const auto aborted = repository::clear_leftovers(store, repository::folder_of(place.key), world.stop);
  if (aborted) return *aborted;
  log::event(log::Level::info, "leftovers_not_cleared", {{"reason", aborted.error().to_string()}});
  return std::nullopt;
}

Result<int> save(cli::Session& session, const Flags& flags, const std::string& text) {
  cli::World& world = session.world();
  HF_ASSIGN(const repository::Place place, repository::parse_place(text));
  HF_ASSIGN(const cli::SavePlan plan, cli::plan_save(place, flags.save, flags.encryption, session));
  HF_ASSIGN(const etcd::ClientOptions client_options, cli::etcd_client_options(flags.etcd, session));
  HF_ASSIGN(const auto client, world.connect(client_options));
  HF_ASSIGN(cli::OpenStore open, cli::OpenStore::open(plan.place, flags.s3, session));

  auto progress = session.progress();
  const repository::SaveWorld save_world{*client, open.store(), world.clock, world.files, world.random, *progress};
  HF_ASSIGN(const repository::SaveReport report, repository::save(save_world, plan.options, world.stop));
  progress.reset();
  for (const std::string& member : report.failed_members)
    session.warn("passed over " + member);
  if (report.saw_no_leader) {
    session.warn(
        fmt::format("{} sees no leader: the cluster has no quorum, or this member is cut off from it and lacks "
                    "what was written since",
                    report.manifest.etcd.endpoint));
  }
  if (!report.hash_kv_not_compared.empty()) session.warn("HashKV was not compared: " + report.hash_kv_not_compared);
  repository::Place there = plan.place;
  there.key = report.key;
  const std::string saved = there.to_string();
  const auto aborted = clear_leftovers(open.store(), plan.place, world);
  session.print(cli::save_document(saved, report, aborted),
                [&](std::ostream& out) { cli::print_save(out, saved, report); });
  return 0;
}

}  // namespace

cli::Command make_snapshot_save() {
  auto flags = std::make_shared<Flags>();
  return {
      .name = "save",
      .summary = "takes a snapshot of a live etcd and stores it",
      .description =
          "Streams a snapshot from the best member, checks its length, its SHA-256 and every page on the way, and "
          "stores it. "
          "Nothing is visible at the place before every check has passed.\n\n"
          "A plain file path is used exactly as it is, and its suffix says in which form: .db plain, .db.gz or .db.zst "
          "compressed, .age behind it encrypted. In a store (file:///dir/name or s3://bucket/prefix/name) the suffix "
          "is "
          "added, .db.zst unless told otherwise. A place that ends in '/' gets a name from the time.",
      .positionals = {{.name = "PLACE",
                       .help = "file path, file:///dir/name or s3://bucket/prefix/name",
                       .completes = cli::Completes::place}},
      .groups = {cli::save_options(flags->save), cli::encrypt_options(flags->encryption),
                 cli::etcd_options(flags->etcd), cli::s3_options(flags->s3)},
      .examples =
          {{.explanation = "a plain file, as etcdctl writes it",
            .line = "holdfast snapshot save backup.db --endpoints https://10.0.0.1:2379 --cacert ca.crt --cert c.crt "
                    "--key c.key"},
           {.explanation = "into a bucket, compressed and encrypted, under a name made from the time",
            .line = "holdfast snapshot save s3://backups/prod/ --cluster prod --recipient age1..."},
           {.explanation =
                "from cron: only when something changed, compared with the live member, at most 20 MB a second",
            .line =
                "holdfast snapshot save s3://backups/prod/ --skip-unchanged --verify-hash-kv --limit-rate 20MB -q"}},
      .run = [flags](cli::Session& session, const std::vector<std::string>& arguments) {
        return doing(save(session, *flags, arguments[0]), "save snapshot to {}", arguments[0]);
      }};
}

}  // namespace holdfast::app
