// Descriptions and plans that the tests of the call room share.
#pragma once

#include <string>

#include "tandem/call/call.hpp"

namespace tandem::test {

/// One audio stream. port tells one peer's description from another's, version one state of it from the next.
inline std::string audio_sdp(const std::string& formats, int port, int version = 1, const std::string& more = {}) {
  const std::string id = std::to_string(port);
  return "v=0\r\no=- " + id + " " + std::to_string(version) + " IN IP4 192.0.2.10\r\ns=-\r\nc=IN IP4 192.0.2.10\r\n" +
         "t=0 0\r\nm=audio " + id + " RTP/AVP " + formats + "\r\n" + more;
}

inline std::string offer_of_a() { return audio_sdp("8 0 101", 20000, 1, "a=rtpmap:101 telephone-event/8000\r\n"); }
inline std::string answer_of_b() { return audio_sdp("8", 30000); }
inline std::string other_answer_of_b() { return audio_sdp("8 0", 32000); }
inline std::string pcmu_answer_of_b() { return audio_sdp("0", 34000); }
inline std::string offer_of_b() { return audio_sdp("8 0", 30000); }
inline std::string answer_of_a() { return audio_sdp("8", 20000); }
inline std::string opus_only() { return audio_sdp("96", 36000, 1, "a=rtpmap:96 opus/48000/2\r\n"); }

inline trunk::PlannedTarget planned_target(const std::string& name) {
  trunk::PlannedTarget target;
  target.name = name;
  target.policy.peer = name;
  target.policy.peer_is_carrier = true;
  target.address = *SocketAddress::parse("198.51.100.1:5060");
  target.request_uri.user = "+12125550100";
  target.request_uri.host = name + ".example";
  return target;
}

inline trunk::Admission admission_to(std::size_t targets) {
  trunk::Admission admission;
  admission.trunk = "acme";
  admission.caller_policy.peer = "acme";
  for (std::size_t i = 0; i < targets; ++i) admission.plan.targets.push_back(planned_target("north" + std::to_string(i + 1)));
  admission.plan.entries.emplace_back();
  return admission;
}

/// The target is a name from now on.
inline void name_target(trunk::Admission& admission, std::size_t target) {
  admission.plan.targets.at(target).address = {};
}

/// The target, and those behind it, belong to an entry of their own that takes a channel.
inline void begin_entry(trunk::Admission& admission, std::size_t target) {
  trunk::RoutePlan& plan = admission.plan;
  const std::string name = "carrier north" + std::to_string(target + 1);
  if (target > 0) plan.entries.emplace_back();
  plan.entries.back().takes = {{name, trunk::Meter::Channel, 1, 0, trunk::Reason::ChannelsExhausted, 503}};
  for (std::size_t i = target; i < plan.targets.size(); ++i) plan.targets[i].entry = plan.entries.size() - 1;
}

/// The nth record of a target's name.
inline call::TargetAddress record(std::size_t target, std::size_t n) {
  return {*SocketAddress::parse("203.0.113." + std::to_string(10 * target + n) + ":5060"), Transport::Udp};
}
inline call::TargetReady ready(std::size_t target, std::size_t records = 1) {
  call::TargetReady ready{target, {}};
  for (std::size_t n = 1; n <= records; ++n) ready.addresses.push_back(record(target, n));
  return ready;
}
inline call::TargetRefused full(std::size_t target) {
  return {target, trunk::Reason::ChannelsExhausted, 503, "carrier north: 1 of 1 channels"};
}
inline call::TargetRefused nameless(std::size_t target) {
  return {target, trunk::Reason::NameUnresolved, 503, "no such name"};
}

/// A response to our INVITE.
inline call::Answered response(call::LegId leg, int status, const std::string& to_tag = {}, const std::string& sdp = {}) {
  call::Answered answered;
  answered.leg = leg;
  answered.status = status;
  answered.to_tag = to_tag;
  answered.body.sdp = sdp;
  return answered;
}

inline sdp::LocalMedia local_media(std::uint16_t port) {
  return {*IpAddress::parse("192.0.2.1"), port, static_cast<std::uint16_t>(port + 1)};
}

}  // namespace tandem::test
