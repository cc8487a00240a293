// holdfast-bench: runs Holdfast and the tools people use today in turn, on the same data, in one run, and prints
// ratios. Started through scripts/bench, which brings up what it needs.
#include <cstdio>
#include <cstdlib>

#include "side_by_side/setting.h"

#include "os/file_system.h"

namespace holdfast::bench {
namespace {

struct Arguments {
  SettingOptions setting;
  int rounds = 5;
  std::string only;       // jobs whose name holds this text
  std::string json_file;  // also written there
};

int usage() {
  fmt::print(stderr,
             "usage: holdfast-bench --holdfast PROGRAM --etcd-fill PROGRAM --work DIRECTORY\n"
             "                      [--objects N] [--rounds N] [--only TEXT] [--json FILE]\n");
  return 2;
}

bool parse(int argc, char** argv, Arguments& arguments) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string flag = argv[i];
    const std::string value = argv[i + 1];
    if (flag == "--holdfast")
      arguments.setting.holdfast = value;
    else if (flag == "--etcd-fill")
      arguments.setting.etcd_fill = value;
    else if (flag == "--work")
      arguments.setting.work_directory = value;
    else if (flag == "--objects")
      arguments.setting.objects = std::strtoull(value.c_str(), nullptr, 10);
    else if (flag == "--rounds")
      arguments.rounds = std::atoi(value.c_str());
    else if (flag == "--only")
      arguments.only = value;
    else if (flag == "--json")
      arguments.json_file = value;
    else
      return false;
  }
  return argc % 2 == 1 && !arguments.setting.holdfast.empty() && !arguments.setting.etcd_fill.empty() &&
         !arguments.setting.work_directory.empty() && arguments.rounds > 0;
}

Status run(const Arguments& arguments) {
  HF_ASSIGN(const Setting setting, make_setting(arguments.setting));
  // What the restores and the looks start from; also makes the object that is restored from the bucket.
  const Command save =
      setting.holdfast({"save", setting.path("snapshot.db"), "--endpoints", setting.endpoint, "--overwrite"});
  HF_TRY(measure(save, setting.path("output.txt")));
  std::vector<Outcome> outcomes;
  for (const Job& job : all_jobs(setting)) {
    if (job.name.find(arguments.only) == std::string::npos) continue;
    HF_ASSIGN(Outcome outcome, run_job(job, arguments.rounds, arguments.setting.work_directory));
    outcomes.push_back(std::move(outcome));
  }
  fmt::print("{}", to_table(outcomes));
  if (arguments.json_file.empty()) return {};
  return os::write_file_atomically(os::real_file_system(), arguments.json_file, as_bytes(to_json(outcomes)), 0644);
}

}  // namespace
}  // namespace holdfast::bench

int main(int argc, char** argv) {
  holdfast::bench::Arguments arguments;
  if (!holdfast::bench::parse(argc, argv, arguments)) return holdfast::bench::usage();
  const auto done = holdfast::bench::run(arguments);
  if (!done) fmt::print(stderr, "holdfast-bench: {}\n", done.error().to_string());
  return done ? 0 : holdfast::exit_code(done.error().code);
}
