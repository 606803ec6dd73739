#include "trunk/claims.hpp"

#include <algorithm>
#include <array>

namespace tandem::trunk {
namespace {

/// RFC 3323 §4.1.1.3, and what switches write that know no number.
bool names_nobody(const message::Uri& uri) {
  static constexpr std::array<std::string_view, 4> kNobodies{"anonymous", "restricted", "unavailable",
                                                             "unknown"};
  if (iequals(uri.host, "anonymous.invalid")) return true;
  return std::any_of(kNobodies.begin(), kNobodies.end(),
                     [&](std::string_view nobody) { return iequals(uri.user, nobody); });
}

std::optional<numbering::Number> number_of_caller(const message::Uri& uri, numbering::NumberFormat format) {
  if (uri.user.empty() || names_nobody(uri)) return std::nullopt;
  auto number = read_number(uri, format);
  // With its plus a number needs no agreement about the format.
  if (!number) number = numbering::Number::parse_e164_plus(uri.user);
  if (!number) return std::nullopt;
  return *number;
}

std::optional<numbering::Number> note_number(Claims& claims, const message::Uri& uri,
                                             numbering::NumberFormat format) {
  auto number = number_of_caller(uri, format);
  if (number) claims.digits.emplace_back(number->digits());
  return number;
}

/// What can be read of the values of a header, in order.
std::vector<message::NameAddr> addresses(const message::Headers& headers, std::string_view name) {
  std::vector<message::NameAddr> found;
  for (std::string_view value : headers.all(name)) {
    auto parsed = message::parse_name_addr_list(value);
    if (!parsed) continue;
    for (message::NameAddr& address : *parsed) found.push_back(std::move(address));
  }
  return found;
}

bool has_param(const std::vector<message::Param>& params, std::string_view name, std::string_view value) {
  const message::Param* param = message::find_param(params, name);
  return param != nullptr && param->value && iequals(*param->value, value);
}

/// draft-ietf-sip-privacy-04 §6: party says whose identity it is, the caller's where it says nothing.
void read_remote_party(Claims& claims, const message::Headers& headers, numbering::NumberFormat format) {
  for (const message::NameAddr& address : addresses(headers, "Remote-Party-ID")) {
    if (message::find_param(address.params, "party") != nullptr &&
        !has_param(address.params, "party", "calling"))
      continue;
    if (has_param(address.params, "privacy", "full") || has_param(address.params, "privacy", "uri"))
      claims.remote_party_restricted = true;
    const auto number = note_number(claims, address.uri, format);
    if (!claims.remote_party) claims.remote_party = number;
  }
}

/// RFC 3325 §9.1: one value, or one sip(s) and one tel. A third is ignored.
void read_assertions(Claims& claims, const message::Headers& headers, numbering::NumberFormat format) {
  bool has_sip = false;
  bool has_tel = false;
  for (message::NameAddr& address : addresses(headers, "P-Asserted-Identity")) {
    const auto number = note_number(claims, address.uri, format);
    bool& taken = address.uri.scheme == message::Scheme::Tel ? has_tel : has_sip;
    if (taken) continue;
    taken = true;
    if (number) {
      address.uri.user = number->e164();
      std::erase_if(address.uri.params,
                    [](const message::Param& param) { return iequals(param.name, "phone-context"); });
      if (!claims.asserted) claims.asserted = *number;
    } else if (names_nobody(address.uri) || address.uri.scheme == message::Scheme::Tel) {
      continue;  // asserts nobody, or a tel that is no number
    }
    address.params.clear();
    claims.assertions.push_back(std::move(address));
  }
}

}  // namespace

const std::optional<numbering::Number>& Claims::number_of(config::CallerIdSource source) const {
  switch (source) {
    case config::CallerIdSource::RemotePartyId:
      return remote_party;
    case config::CallerIdSource::AssertedIdentity:
      return asserted;
    case config::CallerIdSource::From:
      break;
  }
  return from;
}

Presentation Claims::presentation() const {
  return anonymous_from || remote_party_restricted || hides_caller(privacy) ? Presentation::Restricted
                                                                            : Presentation::Allowed;
}

Claims read_claims(const Inquiry& inquiry, numbering::NumberFormat format) {
  Claims claims;
  const message::Headers& headers = inquiry.request().headers;
  if (inquiry.from) {
    claims.from = note_number(claims, inquiry.from->uri, format);
    claims.anonymous_from = names_nobody(inquiry.from->uri);
  }
  read_remote_party(claims, headers, format);
  read_assertions(claims, headers, format);
  // It asks a trusted proxy for an assertion and says nothing to us (RFC 3325 §9.2), but names the caller all
  // the same.
  for (const message::NameAddr& preferred : addresses(headers, "P-Preferred-Identity"))
    note_number(claims, preferred.uri, format);
  claims.privacy = read_privacy(headers);
  return claims;
}

std::string_view header_of(config::CallerIdSource source) {
  switch (source) {
    case config::CallerIdSource::RemotePartyId:
      return "Remote-Party-ID";
    case config::CallerIdSource::AssertedIdentity:
      return "P-Asserted-Identity";
    case config::CallerIdSource::From:
      break;
  }
  return "From";
}

}  // namespace tandem::trunk
