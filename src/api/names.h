// What may be the name of something: the grammars of Kubernetes, and names the server makes up.
#pragma once

#include <string>
#include <string_view>

#include "os/random.h"

namespace holdfast::api {

constexpr std::size_t kMaxName = 253;
constexpr std::size_t kMaxLabel = 63;

// RFC 1123: small letters, digits and dashes, at most 63, beginning and ending with a letter or digit.
bool is_dns_label(std::string_view text);
// Labels joined by dots, at most 253 bytes in all. Parts longer than 63 are allowed, as Kubernetes does.
bool is_dns_subdomain(std::string_view text);
// "name" or "prefix/name": the prefix a subdomain, the name at most 63 of letters, digits, '-', '_' and '.'.
bool is_qualified_name(std::string_view text);
// Empty, or as the name part of a qualified name.
bool is_label_value(std::string_view text);
// The name of a value in a Secret or ConfigMap.
bool is_data_key(std::string_view text);

// `prefix`, cut to 58 bytes, and five characters that make no words. May collide: try again then.
std::string generated_name(std::string_view prefix, os::Random& random);
// A UUID of version 4.
std::string new_uid(os::Random& random);

}  // namespace holdfast::api
