// The directories of a restore, told apart by where they lead and not by how they are written.
#pragma once

#include <vector>

#include "snapshot/restore.h"

namespace holdfast::cli {

// Makes the paths such that comparing them as text is enough: ".." is resolved, and a write-ahead log that lies in its
// data directory by way of a link or an absolute path is named from there. Code::usage when two directories are the
// same or lie in each other, or a write-ahead log would lie among the files that etcd keeps beside it.
Status settle_directories(std::vector<snapshot::RestoreTarget>& targets);

}  // namespace holdfast::cli
