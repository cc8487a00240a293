// Carries out what next_step() says until the directories of a member are as wanted.
#pragma once

#include "launcher/member/member_disk.h"
#include "launcher/member/next_step.h"
#include "launcher/member/place.h"

#include "base/result.h"
#include "os/file_system.h"

namespace holdfast::launcher {

// One step, on the disk for good when this returns without an error. StepKind::build is not for here
// (Code::internal), done does nothing, refuse is Code::refused with its reason and hint.
Status carry_out(os::FileSystem& files, const Layout& layout, const Step& step);

// Looks, takes a step, looks again, until it is done, refused, or something is to be built, and returns that last step.
// First it syncs the directory where names change: what a program that died had renamed is on the disk for good before
// anything is built on it.
Result<Step> work_towards(os::FileSystem& files, const Place& place, const Wanted& wanted, const HeldCheck& held);

// The same for Goal::swapped, returned and forgotten (staged: see stage.h). Code::refused with the reason when it
// cannot be. After any other error, or a crash, the same call goes on where that one stopped; so does the opposite one.
// One caller at a time for one place: nothing here guards against two programs.
Status bring_to(os::FileSystem& files, const Place& place, const Wanted& wanted, const HeldCheck& held);

}  // namespace holdfast::launcher
