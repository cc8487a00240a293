// What a person is told to run.
#pragma once

#include <functional>
#include <string>

#include "control/restore/deciding.h"

namespace holdfast::control {

// For each of the members: what is the matter with it, and what to run on its host.
std::string help_for_members(const Deciding& deciding, const std::function<bool(const MemberRecord&)>& which);

// The command that turns the restore back.
std::string undo_command(const RestoreView& view);

}  // namespace holdfast::control
