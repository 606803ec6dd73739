// Which number a customer may show, and what becomes of a call that shows another.
#include "trunk/claims.hpp"
#include "trunk/diversion.hpp"
#include "trunk/identity.hpp"

namespace tandem::trunk {
namespace {

/// RFC 3323 §5: a caller that insists on a privacy that cannot be given gets 500 and is told which.
std::optional<Refusal> check_critical(Inquiry& inquiry, const Claims& claims, const std::string& trunk) {
  if (!claims.privacy.has("critical")) return std::nullopt;
  const std::string missing = not_granted(claims.privacy);
  if (missing.empty()) return std::nullopt;
  std::string detail = "Privacy: critical asks for " + missing;
  message::Header told = warning(inquiry, detail);
  Refusal refused =
      refuse_peer(inquiry, "privacy", Reason::PrivacyUnsupported, std::move(detail), Peer::Identified, trunk);
  refused.headers.push_back(std::move(told));
  return refused;
}

/// What holds of a caller before anybody judged its number.
CallerIdentity caller_from(const Inquiry& inquiry, const Claims& claims) {
  CallerIdentity caller;
  caller.presentation = claims.presentation();
  if (!claims.anonymous_from) caller.user = inquiry.calling_received();
  if (inquiry.from) caller.display_name = inquiry.from->display_name;
  return caller;
}

message::NameAddr own_assertion(const numbering::Number& number) {
  message::NameAddr made;
  made.uri.user = number.e164();
  return made;
}

/// What a trusted peer asserts, in whichever header (RFC 3325 §5).
std::vector<message::NameAddr> believed(const Claims& claims) {
  if (!claims.assertions.empty() || !claims.remote_party) return claims.assertions;
  return {own_assertion(*claims.remote_party)};
}

void finish(CallerIdentity& caller, Claims&& claims) {
  if (caller.presentation == Presentation::Restricted) caller.hidden_digits = std::move(claims.digits);
  caller.privacy = privacy_to_pass(claims.privacy, caller.presentation);
  caller.privacy_asked = privacy_for_record(claims.privacy, caller.presentation);
}

/// The rule that lets the trunk show the number, empty where none does.
std::string_view rule_for(const Directory& directory, const config::Trunk& trunk, const std::string& number) {
  for (config::CallerIdAllowed rule : trunk.termination->caller_id.allowed) {
    switch (rule) {
      case config::CallerIdAllowed::Owned:
        if (directory.owns(trunk, number)) return "owned";
        break;
      case config::CallerIdAllowed::Verified:
        if (directory.has_verified(trunk.account, number)) return "verified";
        break;
      case config::CallerIdAllowed::Listed:
        if (directory.lists_caller_id(trunk, number)) return "listed";
        break;
      case config::CallerIdAllowed::Any:
        return "any is allowed";
    }
  }
  return {};
}

bool allows_any(const config::CallerId& rules) {
  for (config::CallerIdAllowed rule : rules.allowed) {
    if (rule == config::CallerIdAllowed::Any) return true;
  }
  return false;
}

/// The call goes on without telling who calls; the account answers for it.
void make_private(Inquiry& inquiry, const config::Trunk& trunk, CallerIdentity& caller) {
  caller.presentation = Presentation::Restricted;
  const std::string_view fallback = inquiry.directory.default_number(trunk.account);
  if (const auto number = numbering::Number::parse_e164_plus(fallback))
    caller.asserted = {own_assertion(*number)};
}

/// on_fail. nullopt: the caller stands as it was changed.
std::optional<Refusal> settle_failure(Inquiry& inquiry, const config::Trunk& trunk, CallerIdentity& caller) {
  const config::CallerId& rules = trunk.termination->caller_id;
  const std::string what = caller.claimed ? caller.claimed->e164() + " is not the account's"
                                          : std::string("no header holds a number of the caller");
  switch (rules.on_fail) {
    case config::CallerIdFailure::Private:
      make_private(inquiry, trunk, caller);
      inquiry.note("caller_id",
                   what + ": private" +
                       (caller.asserted.empty() ? std::string()
                                                : ", asserted as " + caller.asserted.front().uri.user));
      return std::nullopt;
    case config::CallerIdFailure::Substitute:
      if (const auto number = numbering::Number::parse_e164_plus(rules.substitute)) {
        caller.number = *number;
        caller.display_name.clear();  // it belongs to the number that was not taken
        inquiry.note("caller_id", what + ": " + number->e164() + " stands for it");
        return std::nullopt;
      }
      break;  // load() lets no such configuration pass
    case config::CallerIdFailure::Reject:
      break;
  }
  const Reason reason = caller.claimed ? Reason::CallerIdNotOwned : Reason::CallerIdMissing;
  return refuse_peer(inquiry, "caller_id", reason, what, Peer::Identified, trunk.name);
}

/// Settles which number the caller has. The refusal where it may not call.
std::optional<Refusal> judge(Inquiry& inquiry, const config::Trunk& trunk, const Claims& claims,
                             CallerIdentity& caller) {
  const config::CallerId& rules = trunk.termination->caller_id;
  std::string_view header;
  for (config::CallerIdSource source : rules.sources) {  // the first that yields a number
    const auto& number = claims.number_of(source);
    if (!number) continue;
    caller.claimed = *number;
    header = header_of(source);
    break;
  }
  if (!caller.claimed && allows_any(rules)) {
    inquiry.note("caller_id", "no number, and any is allowed");
    return std::nullopt;
  }
  if (caller.claimed) {
    const std::string_view rule = rule_for(inquiry.directory, trunk, caller.claimed->e164());
    if (!rule.empty()) {
      caller.number = caller.claimed;
      inquiry.note("caller_id",
                   caller.number->e164() + " of " + std::string(header) + ": " + std::string(rule));
      return std::nullopt;
    }
  }
  return settle_failure(inquiry, trunk, caller);
}

}  // namespace

Expected<CallerIdentity, Refusal> identity_of_customer(Inquiry& inquiry, const config::Trunk& trunk) {
  Claims claims = read_claims(inquiry, trunk.general.number_in);
  if (auto refused = check_critical(inquiry, claims, trunk.name)) return unexpected(std::move(*refused));
  CallerIdentity caller = caller_from(inquiry, claims);
  if (auto refused = judge(inquiry, trunk, claims, caller)) return unexpected(std::move(*refused));
  // What an untrusted peer asserts counts for nothing but as the number that was just judged.
  if (trunk.general.trust == config::Trust::Trusted && (!claims.assertions.empty() || claims.remote_party))
    caller.asserted = believed(claims);
  if (caller.asserted.empty() && caller.number) caller.asserted.push_back(own_assertion(*caller.number));
  if (trunk.termination->diversion == config::DiversionIn::Forward)
    caller.diversions = diversions_of_customer(inquiry, trunk);
  finish(caller, std::move(claims));
  return caller;
}

Expected<CallerIdentity, Refusal> identity_of_carrier(Inquiry& inquiry, const config::Carrier& carrier) {
  static const std::string kNoTrunk;
  Claims claims = read_claims(inquiry, carrier.general.number_in);
  if (auto refused = check_critical(inquiry, claims, kNoTrunk)) return unexpected(std::move(*refused));
  CallerIdentity caller = caller_from(inquiry, claims);
  caller.claimed = claims.from;
  if (carrier.general.trust == config::Trust::Trusted) {
    caller.asserted = believed(claims);
    if (!caller.claimed) caller.claimed = claims.asserted ? claims.asserted : claims.remote_party;
  }
  caller.number = caller.claimed;
  if (carrier.diversion == config::DiversionIn::Forward) caller.diversions = diversions_of_carrier(inquiry);
  finish(caller, std::move(claims));
  return caller;
}

}  // namespace tandem::trunk
