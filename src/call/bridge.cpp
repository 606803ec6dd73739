// The two legs that hear each other, and descriptions across them while the session is renegotiated. RFC 3264
// §8. Which leg is across from which, on which side of the media it stands and under whose policy, is
// answered here alone.
#include <algorithm>

#include "call/rule.hpp"
#include "call/turn.hpp"
#include "tandem/sdp/negotiate.hpp"
#include "tandem/sdp/session.hpp"

namespace tandem::call {

namespace {

using trunk::Reason;

/// RFC 3264 §8: the version counts up with each new description, and only then. A rejected one has used its
/// number up.
void write(OfferAnswer& ours, sdp::Session description) {
  if (ours.local) {
    description.origin.version = ours.local->origin.version;
    if (description == *ours.local) return;
    description.origin.version = ++ours.version;
  }
  ours.local = std::move(description);
}

sdp::LocalOrigin origin_of(const OfferAnswer& ours) { return {ours.session_id, ours.version}; }

bool sends(sdp::Direction direction) {
  return direction == sdp::Direction::SendRecv || direction == sdp::Direction::SendOnly;
}
bool receives(sdp::Direction direction) {
  return direction == sdp::Direction::SendRecv || direction == sdp::Direction::RecvOnly;
}

}  // namespace

std::optional<LegId> far_leg(const Call& call, LegId leg) {
  if (call.attempts.empty()) return std::nullopt;
  const LegId b = call.bridge.b.value_or(call.attempts.back().leg.id);
  if (leg == call.bridge.a) return b;
  return leg == b ? std::optional(call.bridge.a) : std::nullopt;
}

Leg* other_leg(Call& call, const Leg& leg) {
  const auto far = far_leg(call, leg.id);
  return far ? find_leg(call, *far) : nullptr;
}

Side side_of(const Leg& leg) { return leg.side; }

const sdp::LocalMedia& media_of(const Call& call, const Leg& leg) {
  return side_of(leg) == Side::A ? call.media_a : call.media_b;
}

const trunk::LegPolicy& policy_of(const Call& call, const Leg& leg) {
  if (leg.id == kLegA) return call.admission.caller_policy;
  return target_of(call, call.attempts.at(leg.id.value() - std::size_t{1})).policy;
}

Expected<void, trunk::Reason> pass_offer(Call& call, const sdp::Session& offer, Leg& to) {
  auto audio = sdp::audio_of_offer(offer);
  if (!audio) return unexpected(reason_for(audio.error()));
  if (const auto& listed = policy_of(call, to).codecs; !listed.empty()) {
    keep_listed(audio->codecs, listed);
    if (!holds_voice(audio->codecs)) return unexpected(Reason::NoCommonCodec);
  }
  const bool first = !to.sdp.local || !to.sdp.remote;
  const sdp::LocalMedia& media = media_of(call, to);
  write(to.sdp, first ? sdp::relay_offer(offer, *audio, media, origin_of(to.sdp))
                      : sdp::relay_next_offer(*to.sdp.local, *to.sdp.remote, std::move(*audio), media,
                                              origin_of(to.sdp)));
  to.sdp.state = OfferState::LocalOffer;
  return {};
}

Expected<void, trunk::Reason> pass_answer(Turn& turn, const Body& body, Leg& answerer, Leg& offerer) {
  Call& call = turn.call;
  auto answer = description_in(body);
  if (!answer) return unexpected(answer.error());
  if (!answer->has_value()) return unexpected(Reason::BadAnswer);
  const auto audio = sdp::audio_of_answer(*answerer.sdp.local, **answer);
  if (!audio) return unexpected(reason_for(audio.error()));
  const auto offered = sdp::audio_of_offer(*offerer.sdp.remote);
  if (!offered) return unexpected(reason_for(offered.error()));
  auto ours = sdp::relay_answer(*offerer.sdp.remote, *offered, *audio, media_of(call, offerer),
                                origin_of(offerer.sdp));
  if (!ours) return unexpected(reason_for(ours.error()));
  answerer.sdp.remote = std::move(**answer);
  answerer.sdp.state = OfferState::Stable;
  write(offerer.sdp, std::move(*ours));
  offerer.sdp.state = OfferState::Stable;
  return connect_bridge(turn, offerer, answerer);
}

Expected<void, trunk::Reason> connect_alone(Turn& turn, const Leg& leg) {
  auto heard = sdp::negotiate(*leg.sdp.local, *leg.sdp.remote);
  if (!heard) return unexpected(reason_for(heard.error()));
  ConnectMedia half;
  const bool symmetric = policy_of(turn.call, leg).symmetric_rtp;
  if (side_of(leg) == Side::A) {
    half.a = std::move(*heard);
    half.symmetric_a = symmetric;
  } else {
    half.b = std::move(*heard);
    half.symmetric_b = symmetric;
  }
  turn.emit(std::move(half));
  return {};
}

Expected<void, trunk::Reason> connect_bridge(Turn& turn, const Leg& one, const Leg& other) {
  if (one.hung_up || other.hung_up) return connect_alone(turn, one.hung_up ? other : one);
  const Leg& a = side_of(one) == Side::A ? one : other;
  const Leg& b = side_of(one) == Side::A ? other : one;
  auto side_a = sdp::negotiate(*a.sdp.local, *a.sdp.remote);
  if (!side_a) return unexpected(reason_for(side_a.error()));
  auto side_b = sdp::negotiate(*b.sdp.local, *b.sdp.remote);
  if (!side_b) return unexpected(reason_for(side_b.error()));
  if (!share_voice(*side_a, *side_b)) return unexpected(Reason::NoCommonCodec);
  turn.emit(ConnectMedia{std::move(*side_a), std::move(*side_b), policy_of(turn.call, a).symmetric_rtp,
                         policy_of(turn.call, b).symmetric_rtp});
  review_silence(turn);
  return {};
}

bool fits_as_answer(const sdp::Session& ours, const sdp::Session& offered) {
  const auto theirs = sdp::audio_of_offer(offered);
  const auto mine = sdp::audio_of_answer(offered, ours);
  if (!theirs || !mine) return false;
  return (!sends(mine->direction) || receives(theirs->direction)) &&
         (!receives(mine->direction) || sends(theirs->direction));
}

std::string refusing_answer(const Call& call, Leg& leg, const sdp::Session& offer) {
  if (leg.sdp.local) ++leg.sdp.version;
  sdp::Session answer;
  answer.origin = {"-", leg.sdp.session_id, leg.sdp.version, media_of(call, leg).address.print()};
  answer.connection = answer.origin.address;
  answer.timing = offer.timing;
  for (const sdp::Media& offered : offer.media) {
    sdp::Media refused;  // port 0 (RFC 3264 §6)
    refused.type = offered.type;
    refused.protocol = offered.protocol;
    refused.formats = offered.formats;
    answer.media.push_back(std::move(refused));
  }
  return sdp::print(answer);
}

}  // namespace tandem::call
