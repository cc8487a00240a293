// The format of ~/.aws/credentials and ~/.aws/config. Private to s3/.
// Source: "Configuration and credential file settings" (AWS SDKs and Tools Reference Guide).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace holdfast::objectstore::s3 {

// Names in lower case. A setting nested below another one is "outer.inner".
using IniSection = std::map<std::string, std::string>;
// By what stands between the brackets, with single spaces and without quotes: "default", "profile backup".
using IniFile = std::map<std::string, IniSection>;

// A section that occurs twice is one section; of two settings of one name the last one counts. "#" and ";" begin a
// comment at the start of a line, or behind white space. Code::usage names the line when it is neither section nor
// setting, and nothing of what stands in it: it may be half a key.
Result<IniFile> parse_ini(std::string_view text);

}  // namespace holdfast::objectstore::s3
