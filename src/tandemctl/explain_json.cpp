// An explanation for programs.
#include <nlohmann/json.hpp>

#include "tandem/tandemctl/explain.hpp"
#include "tandem/trunk/reason.hpp"
#include "tandemctl/planned.hpp"

namespace tandem::tandemctl {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const trunk::Trace& trace) {
  Json steps = Json::array();
  for (const trunk::TraceStep& step : trace)
    steps.push_back({{"step", step.step}, {"outcome", step.outcome}});
  return steps;
}

Json json_of(const std::vector<message::Header>& headers) {
  Json rows = Json::array();
  for (const message::Header& header : headers)
    rows.push_back({{"name", header.name}, {"value", header.value}});
  return rows;
}

Json json_of(const trunk::Reservation& take) {
  Json row{{"counter", take.counter},
           {"meter", take.meter == trunk::Meter::Channel ? "channel" : "call_rate"},
           {"limit", take.limit}};
  if (take.meter == trunk::Meter::CallRate) row["burst"] = take.burst;
  row["status"] = take.status;
  row["reason"] = trunk::code(take.reason);
  return row;
}

Json json_of(const std::vector<trunk::Reservation>& takes) {
  Json rows = Json::array();
  for (const trunk::Reservation& take : takes) rows.push_back(json_of(take));
  return rows;
}

Json json_of(const config::StatusSet& set) {
  Json rows = Json::array();
  for (const std::uint16_t status : set.statuses) rows.push_back(std::to_string(status));
  for (const std::uint8_t digit : set.classes) rows.push_back(std::to_string(digit) + "xx");
  return rows;
}

Json json_of(const trunk::PlannedTarget& target, const config::Config& config) {
  Json row{{"name", target.name},
           {"entry", target.entry},
           {"peer", target.policy.peer},
           {"peer_is_carrier", target.policy.peer_is_carrier},
           {"transport", to_string(target.transport)}};
  if (target.is_numeric()) row["address"] = target.address.print();
  row["host"] = target.request_uri.host;
  if (!target.edge.empty()) row["edge"] = target.edge;
  if (const config::Target* configured = find_configured(config, target)) {
    row["priority"] = configured->priority;
    row["weight"] = configured->weight;
  }
  row["request_uri"] = message::print(target.request_uri);
  row["from"] = message::print(target.from);
  row["to"] = message::print(target.to);
  row["headers"] = json_of(target.headers);
  row["identity"] = json_of(target.identity);
  row["codecs"] = target.policy.codecs;
  row["no_response_timeout_ms"] = target.no_response_timeout.count();
  row["ring_timeout_ms"] = target.ring_timeout.count();
  return row;
}

Json json_of(const trunk::Admission& admission, const config::Config& config) {
  Json call{{"direction", trunk::to_string(admission.direction)},
            {"trunk", admission.trunk},
            {"trunk_id", admission.trunk_id},
            {"account", admission.account},
            {"user", admission.user},
            {"called", admission.called},
            {"called_received", admission.called_received},
            {"calling", admission.calling},
            {"calling_received", admission.calling_received},
            {"presented_cli", admission.presented_cli},
            {"asserted_cli", admission.asserted_cli},
            {"privacy", admission.privacy},
            {"edge", admission.edge},
            {"route", admission.route},
            {"takes", json_of(admission.takes)}};
  call["max_duration_s"] =
      std::chrono::duration_cast<std::chrono::seconds>(admission.plan.max_duration).count();
  call["entries"] = Json::array();
  for (const trunk::PlannedEntry& entry : admission.plan.entries) {
    call["entries"].push_back({{"leg_type", trunk::to_string(entry.leg_type)},
                               {"takes", json_of(entry.takes)},
                               {"stop_codes", json_of(entry.stop_codes)}});
  }
  call["targets"] = Json::array();
  for (const trunk::PlannedTarget& target : admission.plan.targets)
    call["targets"].push_back(json_of(target, config));
  return call;
}

Json json_of(const Question& question) {
  Json asked{{"uri", message::print(question.request.uri)},
             {"source", question.source.print()},
             {"transport", to_string(question.transport)},
             {"listener", question.listener},
             {"seed", question.seed}};
  asked["assumed"] = question.assumed;
  return asked;
}

Json json_of_challenge(const Explanation& explanation) {
  Json challenge{{"status", explanation.challenge->status},
                 {"reason", trunk::code(explanation.challenge->reason)},
                 {"headers", json_of(explanation.challenge->headers)}};
  if (!explanation.proven_user.empty()) challenge["answered_by"] = explanation.proven_user;
  if (!explanation.could_answer.empty()) challenge["could_answer"] = explanation.could_answer;
  return challenge;
}

}  // namespace

std::string print_json(const Explanation& explanation, const Question& question,
                       const config::Config& config) {
  Json out{{"verdict", to_string(explanation.outcome)}};
  if (explanation.outcome != Outcome::Admitted) out["reason"] = trunk::code(explanation.reason);
  out["question"] = json_of(question);
  if (explanation.challenge) out["challenge"] = json_of_challenge(explanation);
  out["steps"] = json_of(explanation.decision.trace);
  for (const WhyNot& answer : explanation.why_not) out["why_not"][answer.trunk] = json_of(answer.steps);
  if (const auto* admission = std::get_if<trunk::Admission>(&explanation.decision.verdict))
    out["call"] = json_of(*admission, config);
  for (const PassedOver& passed : explanation.passed_over)
    out["passed_over"].push_back(
        {{"target", passed.target}, {"reason", trunk::code(passed.reason)}, {"why", passed.why}});
  if (explanation.outgoing) {
    out["outgoing"] = {{"target", explanation.outgoing->target},
                       {"to", explanation.outgoing->to.address.print()},
                       {"transport", to_string(explanation.outgoing->to.transport)},
                       {"invite", message::print(explanation.outgoing->invite)}};
  }
  if (explanation.response)
    out["response"] = {{"status", explanation.response->status},
                       {"headers", json_of(explanation.response->headers)}};
  if (const auto* refusal = std::get_if<trunk::Refusal>(&explanation.decision.verdict))
    out["detail"] = refusal->detail;
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace tandem::tandemctl
