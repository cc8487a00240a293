// The profile in ~/.aws/credentials and ~/.aws/config. Private to s3/.
#pragma once

#include <string>

#include "objectstore/s3/credentials.h"
#include "objectstore/s3/ini_file.h"

namespace holdfast::objectstore::s3 {

struct SharedProfile {
  std::string name;
  bool asked_for = false;        // by option or AWS_PROFILE, not just the default
  std::string credentials_file;  // paths looked at, for messages; empty without a home directory
  std::string config_file;
  IniSection credentials;  // empty when the file or the section is not there
  IniSection config;
  std::string unreadable;  // of the files in the home directory, the one we may not read; empty: none

  bool exists() const { return !credentials.empty() || !config.empty(); }
  // From the credentials file if it has it, else from the config file; empty when neither does.
  std::string setting(const std::string& name) const;
};

// Reads both files anew. AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE say where they are, else $HOME/.aws; a file
// that is not there is as good as empty. `profile` empty: AWS_PROFILE, else "default". Errors name the file, never what
// stands in it.
Result<SharedProfile> load_shared_profile(const std::string& profile, const CredentialSystem& system);

}  // namespace holdfast::objectstore::s3
