// Session timers, each leg for itself: who refreshes, how often, and what becomes of a session that nobody
// refreshes. RFC 4028; R-130. A peer that knows none of it is refreshed by us all the same: that is how a
// dead one is found.
#include <algorithm>
#include <utility>

#include "call/rule.hpp"
#include "call/turn.hpp"

namespace tandem::call {

namespace {

using config::RefreshedBy;
using config::Support;
using std::chrono::seconds;

/// A refresh that was refused is tried again after so long.
constexpr seconds kRefreshRetry{10};
/// What a peer asks for beyond this is as good as this.
constexpr seconds kLongestSession{7 * 24 * 3600};

const config::SessionTimer& timer_of(const Call& call, const Leg& leg) { return policy_of(call, leg).in_call.session_timer; }

seconds capped(std::uint32_t wanted) { return std::min(seconds{wanted}, kLongestSession); }

/// The least that this side takes, and the least that its peer does.
seconds least(const config::SessionTimer& policy, const Leg& leg, const Terms& terms) {
  return std::max({policy.min, leg.session.min, capped(terms.min_se_s.value_or(0))});
}

/// RFC 4028 §10: the side that does not refresh gives up a little before the end.
seconds until_given_up(seconds interval) { return interval - std::min(seconds{32}, interval / 3); }

std::string print(seconds interval) { return std::to_string(interval.count()); }

/// In a request of ours we are the uac.
std::string in_request(seconds interval, bool we_refresh) {
  return print(interval) + (we_refresh ? ";refresher=uac" : ";refresher=uas");
}

void start(Turn& turn, Leg& leg) {
  SessionTimer& session = leg.session;
  turn.disarm(leg.id, TimerKind::SessionRefresh);
  turn.disarm(leg.id, TimerKind::SessionExpiry);
  session.ends = turn.context.now + session.interval;
  if (session.we_refresh) {
    if (holds(Rule::RefreshSession)) turn.arm(leg.id, TimerKind::SessionRefresh, session.interval / 2);
  } else if (holds(Rule::ArmSessionExpiry)) {
    turn.arm(leg.id, TimerKind::SessionExpiry, until_given_up(session.interval));
  }
}

/// Table 2 of RFC 4028 §9, for a request of the peer that gets our 2xx.
bool we_refresh_after(const config::SessionTimer& policy, const Leg& leg, const Terms& request) {
  if (!request.supports_timer) return true;
  if (request.session_expires && request.session_expires->refresher) {
    return *request.session_expires->refresher == Refresher::Uas;
  }
  if (leg.session.interval > seconds{0}) return leg.session.we_refresh;
  return policy.refreshed_by == RefreshedBy::Us;
}

void expire(Turn& turn, const Leg& leg, std::string_view why) {
  if (other_leg(turn.call, leg) == nullptr) return;  // it has handed its call on, which does without it
  turn.emit(Note{log::Level::Warn,
                 "session_expired",
                 {{"leg", std::to_string(leg.id.value())}, {"why", std::string(why)}}});
  clear(turn, Ending{cause_of(trunk::Reason::SessionExpired, 200), std::nullopt, {}});
}

bool is_up(const Leg& leg) {
  return leg.dialog == DialogState::Answered || leg.dialog == DialogState::Confirmed;
}

void refresh(Turn& turn, Leg& leg) {
  leg.session.refreshing = true;
  refresh_session(turn, leg);
}

/// Refused, and the dialog lives (RFC 4028 §10): once more later, until the session ends. A peer that has
/// agreed to no session timer has shown all that was asked for.
void refresh_later(Turn& turn, Leg& leg, std::optional<int> retry_after_s) {
  if (!leg.session.agreed) return start(turn, leg);
  const seconds wanted{std::clamp(retry_after_s.value_or(0), 0, 3600)};
  turn.arm(leg.id, TimerKind::SessionRefresh, std::max(wanted, kRefreshRetry));
}

}  // namespace

std::optional<seconds> too_brief(const Call& call, const Leg& leg, const Terms& terms) {
  const config::SessionTimer& policy = timer_of(call, leg);
  const bool judged = policy.support != Support::Off && terms.supports_timer && terms.session_expires;
  if (!judged || seconds{terms.session_expires->seconds} >= policy.min || !holds(Rule::RefuseBriefSessions))
    return std::nullopt;
  return policy.min;
}

std::vector<message::Header> session_headers_of_invite(const Call& call, const Attempt& attempt) {
  const config::SessionTimer& policy = timer_of(call, attempt.leg);
  if (policy.support == Support::Off) return {};
  const seconds min = std::max(policy.min, capped(attempt.min_se_s.value_or(0)));
  const seconds expires = std::max(policy.expires, min);
  const bool open = policy.refreshed_by == RefreshedBy::Auto;
  return {{"Session-Expires",
           open ? print(expires) : in_request(expires, policy.refreshed_by == RefreshedBy::Us)},
          {"Min-SE", print(min)}};
}

void begin_session(Turn& turn, Leg& leg, const Terms& of_2xx) {
  const config::SessionTimer& policy = timer_of(turn.call, leg);
  if (policy.support == Support::Off) return;
  SessionTimer& session = leg.session;
  session.lengthened = false;
  session.agreed = of_2xx.session_expires.has_value();
  if (const Attempt* attempt = find_attempt(turn.call, leg.id); attempt != nullptr) {
    session.min = std::max(session.min, capped(attempt->min_se_s.value_or(0)));
  }
  if (session.agreed) {
    session.interval = std::max(capped(of_2xx.session_expires->seconds), policy.min);
    session.we_refresh = of_2xx.session_expires->refresher.value_or(Refresher::Uac) == Refresher::Uac;
  } else {
    if (session.interval == seconds{0}) session.interval = std::max(policy.expires, session.min);
    session.we_refresh = true;
  }
  start(turn, leg);
}

std::vector<message::Header> session_headers_of_answer(Turn& turn, Leg& leg, const Terms& of_request) {
  const config::SessionTimer& policy = timer_of(turn.call, leg);
  if (policy.support == Support::Off || !is_up(leg)) return {};
  SessionTimer& session = leg.session;
  session.min = least(policy, leg, of_request);
  const bool runs = session.interval > seconds{0};
  seconds wanted = runs ? session.interval : policy.expires;
  if (of_request.session_expires)
    wanted = std::min(capped(of_request.session_expires->seconds), policy.expires);
  session.we_refresh = we_refresh_after(policy, leg, of_request);
  session.interval = std::max(wanted, session.min);
  session.agreed = of_request.supports_timer;
  start(turn, leg);
  std::vector<message::Header> headers{
      {"Session-Expires",
       print(session.interval) + (session.we_refresh ? ";refresher=uas" : ";refresher=uac")}};
  if (!session.we_refresh)
    headers.push_back({"Require", "timer"});  // RFC 4028 §9: the uac must know that it refreshes
  return headers;
}

std::vector<message::Header> session_headers_of_offer(const Call& call, const Leg& leg) {
  const config::SessionTimer& policy = timer_of(call, leg);
  const SessionTimer& session = leg.session;
  if (policy.support == Support::Off || session.interval == seconds{0}) return {};
  return {{"Supported", "timer"},
          {"Session-Expires", in_request(session.interval, session.we_refresh)},
          {"Min-SE", print(std::max(policy.min, session.min))}};
}

void on_refresh_due(Turn& turn, Leg& leg) {
  if (leg.session.refreshing || !is_up(leg)) return;
  // From now on the session may run out; until here a refresh was always in time.
  const bool watched = turn.call.deadlines.contains({leg.id, TimerKind::SessionExpiry});
  if (leg.session.agreed && !watched)
    turn.arm(leg.id, TimerKind::SessionExpiry, leg.session.ends - turn.context.now);
  refresh(turn, leg);
}

void on_refresh_finished(Turn& turn, Leg& leg, const OfferAnswered& answered) {
  SessionTimer& session = leg.session;
  session.refreshing = false;
  if (!is_up(leg) || other_leg(turn.call, leg) == nullptr) return;
  if (answered.status < 300) return begin_session(turn, leg, answered.terms);
  const bool gone = answered.by_stack || answered.status == 481 || answered.status == 408;
  if (gone && holds(Rule::EndDeadSessions))
    return expire(turn, leg, "status " + std::to_string(answered.status));
  turn.emit(Note{log::Level::Info,
                 "refresh_refused",
                 {{"leg", std::to_string(leg.id.value())}, {"status", std::to_string(answered.status)}}});
  if (answered.status != 422 || !answered.terms.min_se_s || session.lengthened) {
    return refresh_later(turn, leg, answered.retry_after_s);
  }
  session.lengthened = true;
  session.min = std::max(session.min, capped(*answered.terms.min_se_s));
  session.interval = std::max(session.interval, session.min);
  refresh(turn, leg);
}

void postpone_refresh(Turn& turn, Leg& leg) {
  if (!std::exchange(leg.session.refreshing, false)) return;  // it was no refresh of the timer's
  refresh_later(turn, leg, std::nullopt);
}

void on_session_expired(Turn& turn, Leg& leg) {
  if (is_up(leg)) expire(turn, leg, "nobody refreshed it");
}

void stop_watching(Turn& turn) {
  std::erase_if(turn.call.deadlines, [](const auto& deadline) {
    const TimerKind kind = deadline.first.second;
    return kind == TimerKind::SessionRefresh || kind == TimerKind::SessionExpiry ||
           kind == TimerKind::MediaLost;
  });
}

}  // namespace tandem::call
