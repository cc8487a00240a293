// Private to pipeline/: the textual header of an age file, between bytes and stanzas. Nothing here knows a key.
// The grammar is strict and every header has exactly one spelling: serialize(parse(text)) == text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/sha256.h"
#include "base/stream.h"

namespace holdfast::pipeline::age {

constexpr std::string_view kVersionLine = "age-encryption.org/v1\n";
constexpr std::size_t kMacSuffixSize = 45;  // the end of a header its MAC does not cover: a space, 43 digits, a newline
constexpr std::size_t kMaxHeaderSize = kMiB;  // our own limits; the format names none
constexpr std::size_t kMaxStanzas = 1000;

struct Stanza {
  std::vector<std::string> arguments;  // at least one: the type
  Bytes body;
};

struct Header {
  std::vector<Stanza> stanzas;
  Sha256Digest mac{};
};

// The header without its MAC, up to and including "---": what the MAC is computed over.
std::string authenticated_part(const std::vector<Stanza>& stanzas);
// The complete header, ending in a newline.
std::string serialize(const Header& header);

// Code::corrupt for anything the grammar does not allow; Code::unsupported for other versions and ASCII armour.
Result<Header> parse_header(std::string_view text);

// A header as it was read from a stream.
struct ReadHeader {
  std::string text;  // as long as it was, from the version line to the newline after the MAC
  Bytes rest;        // read beyond it: the beginning of the payload
};
// Reads until the header ends. Code::corrupt when it does not within kMaxHeaderSize or before the stream's end.
Result<ReadHeader> read_header(ByteSource& from);

}  // namespace holdfast::pipeline::age
