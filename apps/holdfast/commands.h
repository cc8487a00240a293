// The commands of the program, one file each: flags, wiring, no logic.
#pragma once

#include <string>
#include <utility>

#include "cli/command.h"
#include "cli/session.h"

namespace holdfast::app {

cli::Command make_snapshot_save();
cli::Command make_snapshot_status();
cli::Command make_snapshot_verify();
cli::Command make_snapshot_restore();
cli::Command make_snapshot_diff();
cli::Command make_snapshot_list();
cli::Command make_snapshot_show();
cli::Command make_snapshot_delete();
cli::Command make_snapshot_check();
cli::Command make_server();
cli::Command make_get();
cli::Command make_describe();
cli::Command make_apply();
cli::Command make_delete();
cli::Command make_edit();
cli::Command make_watch();
cli::Command make_wait();
cli::Command make_config();
cli::Command make_token();
cli::Command make_launcher();
cli::Command make_complete();

cli::Command make_backup();
cli::Command make_operation();
cli::Command make_schedule();
cli::Command make_destination();
cli::Command make_cluster();
cli::Command make_completion();
cli::Command make_version();
cli::Command make_man();
cli::Command make_help();

// The whole tree. What the options of the root set goes to `general`, which must outlive the tree.
cli::Command make_holdfast(cli::General& general);

// Adds to an error what the command was doing.
template <class... Args>
Result<int> doing(Result<int> result, fmt::format_string<Args...> format, Args&&... args) {
  if (result) return result;
  return in_context(std::move(result).error(), format, std::forward<Args>(args)...);
}

}  // namespace holdfast::app
