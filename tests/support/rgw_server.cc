#include "support/rgw_server.h"

#include <cstdlib>
#include <fstream>
#include <map>

namespace holdfast::test {

std::optional<RgwServer> rgw_server() {
  const char* given = std::getenv("HOLDFAST_RGW");
  const std::string directory = given != nullptr && *given != '\0' ? given : HOLDFAST_DEFAULT_RGW;
  std::ifstream file(directory + "/env");
  std::map<std::string, std::string> values;
  for (std::string line; std::getline(file, line);) {
    const auto equals = line.find('=');
    if (equals != std::string::npos) values[line.substr(0, equals)] = line.substr(equals + 1);
  }
  if (values["ENDPOINT"].empty()) return std::nullopt;
  return RgwServer{.endpoint = values["ENDPOINT"],
                   .access_key = values["ACCESS_KEY"],
                   .secret_key = values["SECRET_KEY"],
                   .reader_access_key = values["READER_ACCESS_KEY"],
                   .reader_secret_key = values["READER_SECRET_KEY"],
                   .bucket = values["BUCKET"],
                   .locked_bucket = values["LOCKED_BUCKET"]};
}

}  // namespace holdfast::test
