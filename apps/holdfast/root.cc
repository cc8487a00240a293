#include "commands.h"

namespace holdfast::app {
namespace {

cli::Command make_snapshot() {
  return {.name = "snapshot",
          .summary = "saves, inspects and restores snapshots of etcd",
          .description = "A PLACE is a file path, file:///dir/name, or s3://bucket/prefix/name.",
          .commands = {make_snapshot_save(), make_snapshot_status(), make_snapshot_verify(), make_snapshot_diff(),
                       make_snapshot_restore(), make_snapshot_list(), make_snapshot_show(), make_snapshot_delete(),
                       make_snapshot_check()}};
}

}  // namespace

cli::Command make_holdfast(cli::General& general) {
  return {
      .name = "holdfast",
      .summary = "backs up and restores etcd",
      .description =
          "Takes snapshots of etcd that are known to be restorable, puts them on a disk or into a bucket in one "
          "pass, and turns them back into data directories that etcd starts from.\n\n"
          "Every flag can also be set by an environment variable or in a configuration file, unless it says \"only as "
          "a flag\". \"holdfast --version\" shows the version.",
      .groups = {cli::general_options(general)},
      .examples = {{.explanation = "a snapshot into a bucket, encrypted",
                    .line = "holdfast snapshot save s3://backups/prod/ --recipient age1..."},
                   {.explanation = "what is in the bucket", .line = "holdfast snapshot list s3://backups/prod/"}},
      .commands = {make_snapshot(), make_server(),    make_cluster(),  make_destination(), make_schedule(),
                   make_backup(),   make_operation(), make_get(),      make_describe(),    make_apply(),
                   make_delete(),   make_edit(),      make_watch(),    make_wait(),        make_config(),
                   make_token(),    make_launcher(),  make_complete(), make_completion(),  make_version(),
                   make_help(),     make_man()}};
}

}  // namespace holdfast::app
