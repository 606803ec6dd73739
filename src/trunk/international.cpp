#include "trunk/international.hpp"

#include "tandem/numbering/country.hpp"

namespace tandem::trunk {
namespace {

constexpr std::string_view kNoCountry = "001";

/// Not a number that calls come from: it belongs to no country, or all of +1 shares it, so it says nothing of
/// where its user is. As a caller it may be anybody; as the called one it is at home where it is free.
bool says_nothing(const numbering::Number& caller) {
  const auto country = numbering::country_of(caller);
  return !country || *country == kNoCountry;
}

std::string place_of(const numbering::Number& number) {
  const auto country = numbering::country_of(number);
  if (!country) return number.e164() + " (no country)";
  return number.e164() + " (" + std::string(numbering::country_name(*country)) + ")";
}

}  // namespace

std::optional<std::string> international_block(Trace& trace, const config::Trunk& trunk,
                                               const std::optional<numbering::Number>& caller,
                                               const numbering::Number& called) {
  if (!trunk.termination || trunk.termination->international == config::International::Allow)
    return std::nullopt;
  std::string detail;
  if (!caller || says_nothing(*caller)) {
    detail = (caller ? "caller " + place_of(*caller) : std::string("an unknown caller")) + " calls " +
             place_of(called);
    if (trunk.termination->unknown_caller == config::International::Allow) {
      trace.push_back({"international", detail + ": allowed by unknown_caller"});
      return std::nullopt;
    }
  } else {
    detail = place_of(*caller) + " calls " + place_of(called);
    if (numbering::same_country(*caller, called)) {
      trace.push_back({"international", detail + ": domestic"});
      return std::nullopt;
    }
  }
  return detail + ", and trunk " + trunk.name + " blocks international calls";
}

std::optional<Refusal> check_international(Inquiry& inquiry, const config::Trunk& trunk,
                                           const std::optional<numbering::Number>& caller,
                                           const numbering::Number& called) {
  auto why = international_block(inquiry.trace, trunk, caller, called);
  if (!why) return std::nullopt;
  return refuse_peer(inquiry, "international", Reason::InternationalBlocked, std::move(*why),
                     Peer::Identified, trunk.name);
}

}  // namespace tandem::trunk
