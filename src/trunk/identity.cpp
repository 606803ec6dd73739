#include "trunk/identity.hpp"

#include <algorithm>

#include "trunk/diversion.hpp"

namespace tandem::trunk {
namespace {

/// So many digits from the end tell a number: a subscriber's without its area, in any country with room for
/// confusion.
constexpr std::size_t kTellingDigits = 7;

message::NameAddr anonymous() {  // RFC 3323 §4.1.1.3
  message::NameAddr made;
  made.display_name = "Anonymous";
  made.uri.user = "anonymous";
  made.uri.host = "anonymous.invalid";
  return made;
}

/// As the far side writes numbers. What the format cannot say goes as E.164.
std::string written(const numbering::Number& number, const config::General& far) {
  return numbering::print(number, far.number_out).value_or(number.e164());
}

/// An assertion with our own host where it has none, and its number in the far side's form. A tel URI keeps
/// its plus: without, it would need a context (RFC 3966 §5.1.5).
message::NameAddr addressed(message::NameAddr asserted, const config::General& far,
                            std::string_view from_host) {
  if (asserted.uri.scheme == message::Scheme::Tel) return asserted;
  if (asserted.uri.host.empty()) asserted.uri.host = from_host;
  if (const auto number = numbering::Number::parse_e164_plus(asserted.uri.user))
    asserted.uri.user = written(*number, far);
  return asserted;
}

/// draft-ietf-sip-privacy-04 §6. screen=yes: the number was checked, here or by a peer that we trust.
message::NameAddr as_remote_party(message::NameAddr asserted, Presentation presentation) {
  asserted.params = {{"party", "calling"},
                     {"id-type", "subscriber"},
                     {"screen", "yes"},
                     {"privacy", presentation == Presentation::Restricted ? "full" : "off"}};
  return asserted;
}

void write_assertions(PlannedTarget& target, const CallerIdentity& caller, const config::General& far,
                      std::string_view from_host) {
  for (const message::NameAddr& asserted : caller.asserted) {
    message::NameAddr address = addressed(asserted, far, from_host);
    if (far.identity == config::IdentityStyle::Asserted) {
      target.identity.push_back({"P-Asserted-Identity", message::print(address)});
      continue;
    }
    target.identity.push_back(
        {"Remote-Party-ID", message::print(as_remote_party(std::move(address), caller.presentation))});
    return;  // one calling party
  }
}

std::string digits_of(std::string_view text) {
  std::string digits;
  for (char c : text) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits;
}

}  // namespace

void write_identity(PlannedTarget& target, const CallerIdentity& caller, const config::General& far,
                    std::string_view from_host) {
  if (caller.presentation == Presentation::Restricted) {
    // To a trusted side too: its own far sides are not ours to vouch for, and it learns the number beside.
    target.from = anonymous();
  } else {
    target.from = {};
    target.from.display_name = caller.display_name;
    target.from.uri.host = from_host;
    // What is no number (an account name) goes as it came.
    target.from.uri.user = caller.number ? written(*caller.number, far) : caller.user;
  }
  if (!caller.privacy.empty()) target.headers.push_back({"Privacy", caller.privacy});
  if (far.trust == config::Trust::Trusted) write_assertions(target, caller, far, from_host);
  write_diversions(target, caller, far);
}

void describe_caller(Admission& admission, const CallerIdentity& caller) {
  if (caller.claimed) admission.calling = caller.claimed->e164();
  if (caller.presentation == Presentation::Allowed)
    admission.presented_cli = caller.number ? caller.number->e164() : caller.user;
  // With two, the one that is a number: it is what bills and tickets are made of.
  for (const message::NameAddr& asserted : caller.asserted) {
    const bool is_number = numbering::Number::parse_e164_plus(asserted.uri.user).has_value();
    if (admission.asserted_cli.empty() || is_number) admission.asserted_cli = asserted.uri.user;
    if (is_number) break;
  }
  admission.privacy = caller.privacy_asked;
}

CallerIdentity identity_of(const Admission& admission) {
  CallerIdentity caller;
  // Who showed nothing has nothing shown.
  caller.presentation = admission.presented_cli.empty() ? Presentation::Restricted : Presentation::Allowed;
  caller.user = admission.presented_cli;
  const std::string& shown = admission.presented_cli.empty() ? admission.calling : admission.presented_cli;
  if (const auto number = numbering::Number::parse_e164_plus(shown)) caller.number = *number;
  if (!admission.asserted_cli.empty()) {
    message::NameAddr& asserted = caller.asserted.emplace_back();
    asserted.uri.user = admission.asserted_cli;
  }
  caller.privacy = privacy_to_pass(parse_privacy(admission.privacy), caller.presentation);
  caller.privacy_asked = admission.privacy;
  for (const std::string* known : {&admission.calling, &admission.asserted_cli}) {
    if (const auto number = numbering::Number::parse_e164_plus(*known))
      caller.hidden_digits.emplace_back(number->digits());
  }
  return caller;
}

bool betrays(const CallerIdentity& caller, std::string_view text) {
  if (caller.presentation == Presentation::Allowed || caller.hidden_digits.empty()) return false;
  const std::string digits = digits_of(text);
  for (const std::string& hidden : caller.hidden_digits) {
    const std::size_t telling = std::min(hidden.size(), kTellingDigits);
    if (digits.find(hidden.substr(hidden.size() - telling)) != std::string::npos) return true;
  }
  return false;
}

}  // namespace tandem::trunk
