// Private to s3/: a token that somebody else keeps fresh in a file.
#pragma once

#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "os/file_system.h"

namespace holdfast::objectstore::s3 {

// The file's text without the white space around it. Code::usage when it is empty or cannot be a token (white space or
// control characters inside), Code::no_space when it is far too large for one.
Result<Secret> read_token(os::FileSystem& files, const std::string& path);

}  // namespace holdfast::objectstore::s3
