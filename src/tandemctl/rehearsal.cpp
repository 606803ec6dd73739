#include "tandemctl/rehearsal.hpp"

#include <utility>

#include "tandem/base/ulid.hpp"

namespace tandem::tandemctl {
namespace {

message::Request write_invite(const trunk::PlannedTarget& target, const call::SendInvite& effect) {
  message::Request invite;
  invite.method = "INVITE";
  invite.uri = target.request_uri;
  invite.headers.add("From", message::print(target.from));
  invite.headers.add("To", message::print(target.to));
  for (const auto* headers : {&target.headers, &target.identity, &effect.more_headers}) {
    for (const message::Header& header : *headers) invite.headers.add(header.name, header.value);
  }
  if (!effect.sdp.empty()) invite.headers.add("Content-Type", "application/sdp");
  invite.body = effect.sdp;
  return invite;
}

/// Where the target is, or where a resolver would be asked: nobody's address.
call::TargetAddress address_of(const trunk::PlannedTarget& target) {
  if (target.is_numeric()) return {target.address, target.transport};
  return {SocketAddress{IpAddress::from_v4(0), target.request_uri.port.value_or(0)}, target.transport};
}

}  // namespace

Rehearsal::Rehearsal(std::shared_ptr<const trunk::Directory> directory, const Question& question,
                     Counters counters, Random& random)
    : question_(question), counters_(std::move(counters)), random_(random) {
  call_.ref = make_ulid(question.now, random);
  call_.directory = std::move(directory);
}

void Rehearsal::play(call::Event first) {
  events_.push_back(std::move(first));
  call::Effects effects;
  while (!events_.empty() && !outgoing_) {
    const call::Event event = std::move(events_.front());
    events_.pop_front();
    effects.clear();
    call::step(call_, event, {Instant{}, question_.now, random_}, effects);
    for (const call::Effect& effect : effects) take(effect);
  }
}

void Rehearsal::take(const call::Effect& effect) {
  if (const auto* invite = std::get_if<call::SendInvite>(&effect)) {
    outgoing_ = Outgoing{invite->target, invite->to,
                         write_invite(call_.admission.plan.targets.at(invite->target), *invite)};
  } else if (const auto* response = std::get_if<call::RespondToInvite>(&effect)) {
    if (response->status >= 200) response_ = *response;
  } else if (const auto* prepare_it = std::get_if<call::PrepareTarget>(&effect)) {
    prepare(prepare_it->target);
  } else if (std::holds_alternative<call::OpenMedia>(effect)) {
    events_.push_back(open_media());
  } else if (std::holds_alternative<call::CloseMedia>(effect)) {
    events_.emplace_back(call::MediaClosed{});
  } else if (std::holds_alternative<call::RecordCall>(effect)) {
    events_.emplace_back(call::RecordWritten{});
  }
}

std::optional<trunk::Reservation> Counters::take(const std::vector<trunk::Reservation>& wanted) {
  auto taken = taken_;
  for (const trunk::Reservation& one : wanted) {
    std::uint32_t& count = taken[{one.counter, one.meter}];
    const bool has_burst = one.meter == trunk::Meter::CallRate && one.limit > 0 && one.burst > 0;
    const std::uint32_t room = has_burst ? one.burst : one.limit;
    if (count >= room) return one;
    ++count;
  }
  taken_ = std::move(taken);
  return std::nullopt;
}

void Rehearsal::prepare(std::size_t target) {
  const trunk::RoutePlan& plan = call_.admission.plan;
  const trunk::PlannedTarget& planned = plan.targets.at(target);
  if (const auto full = counters_.take(plan.entries.at(planned.entry).takes)) {
    events_.emplace_back(
        call::TargetRefused{target, full->reason, full->status, full->counter + " is at its limit"});
  } else {
    events_.emplace_back(call::TargetReady{target, {address_of(planned)}});
  }
}

/// Every attempt but the one that was dialled.
std::vector<PassedOver> Rehearsal::passed_over() const {
  std::vector<PassedOver> passed;
  for (const call::Attempt& attempt : call_.attempts) {
    if (!outgoing_ || &attempt != &call_.attempts.back())
      passed.push_back({attempt.target, attempt.cause.reason, attempt.phrase});
  }
  return passed;
}

/// The first ports of the range, as the first call of a daemon gets them, each leg in the family that its
/// peer speaks; none where no address of that family is configured.
call::Event Rehearsal::open_media() const {
  const config::MediaSettings& media = trunk::config_of(*call_.directory).media;
  const IpAddress v4 = media.advertised.value_or(media.address);
  IpAddress caller = question_.source.ip;
  if (call_.a.sdp.remote) {
    if (const auto audio = sdp::audio_of_offer(*call_.a.sdp.remote)) caller = audio->rtp.ip;
  }
  const IpAddress& callee = call_.admission.plan.targets.front().address.ip;
  if ((caller.is_v6() || callee.is_v6()) && !media.address_v6)
    return call::MediaRefused{trunk::Reason::PortsExhausted};
  const auto local = [&](const IpAddress& peer, int offset) {
    const auto port = static_cast<std::uint16_t>(media.first_port + offset);
    return sdp::LocalMedia{peer.is_v6() ? *media.address_v6 : v4, port, static_cast<std::uint16_t>(port + 1)};
  };
  return call::MediaReady{local(caller, 0), local(callee, 2)};
}

}  // namespace tandem::tandemctl
