// Names of the jobs that KKP makes for a backup; they stand in the entries of a config's status.
#pragma once

#include <string>
#include <string_view>

namespace holdfast::control {

// "<cluster>-backup-<config>-<action>-<random>". Longer than the 63 characters of a Kubernetes label, it is cut and
// followed by `random` again, without a dash. `action`: "create" or "delete"; `random`: at most 63 characters, KKP
// takes 10 lower-case letters and digits.
std::string job_name(std::string_view cluster, std::string_view config, std::string_view action,
                     std::string_view random);

}  // namespace holdfast::control
