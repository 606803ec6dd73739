// decide(), once more where a challenge is taken as answered, then the call as far as its first INVITE.
#include "tandem/tandemctl/explain.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "tandem/call/body.hpp"
#include "tandem/message/auth.hpp"
#include "tandemctl/rehearsal.hpp"

namespace tandem::tandemctl {
namespace {

/// Users of the configuration that are tried, one decision each, for who could answer a challenge.
constexpr std::size_t kMaxUsersTried = 5000;

/// Beyond so many, only the trunks that a question names are asked why not.
constexpr std::size_t kMaxTrunksDoubted = 8;

/// What a nonce is made with here: nobody will answer it.
constexpr trunk::NonceKey kKey{};

trunk::Decision decide(const trunk::Directory& directory, const Question& question, const std::string& user,
                       Random& random) {
  const trunk::Arrival arrival{question.request, question.source, question.transport, question.listener};
  trunk::Usage usage;
  if (!user.empty()) usage.proven_user = user;
  return trunk::decide(directory, arrival, usage, kKey, question.now, random);
}

bool is_about_credentials(trunk::Reason reason) { return trunk::code(reason).starts_with("auth_"); }

/// Past the challenge, whatever comes of the call then.
bool takes_user(const trunk::Decision& decision) {
  if (const auto* refusal = std::get_if<trunk::Refusal>(&decision.verdict))
    return !is_about_credentials(refusal->reason);
  return std::holds_alternative<trunk::Admission>(decision.verdict);
}

std::vector<std::string> users_who_could_answer(const trunk::Directory& directory, const Question& question) {
  std::set<std::string> names;
  for (const config::AccessGroup& group : trunk::config_of(directory).access_groups) {
    for (const config::Credential& credential : group.credentials) names.insert(credential.user);
  }
  std::vector<std::string> users;
  std::size_t tried = 0;
  for (const std::string& name : names) {
    if (++tried > kMaxUsersTried) break;
    Random random(question.seed);
    if (takes_user(decide(directory, question, name, random))) users.push_back(name);
  }
  return users;
}

/// Whom the INVITE itself names in credentials that were made for another challenge.
std::string user_in(const message::Request& request) {
  for (const std::string_view name : {"Proxy-Authorization", "Authorization"}) {
    for (const std::string_view value : request.headers.all(name)) {
      if (const auto credentials = message::parse_credentials(value)) return credentials->username;
    }
  }
  return {};
}

/// Who answers: as the question says, as the INVITE says, or the only one who can.
void choose_user(Explanation& made, const trunk::Directory& directory, const Question& question) {
  if (question.user) {
    made.proven_user = *question.user;
    return;
  }
  const auto users = users_who_could_answer(directory, question);
  const std::string named = user_in(question.request);
  if (!named.empty() && std::ranges::find(users, named) != users.end()) {
    made.proven_user = named;
  } else if (users.size() == 1) {
    made.proven_user = users.front();
  } else {
    made.could_answer = users;
  }
}

/// As the switchboard: a refusal of a known peer becomes a call of its own, that of a stranger is only
/// answered.
void refuse(Explanation& made, const trunk::Refusal& refusal, Rehearsal& rehearsal) {
  made.outcome = Outcome::Refused;
  made.reason = refusal.reason;
  if (!refusal.identified) {
    made.response = call::RespondToInvite{refusal.status, {}, {}, refusal.headers};
    return;
  }
  rehearsal.play(call::Refused{refusal, {}, {}, {}});
  made.response = rehearsal.response();
}

void admit(Explanation& made, const trunk::Admission& admission, const Question& question,
           Rehearsal& rehearsal) {
  rehearsal.play(
      call::Invited{admission, call::body_of(question.request), {}, question.source, question.listener});
  made.outgoing = rehearsal.outgoing();
  made.passed_over = rehearsal.passed_over();
  made.response = rehearsal.response();
  made.outcome = made.outgoing ? Outcome::Admitted : Outcome::Refused;
  made.reason = rehearsal.reason();
}

/// Nobody was found who might be calling.
bool is_about_who(trunk::Reason reason) {
  return reason == trunk::Reason::UnknownSource || reason == trunk::Reason::UnknownDomain ||
         reason == trunk::Reason::SourceNotListed || reason == trunk::Reason::HeaderMismatch;
}

/// Each trunk that the question names; where it names none and nobody was found, each trunk of a small
/// configuration.
std::vector<WhyNot> ask_why_not(const trunk::Directory& directory, const Question& question,
                                trunk::Reason reason) {
  std::vector<std::string> names = question.why_not;
  const auto& trunks = trunk::config_of(directory).trunks;
  if (names.empty() && is_about_who(reason) && trunks.size() <= kMaxTrunksDoubted) {
    for (const config::Trunk& trunk : trunks) names.push_back(trunk.name);
  }
  const trunk::Arrival arrival{question.request, question.source, question.transport, question.listener};
  std::vector<WhyNot> answers;
  for (const std::string& name : names) answers.push_back({name, trunk::why_not(directory, arrival, name)});
  return answers;
}

/// The decision, and where it challenges and somebody could answer, the decision after that.
void decide_twice(Explanation& made, const trunk::Directory& directory, const Question& question,
                  Random& random) {
  made.decision = decide(directory, question, {}, random);
  const auto* challenge = std::get_if<trunk::Challenge>(&made.decision.verdict);
  if (challenge == nullptr) return;
  made.outcome = Outcome::Challenged;
  made.reason = challenge->reason;
  made.challenge = *challenge;
  choose_user(made, directory, question);
  // The same Random goes on, as it does between the two INVITEs of a live call.
  if (!made.proven_user.empty()) made.decision = decide(directory, question, made.proven_user, random);
}

/// As the switchboard's ledger, if this were the only call.
Counters take_room(trunk::Decision& decision) {
  Counters counters;
  const auto* willing = std::get_if<trunk::Admission>(&decision.verdict);
  if (willing == nullptr) return counters;
  if (const auto full = counters.take(willing->takes)) {
    decision.trace.push_back({"limit", full->counter + " is at its limit"});
    decision.verdict = trunk::refusal_for(*willing, *full);
  }
  return counters;
}

/// What follows from the verdict.
void follow(Explanation& made, const std::shared_ptr<const trunk::Directory>& directory,
            const Question& question, Random& random) {
  Counters counters = take_room(made.decision);
  Rehearsal rehearsal(directory, question, std::move(counters), random);
  if (const auto* refusal = std::get_if<trunk::Refusal>(&made.decision.verdict)) {
    refuse(made, *refusal, rehearsal);
  } else if (const auto* admission = std::get_if<trunk::Admission>(&made.decision.verdict)) {
    admit(made, *admission, question, rehearsal);
  } else if (const auto* drop = std::get_if<trunk::Drop>(&made.decision.verdict)) {
    made.outcome = Outcome::Dropped;
    made.reason = drop->reason;
  } else {
    made.reason = std::get<trunk::Challenge>(made.decision.verdict).reason;
  }
}

}  // namespace

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::Admitted:
      return "admitted";
    case Outcome::Challenged:
      return "challenged";
    case Outcome::Refused:
      return "refused";
    case Outcome::Dropped:
      return "dropped";
  }
  return "";
}

Explanation explain(const std::shared_ptr<const trunk::Directory>& directory, const Question& question) {
  Explanation made;
  Random random(question.seed);
  decide_twice(made, *directory, question, random);
  follow(made, directory, question, random);
  made.why_not = ask_why_not(*directory, question, made.reason);
  return made;
}

}  // namespace tandem::tandemctl
