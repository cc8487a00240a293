#include "cli/restore_options.h"

#include <limits>

#include "cli/setters.h"

namespace holdfast::cli {
namespace {

using snapshot::RestoreTarget;

void add_member(std::vector<Option>& options, RestoreFlags& flags) {
  options.push_back({.name = "data-dir",
                     .value_name = "DIR",
                     .help = "directory to make; it must not exist, or be empty",
                     .default_text = "NAME.etcd",
                     .completes = Completes::directory,
                     .not_from_settings = true,
                     .set = set_text(flags.data_dir)});
  options.push_back({.name = "wal-dir",
                     .value_name = "DIR",
                     .help = "directory for the write-ahead log",
                     .default_text = "in the data directory",
                     .completes = Completes::directory,
                     .only_flag = true,
                     .set = set_text(flags.wal_dir)});
  options.push_back({.name = "name",
                     .value_name = "NAME",
                     .help = "name of the member",
                     .default_text = "default",
                     .set = set_text(flags.name)});
  options.push_back({.name = "member",
                     .value_name = "NAME=DIR",
                     .help = "a member and its directory, instead of --name and --data-dir; all come from one pass",
                     .repeatable = true,
                     .only_flag = true,
                     .set = set_list(flags.members)});
}

void add_cluster(std::vector<Option>& options, RestoreFlags& flags) {
  options.push_back({.name = "initial-cluster",
                     .value_name = "NAME=URL[,...]",
                     .help = "the members of the new cluster and their peer URLs",
                     .default_text = "default=http://localhost:2380",
                     .set = set_text(flags.initial_cluster)});
  options.push_back({.name = "initial-cluster-token",
                     .value_name = "TOKEN",
                     .help = "keeps this cluster apart from others with the same URLs",
                     .default_text = "etcd-cluster",
                     .set = set_text(flags.initial_cluster_token)});
  options.push_back({.name = "initial-advertise-peer-urls",
                     .value_name = "URL[,...]",
                     .help = "the member's own peer URLs; they must be those of --initial-cluster",
                     .default_text = "those of --initial-cluster",
                     .set = set_optional_text(flags.initial_advertise_peer_urls)});
}

void add_content(std::vector<Option>& options, RestoreFlags& flags) {
  options.push_back({.name = "skip-hash-check",
                     .help = "accept a file without SHA-256, such as a copy of a member's database",
                     .only_flag = true,
                     .set = set_switch(flags.skip_hash_check)});
  options.push_back(
      {.name = "allow-damage",
       .help = "restore a snapshot although its pages or its SHA-256 are damaged: etcd may not start, or miss keys",
       .only_flag = true,
       .set = set_switch(flags.allow_damage)});
  options.push_back(
      {.name = "bump-revision",
       .value_name = "N",
       .help = "how much to add to the latest revision; with --mark-compacted",
       .only_flag = true,
       .set = set_number<std::uint64_t>(flags.bump_revision, 0, std::numeric_limits<std::int64_t>::max())});
  options.push_back({.name = "mark-compacted",
                     .help =
                         "let watches from before the restore end, so that clients look at everything again; needed "
                         "with --bump-revision, refused without",
                     .only_flag = true,
                     .set = set_switch(flags.mark_compacted)});
  options.push_back({.name = "clear-alarms",
                     .help = "leave the alarms of the old cluster behind, so that an old NOSPACE does not block writes",
                     .set = set_switch(flags.clear_alarms)});
  options.push_back({.name = "drop-free-pages",
                     .help = "zero the pages that hold only deleted data",
                     .set = set_switch(flags.drop_free_pages)});
  options.push_back({.name = "target-version",
                     .value_name = "VERSION",
                     .help = "etcd version that will be started, such as 3.5: warn about what it does not accept",
                     .set = set_text(flags.target_version)});
}

Result<std::vector<RestoreTarget>> several_targets(const RestoreFlags& flags) {
  if (!flags.data_dir.empty() || !flags.wal_dir.empty() || flags.initial_advertise_peer_urls) {
    return fail(Code::usage,
                "--member cannot be combined with --data-dir, --wal-dir and --initial-advertise-peer-urls");
  }
  std::vector<RestoreTarget> targets;
  for (const std::string& text : flags.members) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
      return with_hint(fail(Code::usage, "--member: \"{}\" is not a name and a directory", text), "write NAME=DIR");
    }
    targets.push_back({.name = text.substr(0, equals), .data_dir = text.substr(equals + 1), .wal_dir = {}});
  }
  return targets;
}

Result<std::vector<RestoreTarget>> one_target(const RestoreFlags& flags, const snapshot::Membership& membership) {
  if (membership.find(flags.name) == nullptr) {
    return with_hint(fail(Code::usage, "--initial-cluster {} has no member \"{}\"", flags.initial_cluster, flags.name),
                     "--name must be one of the names in --initial-cluster");
  }
  if (flags.initial_advertise_peer_urls) {
    HF_TRY(snapshot::check_advertised(membership, flags.name, *flags.initial_advertise_peer_urls));
  }
  const std::string data_dir = flags.data_dir.empty() ? flags.name + ".etcd" : flags.data_dir;
  return std::vector<RestoreTarget>{{.name = flags.name, .data_dir = data_dir, .wal_dir = flags.wal_dir}};
}

}  // namespace

OptionGroup restore_flag_options(RestoreFlags& flags) {
  OptionGroup group{.title = "What is made", .options = {}};
  add_member(group.options, flags);
  add_cluster(group.options, flags);
  add_content(group.options, flags);
  return group;
}

Result<snapshot::RestoreOptions> restore_options(const RestoreFlags& flags) {
  snapshot::RestoreOptions options;
  HF_ASSIGN(options.membership, snapshot::parse_membership(flags.initial_cluster, flags.initial_cluster_token));
  if (flags.members.empty()) {
    HF_ASSIGN(options.targets, one_target(flags, options.membership));
  } else {
    HF_ASSIGN(options.targets, several_targets(flags));
  }
  options.skip_hash_check = flags.skip_hash_check;
  options.allow_damage = flags.allow_damage;
  options.bump_revision = flags.bump_revision;
  options.mark_compacted = flags.mark_compacted;
  options.clear_alarms = flags.clear_alarms;
  options.drop_free_pages = flags.drop_free_pages;
  options.target_version = flags.target_version;
  return options;
}

}  // namespace holdfast::cli
