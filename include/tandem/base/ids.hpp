// Ids that cannot be mixed up. A generational id names a slot and the generation of its tenant, so a stale id finds nothing.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace tandem {

/// A number with a meaning: LegId and AttemptId are both small integers, and neither is the other.
template <class Tag, class Rep = std::uint32_t>
class StrongId {
 public:
  constexpr StrongId() = default;
  constexpr explicit StrongId(Rep value) : value_(value) {}
  constexpr Rep value() const { return value_; }
  friend constexpr auto operator<=>(StrongId, StrongId) = default;

 private:
  Rep value_ = 0;
};

/// Slot index in the low half, generation in the high half; 0 is "none". Packs into a pointer-sized callback context.
template <class Tag>
class GenerationalId {
 public:
  constexpr GenerationalId() = default;
  constexpr GenerationalId(std::uint32_t index, std::uint32_t generation)
      : packed_((std::uint64_t{generation} << 32) | index) {}
  static constexpr GenerationalId unpack(std::uint64_t packed) {
    GenerationalId id;
    id.packed_ = packed;
    return id;
  }
  constexpr std::uint64_t pack() const { return packed_; }
  constexpr std::uint32_t index() const { return static_cast<std::uint32_t>(packed_); }
  constexpr std::uint32_t generation() const { return static_cast<std::uint32_t>(packed_ >> 32); }
  constexpr explicit operator bool() const { return packed_ != 0; }
  friend constexpr auto operator<=>(GenerationalId, GenerationalId) = default;

 private:
  std::uint64_t packed_ = 0;
};

using CallId = GenerationalId<struct CallTag>;                  ///< one call on one switchboard
using MediaSessionId = GenerationalId<struct MediaSessionTag>;  ///< the ports and path of one call

}  // namespace tandem

template <class Tag, class Rep>
struct std::hash<tandem::StrongId<Tag, Rep>> {
  std::size_t operator()(tandem::StrongId<Tag, Rep> id) const noexcept { return std::hash<Rep>{}(id.value()); }
};
template <class Tag>
struct std::hash<tandem::GenerationalId<Tag>> {
  std::size_t operator()(tandem::GenerationalId<Tag> id) const noexcept { return std::hash<std::uint64_t>{}(id.pack()); }
};
