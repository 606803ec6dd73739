// One call, driven by octets: most choose among what is lawful now, the rest make events that nobody should say. The ledger
// judges every step, and when the octets end the call must end by what happens by itself.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>

#include "support/call_world.hpp"
#include "tandem/base/check.hpp"

using namespace tandem;
using namespace tandem::call;
using namespace tandem::test;

namespace {

class Octets {
 public:
  Octets(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  bool empty() const { return at_ == size_; }
  std::uint8_t next() { return empty() ? 0 : data_[at_++]; }
  std::size_t below(std::size_t limit) { return next() % limit; }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

Body any_body(Octets& octets) {
  switch (octets.below(8)) {
    case 0: return {offer_of_a(), false};
    case 1: return {answer_of_b(), false};
    case 2: return {other_answer_of_b(), false};
    case 3: return {pcmu_answer_of_b(), false};
    case 4: return {opus_only(), false};
    case 5: return {"v=0\r\nrubbish", false};
    case 6: return {{}, true};
    default: return {};
  }
}

LegId any_leg(Octets& octets) { return LegId{static_cast<std::uint16_t>(octets.below(5))}; }
std::string any_tag(Octets& octets) { return "b" + std::to_string(octets.below(40)); }

/// Addresses in any number: none, and more than are lawful, too.
TargetReady any_ready(Octets& octets) { return ready(octets.below(4), octets.below(kMaxTargetAddresses + 2)); }

/// A request that a peer sent, or one that it never did.
RequestId any_request(Octets& octets, RequestId next) {
  return RequestId{next.value() - std::min(next.value(), static_cast<std::uint32_t>(octets.below(6)))};
}

OfferAnswered any_offer_answered(Octets& octets, LegId leg) {
  OfferAnswered answered;
  answered.leg = leg;
  answered.status = static_cast<int>(octets.next()) * 3;
  answered.body = any_body(octets);
  answered.challenges = {"Digest nonsense"};
  if (octets.below(2) == 0) answered.retry_after_s = static_cast<int>(octets.below(20)) - 5;
  answered.by_stack = octets.below(4) == 0;
  answered.terms.allows_update = octets.below(2) == 0;
  return answered;
}

/// What may come inside a dialog.
Event any_event_in_dialog(Octets& octets, LegId leg, RequestId request) {
  switch (octets.below(9)) {
    case 0: return Acked{any_body(octets), leg, any_request(octets, request)};
    case 1: return AckTimedOut{leg, any_request(octets, request)};
    case 2: return PrackReceived{request, any_body(octets)};
    case 3: return PrackTimedOut{};
    case 4: return PrackFinished{leg, static_cast<int>(octets.next()) * 3, any_body(octets)};
    case 5: return OfferCancelled{leg, any_request(octets, request)};
    case 6: return any_offer_answered(octets, leg);
    case 7: return ReferReceived{leg, request, octets.below(2) == 0 ? "<sip:bob@pbx.example>" : "<sip:nonsense@;>", {}, {}};
    default: return MediaSilence{octets.below(2) == 0 ? Side::A : Side::B, octets.below(2) == 0};
  }
}

Event any_event(Octets& octets, RequestId request) {
  const LegId leg = any_leg(octets);
  switch (octets.below(24)) {
    case 0: return Invited{admission_to(1), any_body(octets), {}, {}, {}};
    case 1: return Refused{};
    case 2: return MediaReady{local_media(10000), local_media(10002)};
    case 3: return MediaRefused{};
    case 4: return MediaClosed{};
    case 5:
    case 6: {
      const int status = static_cast<int>(octets.next()) * 3;  // 0..765: some of them no status at all
      Answered answered{leg, status, {}, any_tag(octets), any_body(octets), {"Digest nonsense"}, "Q.850;cause=16", {}, {}, {}};
      answered.contacts = {octets.below(2) == 0 ? "<sip:nonsense@;>" : "<sip:bob@pbx.example>"};
      if (octets.below(2) == 0) answered.min_se_s = octets.next();
      return answered;
    }
    case 7: return InviteFailed{leg, octets.below(2) == 0 ? TransactionFailure::Timeout : TransactionFailure::Transport};
    case 8: return Acked{any_body(octets)};
    case 9: return AckTimedOut{};
    case 10: return Cancelled{"rubbish;;;"};
    case 11: return ByeReceived{leg, request, {}};
    case 12: return ByeFinished{leg, 200};
    case 13: return OfferReceived{leg, request, octets.below(2) == 0 ? "INVITE" : "UPDATE", any_body(octets)};
    case 14: return RequestReceived{leg, request, octets.below(2) == 0 ? "OPTIONS" : "REFER"};
    case 15: return DeadlinePassed{leg, static_cast<TimerKind>(octets.below(11))};
    case 16: return RecordWritten{};
    case 17: return any_ready(octets);
    case 18: return octets.below(2) == 0 ? full(octets.below(4)) : nameless(octets.below(4));
    case 19: return ClearRequested{};
    default: return any_event_in_dialog(octets, leg, request);
  }
}

Bounds any_bounds(Octets& octets) {
  Bounds bounds{"fuzz", 2};
  bounds.late_offer = octets.below(2) == 1;
  bounds.forks = 2;
  bounds.early_media = bounds.bad_answers = bounds.challenges = bounds.requests = bounds.too_brief = true;
  bounds.records = octets.below(3);
  bounds.entries = octets.below(2) == 1;
  bounds.redirects = octets.below(2) == 1;
  bounds.offers = static_cast<int>(octets.below(8));
  bounds.updates = bounds.offerless = true;
  return bounds;
}

void expect_whole(const std::optional<std::string>& broken, const Event& event) {
  if (!broken) return;
  std::fprintf(stderr, "on %s: %s\n", std::string(name_of(event)).c_str(), broken->c_str());
  TANDEM_CHECK(false, "the invariants of a call hold");
}

void take_and_judge(World& world, const Event& event) {
  Effects effects;
  expect_whole(take(world, event, effects), event);
}

/// Whatever was said before: with silent peers the call ends by its deadlines and by what stack, media and writer owe.
void run_out(World& world, const Bounds& bounds) {
  for (int i = 0; i < 400 && !world.ledger.retired; ++i) {
    bool moved = false;
    for (const Move& move : lawful_moves(world, bounds)) {
      if (move.due == Due::Voluntary || !move.event) continue;
      take_and_judge(world, *move.event);
      moved = true;
      break;
    }
    TANDEM_CHECK(moved, "from every state the call ends by itself");
  }
  TANDEM_CHECK(world.ledger.retired, "every call ends");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::uint8_t kLawful = 208;  // below: the octet chooses among the lawful moves
  Octets octets{data, size};
  const Bounds bounds = any_bounds(octets);
  World world;
  while (!octets.empty()) {
    const std::uint8_t choice = octets.next();
    const auto moves = lawful_moves(world, bounds);
    if (choice < kLawful && !moves.empty()) {
      take_and_judge(world, *moves[choice % moves.size()].event);
    } else {
      take_and_judge(world, any_event(octets, RequestId{world.requests + 1}));
    }
  }
  if (world.ledger.begun) run_out(world, bounds);
  return 0;
}
