// Where a 302 leads. RFC 3261 §8.1.3.4, §19.1.1.
#include <algorithm>

#include "trunk/draft.hpp"
#include "trunk/foreign.hpp"
#include "trunk/limits.hpp"

namespace tandem::trunk {
namespace {

/// A customer's loop ends here, however many targets take part in it.
constexpr std::uint8_t kMaxRedirects = 5;
constexpr std::string_view kContact = "Contact";

auto refused(std::string why) { return unexpected(std::move(why)); }

/// The first of a list: a comma inside quotes or angle brackets does not end it (RFC 3261 §7.3.1). What
/// stands behind is not looked at, so it may be anything.
std::string_view first_of(std::string_view list) {
  bool quoted = false;
  bool bracketed = false;
  for (std::size_t at = 0; at < list.size(); ++at) {
    const char c = list[at];
    if (quoted) {
      if (c == '\\') ++at;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '<' || c == '>') {
      bracketed = c == '<';
    } else if (c == ',' && !bracketed) {
      return list.substr(0, at);
    }
  }
  return list;
}

/// The redirection of one target.
class Redirector {
 public:
  Redirector(const Directory& directory, const Admission& admission, std::size_t target,
             const TrunkEntry& entry, Random& random)
      : directory_(directory),
        admission_(admission),
        at_(target),
        from_(admission.plan.targets[target]),
        entry_(entry),
        random_(random) {}

  Expected<Redirection, std::string> follow(const message::Uri& contact) {
    if (is_number(contact)) return to_number(contact);
    return to_address(contact);
  }

 private:
  const config::Trunk& trunk() const { return *entry_.trunk; }

  static bool is_number(const message::Uri& contact) {
    const message::Param* user = message::find_param(contact.params, "user");
    return contact.scheme == message::Scheme::Tel ||
           (user != nullptr && user->value && iequals(*user->value, "phone"));
  }

  Expected<Redirection, std::string> to_address(const message::Uri& contact) {
    if (auto fault = fault_of_host(directory_, kContact, contact.host); !fault.empty())
      return refused(std::move(fault));
    PlannedTarget next = from_;
    const auto transport = transport_of(contact);
    if (!transport) return refused("Contact " + shown(contact) + ": its transport is none of udp, tcp, tls");
    next.transport = transport->transport;
    next.transport_written = transport->written;
    next.large_requests =
        config::LargeRequests::Udp;  // what was written of the one that redirects is not said of the Contact
    next.request_uri = request_uri_of(contact);
    next.address = address_of(contact, next.transport);
    if (is_own_listener(directory_, next.address))
      return refused("Contact " + shown(contact) + " is an address of ours");
    if (is_loop(next)) return refused("Contact " + shown(contact) + " was tried in this call: a loop");
    next.redirects = static_cast<std::uint8_t>(from_.redirects + 1);
    next.name = contact.host + (contact.port ? ":" + std::to_string(*contact.port) : "");
    leave_trust(next);
    tell_forwarding(next);
    Redirection redirection;
    redirection.targets.push_back(std::move(next));
    return redirection;
  }

  Expected<Redirection, std::string> to_number(const message::Uri& contact) {
    if (!trunk().origination.redirect.pstn) {
      return refused("Contact " + shown(contact) + " is a telephone number, and trunk " + trunk().name +
                     " may not redirect to the PSTN (origination.redirect.pstn)");
    }
    if (contact.scheme != message::Scheme::Tel) {
      if (auto fault = fault_of_host(directory_, kContact, contact.host); !fault.empty())
        return refused(std::move(fault));
    }
    const auto number = tandem::trunk::read_number(contact, trunk().general.number_in);
    if (!number) {
      return refused("Contact " + shown(contact) + ": the number " +
                     std::string(numbering::to_string(number.error())));
    }
    if (number->e164() == admission_.called)
      return refused("Contact " + shown(contact) + " is the number called: a loop");
    return through_carriers(*number);
  }

  /// A call of the trunk's own to the PSTN: it holds a channel of the trunk beside the carrier's.
  Expected<Redirection, std::string> through_carriers(const numbering::Number& number) {
    Onward onward{number, LegType::Redirect, forwarding_of(entry_)};
    for (Reservation& taken : takes_of_trunk(directory_, trunk(), CallDirection::Origination)) {
      if (taken.meter == Meter::Channel) onward.takes.push_back(std::move(taken));
    }
    const auto dialled = numbering::Number::parse_e164_plus(admission_.called);
    if (!dialled) return refused("the number called is lost");  // an admission's is canonical
    const Journey journey{trunk().general, caller(), *dialled, admission_.edge, max_forwards_of(from_)};
    Trace trace;
    if (auto why = fault_of_number(directory_, trace, trunk(), journey.caller, number); !why.empty())
      return refused(std::move(why));
    // No INVITE stands behind these: a rotation is at its beginning, and no private header crosses.
    Draft draft{directory_, journey, nullptr, nullptr, random_, trace};
    const CarrierSearch search = append_carriers(draft, onward);
    if (search != CarrierSearch::Found)
      return refused("number " + number.e164() + ": " + std::string(to_string(search)));
    for (PlannedTarget& target : draft.made.plan.targets)
      target.redirects = static_cast<std::uint8_t>(from_.redirects + 1);
    return Redirection{std::move(draft.made.plan.targets), std::move(draft.made.plan.entries)};
  }

  /// A Request-URI that was tried before this redirect: user, host, port and transport alike.
  bool is_loop(const PlannedTarget& next) const {
    const auto& targets = admission_.plan.targets;
    const auto end = targets.begin() + static_cast<std::ptrdiff_t>(at_) + 1;
    return std::any_of(targets.begin(), end, [&](const PlannedTarget& tried) {
      return tried.request_uri.user == next.request_uri.user &&
             comparable_host(tried.request_uri.host) == comparable_host(next.request_uri.host) &&
             tried.request_uri.port.value_or(default_port(tried.transport)) ==
                 next.request_uri.port.value_or(default_port(next.transport)) &&
             tried.transport == next.transport;
    });
  }

  std::string own_diversion() const {
    message::NameAddr ours;
    ours.uri.user = admission_.called;
    ours.uri.host = forwarding_of(entry_).domain;
    return message::print(ours);
  }

  /// The Diversions stay, and the number that redirected is on top where it is not already. RFC 7044: the
  /// next branch of the same retargeting.
  void tell_forwarding(PlannedTarget& next) const {
    const Forwarding forwarding = forwarding_of(entry_);
    const auto is = [](std::string_view name) {
      return [name](const message::Header& header) { return message::same_header(header.name, name); };
    };
    auto& headers = next.headers;
    if (forwarding.diversion == config::DiversionOut::Always) {
      const std::string ours = own_diversion();
      const auto top = std::find_if(headers.begin(), headers.end(), is("Diversion"));
      if (top == headers.end() || top->value != ours) headers.insert(top, {"Diversion", ours});
    }
    const auto rows = std::count_if(headers.begin(), headers.end(), is("History-Info"));
    if (rows < 2) return;
    message::NameAddr entry;
    entry.uri = next.request_uri;
    entry.params = {{"index", "1." + std::to_string(rows)}, {"mp", "1." + std::to_string(rows - 1)}};
    const auto last = std::find_if(headers.rbegin(), headers.rend(), is("History-Info"));
    headers.insert(last.base(), {"History-Info", message::print(entry)});
  }

  /// A trusted customer may send the call to a third party, which is not trusted for that (RFC 3325 §5).
  void leave_trust(PlannedTarget& next) const {
    if (trunk().general.trust == config::Trust::Untrusted) return;
    if (is_target_of(trunk(), next.request_uri.host)) return;
    std::erase_if(next.headers, [](const message::Header& header) {
      return message::same_header(header.name, "Privacy") || message::same_header(header.name, "Diversion");
    });
    next.identity.clear();
    write_identity(next, caller(), outside_of(trunk()), from_.from.uri.host);
  }

  /// Who called, as the admission and the first INVITE tell it; our own Diversion is written anew.
  CallerIdentity caller() const {
    CallerIdentity caller = identity_of(admission_);
    caller.display_name = from_.from.display_name;
    // Which Diversions would tell who a hidden caller is cannot be seen any more, so none goes to another
    // side.
    if (caller.presentation == Presentation::Restricted) return caller;
    const std::string ours = own_diversion();
    for (const message::Header& header : from_.headers) {
      if (!message::same_header(header.name, "Diversion")) continue;
      if (auto diversions = message::parse_name_addr_list(header.value); diversions) {
        for (message::NameAddr& diversion : *diversions) {
          if (message::print(diversion) != ours)
            caller.diversions.push_back({std::move(diversion), std::nullopt});
        }
      }
    }
    return caller;
  }

  const Directory& directory_;
  const Admission& admission_;
  std::size_t at_;
  const PlannedTarget& from_;
  const TrunkEntry& entry_;
  Random& random_;
};

}  // namespace

Expected<Redirection, std::string> follow_redirect(const Directory& directory, const Admission& admission,
                                                   std::size_t target,
                                                   const std::vector<std::string>& contacts, Random& random) {
  if (target >= admission.plan.targets.size()) return refused("no such target");
  const PlannedTarget& from = admission.plan.targets[target];
  if (from.policy.peer_is_carrier)
    return refused("redirects of carriers are not followed, and this is carrier " + from.policy.peer);
  const TrunkEntry* entry = directory.find_trunk(from.policy.peer);
  if (entry == nullptr) return refused("trunk " + from.policy.peer + " is not in the configuration");
  if (!entry->trunk->origination.redirect.follow)
    return refused("trunk " + from.policy.peer + " is not redirected (origination.redirect.follow)");
  if (from.redirects >= kMaxRedirects)
    return refused("it was redirected " + std::to_string(kMaxRedirects) + " times already");
  if (contacts.empty()) return refused("it names no Contact");
  const std::string_view first = trim(first_of(contacts.front()));
  const auto contact = message::parse_name_addr(first);
  if (!contact) return refused("Contact '" + printable(first, 120) + "': " + contact.error().what);
  return Redirector(directory, admission, target, *entry, random).follow(contact->uri);
}

}  // namespace tandem::trunk
