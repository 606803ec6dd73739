// Where a REFER leads. The transferor pays for what it makes us dial, so it may dial no more by REFER
// than by INVITE.
#include "tandem/trunk/transfer.hpp"

#include <algorithm>

#include "trunk/draft.hpp"
#include "trunk/foreign.hpp"
#include "trunk/limits.hpp"
#include "trunk/names.hpp"

namespace tandem::trunk {
namespace {

constexpr std::string_view kReferTo = "Refer-To";
constexpr std::size_t kMaxReplaces = 512;
constexpr std::size_t kMaxReferredBy = 1024;

auto refused(Reason reason, std::string detail) {
  return unexpected(TransferRefusal{reason, info(reason).status, std::move(detail)});
}

bool is_one_line(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// A dialog has both tags (RFC 3891 §6.1).
bool is_replaces(std::string_view value) {
  return value.size() <= kMaxReplaces && is_one_line(value) &&
         value.find(";to-tag=") != std::string_view::npos &&
         value.find(";from-tag=") != std::string_view::npos;
}

const message::Param* find_header(const message::Uri& uri, std::string_view name) {
  const auto found = std::find_if(uri.headers.begin(), uri.headers.end(),
                                  [&](const message::Param& header) { return iequals(header.name, name); });
  return found == uri.headers.end() ? nullptr : &*found;
}

class Transfer {
 public:
  Transfer(const Directory& directory, const Admission& admission, const TransferRequest& request,
           const TrunkEntry& entry, Random& random)
      : directory_(directory), admission_(admission), request_(request), entry_(entry), random_(random) {}

  Expected<Redirection, TransferRefusal> plan() {
    const auto refer_to = message::parse_name_addr(request_.refer_to);
    if (!refer_to)
      return refused(Reason::RequestMalformed,
                     "Refer-To '" + printable(request_.refer_to, 120) + "': " + refer_to.error().what);
    const message::Uri& uri = refer_to->uri;
    const message::Param* method = message::find_param(uri.params, "method");
    if (method != nullptr && !iequals(method->value.value_or(""), "INVITE"))
      return refused(Reason::TransferRefused, "Refer-To asks for another method than INVITE");
    if (const auto* replaces = find_header(uri, "Replaces");
        replaces != nullptr && request_.replaces.empty() && !is_replaces(replaces->value.value_or("")))
      return refused(Reason::RequestMalformed, "the Replaces in Refer-To names no dialog");
    if (hops() == 0) return refused(Reason::MaxForwardsExhausted, "the call was handed on too often");
    auto planned = leads_to_a_number(uri) ? to_number(uri) : to_address(uri);
    if (planned) tell_of_transfer(*planned, replaces_in(request_.refer_to));
    return planned;
  }

 private:
  const config::Trunk& trunk() const { return *entry_.trunk; }

  /// A number without a host, or at a name or address of ours.
  bool leads_to_a_number(const message::Uri& uri) const {
    if (uri.scheme == message::Scheme::Tel) return true;
    const auto transport = transport_of(uri);
    return is_own_domain(directory_, uri.host) ||
           (transport && is_own_listener(directory_, address_of(uri, transport->transport)));
  }

  Expected<Redirection, TransferRefusal> to_number(const message::Uri& uri) {
    const auto number = tandem::trunk::read_number(uri, trunk().general.number_in);
    if (!number) {
      return refused(Reason::NumberInvalid, "Refer-To " + shown(uri) + ": the number " +
                                                std::string(numbering::to_string(number.error())));
    }
    const Journey journey = journey_to(*number);
    Trace trace;
    Draft draft{directory_, journey, nullptr, nullptr, random_, trace};
    if (auto why = fault_of_number(directory_, trace, trunk(), journey.caller, *number); !why.empty())
      return refused(Reason::TransferRefused, std::move(why));
    const NumberUse* use = directory_.find_number(number->e164());
    const bool hosted = use != nullptr && use->number->state == config::NumberState::Active &&
                        (use->route != nullptr || use->trunk != nullptr);
    return hosted ? to_host(draft, *use, *number) : through_carriers(draft, *number);
  }

  /// Never leaves the house, so it costs nobody a call to the PSTN; what the host's trunk takes, its entry
  /// holds.
  Expected<Redirection, TransferRefusal> to_host(Draft& draft, const NumberUse& use,
                                                 const numbering::Number& number) {
    if (use.route != nullptr) {
      append_route(draft, *use.route);
    } else {
      append_trunk(draft, *use.trunk);
    }
    if (draft.made.plan.targets.empty())
      return refused(Reason::NoTarget, "nobody takes calls for " + number.e164() + " now");
    return made(draft);
  }

  Expected<Redirection, TransferRefusal> through_carriers(Draft& draft, const numbering::Number& number) {
    if (rules().mode != config::TransferMode::All) {
      return refused(Reason::TransferDisabled, number.e164() + " is a telephone number, and trunk " +
                                                   trunk().name +
                                                   " transfers to SIP addresses alone (transfer.mode)");
    }
    const CarrierSearch search =
        append_carriers(draft, Onward{number, LegType::Transfer, {}, channel_of_trunk()});
    if (search == CarrierSearch::Found) return made(draft);
    const Reason reason = search == CarrierSearch::NoPrefix     ? Reason::NoRoute
                          : search == CarrierSearch::Unwritable ? Reason::NumberUnwritable
                                                                : Reason::NoTarget;
    return refused(reason, number.e164() + ": " + std::string(to_string(search)));
  }

  Expected<Redirection, TransferRefusal> to_address(const message::Uri& uri) {
    if (auto fault = fault_of_host(directory_, kReferTo, uri.host); !fault.empty())
      return refused(Reason::TransferRefused, std::move(fault));
    const auto transport = transport_of(uri);
    if (!transport)
      return refused(Reason::TransferRefused,
                     "Refer-To " + shown(uri) + ": its transport is none of udp, tcp, tls");
    std::vector<config::Target> targets(1);
    config::Target& target = targets.front();
    target.uri = request_uri_of(uri);
    target.name = uri.host + (uri.port ? ":" + std::to_string(*uri.port) : "");
    target.transport = transport->transport;
    target.transport_written = transport->written;
    target.address = address_of(uri, transport->transport);

    const auto called = numbering::Number::parse_e164_plus(admission_.called);
    if (!called)
      return refused(Reason::InternalError, "the number called is lost");  // an admission's is canonical
    const Journey journey = journey_to(*called);
    Trace trace;
    Draft draft{directory_, journey, nullptr, nullptr, random_, trace};
    PlannedEntry entry;
    // The caller's channel is the call's for as long as it lasts; a callee's goes with the callee.
    if (request_.transferor) entry.takes = channel_of_trunk();
    append_direct(draft, targets, std::move(entry));
    return made(draft);
  }

  void append_direct(Draft& draft, const std::vector<config::Target>& targets, PlannedEntry entry) {
    static const std::optional<config::OutboundCredential> kNone;
    const bool own = is_target_of(trunk(), targets.front().uri.host);
    const config::General general = own ? trunk().general : outside_of(trunk());
    FarSide far{policy_of(trunk()),
                {},
                general,
                targets,
                config::TargetPolicy::Failover,
                kNone,
                trunk().location,
                targets.front().uri.user,
                entry_.host,
                {},
                nullptr};
    // A third party is not the customer: what it may do to the call it may not do at the customer's cost.
    if (!own) far.policy.in_call.transfer.mode = config::TransferMode::Off;
    append_entry(draft, std::move(far), std::move(entry));
  }

  const config::Transfer& rules() const {
    return policy_of(admission_, request_.transferor).in_call.transfer;
  }

  std::vector<Reservation> channel_of_trunk() const {
    auto takes = takes_of_trunk(directory_, trunk(), CallDirection::Origination);
    std::erase_if(takes, [](const Reservation& taken) { return taken.meter != Meter::Channel; });
    return takes;
  }

  /// Max-Forwards as it leaves: each transfer is one hop more.
  std::uint32_t hops() const {
    const Party& known = request_.transferor ? request_.transferor : request_.transferee;
    if (!known || *known >= admission_.plan.targets.size()) return 0;
    const std::uint32_t before = max_forwards_of(admission_.plan.targets[*known]);
    return before == 0 ? 0 : before - 1;
  }

  Journey journey_to(const numbering::Number& number) const {
    const Party& caller = rules().caller_id == config::TransferCallerId::FromTransferor ? request_.transferor
                                                                                        : request_.transferee;
    return {trunk().general, identity_of_party(caller), number, admission_.edge, hops()};
  }

  /// Who a party is, as a caller. One that we called is the number that we called it by.
  CallerIdentity identity_of_party(const Party& party) const {
    if (!party) {
      CallerIdentity caller = identity_of(admission_);
      if (caller.presentation == Presentation::Allowed && !admission_.plan.targets.empty())
        caller.display_name = admission_.plan.targets.front().from.display_name;
      return caller;
    }
    const PlannedTarget& target = admission_.plan.targets.at(*party);
    const auto& entries = admission_.plan.entries;
    const bool transferred =
        target.entry < entries.size() && entries[target.entry].leg_type == LegType::Transfer;
    const std::string& known = transferred ? target.to.uri.user : admission_.called;
    CallerIdentity caller;
    caller.user = known;
    if (const auto number = numbering::Number::parse_e164_plus(known)) {
      caller.number = caller.claimed = *number;
      message::NameAddr& asserted = caller.asserted.emplace_back();
      asserted.uri.user = number->e164();
    }
    return caller;
  }

  static Redirection made(Draft& draft) {
    for (PlannedEntry& entry : draft.made.plan.entries) entry.leg_type = LegType::Transfer;
    return {std::move(draft.made.plan.targets), std::move(draft.made.plan.entries)};
  }

  /// Referred-By as it crosses, or empty: it says who did this (RFC 3892), but not who a hidden caller is;
  /// its `cid` names a body that does not cross.
  std::string referrer() const {
    if (request_.referred_by.size() > kMaxReferredBy) return {};
    auto referrer = message::parse_name_addr(request_.referred_by);
    if (!referrer || betrays(identity_of(admission_), request_.referred_by)) return {};
    std::erase_if(referrer->params, [](const message::Param& param) { return iequals(param.name, "cid"); });
    return message::print(*referrer);
  }

  void tell_of_transfer(Redirection& planned, const std::string& replaces_of_uri) const {
    const std::string& replaces = request_.replaces.empty() ? replaces_of_uri : request_.replaces;
    const std::string referred_by = referrer();
    for (PlannedTarget& target : planned.targets) {
      if (!referred_by.empty()) target.headers.push_back({"Referred-By", referred_by});
      if (!replaces.empty()) target.headers.push_back({"Replaces", replaces});
    }
  }

  const Directory& directory_;
  const Admission& admission_;
  const TransferRequest& request_;
  const TrunkEntry& entry_;
  Random& random_;
};

}  // namespace

const LegPolicy& policy_of(const Admission& admission, const Party& party) {
  return party ? admission.plan.targets.at(*party).policy : admission.caller_policy;
}

std::string replaces_in(const std::string& refer_to) {
  const auto parsed = message::parse_name_addr(refer_to);
  if (!parsed) return {};
  const message::Param* replaces = find_header(parsed->uri, "Replaces");
  std::string value = replaces == nullptr ? std::string() : replaces->value.value_or("");
  return is_replaces(value) ? value : std::string();
}

Expected<Redirection, TransferRefusal> plan_transfer(const Directory& directory, const Admission& admission,
                                                     const TransferRequest& request, Random& random) {
  const LegPolicy& policy = policy_of(admission, request.transferor);
  if (policy.peer_is_carrier)
    return refused(Reason::TransferDisabled, "carrier " + policy.peer + " may not transfer calls");
  if (policy.in_call.transfer.mode == config::TransferMode::Off)
    return refused(Reason::TransferDisabled,
                   "trunk " + policy.peer + " may not transfer calls (transfer.mode)");
  const TrunkEntry* entry = directory.find_trunk(policy.peer);
  if (entry == nullptr)
    return refused(Reason::TransferRefused, "trunk " + policy.peer + " is not in the configuration");
  return Transfer(directory, admission, request, *entry, random).plan();
}

}  // namespace tandem::trunk
