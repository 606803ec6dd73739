// What peers and stack may do about re-INVITE and UPDATE inside a dialog: ask, cancel, acknowledge, answer
// what we ask.
#include "support/call_world.hpp"

namespace tandem::test {

using namespace tandem::call;

namespace {

std::string described(LegId leg, const std::string& more) {
  return audio_sdp("8", leg == kLegA ? 20000 : 30000, 2, more);
}

/// What each side writes: A is leg 0, everybody else is B.
struct Texts {
  std::string change, answer, offer;
};
const Texts& texts_of(LegId leg) {
  static const auto make = [](LegId side) {
    return Texts{described(side, "a=sendonly\r\n"), described(side, "a=recvonly\r\n"), described(side, {})};
  };
  static const Texts a = make(kLegA);
  static const Texts b = make(LegId{1});
  return leg == kLegA ? a : b;
}
const std::string kUnusableAnswer = opus_only();

struct Collector {
  const World& world;
  LegId leg;
  std::vector<Move>& moves;

  void may(std::string_view name, Event event) { moves.push_back({name, Due::Voluntary, std::move(event)}); }
  void will(std::string_view name, Event event) { moves.push_back({name, Due::Owed, std::move(event)}); }
  RequestId next_request() const { return RequestId{world.requests + 1}; }

  OfferAnswered answered(int status, const std::string& sdp = {}) const {
    OfferAnswered out;
    out.leg = leg;
    out.status = status;
    out.body.sdp = sdp;
    return out;
  }
  void ask(std::string_view name, std::string_view method, const std::string& sdp) {
    OfferReceived offer{leg, next_request(), std::string(method), {sdp, false}, {}};
    offer.terms.allows_update = method == "UPDATE";
    may(name, std::move(offer));
  }
  void answer_ours(const OfferBook&);
  void acknowledge(const OfferBook&);
};

void Collector::answer_ours(const OfferBook& book) {
  const Texts& texts = texts_of(leg);
  OfferAnswered silent = answered(408);
  silent.by_stack = true;
  will("stack: no response to ours", silent);
  const bool bare = !book.invite && !book.offered;
  may("2xx to ours", answered(200, bare ? std::string{} : book.offered ? texts.answer : texts.offer));
  if (book.cancelled) {
    may("487 to ours", answered(487));
    return;
  }
  if (!bare) may("2xx to ours, unusable", answered(200, kUnusableAnswer));
  may("488 to ours", answered(488));
  may("491 to ours", answered(491));
  OfferAnswered challenge = answered(407);
  challenge.challenges = {"Digest realm=\"n\", nonce=\"a\", algorithm=MD5, qop=\"auth\""};
  may("407 to ours", challenge);
}

void Collector::acknowledge(const OfferBook& book) {
  for (const auto& [request, offered] : book.unacked) {
    const RequestId id{request};
    may("ACK to our 2xx", Acked{{offered ? texts_of(leg).answer : std::string{}, false}, leg, id});
    if (offered) may("ACK to our 2xx, without an answer", Acked{{}, leg, id});
    will("no ACK to our 2xx", AckTimedOut{leg, id});
  }
}

const OfferBook* find_book(const World& world, LegId leg) {
  const auto found = world.ledger.offers.find(leg.value());
  return found == world.ledger.offers.end() ? nullptr : &found->second;
}

}  // namespace

void add_offer_moves(const World& world, const Bounds& bounds, LegId leg, std::vector<Move>& moves) {
  Collector collector{world, leg, moves};
  if (world.ledger.offers_seen < bounds.offers) {
    collector.ask("re-INVITE, change", "INVITE", texts_of(leg).change);
    if (bounds.updates) collector.ask("UPDATE, change", "UPDATE", texts_of(leg).change);
    if (bounds.offerless) collector.ask("re-INVITE without an offer", "INVITE", {});
  }
  const OfferBook* book = find_book(world, leg);
  if (book == nullptr) return;
  for (const auto& [request, offer] : book->waiting) {
    if (offer.invite) collector.may("CANCEL of the re-INVITE", OfferCancelled{leg, RequestId{request}});
  }
}

void add_offer_dues(const World& world, LegId leg, std::vector<Move>& moves) {
  const OfferBook* book = find_book(world, leg);
  if (book == nullptr) return;
  Collector collector{world, leg, moves};
  if (book->open) collector.answer_ours(*book);
  collector.acknowledge(*book);
}

}  // namespace tandem::test
