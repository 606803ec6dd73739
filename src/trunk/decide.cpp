// The order of questions: who calls; may the address; is the request sound; is there room; may the user;
// which number; where next. An unknown source hears nothing of the later ones.
#include "tandem/trunk/decide.hpp"

#include <algorithm>
#include <array>

#include "tandem/message/body.hpp"
#include "trunk/access.hpp"
#include "trunk/identify.hpp"
#include "trunk/international.hpp"
#include "trunk/limits.hpp"
#include "trunk/route.hpp"

namespace tandem::trunk {
namespace {

constexpr std::uint64_t kMaxForwardsLimit = 255;  // RFC 3261 §20.22
/// What a request without Max-Forwards counts as, so that 70 leaves here (RFC 3261 §16.6 step 3).
constexpr std::uint32_t kMaxForwardsTaken = 71;
constexpr std::string_view kRetryAfterDraining = "30";
constexpr std::string_view kRetryAfterExhausted = "5";
constexpr std::string_view kAllow = "INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, PRACK, INFO";

/// The peer of a question: whose limits and formats hold, and what it may hear.
struct Peerage {
  Peer peer = Peer::Unproven;
  const config::General& general;
  const std::string& trunk;
};

/// What the call itself grants or refuses, by the policy of the trunk or carrier (RFC 3262, RFC 4028).
bool is_known(std::string_view option_tag) { return iequals(option_tag, "100rel") || iequals(option_tag, "timer"); }

/// Option tags of Require that nobody here understands.
std::vector<std::string_view> unsupported_extensions(const message::Request& request) {
  std::vector<std::string_view> tags;
  for (std::string_view value : request.headers.all("Require")) {
    for (std::string_view tag : split(value, ',')) {
      if (tag = trim(tag); !tag.empty() && !is_known(tag)) tags.push_back(tag);
    }
  }
  return tags;
}

/// RFC 3261 §8.2: what every request must be before its meaning counts. `hops`: Max-Forwards as received.
std::optional<Refusal> check_shape(Inquiry& inquiry, const Peerage& known, std::uint32_t& hops) {
  const message::Request& request = inquiry.request();
  const auto refusal = [&](Reason reason, std::string detail) {
    return refuse_peer(inquiry, "shape", reason, std::move(detail), known.peer, known.trunk);
  };
  if (request.method != "INVITE") {
    Refusal refused = refusal(Reason::MethodNotAllowed, "method " + printable(request.method, 40));
    refused.headers.push_back({"Allow", std::string(kAllow)});  // RFC 3261 §21.4.6
    return refused;
  }
  if (!inquiry.from) return refusal(Reason::RequestMalformed, "From is missing or cannot be read");
  if (const std::string* forwards = request.headers.find("Max-Forwards")) {
    const auto count = parse_decimal(trim(*forwards), kMaxForwardsLimit);
    if (!count)
      return refusal(Reason::RequestMalformed, "Max-Forwards is '" + printable(*forwards, 40) + "'");
    if (*count == 0) return refusal(Reason::MaxForwardsExhausted, "Max-Forwards is 0");
    hops = static_cast<std::uint32_t>(*count);
  } else if (known.general.max_forwards_missing == config::MaxForwardsMissing::Reject) {
    return refusal(Reason::MaxForwardsMissing, "Max-Forwards is missing");
  } else {
    inquiry.note("shape", "Max-Forwards is missing: accepted");
    hops = kMaxForwardsTaken;
  }
  const auto extensions = unsupported_extensions(request);
  if (!extensions.empty()) {
    Refusal refused = refusal(Reason::ExtensionRequired, "Require: " + printable(extensions.front()));
    std::string listed;
    for (std::string_view tag : extensions) listed += (listed.empty() ? "" : ", ") + std::string(tag);
    refused.headers.push_back({"Unsupported", std::move(listed)});  // RFC 3261 §8.2.2.3
    return refused;
  }
  const message::BodyHeaders body = message::body_headers(request.headers);
  if (message::read_body(body, request.body).kind == message::BodyKind::OtherEncoding) {
    Refusal refused = refusal(Reason::UnsupportedBody, "Content-Encoding: " + printable(body.encoding, 40));
    refused.headers.push_back({"Accept-Encoding", "identity"});  // RFC 3261 §8.2.3
    return refused;
  }
  return std::nullopt;
}

/// Room for one more call?
std::optional<Refusal> check_capacity(Inquiry& inquiry, const Peerage& known) {
  const std::uint32_t limit = inquiry.directory.config().limits.max_calls;
  if (inquiry.usage.draining) {
    Refusal refused =
        refuse_peer(inquiry, "capacity", Reason::Draining, "the switch is stopping", known.peer, known.trunk);
    refused.headers.push_back({"Retry-After", std::string(kRetryAfterDraining)});
    return refused;
  }
  if (inquiry.usage.calls >= limit) {
    Refusal refused = refuse_peer(inquiry, "capacity", Reason::CallsExhausted,
                                  std::to_string(inquiry.usage.calls) + " calls of " + std::to_string(limit),
                                  known.peer, known.trunk);
    refused.headers.push_back({"Retry-After", std::string(kRetryAfterExhausted)});
    return refused;
  }
  return std::nullopt;
}

/// To in place of the Request-URI, where the trunk says who is called there.
std::optional<Refusal> read_destination(Inquiry& inquiry, const config::Trunk& trunk) {
  if (trunk.termination->destination_from == config::DestinationFrom::RequestUri) return std::nullopt;
  const std::string* to = inquiry.request().headers.find("To");
  if (to == nullptr)
    return refuse_peer(inquiry, "number", Reason::RequestMalformed, "To is missing", Peer::Identified,
                       trunk.name);
  auto parsed = message::parse_name_addr(*to);
  if (!parsed) {
    return refuse_peer(inquiry, "number", Reason::RequestMalformed,
                       "To cannot be read: " + parsed.error().what, Peer::Identified, trunk.name);
  }
  inquiry.destination = std::move(parsed->uri);
  return std::nullopt;
}

/// The called number, from the user of the Request-URI or of To.
Expected<numbering::Number, Refusal> read_called(Inquiry& inquiry, const config::General& general,
                                                 const std::string& trunk) {
  auto number = read_number(inquiry.called_uri(), general.number_in);
  if (number) {
    inquiry.note("number", number->e164());
    return *number;
  }
  std::string detail = (inquiry.destination ? "To user '" : "Request-URI user '") +
                       printable(inquiry.called_received(), 64) + "' " +
                       std::string(numbering::to_string(number.error())) + " (format " +
                       std::string(numbering::to_string(general.number_in)) + ")";
  message::Header told = warning(inquiry, detail);
  Refusal refused =
      refuse_peer(inquiry, "number", Reason::NumberInvalid, std::move(detail), Peer::Identified, trunk);
  refused.status = general.invalid_number_status;
  refused.headers.push_back(std::move(told));
  return unexpected(std::move(refused));
}

/// A trial account calls verified numbers only.
std::optional<Refusal> check_destination(Inquiry& inquiry, const config::Trunk& trunk,
                                         const numbering::Number& called) {
  const config::Account* account = inquiry.directory.find_account(trunk.account);
  if (account == nullptr || account->restrict_destinations == config::RestrictDestinations::None)
    return std::nullopt;
  if (inquiry.directory.has_verified(account->id, called.e164())) {
    inquiry.note("destination", called.e164() + " is verified for account " + account->id);
    return std::nullopt;
  }
  return refuse_peer(inquiry, "destination", Reason::DestinationRestricted,
                     called.e164() + " is not verified for account " + account->id, Peer::Identified,
                     trunk.name);
}

/// The From user proves nothing, but the trunk may insist that it is the user that was proven.
std::optional<Refusal> check_from(Inquiry& inquiry, const config::Trunk& trunk, const Proof& proof) {
  if (!trunk.termination->from_must_match_account || proof.user.empty()) return std::nullopt;
  const std::string from = inquiry.calling_received();
  if (from == proof.user) return std::nullopt;
  return refuse_peer(
      inquiry, "from", Reason::AuthFromMismatch,
      "From user '" + printable(from, 64) + "' is not digest user '" + printable(proof.user, 64) + "'",
      Peer::Identified, trunk.name);
}

/// The admission of either direction, but for the plan.
Admission admit(const Inquiry& inquiry, CallDirection direction, const config::Trunk& trunk,
                const numbering::Number& called) {
  Admission admission;
  admission.direction = direction;
  admission.trunk = trunk.name;
  admission.trunk_id = trunk.id;
  admission.account = trunk.account;
  admission.calling_received = inquiry.calling_received();
  admission.called_received = inquiry.called_received();
  admission.called = called.e164();
  admission.edge = edge_of_arrival(inquiry);
  return admission;
}

/// Puts the plan into the admission, or names the trunk in the refusal of a peer that was identified by now.
Verdict settle(Inquiry& inquiry, Admission admission, std::variant<Planned, Refusal> planned) {
  if (auto* refused = std::get_if<Refusal>(&planned)) {
    refused->identified = true;
    refused->trunk = admission.trunk;
    return std::move(*refused);
  }
  Planned& made = std::get<Planned>(planned);
  admission.plan = std::move(made.plan);
  admission.turns = std::move(made.turns);
  inquiry.note("verdict", std::string(to_string(admission.direction)) + " on trunk " + admission.trunk);
  return admission;
}

/// A customer calls the PSTN.
Verdict terminate(Inquiry& inquiry, const TrunkEntry& entry) {
  const config::Trunk& trunk = *entry.trunk;
  const Gate gate = open_gate(inquiry, entry);
  if (gate.closed()) return turn_away(inquiry, Reason::SourceNotListed, trunk.name);
  const Peerage known{gate.listed ? Peer::Identified : Peer::Unproven, trunk.general, trunk.name};
  std::uint32_t hops = 0;
  if (auto refused = check_shape(inquiry, known, hops)) return std::move(*refused);
  if (!trunk.enabled) {
    return refuse_peer(inquiry, "trunk", Reason::TrunkDisabled, "trunk " + trunk.name + " is disabled",
                       known.peer, trunk.name);
  }
  if (auto refused = check_capacity(inquiry, known)) return std::move(*refused);
  auto proven = prove(inquiry, entry, gate);
  if (auto* verdict = std::get_if<Verdict>(&proven)) return std::move(*verdict);
  Proof& proof = std::get<Proof>(proven);
  if (auto refused = check_from(inquiry, trunk, proof)) return std::move(*refused);
  if (auto refused = read_destination(inquiry, trunk)) return std::move(*refused);
  auto called = read_called(inquiry, trunk.general, trunk.name);
  if (!called) return std::move(called.error());
  if (auto refused = check_destination(inquiry, trunk, *called)) return std::move(*refused);
  auto caller = identity_of_customer(inquiry, trunk);
  if (!caller) return std::move(caller.error());
  if (auto refused = check_international(inquiry, trunk, caller->number, *called)) return std::move(*refused);
  Admission admission = admit(inquiry, CallDirection::Termination, trunk, *called);
  describe_caller(admission, *caller);
  admission.takes = takes_of_termination(inquiry, trunk);
  admission.caller_policy = policy_of(trunk);
  admission.user = std::move(proof.user);
  admission.nonce_use = std::move(proof.nonce_use);
  const Journey journey{trunk.general, std::move(*caller), *called, admission.edge, hops - 1};
  return settle(inquiry, std::move(admission), plan_termination(inquiry, journey));
}

/// The PSTN calls a customer.
Verdict originate(Inquiry& inquiry, const config::Carrier& carrier) {
  static const std::string kNoTrunk;
  const Peerage known{Peer::Identified, carrier.general, kNoTrunk};
  std::uint32_t hops = 0;
  if (auto refused = check_shape(inquiry, known, hops)) return std::move(*refused);
  if (!carrier.enabled) {
    return refuse_peer(inquiry, "carrier", Reason::TrunkDisabled, "carrier " + carrier.name + " is disabled",
                       Peer::Identified, kNoTrunk);
  }
  if (auto refused = check_capacity(inquiry, known)) return std::move(*refused);
  auto called = read_called(inquiry, carrier.general, kNoTrunk);
  if (!called) return std::move(called.error());
  auto host = find_host(inquiry, *called);
  if (!host) return std::move(host.error());
  auto caller = identity_of_carrier(inquiry, carrier);
  if (!caller) return std::move(caller.error());
  if (host->route == nullptr) {  // each trunk of a route is asked in its turn
    if (auto refused = check_international(inquiry, host->trunk(), caller->number, *called))
      return std::move(*refused);
  }
  Admission admission = admit(inquiry, CallDirection::Origination, host->trunk(), *called);
  admission.account = host->account();
  if (host->route != nullptr) admission.route = host->route->name;
  describe_caller(admission, *caller);
  admission.takes = takes_of_origination(inquiry, carrier, admission.account);
  admission.caller_policy = policy_of(carrier);
  const Journey journey{carrier.general, std::move(*caller), *called, admission.edge, hops - 1};
  return settle(inquiry, std::move(admission), plan_origination(inquiry, journey, *host));
}

}  // namespace

std::string_view to_string(CallDirection direction) {
  return direction == CallDirection::Termination ? "termination" : "origination";
}

Decision decide(const Directory& directory, const Arrival& arrival, const Usage& usage, const NonceKey& key,
                WallTime now, Random& random) {
  Decision decision;
  decision.trace.reserve(16);
  Inquiry inquiry = begin_inquiry(directory, arrival, usage, key, now, random, decision.trace);
  auto caller = identify(inquiry);
  if (auto* verdict = std::get_if<Verdict>(&caller)) {
    decision.verdict = std::move(*verdict);
  } else if (const Caller& known = std::get<Caller>(caller); known.trunk != nullptr) {
    decision.verdict = terminate(inquiry, *known.trunk);
  } else {
    decision.verdict = originate(inquiry, *known.carrier);
  }
  return decision;
}

}  // namespace tandem::trunk
