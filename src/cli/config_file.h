// The configuration file: a flat YAML mapping from option names to values.
//
//   endpoints: [https://10.0.0.1:2379, https://10.0.0.2:2379]
//   cacert: /etc/etcd/ca.crt
//   s3-region: eu-central-1
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/command.h"

namespace holdfast::cli {

constexpr std::size_t kMaxConfigSize = 256 * 1024;

struct ConfigEntry {
  std::vector<std::string> values;  // scalars as written
  int line = 0;                     // counted from 1
};

struct ConfigFile {
  std::string path;                            // for messages; empty when there is no file
  std::map<std::string, ConfigEntry> entries;  // by option name
};

// Reads the text of a file. Code::usage names file and line for whatever is not a mapping from names to scalars or
// lists of scalars, or is there twice.
Result<ConfigFile> parse_config(std::string_view text, const std::string& path);

// Every name must be an option of some command that the file may set: Code::usage names the line otherwise.
Status check_config(const ConfigFile& config, const Command& root);

}  // namespace holdfast::cli
