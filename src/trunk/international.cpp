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

void Borders::look_up() {
  if (!caller_ || says_nothing(*caller_)) {
    kind_ = Kind::UnknownCaller;
    text_ = caller_ ? "caller " + place_of(*caller_) : std::string("an unknown caller");
  } else {
    kind_ = numbering::same_country(*caller_, called_) ? Kind::Domestic : Kind::International;
    text_ = place_of(*caller_);
  }
  text_ += " calls " + place_of(called_);
}

std::optional<std::string> Borders::block(Trace& trace, const config::Trunk& trunk) {
  if (!trunk.termination || trunk.termination->international == config::International::Allow)
    return std::nullopt;
  if (text_.empty()) look_up();
  const char* allowed = nullptr;
  if (kind_ == Kind::Domestic) allowed = ": domestic";
  if (kind_ == Kind::UnknownCaller && trunk.termination->unknown_caller == config::International::Allow)
    allowed = ": allowed by unknown_caller";
  if (allowed == nullptr) return text_ + ", and trunk " + trunk.name + " blocks international calls";
  trace.push_back({"international", text_ + allowed});
  return std::nullopt;
}

std::optional<Refusal> check_international(Inquiry& inquiry, const config::Trunk& trunk,
                                           const std::optional<numbering::Number>& caller,
                                           const numbering::Number& called) {
  auto why = Borders(caller, called).block(inquiry.trace, trunk);
  if (!why) return std::nullopt;
  return refuse_peer(inquiry, "international", Reason::InternationalBlocked, std::move(*why),
                     Peer::Identified, trunk.name);
}

}  // namespace tandem::trunk
