// The reference of all kinds as a document: docs/api.md.
#pragma once

#include <string>

#include "api/kind.h"

namespace holdfast::api {

std::string markdown_reference(const Kinds& kinds);

}  // namespace holdfast::api
