// The world around what is tested: real files, everything else in the test's hands.
#pragma once

#include <sstream>

#include "fake_prompter.h"

#include "cli/world.h"
#include "os/environment.h"
#include "os/file_system.h"
#include "support/fake_clock.h"
#include "support/fixed_random.h"

namespace holdfast::cli {

struct WorldBench {
  test::FakeClock clock_;
  test::FixedRandom random_;
  os::Environment environment_;
  std::ostringstream out_;
  std::ostringstream err_;
  test::FakePrompter prompter_;
  World world_{.files = os::real_file_system(),
               .clock = clock_,
               .random = random_,
               .environment = environment_,
               .out = out_,
               .err = err_,
               .prompter = prompter_};
};

}  // namespace holdfast::cli
