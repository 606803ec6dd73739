#include "trunk/limits.hpp"

namespace tandem::trunk {
namespace {

constexpr std::string_view kRetryAfterRate = "1";
constexpr std::string_view kRetryAfterChannels = "5";

void append_rate(std::vector<Reservation>& takes, std::string counter, std::uint32_t cps,
                 std::optional<std::uint32_t> burst, int status) {
  takes.push_back(
      {std::move(counter), Meter::CallRate, cps, burst.value_or(cps), Reason::RateExceeded, status});
}

void append_channel(std::vector<Reservation>& takes, std::string counter, std::uint32_t channels,
                    int status) {
  takes.push_back({std::move(counter), Meter::Channel, channels, 0, Reason::ChannelsExhausted, status});
}

void append_limits(std::vector<Reservation>& takes, const std::string& counter,
                   const config::CallLimits& limits) {
  if (limits.channels) append_channel(takes, counter, *limits.channels, limits.status);
  if (limits.cps) append_rate(takes, counter, *limits.cps, limits.burst, limits.status);
}

void append_source(std::vector<Reservation>& takes, const Inquiry& inquiry) {
  const std::optional<std::uint32_t>& cps = inquiry.directory.config().limits.source_cps;
  if (!cps) return;
  append_rate(takes, "source " + inquiry.arrival.source.ip.print(), *cps, std::nullopt,
              info(Reason::RateExceeded).status);
}

void append_account(std::vector<Reservation>& takes, const Directory& directory, const std::string& id) {
  const config::Account* account = directory.find_account(id);
  if (account != nullptr) append_limits(takes, "account " + account->id, account->limits);
}

void append_trunk(std::vector<Reservation>& takes, const Directory& directory, const config::Trunk& trunk,
                  CallDirection direction) {
  const std::string counter = "trunk " + trunk.name;
  const GroupLimit* group =
      direction == CallDirection::Termination ? directory.find_limit_group(trunk.name) : nullptr;
  if (group != nullptr) {
    if (group->channels) {
      append_channel(takes, "group " + group->group->name + " termination", *group->channels,
                     trunk.limits.status);
    }
  } else if (trunk.limits.channels) {
    append_channel(takes, counter, *trunk.limits.channels, trunk.limits.status);
  }
  if (trunk.limits.cps)
    append_rate(takes, counter, *trunk.limits.cps, trunk.limits.burst, trunk.limits.status);
}

}  // namespace

std::vector<Reservation> takes_of_trunk(const Directory& directory, const config::Trunk& trunk,
                                        CallDirection direction) {
  std::vector<Reservation> takes;
  append_trunk(takes, directory, trunk, direction);
  return takes;
}

std::vector<Reservation> takes_of_carrier(const config::Carrier& carrier) {
  std::vector<Reservation> takes;
  append_limits(takes, "carrier " + carrier.name, carrier.limits);
  return takes;
}

std::vector<Reservation> takes_of_termination(const Inquiry& inquiry, const config::Trunk& trunk) {
  std::vector<Reservation> takes;
  append_source(takes, inquiry);
  append_account(takes, inquiry.directory, trunk.account);
  append_trunk(takes, inquiry.directory, trunk, CallDirection::Termination);
  return takes;
}

std::vector<Reservation> takes_of_origination(const Inquiry& inquiry, const config::Carrier& carrier,
                                              const std::string& account) {
  std::vector<Reservation> takes;
  append_source(takes, inquiry);
  append_limits(takes, "carrier " + carrier.name, carrier.limits);
  append_account(takes, inquiry.directory, account);
  return takes;
}

Refusal refusal_for(const Admission& admission, const Reservation& reservation) {
  Refusal refusal;
  refusal.reason = reservation.reason;
  refusal.status = reservation.status;
  refusal.detail =
      reservation.counter + (reservation.meter == Meter::Channel
                                 ? ": all " + std::to_string(reservation.limit) + " channels in use"
                                 : ": more than " + std::to_string(reservation.limit) + " calls a second");
  refusal.identified = true;
  refusal.trunk = admission.trunk;
  refusal.called_received = admission.called_received;
  refusal.calling_received = admission.calling_received;
  // A 403 that says when to come back contradicts itself (RFC 3261 §20.33).
  if (reservation.status != 403) {
    const bool is_rate = reservation.meter == Meter::CallRate;
    refusal.headers.push_back({"Retry-After", std::string(is_rate ? kRetryAfterRate : kRetryAfterChannels)});
  }
  return refusal;
}

}  // namespace tandem::trunk
