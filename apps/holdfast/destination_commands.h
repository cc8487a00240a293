// The commands of "destination" that are in files of their own.
#pragma once

#include "cluster_options.h"

#include "cli/command.h"

namespace holdfast::app {

constexpr const char* kSpace = "kubermatic";  // where Seeds lie

inline cli::Positional destination_name() {
  return named("NAME", "name of the destination", cli::kDestinations);
}

cli::Command make_destination_test();
cli::Command make_destination_scan();
cli::Command make_destination_list();

}  // namespace holdfast::app
