// Descriptions across the bridge: whose offer goes where, which answer A has, what media connects. RFC 3264; RFC 3261
// §13.2.1. sdp does the reading and writing; here is only who gets what.
#include <algorithm>
#include <iterator>

#include "call/rule.hpp"
#include "call/turn.hpp"
#include "tandem/base/text.hpp"
#include "tandem/sdp/negotiate.hpp"
#include "tandem/sdp/session.hpp"

namespace tandem::call {

namespace {

using trunk::Reason;

sdp::LocalOrigin origin_of(const OfferAnswer& ours) { return {ours.session_id, ours.version}; }

/// Comfort noise goes with every voice codec (RFC 3389), telephone events too: no list names them.
bool is_companion(const sdp::Codec& codec) { return codec.is_telephone_event() || iequals(codec.name, "CN"); }

bool has(const std::vector<sdp::Codec>& codecs, const sdp::Codec& wanted) {
  return std::any_of(codecs.begin(), codecs.end(), [&](const sdp::Codec& codec) { return codec.same_encoding(wanted); });
}

/// A's audio as that target may see it.
sdp::AudioStream audio_for(const Call& call, const trunk::PlannedTarget& target) {
  const sdp::Session& offer = *call.a.sdp.remote;
  sdp::AudioStream audio = *sdp::audio_of_offer(offer);  // read once already, in on_invited()
  if (call.a.sdp.local) {
    // An earlier target's early media has fixed A's answer: the next target may choose among those encodings
    // alone.
    if (const auto fixed = sdp::audio_of_answer(offer, *call.a.sdp.local)) {
      std::erase_if(audio.codecs, [&](const sdp::Codec& codec) { return !has(fixed->codecs, codec); });
    }
  }
  if (!target.policy.codecs.empty()) keep_listed(audio.codecs, target.policy.codecs);
  return audio;
}

void connect(Turn& turn, const Attempt& attempt, std::optional<sdp::NegotiatedLeg> a,
             std::optional<sdp::NegotiatedLeg> b) {
  turn.emit(ConnectMedia{std::move(a), std::move(b), turn.call.admission.caller_policy.symmetric_rtp,
                         target_of(turn.call, attempt).policy.symmetric_rtp});
}

/// A's answer, made from the target's; the one that A has already if it has one (one answer a dialog).
Expected<sdp::Session, Reason> answer_for_a(const Call& call, const sdp::AudioStream& target_answer) {
  if (call.a.sdp.local && holds(Rule::OneAnswerToA)) return *call.a.sdp.local;
  const auto audio = sdp::audio_of_offer(*call.a.sdp.remote);
  if (!audio) return unexpected(reason_for(audio.error()));
  auto answer = sdp::relay_answer(*call.a.sdp.remote, *audio, target_answer, call.media_a, origin_of(call.a.sdp));
  if (!answer) return unexpected(reason_for(answer.error()));
  return std::move(*answer);
}

}  // namespace

bool share_voice(const sdp::NegotiatedLeg& a, const sdp::NegotiatedLeg& b) {
  return std::any_of(a.codecs.begin(), a.codecs.end(),
                     [&](const sdp::Codec& codec) { return !is_companion(codec) && has(b.codecs, codec); });
}

void keep_listed(std::vector<sdp::Codec>& codecs, const std::vector<std::string>& names) {
  std::vector<sdp::Codec> kept;
  for (const std::string& name : names) {
    std::copy_if(codecs.begin(), codecs.end(), std::back_inserter(kept),
                 [&](const sdp::Codec& codec) { return iequals(name, codec.name) && !is_companion(codec); });
  }
  std::copy_if(codecs.begin(), codecs.end(), std::back_inserter(kept), is_companion);
  codecs = std::move(kept);
}

bool holds_voice(const std::vector<sdp::Codec>& codecs) {
  return std::any_of(codecs.begin(), codecs.end(),
                     [](const sdp::Codec& codec) { return !is_companion(codec); });
}

trunk::Reason reason_for(sdp::NegotiationError error) {
  switch (error) {
    case sdp::NegotiationError::NoAudio:
    case sdp::NegotiationError::Refused:
      return Reason::NoAudio;
    case sdp::NegotiationError::BadAddress:
      return Reason::SdpMalformed;
    case sdp::NegotiationError::NoCommonCodec:
      return Reason::NoCommonCodec;
    case sdp::NegotiationError::AnswerMismatch:
      return Reason::BadAnswer;
    case sdp::NegotiationError::UnsupportedProfile:
      return Reason::UnsupportedMediaProfile;
  }
  return Reason::InternalError;
}

Expected<std::optional<sdp::Session>, trunk::Reason> description_in(const Body& body) {
  if (body.sdp.empty()) {
    if (body.unsupported) return unexpected(Reason::UnsupportedBody);
    return std::optional<sdp::Session>{};
  }
  auto session = sdp::parse(body.sdp);
  if (!session) return unexpected(Reason::SdpMalformed);
  return std::optional<sdp::Session>{std::move(*session)};
}

bool can_be_offered(const Call& call, const trunk::PlannedTarget& target) {
  const bool anything = !call.a.sdp.remote || target.policy.codecs.empty();
  return anything || holds_voice(audio_for(call, target).codecs);
}

sdp::Session offer_for_target(const Call& call, const Attempt& attempt) {
  const sdp::AudioStream audio = audio_for(call, target_of(call, attempt));
  return sdp::relay_offer(*call.a.sdp.remote, audio, call.media_b, origin_of(attempt.leg.sdp));
}

Expected<void, trunk::Reason> follow_answer(Turn& turn, Attempt& attempt, const sdp::Session& answer) {
  Call& call = turn.call;
  const auto audio = sdp::audio_of_answer(*attempt.leg.sdp.local, answer);
  if (!audio) return unexpected(reason_for(audio.error()));
  auto for_a = answer_for_a(call, *audio);
  if (!for_a) return unexpected(for_a.error());
  auto side_a = sdp::negotiate(*for_a, *call.a.sdp.remote);
  if (!side_a) return unexpected(reason_for(side_a.error()));
  auto side_b = sdp::negotiate(*attempt.leg.sdp.local, answer);
  if (!side_b) return unexpected(reason_for(side_b.error()));
  if (!share_voice(*side_a, *side_b)) return unexpected(Reason::NoCommonCodec);

  const bool unchanged = attempt.leg.sdp.remote == answer;
  call.a.sdp.local = std::move(*for_a);
  attempt.leg.sdp.remote = answer;
  if (!unchanged) connect(turn, attempt, std::move(*side_a), std::move(*side_b));
  return {};
}

Expected<void, trunk::Reason> take_offer(Call& call, const Body& body, Leg& offerer, Leg& to) {
  auto offer = description_in(body);
  if (!offer) return unexpected(offer.error());
  if (!offer->has_value()) return unexpected(Reason::BadAnswer);
  if (auto passed = pass_offer(call, **offer, to); !passed) return passed;
  offerer.sdp.remote = std::move(**offer);
  offerer.sdp.state = OfferState::RemoteOffer;
  return {};
}

std::optional<sdp::Session> offer_in(const Body& body) {
  auto session = description_in(body);
  return session ? std::move(*session) : std::nullopt;
}

void disconnect_target(Turn& turn, Attempt& attempt) {
  Call& call = turn.call;
  if (!attempt.offered || !attempt.leg.sdp.remote) return;
  auto side_a = sdp::negotiate(*call.a.sdp.local, *call.a.sdp.remote);
  if (side_a) connect(turn, attempt, std::move(*side_a), std::nullopt);
}

}  // namespace tandem::call
