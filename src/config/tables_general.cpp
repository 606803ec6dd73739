// What trunks and carriers have in common.
#include "tables.hpp"
#include "values.hpp"

namespace tandem::config {
namespace {

using namespace std::chrono_literals;
using numbering::NumberFormat;

Value<NumberFormat> number_format() {
  return choice<NumberFormat>({{"e164_plus", NumberFormat::E164Plus},
                               {"e164", NumberFormat::E164},
                               {"national", NumberFormat::National},
                               {"us_domestic", NumberFormat::UsDomestic}});
}

const Object& on_invalid_table() {
  static const Object table =
      Table<General>("on_invalid", "What a number gets that is not written as `in` says (R-061).")
          .key("status", &General::invalid_number_status, integer_as<int>(400, 699),
               {"Final status of the refusal.", "400"})
          .done();
  return table;
}

const Object& number_format_table() {
  static const Object table =
      Table<General>("number_format", "How numbers are written (R-061 to R-063).")
          .key("in", &General::number_in, number_format(),
               {"As the peer writes them: `e164_plus` (+12025550123, the + is a must), `e164` (the + may be "
                "missing), `national` (12025550123) or `us_domestic` (2025550123).",
                "e164"})
          .key("out", &General::number_out, number_format(), {"As we write them to the peer.", "e164_plus"})
          .section("on_invalid", on_invalid_table(),
                   {"What a number gets that is written otherwise.", "{status: 400}"})
          .key("unwritable", &General::unwritable,
               choice<Unwritable>({{"e164", Unwritable::E164}, {"reject", Unwritable::Reject}}),
               {"A number that `out` cannot say, such as one outside the USA in `us_domestic`: sent as E.164 "
                "with a warning in the log, or refused.",
                "e164"})
          .done();
  return table;
}

/// What a list may not be: written and empty, or with the same codec twice.
void check_general(Reader& reader, const Fields& fields, General& general) {
  const auto* codecs = fields.find("codecs");
  if (codecs == nullptr) return;
  for (std::size_t i = 0; i < general.codecs.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (!iequals(general.codecs[i], general.codecs[k])) continue;
      reader.error(codecs->key->at, "'codecs' names " + general.codecs[i] + " twice");
    }
  }
  if (codecs->value->kind == Node::Kind::List && codecs->value->children.empty()) {
    reader.error(codecs->key->at, "'codecs' is empty: no call could have sound",
                 "name one, or remove it for all codecs");
  }
}

}  // namespace

const Object& call_limits_table() {
  static const Object table =
      Table<CallLimits>("call_limits", "Ceilings of a trunk, an account or a carrier.")
          .key("channels", &CallLimits::channels, integer_as<std::uint32_t>(1, 1'000'000),
               {"Calls at the same time, both directions together (R-079). Left out: no ceiling.", "30"})
          .key("cps", &CallLimits::cps, integer_as<std::uint32_t>(1, 100'000),
               {"New calls a second (R-081). Left out: no ceiling.", "5"})
          .key("burst", &CallLimits::burst, integer_as<std::uint32_t>(1, 100'000),
               {"Calls that may begin at once within `cps`; left out, as many as `cps`.", "10"})
          .key("status", &CallLimits::status, status({403, 480, 486, 503}),
               {"Final status of a call past a ceiling.", "503"})
          .finish([](Reader& reader, const Fields& fields, CallLimits& limits) {
            if (limits.burst && !limits.cps)
              reader.error(fields.at("burst"), "'burst' without 'cps' limits nothing", "add 'cps'");
          })
          .done();
  return table;
}

const Object& general_table() {
  static const Object table =
      Table<General>("general", "What holds in both directions (R-005).")
          .key("trust", &General::trust,
               choice<Trust>({{"untrusted", Trust::Untrusted}, {"trusted", Trust::Trusted}}),
               {"A trusted peer's asserted identity is believed, and it gets ours; to others it is removed "
                "(RFC 3325, R-072).",
                "trusted"})
          .key("identity", &General::identity,
               choice<IdentityStyle>({{"asserted", IdentityStyle::Asserted},
                                      {"remote_party_id", IdentityStyle::RemotePartyId}}),
               {"How a trusted peer is told who calls: P-Asserted-Identity and Privacy, or Remote-Party-ID.",
                "asserted"})
          .key("pai_in_ack", &General::pai_in_ack, flag(),
               {"P-Asserted-Identity in ACK too. RFC 3325 does not foresee it; some services expect it "
                "(R-072).",
                "false"})
          .key("max_forwards_missing", &General::max_forwards_missing,
               choice<MaxForwardsMissing>(
                   {{"reject", MaxForwardsMissing::Reject}, {"accept", MaxForwardsMissing::Accept}}),
               {"A request without Max-Forwards: 400, or taken as 70 (R-032).", "reject"})
          .key("stop_codes", &General::stop_codes, status_set(),
               {"Final statuses that end the hunt for a target; left out, `[400, 404, 405, 410, 416, 482, "
                "484, 486, 6xx]` (R-104).",
                "[404, 486, 6xx]"})
          .key("codecs", &General::codecs, list(codec()),
               {"Encoding names in order of preference; left out, every codec as it is offered (R-133).",
                "[PCMA, PCMU, G729, opus]"})
          .key("symmetric_rtp", &General::symmetric_rtp, flag(),
               {"Send RTP to where the peer's RTP comes from, not to the address in its SDP: for a peer "
                "behind NAT. Off is the safer (R-131).",
                "false"})
          .key("max_duration", &General::max_duration, duration(1s, 168h),
               {"Longest call; left out, that of `limits`.", "4h"})
          .key("ring_timeout", &General::ring_timeout, duration(1s, 1h),
               {"Longest ringing; left out, that of `limits`.", "90s"})
          .key("no_response_timeout", &General::no_response_timeout, duration(100ms, 32s),
               {"No response at all for so long: the next target; left out, that of `limits`.", "2s"})
          .section("number_format", number_format_table(),
                   {"How numbers are written.", "{in: e164, out: e164_plus}"})
          .embed(&General::in_call, in_call_table())
          .later("secure", "TLS and SRTP come later")
          .later("recording", "recording comes later")
          .later("dtmf", "DTMF conversion comes later: it is relayed as it comes")
          .later("fax", "fax comes later: it is relayed as it comes")
          .finish(check_general)
          .done();
  return table;
}

}  // namespace tandem::config
