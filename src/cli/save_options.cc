#include "cli/save_options.h"

#include "cli/open_place.h"
#include "cli/save_target.h"
#include "cli/setters.h"

namespace holdfast::cli {
namespace {

using pipeline::Compression;
using repository::Place;

void add_form(std::vector<Option>& options, SaveFlags& flags) {
  options.push_back({.name = "compression",
                     .value_name = "METHOD",
                     .help = "how the snapshot is compressed",
                     .default_text = "zstd in a store, as the suffix says in a file",
                     .choices = {"zstd", "gzip", "none"},
                     .set = [&flags](const std::vector<std::string>& values) -> Status {
                       HF_ASSIGN(flags.compression, pipeline::parse_compression(values.back()));
                       return {};
                     }});
  options.push_back({.name = "level",
                     .value_name = "N",
                     .help = "compression level, 1 to 19 for zstd and 1 to 9 for gzip",
                     .default_text = "the method's",
                     .set = set_number(flags.level, 1, 19)});
  options.push_back({.name = "drop-free-pages",
                     .help = "zero the pages that hold only deleted data; takes the database's size in --spool-dir",
                     .set = set_switch(flags.drop_free_pages)});
}

void add_name(std::vector<Option>& options, SaveFlags& flags) {
  options.push_back({.name = "cluster",
                     .value_name = "NAME",
                     .help = "name of the cluster, as its user calls it",
                     .set = set_text(flags.cluster)});
  options.push_back({.name = "slot",
                     .value_name = "TIME",
                     .help = "scheduled time that this snapshot stands for (RFC 3339)",
                     .only_flag = true,
                     .set = set_time(flags.slot)});
  options.push_back({.name = "overwrite",
                     .help = "replace what is there under this name",
                     .only_flag = true,
                     .set = set_switch(flags.overwrite)});
  options.push_back({.name = "no-manifest",
                     .help = "store no manifest beside the snapshot; it will not count as a backup",
                     .set = set_switch(flags.no_manifest)});
  options.push_back(
      {.name = "retain-until",
       .value_name = "TIME",
       .help = "nobody can delete the object before this time (RFC 3339); needs a bucket with object lock",
       .only_flag = true,
       .set = set_time(flags.retain_until)});
  options.push_back({.name = "retain-days",
                     .value_name = "N",
                     .help = "the same, so many days from now",
                     .set = set_number<std::uint32_t>(flags.retain_days, 1, 36500)});
}

void add_checks(std::vector<Option>& options, SaveFlags& flags) {
  options.push_back({.name = "verify-hash-kv",
                     .help = "compare with the live member's HashKV at the snapshot's revision",
                     .set = set_switch(flags.verify_hash_kv)});
  options.push_back({.name = "skip-unchanged",
                     .help = "store nothing when the newest backup in the folder has the same content",
                     .set = set_switch(flags.skip_unchanged)});
  options.push_back({.name = "max-lag",
                     .value_name = "N",
                     .help = "raft entries a member may lag behind and still be asked",
                     .default_text = "5000",
                     .set = set_number<std::uint64_t>(flags.max_lag, 0, 1'000'000'000'000)});
}

void add_flow(std::vector<Option>& options, SaveFlags& flags) {
  options.push_back({.name = "data-dir",
                     .value_name = "DIR",
                     .help = "on etcd's own host: read the db file in this data directory of its directly, several "
                             "times as fast as the stream, which is taken when anything about that is in doubt",
                     .completes = Completes::directory,
                     .not_from_settings = true,
                     .set = set_text(flags.data_dir)});
  options.push_back(
      {.name = "limit-rate",
       .value_name = "SIZE",
       .help = "bytes a second to the store at most, such as 20MB; etcd is drained at full speed all the same",
       .set = set_bytes(flags.limit_rate)});
  options.push_back({.name = "spool-dir",
                     .value_name = "DIR",
                     .help = "for temporary files, used only when the store is slower than etcd",
                     .default_text = "TMPDIR, else /var/tmp",
                     .completes = Completes::directory,
                     .set = set_text(flags.spool_dir)});
  options.push_back({.name = "spool-limit",
                     .value_name = "SIZE",
                     .help = "what the spool may take at most",
                     .default_text = "what is free, less 512MiB",
                     .set = set_bytes(flags.spool_limit)});
}

Result<std::optional<WallTime>> retention(const SaveFlags& flags, const Place& place, WallTime now) {
  if (flags.retain_until && flags.retain_days > 0) {
    return fail(Code::usage, "--retain-until and --retain-days are both given");
  }
  std::optional<WallTime> until = flags.retain_until;
  if (flags.retain_days > 0) until = now + std::chrono::days(flags.retain_days);
  if (until && place.kind != Place::Kind::s3) {
    return with_hint(fail(Code::usage, "only a bucket can keep an object from being deleted"),
                     "leave --retain-until and --retain-days out, or save to s3://");
  }
  if (until && *until <= now) return fail(Code::usage, "--retain-until lies in the past");
  return until;
}

// The setter lets through what any method can do.
Status check_level(int level, Compression compression) {
  constexpr int kMaxGzipLevel = 9;
  if (compression != Compression::gzip || level <= kMaxGzipLevel) return {};
  return with_hint(fail(Code::usage, "--level {} is not possible with gzip", level),
                   "gzip has the levels 1 to 9, zstd 1 to 19");
}

// A file or directory is as fast as a spool would be; a bucket may not be.
pipeline::SpoolOptions spool_options(const SaveFlags& flags, const Place& place, const os::Environment& environment) {
  pipeline::SpoolOptions spool;
  spool.file_limit = flags.spool_limit;
  if (place.kind == Place::Kind::s3 || !flags.spool_dir.empty() || flags.limit_rate > 0) {
    spool.directory = temporary_directory(flags.spool_dir, environment);
  } else if (flags.drop_free_pages || flags.verify_hash_kv) {
    spool.directory = place.root;
  }
  return spool;
}

}  // namespace

std::string temporary_directory(const std::string& flag, const os::Environment& environment) {
  return flag.empty() ? environment.get("TMPDIR").value_or("/var/tmp") : flag;
}

OptionGroup save_options(SaveFlags& flags) {
  OptionGroup group{.title = "What is stored", .options = {}};
  add_form(group.options, flags);
  add_name(group.options, flags);
  add_checks(group.options, flags);
  add_flow(group.options, flags);
  return group;
}

Result<SavePlan> plan_save(const Place& place, const SaveFlags& flags, const EncryptFlags& encryption,
                           Session& session) {
  World& world = session.world();
  const WallTime now = world.clock.now();
  if (!place.key.empty() && !place.key.ends_with('/')) HF_TRY(check_names_object(place, world.files));
  HF_ASSIGN(SaveTarget target, choose_save_target(place, flags.compression, encryption.any(), now));
  HF_TRY(check_lengths(target.place, !flags.no_manifest));
  HF_TRY(check_level(flags.level, target.compression));
  SavePlan plan{.place = target.place, .options = {}};
  HF_ASSIGN(plan.options.retain_until, retention(flags, place, now));
  HF_ASSIGN(plan.options.encrypt_to, encrypt_to(encryption, session));
  plan.options.object_key = target.place.key;
  plan.options.name = target.name;
  plan.options.cluster = flags.cluster;
  plan.options.slot = flags.slot;
  plan.options.compression = target.compression;
  plan.options.level = flags.level;
  plan.options.overwrite = flags.overwrite;
  plan.options.only_form = place.kind != Place::Kind::file;
  plan.options.verify_hash_kv = flags.verify_hash_kv;
  plan.options.skip_unchanged = flags.skip_unchanged;
  plan.options.write_manifest = !flags.no_manifest;
  plan.options.drop_free_pages = flags.drop_free_pages;
  plan.options.bytes_per_second = flags.limit_rate;
  plan.options.spool = spool_options(flags, target.place, world.environment);
  plan.options.max_lag = flags.max_lag;
  plan.options.data_dir = flags.data_dir;
  return plan;
}

}  // namespace holdfast::cli
