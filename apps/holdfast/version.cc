#include "model/version.h"

#include "commands.h"

namespace holdfast::app {

cli::Command make_version() {
  return {.name = "version",
          .summary = "shows the version of the program",
          .examples = {{.explanation = "for a script", .line = "holdfast version -o json"}},
          .run = [](cli::Session& session, const std::vector<std::string>&) -> Result<int> {
            session.print(json::Object{{"name", "holdfast"}, {"version", kVersion}},
                          [](std::ostream& out) { out << "holdfast " << kVersion << '\n'; });
            return 0;
          }};
}

}  // namespace holdfast::app
