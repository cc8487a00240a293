// The commands of `holdfast backup`.
#pragma once

#include "commands.h"

namespace holdfast::app {

cli::Command make_backup_now();
cli::Command make_backup_verify();
cli::Command make_backup_download();

}  // namespace holdfast::app
