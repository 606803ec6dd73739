#include "tandem/trunk/header_policy.hpp"

#include <algorithm>

#include "tandem/base/text.hpp"
#include "tandem/message/message.hpp"

namespace tandem::trunk {
namespace {

constexpr std::string_view kPrivate = "X-…";
constexpr std::string_view kOthers = "…";

constexpr HeaderRule kRules[] = {
    {"Accept", Crossing::Ours, "what we can read is not what the far side can"},
    {"Accept-Contact", Crossing::Dropped, "asks a registrar of the other network for a device (RFC 3841)"},
    {"Accept-Encoding", Crossing::Ours, "as Accept"},
    {"Accept-Language", Crossing::Crosses, "for a person or an announcement at the far end"},
    {"Alert-Info", Crossing::Dropped, "a URI that the far end's phone would fetch"},
    {"Allow", Crossing::Ours, "the methods that we take"},
    {"Authorization", Crossing::Ours, "proves the caller to us and to nobody else"},
    {"Call-ID", Crossing::Ours, "each leg is a dialog of its own; it would show the caller's host"},
    {"Call-Info", Crossing::Dropped, "URIs that the far end's phone would fetch"},
    {"Contact", Crossing::Ours, "requests in the dialog come to us"},
    {"Content-Disposition", Crossing::Ours, "of our own body"},
    {"Content-Encoding", Crossing::Ours, "of our own body"},
    {"Content-Length", Crossing::Ours, "of our own body"},
    {"Content-Type", Crossing::Ours, "of our own body"},
    {"CSeq", Crossing::Ours, "counts requests of one dialog"},
    {"Date", Crossing::Dropped, "says when the other side's clock thinks it is"},
    {"Diversion", Crossing::Judged, "R-075 to R-077: one of ours must be of the account's numbers"},
    {"From", Crossing::Judged, "R-066 to R-070: the number that the caller may show"},
    {"History-Info", Crossing::Crosses,
     "RFC 7044; where the trunk has us write our own, the caller's ends here"},
    {"Identity", Crossing::Dropped, "signs a From and To that we write anew (RFC 8224)"},
    {"Max-Forwards", Crossing::Judged, "R-032: one less"},
    {"Min-SE", Crossing::Ours, "session timers are a matter of each leg (RFC 4028)"},
    {"P-Asserted-Identity", Crossing::Judged, "R-072, R-073: from and to trusted sides alone"},
    {"P-Preferred-Identity", Crossing::Judged, "a claim of the caller, judged as From is"},
    {"Priority", Crossing::Crosses, "for the person who is called (RFC 3261 §20.26)"},
    {"Privacy", Crossing::Judged, "R-070, R-074: what is left of it for the next hop"},
    {"Proxy-Authorization", Crossing::Ours, "as Authorization"},
    {"Proxy-Require", Crossing::Ours, "what is required of us is not required of the next hop"},
    {"Reason", Crossing::Judged,
     "in BYE, CANCEL and final responses: read and written again (RFC 3326); none in an INVITE"},
    {"Record-Route", Crossing::Ours, "each leg has its own route set"},
    {"Referred-By", Crossing::Dropped, "names who sent the caller; a transfer of ours writes its own"},
    {"Remote-Party-ID", Crossing::Judged, "as P-Asserted-Identity"},
    {"Replaces", Crossing::Dropped, "names a dialog that the far side does not know"},
    {"Require", Crossing::Ours, "extensions are agreed with each leg"},
    {"Route", Crossing::Ours, "each leg has its own route set"},
    {"Session-Expires", Crossing::Ours, "session timers are a matter of each leg (RFC 4028)"},
    {"Subject", Crossing::Crosses, "for the person who is called (RFC 3261 §20.36)"},
    {"Supported", Crossing::Ours, "extensions are agreed with each leg"},
    {"To", Crossing::Ours, "the target's own URI; the number stands in the Request-URI"},
    {"User-Agent", Crossing::Ours, "we are the user agent of this leg"},
    {"User-to-User", Crossing::Crosses, "data of the caller for the callee (RFC 7433)"},
    {"Via", Crossing::Ours, "the way back to us"},
    {kPrivate, Crossing::Listed, "R-096: `origination.pass_headers`"},
    {kOthers, Crossing::Dropped, "what nobody here knows is nobody's to pass on"},
};

constexpr const HeaderRule& kPrivateRule = kRules[std::size(kRules) - 2];
constexpr const HeaderRule& kOtherRule = kRules[std::size(kRules) - 1];
static_assert(kPrivateRule.name == kPrivate && kOtherRule.name == kOthers);

}  // namespace

std::string_view to_string(Crossing crossing) {
  switch (crossing) {
    case Crossing::Ours:
      return "ours";
    case Crossing::Judged:
      return "judged";
    case Crossing::Crosses:
      return "crosses";
    case Crossing::Listed:
      return "listed";
    case Crossing::Dropped:
      return "dropped";
  }
  return "";
}

std::span<const HeaderRule> header_policy() { return kRules; }

const HeaderRule& rule_for(std::string_view header) {
  if (header.size() > 2 && iequals(header.substr(0, 2), "X-")) return kPrivateRule;
  const auto found = std::find_if(std::begin(kRules), std::end(kRules), [&](const HeaderRule& rule) {
    return message::same_header(rule.name, header);
  });
  return found == std::end(kRules) ? kOtherRule : *found;
}

bool crosses(std::string_view header) {
  return std::any_of(std::begin(kRules), std::end(kRules), [&](const HeaderRule& rule) {
    const bool may_be = rule.name.size() == header.size() || header.size() == 1;
    return rule.crossing == Crossing::Crosses && may_be && message::same_header(rule.name, header);
  });
}

std::string headers_page() {
  std::string page =
      "# Headers\n"
      "\n"
      "What becomes of each header of an INVITE on its way from one leg of a call to the other. Each leg is "
      "a dialog of "
      "its own:\n"
      "what is *ours* is written anew for it, what is *judged* is read and written as the trunk's rules say, "
      "what "
      "*crosses* goes on as\n"
      "it came (at most 1,024 octets, and not where the caller hides), what is "
      "*listed* crosses\n"
      "where the trunk lists it, and what is *dropped* ends here.\n"
      "\n"
      "This page is generated from the table in src/trunk/header_policy.cpp; a test compares the two.\n"
      "\n"
      "| header | | why |\n"
      "|---|---|---|\n";
  for (const HeaderRule& rule : kRules) {
    page.append("| `").append(rule.name).append("` | ").append(to_string(rule.crossing)).append(" | ");
    page.append(rule.why).append(" |\n");
  }
  return page;
}

}  // namespace tandem::trunk
