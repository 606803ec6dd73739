// INFO with a digit: what cannot travel as an event of the media. A digit goes on as events where the other
// side takes them, else as INFO. R-135; RFC 6086 §4.2.2, RFC 4733.
#include <algorithm>
#include <string>

#include "call/rule.hpp"
#include "call/turn.hpp"
#include "tandem/base/text.hpp"
#include "tandem/sdp/negotiate.hpp"

namespace tandem::call {

namespace {

using std::chrono::milliseconds;

constexpr std::string_view kRelay = "application/dtmf-relay";
constexpr std::string_view kPlain = "application/dtmf";
constexpr milliseconds kUsual{160}, kShortest{40}, kLongest{6000};

struct Digit {
  char key = '0';
  milliseconds duration = kUsual;
};

/// A key as peers write it: itself, or the number of its event (RFC 4733 §3.2).
std::optional<char> key_in(std::string_view text) {
  static constexpr std::string_view kKeys = "0123456789*#ABCD";
  text = trim(text);
  if (text.size() == 1) {
    const char key = static_cast<char>(text[0] >= 'a' && text[0] <= 'd' ? text[0] - 'a' + 'A' : text[0]);
    return kKeys.find(key) == std::string_view::npos ? std::nullopt : std::optional(key);
  }
  const auto event = parse_decimal(text, kKeys.size() - 1);
  return event && text.size() == 2 ? std::optional(kKeys[*event]) : std::nullopt;
}

/// "Signal=5" and "Duration=160", a line each, in either order; what else there is says nothing to us.
std::optional<Digit> read_relay(std::string_view content) {
  std::optional<char> key;
  Digit digit;
  for (std::string_view line : split(content, '\n')) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = trim(line.substr(0, equals));
    const std::string_view value = trim(line.substr(equals + 1));
    if (iequals(name, "Signal")) key = key_in(value);
    if (!iequals(name, "Duration")) continue;
    const auto duration = parse_decimal(value, 1'000'000);
    if (!duration) return std::nullopt;
    digit.duration = std::clamp(milliseconds(*duration), kShortest, kLongest);
  }
  if (!key) return std::nullopt;
  digit.key = *key;
  return digit;
}

std::optional<Digit> digit_in(const RequestReceived& info) {
  if (info.content_type == kRelay) return read_relay(info.content);
  const auto key = key_in(info.content);
  return key ? std::optional(Digit{*key, kUsual}) : std::nullopt;
}

bool takes_events(const Leg& leg) {
  if (!leg.sdp.local || !leg.sdp.remote) return false;
  const auto agreed = sdp::negotiate(*leg.sdp.local, *leg.sdp.remote);
  return agreed && std::any_of(agreed->codecs.begin(), agreed->codecs.end(),
                               [](const sdp::Codec& codec) { return codec.is_telephone_event(); });
}

void pass_on(Turn& turn, const Leg& to, const Digit& digit) {
  if (takes_events(to)) {
    turn.emit(SendDigit{side_of(to), digit.key, digit.duration});
    return;
  }
  turn.emit(SendInfo{to.id, std::string(kRelay),
                     "Signal=" + std::string(1, digit.key) +
                         "\r\nDuration=" + std::to_string(digit.duration.count()) + "\r\n"});
}

}  // namespace

void on_info(Turn& turn, Leg& leg, const RequestReceived& info) {
  const auto answer = [&](int status, std::vector<message::Header> headers = {}) {
    turn.emit(RespondToRequest{leg.id, info.request, status, {}, std::move(headers)});
  };
  if (info.content_type.empty()) return answer(200);  // asks nothing but whether we are there (RFC 2976 §2.2)
  // What nobody understands must not look as if its digit had been dialled.
  if (info.content_type != kRelay && info.content_type != kPlain)
    return answer(
        415, {{"Accept", std::string(kRelay) + ", " + std::string(kPlain)}, {"Accept-Encoding", "identity"}});
  const auto digit = digit_in(info);
  if (!digit) return answer(400);
  const Leg* other = other_leg(turn.call, leg);
  const bool hears = other != nullptr && other->dialog == DialogState::Confirmed;
  if (!hears) return answer(480);
  pass_on(turn, *other, *digit);
  answer(200);
}

}  // namespace tandem::call
