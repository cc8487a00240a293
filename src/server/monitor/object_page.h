// Writes the metrics of clusters, configs, backups and destinations. docs/monitoring.md lists them.
#pragma once

#include "metrics/page.h"
#include "server/monitor/object_summary.h"

namespace holdfast::server {

void write_objects(metrics::Page& page, const ObjectSummary& summary);

}  // namespace holdfast::server
