// Seeded chance for made-up data: the same seed gives the same series on every machine.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace holdfast::bench {

class Dice {
 public:
  Dice(std::uint64_t seed, std::uint64_t stream) : state_(seed * 0x9e3779b97f4a7c15ULL + stream) { next(); }

  // SplitMix64.
  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

  std::uint64_t below(std::uint64_t limit) { return next() % limit; }

  template <std::size_t N>
  std::string_view pick(const std::array<std::string_view, N>& from) {
    return from[below(N)];
  }

  std::string from_alphabet(std::string_view alphabet, std::size_t count) {
    std::string text(count, '\0');
    for (char& c : text)
      c = alphabet[below(alphabet.size())];
    return text;
  }

  std::string hex(std::size_t digits) { return from_alphabet("0123456789abcdef", digits); }
  // What Kubernetes appends to generated names: no vowels, no letters that look alike.
  std::string suffix(std::size_t count) { return from_alphabet("bcdfghjklmnpqrstvwxz2456789", count); }

  std::string base64(std::size_t bytes) {
    Bytes raw(bytes);
    for (std::uint8_t& byte : raw)
      byte = static_cast<std::uint8_t>(next());
    return to_base64(raw);
  }

  std::string uuid() { return hex(8) + '-' + hex(4) + "-4" + hex(3) + "-a" + hex(3) + '-' + hex(12); }

  std::string timestamp() {
    return "2026-" + two(1 + below(12)) + '-' + two(1 + below(28)) + 'T' + two(below(24)) + ':' + two(below(60)) + ':' +
           two(below(60)) + 'Z';
  }

  std::string address() {
    return "10." + std::to_string(below(256)) + '.' + std::to_string(below(256)) + '.' + std::to_string(below(256));
  }

 private:
  static std::string two(std::uint64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); }

  std::uint64_t state_;
};

}  // namespace holdfast::bench
