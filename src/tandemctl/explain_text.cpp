// An explanation as a page for people: what came in, each step, what would go out.
#include <algorithm>

#include "tandem/base/text.hpp"
#include "tandem/call/body.hpp"
#include "tandem/sdp/negotiate.hpp"
#include "tandem/tandemctl/explain.hpp"
#include "tandem/trunk/reason.hpp"
#include "tandemctl/columns.hpp"
#include "tandemctl/planned.hpp"

namespace tandem::tandemctl {
namespace {

constexpr std::string_view kIndent = "  ";

std::string or_dash(const std::string& text) { return text.empty() ? "-" : printable(text); }

std::string section(std::string_view title, const std::string& body) {
  return body.empty() ? std::string() : "\n" + std::string(title) + "\n" + body;
}

std::string print_trace(const trunk::Trace& trace) {
  std::vector<TextRow> rows;
  for (const trunk::TraceStep& step : trace) rows.push_back({std::string(step.step), printable(step.outcome, 400)});
  return in_columns(rows, kIndent);
}

std::string print_arrival(const Question& question) {
  std::string text =
      printable(question.request.method) + " " + printable(message::print(question.request.uri), 400) + "\n";
  text += "  from " + question.source.print() + " over " + std::string(to_string(question.transport)) +
          " to listener " + or_dash(question.listener) + "\n";
  for (const std::string& assumed : question.assumed) text += "  assumed: " + printable(assumed) + "\n";
  return text;
}

std::string print_challenge(const Explanation& explanation) {
  if (!explanation.challenge) return {};
  std::string text = "  " + std::to_string(explanation.challenge->status) + " " +
                     std::string(message::status_phrase(explanation.challenge->status)) + " (" +
                     std::string(trunk::code(explanation.challenge->reason)) + ")\n";
  for (const message::Header& header : explanation.challenge->headers) {
    text += "  " + header.name + ": " + printable(header.value, 400) + "\n";
  }
  if (!explanation.proven_user.empty()) {
    return text + "  assumed from here on: user '" + printable(explanation.proven_user) +
           "' answers it with the right password\n";
  }
  if (explanation.could_answer.empty())
    return text + "  nobody in the configuration could answer it from this source\n";
  text += "  could answer it: ";
  for (const std::string& user : explanation.could_answer) {
    text += (&user == &explanation.could_answer.front() ? "" : ", ") + printable(user);
  }
  return text + "\n  choose one with --user to see what follows\n";
}

std::string print_takes(const std::vector<trunk::Reservation>& takes) {
  std::vector<TextRow> rows;
  for (const trunk::Reservation& take : takes) {
    const std::string wanted = take.meter == trunk::Meter::Channel
                                   ? "one channel of " + std::to_string(take.limit)
                                   : "one call of " + std::to_string(take.limit) + " a second, " +
                                         std::to_string(take.burst) + " at once";
    rows.push_back({take.counter, wanted,
                    "else " + std::to_string(take.status) + " " + std::string(trunk::code(take.reason))});
  }
  return in_columns(rows, kIndent);
}

std::string print_call(const trunk::Admission& admission) {
  std::vector<TextRow> rows{
      {"direction", std::string(trunk::to_string(admission.direction))},
      {"trunk",
       or_dash(admission.trunk) + (admission.trunk_id.empty() ? "" : " (id " + admission.trunk_id + ")")},
      {"account", or_dash(admission.account)},
      {"user", admission.user.empty() ? "none: admitted by address" : printable(admission.user)},
      {"called", or_dash(admission.called) + ", received as '" + printable(admission.called_received) + "'"},
      {"calling",
       or_dash(admission.calling) + ", received as '" + printable(admission.calling_received) + "'"},
      {"shown", admission.presented_cli.empty() ? "no number" : printable(admission.presented_cli)},
      {"asserted", admission.asserted_cli.empty() ? "no number" : printable(admission.asserted_cli)},
      {"privacy", admission.privacy.empty() ? "none" : printable(admission.privacy)}};
  if (!admission.edge.empty()) rows.push_back({"edge", admission.edge});
  if (!admission.route.empty()) rows.push_back({"route", admission.route});
  rows.push_back(
      {"at most",
       std::to_string(std::chrono::duration_cast<std::chrono::seconds>(admission.plan.max_duration).count()) +
           " s"});
  return in_columns(rows, kIndent);
}

std::string print_targets(const trunk::Admission& admission, const Explanation& explanation,
                          const config::Config& config) {
  std::vector<TextRow> rows;
  const trunk::RoutePlan& plan = admission.plan;
  for (std::size_t i = 0; i < plan.targets.size(); ++i) {
    const trunk::PlannedTarget& target = plan.targets[i];
    const config::Target* configured = find_configured(config, target);
    const auto passed = std::ranges::find(explanation.passed_over, i, &PassedOver::target);
    rows.push_back({std::to_string(i + 1), printable(message::print(target.request_uri), 200),
                    place_of(target), peer_of(target),
                    configured == nullptr ? ""
                                          : "priority " + std::to_string(configured->priority) + " weight " +
                                                std::to_string(configured->weight),
                    leg_type_of(plan, target),
                    passed == explanation.passed_over.end() ? "" : "passed over: " + printable(passed->why)});
  }
  return in_columns(rows, kIndent);
}

std::string print_entries(const trunk::RoutePlan& plan) {
  std::string text;
  for (std::size_t i = 0; i < plan.entries.size(); ++i) {
    if (plan.entries[i].takes.empty()) continue;
    text += "  while target " + targets_of_entry(plan, i) + " is tried\n";
    const std::string takes = print_takes(plan.entries[i].takes);
    for (const std::string_view line : split(takes, '\n')) {
      if (!line.empty()) text += "  " + std::string(line) + "\n";
    }
  }
  return text;
}

/// "PCMU, PCMA, telephone-event over RTP/AVP; no SRTP yet".
std::string print_media(const message::Request& invite) {
  const auto session = sdp::parse(invite.body);
  const auto audio = session ? sdp::audio_of_offer(*session) : unexpected(sdp::NegotiationError::NoAudio);
  if (!audio) return "no offer: the target makes it, in its 200 (RFC 3261 §13.2.1)";
  std::string text;
  for (const sdp::Codec& codec : audio->codecs) text += (text.empty() ? "" : ", ") + printable(codec.name);
  return text + " over " + printable(session->media.at(audio->media_index).protocol) +
         ", no SRTP; the ports are stand-ins";
}

/// Each line of a message, safe for a terminal.
std::string print_message(const message::Request& request) {
  std::string text;
  const std::string wire = message::print(request);
  for (const std::string_view line : split(wire, '\n')) {
    const std::string_view bare = line.substr(0, line.find_last_not_of('\r') + 1);
    text += bare.empty() ? "\n" : "  " + printable(bare, 1000) + "\n";
  }
  return text.substr(0, text.find_last_not_of('\n') + 1) + "\n";
}

std::string print_outgoing(const trunk::RoutePlan& plan, const Outgoing& outgoing) {
  const trunk::PlannedTarget& target = plan.targets.at(outgoing.target);
  return section("INVITE to target " + std::to_string(outgoing.target + 1) + ", " + place_of(target),
                 "  (Via, Contact, Call-ID, CSeq and tags are made when one leaves)\n" +
                     print_message(outgoing.invite)) +
         section("Media", "  " + print_media(outgoing.invite) + "\n");
}

std::string print_response(const call::RespondToInvite& response) {
  const std::string phrase =
      response.phrase.empty() ? std::string(message::status_phrase(response.status)) : response.phrase;
  std::string text = "  " + std::to_string(response.status) + " " + printable(phrase) + "\n";
  for (const message::Header& header : response.headers) {
    text += "  " + header.name + ": " + printable(header.value, 400) + "\n";
  }
  return text;
}

std::string print_verdict(const Explanation& explanation) {
  std::string text = "\n" + std::string(to_string(explanation.outcome));
  if (explanation.outcome == Outcome::Admitted) return text + "\n";
  const trunk::ReasonInfo& info = trunk::info(explanation.reason);
  text += ": " + std::string(info.code) + "\n";
  if (const auto* refusal = std::get_if<trunk::Refusal>(&explanation.decision.verdict);
      refusal && !refusal->detail.empty()) {
    text += "  " + printable(refusal->detail, 400) + "\n";
  }
  return text + "  " + std::string(info.meaning) + "\n  " + std::string(info.cure) + "\n";
}

}  // namespace

std::string print_text(const Explanation& explanation, const Question& question,
                       const config::Config& config) {
  std::string text = print_arrival(question);
  text += section("Challenge", print_challenge(explanation));
  text += section("Steps", print_trace(explanation.decision.trace));
  for (const WhyNot& answer : explanation.why_not) {
    text += section("Why it is no call of trunk " + printable(answer.trunk), print_trace(answer.steps));
  }
  if (const auto* admission = std::get_if<trunk::Admission>(&explanation.decision.verdict)) {
    text += section("Call", print_call(*admission));
    text += section("Limits", print_takes(admission->takes) + print_entries(admission->plan));
    text += section("Targets, in the order drawn with seed " + std::to_string(question.seed),
                    print_targets(*admission, explanation, config));
    if (explanation.outgoing) text += print_outgoing(admission->plan, *explanation.outgoing);
  }
  if (explanation.response) text += section("Response", print_response(*explanation.response));
  return text + print_verdict(explanation);
}

}  // namespace tandem::tandemctl
