#include "trunk/diversion.hpp"

#include "trunk/names.hpp"

namespace tandem::trunk {
namespace {

/// A call that was diverted more often is in a loop; the last diversions stand first.
constexpr std::size_t kMaxDiversions = 20;

/// Reads each, and hands it to keep(), which says whether it goes on.
template <class Keep>
std::vector<ForwardedDiversion> read_diversions(Inquiry& inquiry, Keep&& keep) {
  std::vector<ForwardedDiversion> kept;
  for (std::string_view header : inquiry.request().headers.all("Diversion")) {
    auto values = message::parse_name_addr_list(header);
    if (!values) {
      inquiry.note("diversion", "'" + printable(header, 80) + "' cannot be read: removed");
      continue;
    }
    for (message::NameAddr& address : *values) {
      if (kept.size() == kMaxDiversions) {
        inquiry.note("diversion", "more than " + std::to_string(kMaxDiversions) + ": the rest is removed");
        return kept;
      }
      ForwardedDiversion diversion{std::move(address), std::nullopt};
      if (keep(diversion)) kept.push_back(std::move(diversion));
    }
  }
  return kept;
}

bool keep_own(Inquiry& inquiry, const config::Trunk& trunk, ForwardedDiversion& diversion) {
  const message::Uri& uri = diversion.address.uri;
  auto number = read_number(uri, trunk.general.number_in);
  if (!number) number = numbering::Number::parse_e164_plus(uri.user);
  if (!number) {
    inquiry.note("diversion", "'" + printable(uri.user, 64) + "' of our domain " + printable(uri.host, 64) +
                                  " is no number: removed");
    return false;
  }
  if (!inquiry.directory.owns(trunk, number->e164()) &&
      !inquiry.directory.has_verified(trunk.account, number->e164())) {
    inquiry.note("diversion", number->e164() + " of our domain " + printable(uri.host, 64) +
                                  " is not the account's: removed");
    return false;
  }
  diversion.number = *number;
  return true;
}

/// A domain that our own Diversions name is ours here, so that nobody writes one in our hand. Not for
/// redirects: it may be the customer's, and its hosts are called.
bool speaks_for_us(const Directory& directory, std::string_view host) {
  std::string name = to_lower(host);
  if (!name.empty() && name.back() == '.') name.pop_back();
  return directory.is_diversion_domain(name) || is_own_domain(directory, host);
}

/// RFC 5806 §4.1: privacy="full" | "name" | "uri" | "off".
bool is_private(const message::NameAddr& address) {
  const message::Param* privacy = message::find_param(address.params, "privacy");
  return privacy != nullptr && privacy->value && !iequals(*privacy->value, "off");
}

}  // namespace

std::vector<ForwardedDiversion> diversions_of_customer(Inquiry& inquiry, const config::Trunk& trunk) {
  return read_diversions(inquiry, [&](ForwardedDiversion& diversion) {
    if (!speaks_for_us(inquiry.directory, diversion.address.uri.host)) return true;
    return keep_own(inquiry, trunk, diversion);
  });
}

std::vector<ForwardedDiversion> diversions_of_carrier(Inquiry& inquiry) {
  return read_diversions(inquiry, [](const ForwardedDiversion&) { return true; });
}

void write_diversions(PlannedTarget& target, const CallerIdentity& caller, const config::General& far) {
  for (const ForwardedDiversion& diversion : caller.diversions) {
    message::NameAddr address = diversion.address;
    if (far.trust == config::Trust::Untrusted && is_private(address)) continue;
    if (diversion.number && address.uri.scheme != message::Scheme::Tel)
      address.uri.user =
          numbering::print(*diversion.number, far.number_out).value_or(diversion.number->e164());
    std::string text = message::print(address);
    if (far.trust == config::Trust::Untrusted && betrays(caller, text)) continue;
    target.headers.push_back({"Diversion", std::move(text)});
  }
}

}  // namespace tandem::trunk
