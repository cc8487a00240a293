#include "os/errno_error.h"

#include <cerrno>
#include <cstring>

namespace holdfast::os {
namespace {

Code code_of(int number) {
  switch (number) {
    case ENOENT:
    case ENOTDIR:
      return Code::not_found;
    case EEXIST:
    case ENOTEMPTY:
      return Code::exists;
    case EACCES:
    case EPERM:
    case EROFS:
      return Code::refused;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return Code::no_space;
    case EISDIR:
    case ELOOP:
    case ENAMETOOLONG:
      return Code::usage;
    case EIO:
    case EBUSY:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case ESTALE:
      return Code::unavailable;
    default:
      return Code::internal;
  }
}

std::string hint_for(int number, Code code) {
  if (number == EIO) return "the disk reports an error: look at the kernel's log";
  if (number == EFBIG) return "files may not get so large there: raise the limit (ulimit -f) or choose another place";
  if (code == Code::refused)
    return "check owner and permissions of the path, and that the file system is mounted writable";
  if (code == Code::no_space) return "free some space there or choose another place";
  return "";
}

}  // namespace

tl::unexpected<Error> errno_error(std::string_view what, std::string_view path) {
  const int number = errno;
  const Code code = code_of(number);
  return with_hint(fail(code, "cannot {} {}: {}", what, path, std::strerror(number)), hint_for(number, code));
}

}  // namespace holdfast::os
