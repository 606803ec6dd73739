// Calls that cross a border.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "trunk/inquiry.hpp"

namespace tandem::trunk {

/// From which country to which a call goes: looked up once, however many trunks ask, and not at all where
/// none does.
class Borders {
 public:
  /// caller: as far as it is known. Both must outlive this.
  Borders(const std::optional<numbering::Number>& caller, const numbering::Number& called)
      : caller_(caller), called_(called) {}

  /// Why the trunk does not take the call; nullopt where it is domestic, or the trunk allows all.
  std::optional<std::string> block(Trace&, const config::Trunk&);

 private:
  enum class Kind : std::uint8_t { Domestic, International, UnknownCaller };
  void look_up();

  const std::optional<numbering::Number>& caller_;
  const numbering::Number& called_;
  std::string
      text_;  ///< "+13125550100 (United States) calls +442071838750 (United Kingdom)"; empty: not looked up
  Kind kind_ = Kind::Domestic;
};

/// The refusal where the trunk blocks international calls and this is one, in either direction.
std::optional<Refusal> check_international(Inquiry&, const config::Trunk&,
                                           const std::optional<numbering::Number>& caller,
                                           const numbering::Number& called);

}  // namespace tandem::trunk
