// Where kubeconfigs lie, and the one change that is made to them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "client/kubeconfig.h"

#include "os/environment.h"
#include "os/file_system.h"

namespace holdfast::client {

// The files of a list as KUBECONFIG has it (separated by colons); of an empty list: ~/.kube/config.
std::vector<std::string> kubeconfig_paths(std::string_view list, const os::Environment& environment);

// All of them as one: what an earlier file says counts. Files that do not exist are passed over. Code::not_found when
// none of them exists.
Result<Kubeconfig> load_kubeconfig(const std::vector<std::string>& paths, os::FileSystem& files);

// The text of a kubeconfig with another current context; everything else stays as it is, comments too.
// Code::unsupported when it is not written in lines.
Result<std::string> with_current_context(std::string_view text, const std::string& context);

// Writes it into the first file that names a current context, else into the first that exists, and returns its path.
// The file keeps its permissions. Code::usage when no file has such a context.
Result<std::string> set_current_context(const std::vector<std::string>& paths, const std::string& context,
                                        os::FileSystem& files);

}  // namespace holdfast::client
