#include "pipeline/progress.h"

namespace holdfast::pipeline {
namespace {

class SilentProgress final : public Progress {
 public:
  void update(const ProgressUpdate&) override {}
};

}  // namespace

Progress& silent_progress() {
  static SilentProgress progress;
  return progress;
}

}  // namespace holdfast::pipeline
