// What may happen inside a call, as a part of `general`.
#include "tables.hpp"
#include "values.hpp"

namespace tandem::config {
namespace {

using namespace std::chrono_literals;

/// RFC 4028 §5: no shorter interval may be asked for on the open network.
constexpr std::chrono::seconds kLeastSession = 90s;

Value<Support> support() {
  return choice<Support>(
      {{"off", Support::Off}, {"supported", Support::Supported}, {"required", Support::Required}});
}

void check_unused_timer(Reader& reader, const Fields& fields) {
  for (const auto* key : {"expires", "min", "refreshed_by", "method"}) {
    if (!fields.has(key)) continue;
    reader.warn(fields.at(key),
                "'" + std::string(key) + "' has no effect: there are no session timers with 'support: off'",
                "remove it, or write 'support: supported'");
  }
}

void check_session_timer(Reader& reader, const Fields& fields, SessionTimer& timer) {
  if (timer.support == Support::Off) check_unused_timer(reader, fields);
  if (timer.expires < timer.min) {
    reader.error(fields.at(fields.has("expires") ? "expires" : "min"),
                 "'expires' is " + print_duration(timer.expires) + ", shorter than 'min', which is " +
                     print_duration(timer.min),
                 "write both, 'min' the shorter");
  } else if (timer.min < kLeastSession) {
    reader.warn(fields.at("min"),
                "'min' of " + print_duration(timer.min) + " is less than 90s, the least of RFC 4028",
                "fit for a laboratory alone: peers may refuse it, and every call is refreshed as often");
  }
}

const Object& session_timer_table() {
  static const Object table =
      Table<SessionTimer>("session_timer", "Calls whose peer has vanished come to an end (RFC 4028, R-130).")
          .key("support", &SessionTimer::support, support(),
               {"`off`: none with this side; `supported`: where the peer can; `required`: no call without.",
                "supported"})
          .key("expires", &SessionTimer::expires, seconds(1s, 24h),
               {"The interval that we ask for: a call that is not refreshed within it ends.", "30m"})
          .key("min", &SessionTimer::min, seconds(1s, 24h),
               {"The shortest that we take: less is answered with 422. RFC 4028 wants 90s or more.", "90s"})
          .key("refreshed_by", &SessionTimer::refreshed_by,
               choice<RefreshedBy>(
                   {{"auto", RefreshedBy::Auto}, {"us", RefreshedBy::Us}, {"peer", RefreshedBy::Peer}}),
               {"Who refreshes, where the peer leaves us the choice.", "auto"})
          .key("method", &SessionTimer::method,
               choice<RefreshMethod>({{"auto", RefreshMethod::Auto},
                                      {"update", RefreshMethod::Update},
                                      {"invite", RefreshMethod::Invite}}),
               {"Our refresh: UPDATE, a re-INVITE, or the first where the peer's Allow names it.", "auto"})
          .finish(check_session_timer)
          .done();
  return table;
}

const Object& transfer_table() {
  static const Object table =
      Table<Transfer>("transfer", "REFER from this side: it hands its call on (R-128). For trunks alone.")
          .key("mode", &Transfer::mode,
               choice<TransferMode>({{"off", TransferMode::Off},
                                     {"sip_only", TransferMode::SipOnly},
                                     {"all", TransferMode::All}}),
               {"`off`: refused with 603. `sip_only`: to SIP addresses outside. `all`: to telephone numbers "
                "too, through the carriers; the trunk's account pays for them.",
                "sip_only"})
          .key("caller_id", &Transfer::caller_id,
               choice<TransferCallerId>({{"from_transferee", TransferCallerId::FromTransferee},
                                         {"from_transferor", TransferCallerId::FromTransferor}}),
               {"Whose number the new callee sees: of the party that is handed on, or of the one that hands "
                "it "
                "on.",
                "from_transferee"})
          .key("guard", &Transfer::guard, duration(100ms, 10min),
               {"The transferor that has not hung up so long after the transfer gets our BYE.", "5s"})
          .done();
  return table;
}

}  // namespace

const Object& in_call_table() {
  static const Object table =
      Table<InCall>("in_call", "What may happen inside a call.")
          .key("reliable", &InCall::reliable, support(),
               {"Provisional responses with PRACK (100rel, RFC 3262): `off`, `supported` where the peer can, "
                "or `required`: no call without (R-129).",
                "supported"})
          .key("early_media", &InCall::early_media,
               choice<EarlyMedia>({{"relay", EarlyMedia::Relay},
                                   {"ignore", EarlyMedia::Ignore},
                                   {"ringback", EarlyMedia::Ringback}}),
               {"What a caller hears of this side before the answer: `relay`, its early media; `ignore`, no "
                "183 crosses; `ringback`, a 183 with a description becomes a 180, and the caller's own phone "
                "rings (R-129).",
                "relay"})
          .section("session_timer", &InCall::session_timer, session_timer_table(),
                   {"Session timers (RFC 4028, R-130).", "{support: supported, expires: 30m, min: 90s}"})
          .section("transfer", &InCall::transfer, transfer_table(),
                   {"Call transfer by REFER (R-128); an error in a carrier.", "{mode: sip_only}"})
          .key("media_timeout", &InCall::media_timeout, duration(0ms, 24h),
               {"No RTP from this side for so long, while it should send, ends the call (R-130); see "
                "`media.silence_timeout`. 0s: never.",
                "2m"})
          .done();
  return table;
}

}  // namespace tandem::config
