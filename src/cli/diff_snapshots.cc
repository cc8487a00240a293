#include "cli/diff_snapshots.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/save_options.h"
#include "cli/setters.h"
#include "pipeline/stoppable_file.h"
#include "repository/difference/list_stream.h"

namespace holdfast::cli {
namespace {

using repository::ReadValues;
using snapshot::KeyListing;

class Differ {
 public:
  Differ(const DiffSources& sources, const DiffFlags& flags, Session& session)
      : sources_(sources), flags_(flags), session_(session), world_(session.world()) {
    compare_.limits.names = flags.limit;
    for (const std::string& prefix : flags.etcd_prefixes)
      compare_.roots.push_back(snapshot::as_root(prefix));
    compare_.stop = world_.stop;
    // Keys and values are of other people, who must not know it.
    seed_ = {.low = world_.random.next(), .high = world_.random.next()};
  }

  Result<DiffOutcome> run() {
    HF_ASSIGN(const KeyListing from, list(sources_.from, outcome_.from));
    if (sources_.to.empty()) {
      HF_TRY(compare_with_cluster(from));
    } else {
      HF_ASSIGN(const KeyListing to, list(sources_.to, outcome_.to));
      HF_ASSIGN(outcome_.difference, repository::compare_snapshots(from, to, compare_));
      outcome_.difference.backup_cluster_id = outcome_.from.cluster_id;
      outcome_.difference.present_cluster_id = outcome_.to.cluster_id;
    }
    return std::move(outcome_);
  }

 private:
  Result<KeyListing> list(const std::string& text, DiffSide& side) {
    HF_ASSIGN(const repository::Place place, repository::parse_place(text));
    HF_ASSIGN(SnapshotInput input, find_snapshot(place, sources_.s3, session_));
    auto listing = input.file ? list_file(input) : list_stored(input);
    if (!listing) return in_context(std::move(listing).error(), "read {}", input.place_text());
    side.place = input.place_text();
    side.time = input.entry.modified;
    side.time_is_of_file = true;
    if (input.entry.manifest && !sources_.read.ignore_manifest) {
      side.time = input.entry.manifest->started_at;
      side.time_is_of_file = false;
      if (input.entry.manifest->etcd.cluster_id != 0) side.cluster_id = input.entry.manifest->etcd.cluster_id;
    }
    return listing;
  }

  snapshot::ListOptions list_options() const {
    return {.spool_directory = temporary_directory(flags_.spool_dir, world_.environment),
            .memory = static_cast<std::size_t>(flags_.memory),
            .digest_seed = seed_};
  }

  Result<KeyListing> list_file(SnapshotInput& input) {
    if (!sources_.read.ignore_manifest) HF_TRY(check_against_manifest(input));
    const auto progress = session_.progress();
    snapshot::ListOptions options = list_options();
    options.on_progress = forward_progress(*progress, "read");
    pipeline::StoppableFile file(*input.file, world_.stop);
    return snapshot::list_keys(file, world_.files, options);
  }

  Result<KeyListing> list_stored(SnapshotInput& input) {
    HF_ASSIGN(const auto source, open_stream(input, sources_.read, sources_.decryption, session_));
    const auto progress = session_.progress();
    const auto forward = forward_progress(*progress, "read");
    return repository::list_keys(*source, world_.files, list_options(),
                                 [&](std::uint64_t done) { forward(done, source->size_hint()); });
  }

  Status compare_with_cluster(const KeyListing& from) {
    HF_ASSIGN(const etcd::ClientOptions client_options, etcd_client_options(sources_.etcd, session_));
    HF_ASSIGN(const auto client, world_.connect(client_options));
    const repository::DifferenceOptions options{.compare = compare_,
                                                .digest_seed = seed_,
                                                .backup_cluster_id = outcome_.from.cluster_id,
                                                .read_values = flags_.values};
    outcome_.to = {.place = endpoints_text(), .is_cluster = true, .time = world_.clock.now()};
    HF_ASSIGN(outcome_.difference, repository::compare_with_cluster(from, *client, options));
    outcome_.to.cluster_id = outcome_.difference.present_cluster_id;
    return {};
  }

  // A user and password in a URL are nobody's business.
  std::string endpoints_text() const {
    std::vector<std::string> shown;
    for (const std::string& endpoint : sources_.etcd.endpoints) {
      const auto at = endpoint.rfind('@');
      shown.push_back(at == std::string::npos ? endpoint : endpoint.substr(at + 1));
    }
    return fmt::format("{}", fmt::join(shown, ","));
  }

  const DiffSources& sources_;
  const DiffFlags& flags_;
  Session& session_;
  World& world_;
  snapshot::CompareOptions compare_;
  snapshot::DigestSeed seed_;
  DiffOutcome outcome_;
};

}  // namespace

OptionGroup diff_options(DiffFlags& flags) {
  OptionGroup group{.title = "Comparing", .options = {}};
  group.options.push_back({.name = "limit",
                           .value_name = "N",
                           .help = "names to show of each kind of object, for each way to change; more are counted",
                           .default_text = "10",
                           .only_flag = true,
                           .set = set_number<std::size_t>(flags.limit, 0, 1000)});
  group.options.push_back({.name = "etcd-prefix",
                           .value_name = "PATH",
                           .help = "where an API server keeps its objects (its --etcd-prefix), beside /registry, "
                                   "/kubernetes.io and /openshift.io",
                           .repeatable = true,
                           .set = set_list(flags.etcd_prefixes)});
  group.options.push_back(
      {.name = "values",
       .value_name = "WHEN",
       .help = "read the values of the live cluster to compare them: when it is not known to be the same cluster or "
               "has another history, always, or never; else a key that was written since counts as changed",
       .default_text = "auto",
       .choices = {"auto", "always", "never"},
       .only_flag = true,
       .set = set_choice<ReadValues>(
           flags.values,
           {{"auto", ReadValues::when_needed}, {"always", ReadValues::always}, {"never", ReadValues::never}})});
  group.options.push_back({.name = "memory",
                           .value_name = "SIZE",
                           .help = "for sorting the keys of a snapshot; more go through a temporary file",
                           .default_text = "32MiB",
                           .only_flag = true,
                           .set = set_bytes(flags.memory)});
  group.options.push_back({.name = "spool-dir",
                           .value_name = "DIR",
                           .help = "for that temporary file, which needs some 30 to 100 bytes for each record",
                           .default_text = "TMPDIR, else /var/tmp",
                           .completes = Completes::directory,
                           .set = set_text(flags.spool_dir)});
  return group;
}

Result<DiffOutcome> diff_snapshots(const DiffSources& sources, const DiffFlags& flags, Session& session) {
  return Differ(sources, flags, session).run();
}

}  // namespace holdfast::cli
