// Where a setting comes from: flag before environment before configuration file before default.
#pragma once

#include "cli/command_line.h"
#include "cli/config_file.h"
#include "os/environment.h"
#include "os/file_system.h"

namespace holdfast::cli {

// The configuration file to read: --config, HOLDFAST_CONFIG, else $XDG_CONFIG_HOME/holdfast/config.yaml or
// ~/.config/holdfast/config.yaml when it is there. Read and checked against the commands. Code::not_found when a file
// that was asked for does not exist.
Result<ConfigFile> load_config(const Command& root, const CommandLine& line, const os::Environment& environment,
                               os::FileSystem& files);

// Every HOLDFAST_ variable that is not empty must set something: one that does not is a typing error, and what it was
// to set (a recipient, say) would be missing in silence. Code::usage names the variable and what is nearest, never its
// value. Passed over: the variables of our own scripts and tests, and those that Kubernetes gives every pod beside a
// Service whose name begins with "holdfast".
Status check_environment(const Command& root, const os::Environment& environment);

// Calls the setter of every option of the command for which somebody has given a value. Code::usage names the flag, the
// variable, or the line of the file that holds a bad value, and not the value when it may be a secret.
Status apply_settings(const Command& root, const CommandLine& line, const os::Environment& environment,
                      const ConfigFile& config);

}  // namespace holdfast::cli
