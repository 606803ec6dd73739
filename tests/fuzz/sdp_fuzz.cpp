// Descriptions and their negotiation. The input is one or two descriptions with an octet 0xFE between them:
// an offer and what the other side answered to it. No fault; what parses prints and parses to the same; what
// we make of a peer's description is itself a description, and one that can be negotiated.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tandem/base/check.hpp"
#include "tandem/sdp/negotiate.hpp"

using namespace tandem;
using namespace tandem::sdp;

namespace {

const LocalMedia kLocal{IpAddress::from_v4(0xc6336401), 10000, 10001};

void check_same(const Session& session) {
  const std::string text = print(session);
  const auto again = parse(text);
  TANDEM_CHECK(again || text.size() > kMaxDescription, "a printed description parses");
  TANDEM_CHECK(!again || *again == session, "a printed description parses to the same");
}

void check_leg(const Session& ours, const Session& theirs) {
  check_same(ours);
  const auto leg = negotiate(ours, theirs);
  TANDEM_CHECK(leg, "our answer and their offer can be negotiated");
  TANDEM_CHECK(leg->codecs.size() == leg->receive_codecs.size(), "codec lists are aligned");
  for (std::size_t i = 0; i < leg->codecs.size(); ++i)
    TANDEM_CHECK(leg->codecs[i].same_encoding(leg->receive_codecs[i]), "codec lists are aligned");
}

/// The whole path of an answered call: offer, relayed offer, other side's answer, relayed answer.
void relay(const Session& offer, const Session& other_answer) {
  const auto offer_audio = audio_of_offer(offer);
  if (!offer_audio) return;
  const Session relayed = relay_offer(offer, *offer_audio, kLocal, {1, 1});
  check_same(relayed);
  TANDEM_CHECK(audio_of_offer(relayed), "a relayed offer has audio");
  const auto answer_audio = audio_of_answer(relayed, other_answer);
  if (!answer_audio) return;
  (void)negotiate(relayed, other_answer);
  const auto answer = relay_answer(offer, *offer_audio, *answer_audio, kLocal, {2, 1});
  if (answer) check_leg(*answer, offer);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(octets), size);
  const std::size_t mark = text.find('\xfe');
  const auto one = parse(text.substr(0, mark));
  if (one) check_same(*one);
  if (mark == std::string_view::npos) return 0;
  const auto other = parse(text.substr(mark + 1));
  if (other) check_same(*other);
  if (!one || !other) return 0;
  (void)negotiate(*one, *other);
  relay(*one, *other);
  return 0;
}
