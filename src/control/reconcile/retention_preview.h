// What a change of a backup config would remove, as sentences for whoever is about to make it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "control/instant.h"
#include "control/reconcile/cluster_view.h"

namespace holdfast::control {

// `wanted` as it would be stored; the config there is now, if any, is found in the view. Sentences of
// retention/preview.h; none when the config cannot be read.
std::vector<std::string> preview_config(const json::Value& wanted, const ClusterView& view, Instant now);

// What one more backup of this config, taken now, would push out beside the usual oldest: a sentence when the newest
// good one goes, as with rules that keep one of each day; empty otherwise.
std::string preview_backup(std::string_view config, const ClusterView& view, Instant now);

}  // namespace holdfast::control
