#include "sip/nta_stack.hpp"

#include <algorithm>

#include "sip/inside.hpp"
#include "tandem/base/check.hpp"
#include "tandem/base/log.hpp"

namespace tandem::sip {

namespace {

constexpr std::size_t kTagLength = 12;  // 62 random bits: RFC 3261 §19.3 asks for 32
constexpr Duration kSweepInterval = std::chrono::milliseconds(500);

template <class... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <class... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

}  // namespace

std::string header_lines(const std::vector<message::Header>& headers) {
  std::string lines;
  for (const message::Header& header : headers) {
    const std::size_t start = lines.size();
    lines.append(header.name).append(": ").append(header.value);
    // A line end from outside would let a value write headers of its own.
    std::replace_if(lines.begin() + static_cast<std::ptrdiff_t>(start), lines.end(),
                    [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
    lines.append("\r\n");
  }
  return lines;
}

NtaStack::NtaStack(const StackOptions& options)
    : options_(options),
      random_(Random::from_system()),
      connections_({options.silent_connection, options.idle_connection, options.max_connections}),
      next_sweep_(monotonic_now()) {
  role_.take();
}

Expected<std::unique_ptr<SipStack>, std::string> NtaStack::start(const StackOptions& options) {
  std::unique_ptr<NtaStack> stack(new NtaStack(options));
  Inside inside(*stack);
  auto agent = Agent::create(options, tandem_on_message);
  if (!agent) return unexpected(std::move(agent.error()));
  stack->agent_ = std::move(*agent);
  return stack;
}

NtaStack::~NtaStack() {
  if (!agent_) return;
  Inside inside(*this);
  for (auto& [fd, watch] : watches_) su_root_deregister(agent_->loop().root(), watch.index);
  std::vector<CallId> left;
  for (auto& [id, call] : calls_) left.push_back(id);
  for (CallId id : left) release(id);
  arrivals_ = {};
  connections_.clear();
  agent_.reset();
}

WireCall* NtaStack::find_call(CallId call) {
  auto found = calls_.find(call);
  return found == calls_.end() ? nullptr : &found->second;
}

WireLeg* NtaStack::find_leg(CallId call, call::LegId leg) {
  WireCall* found = find_call(call);
  if (!found) return nullptr;
  auto at = found->legs.find(leg);
  return at == found->legs.end() ? nullptr : &at->second;
}

std::string NtaStack::new_tag() { return "s" + std::to_string(options_.shard) + "-" + random_.token(kTagLength); }
std::string NtaStack::new_branch() { return "z9hG4bK-" + new_tag(); }

void NtaStack::perform(CallId call, const call::SipEffect& effect, const trunk::RoutePlan& plan) {
  role_.assert_held();
  Inside inside(*this);
  std::visit(Overloaded{[&](const call::SendInvite& invite) { carry_out(call, invite, plan); },
                        [&](const auto& other) { carry_out(call, other); }},
             effect);
  agent_->loop().forget_timer();
}

void NtaStack::release(CallId call) {
  role_.assert_held();
  Inside inside(*this);
  WireCall* found = find_call(call);
  if (!found) return;
  // A call that ends under its peers' hands: 500s here are ours to give, not a mistake to count.
  if (found->invite && !found->invite.answered()) wire::reply(found->invite.borrow(), 503, {}, {agent_->identity(), {}, {}});
  found->held.clear();
  for (auto& [id, request] : found->requests)
    if (!request.answered()) wire::reply(request.borrow(), 481, {}, {agent_->identity(), {}, {}});
  for (auto& [id, leg] : found->legs) let_go(call, id, leg);
  calls_.erase(call);
  agent_->loop().forget_timer();
}

void NtaStack::run_once(Duration max_wait, EventSink& sink) {
  role_.assert_held();
  {
    Inside inside(*this);
    agent_->loop().step(has_pending() ? Duration::zero()
                                      : std::min(max_wait, moved_.until_due(monotonic_now())));
    const Instant now = monotonic_now();
    give_up_connections(now);
    if (has_pending()) agent_->loop().forget_timer();
    if (now >= next_sweep_) {
      connections_.sweep(now);
      next_sweep_ = now + kSweepInterval;
    }
  }
  // What the sink causes is left for the next round, so that a round ends.
  delivering_.swap(news_);
  for (News& news : delivering_) {
    std::visit(
        Overloaded{[&](ArrivalId id) { deliver(id, sink); }, [&](CallNews& said) { deliver(said, sink); },
                   [&](UnsentNews unsent) {
                     Inside inside(*this);
                     send_by_udp(unsent.transaction);
                     agent_->loop().forget_timer();
                   },
                   [&](ReadableNews readable) {
                     auto watch = watches_.find(readable.fd);
                     if (watch == watches_.end()) return;
                     watch->second.queued = false;
                     const auto ready = watch->second.ready;  // it may forget its own descriptor
                     ready();
                   }},
        news);
  }
  delivering_.clear();
}

void NtaStack::deliver(CallNews& news, EventSink& sink) {
  if (!find_call(news.call)) return;  // released meanwhile
  settle(news);
  sink.on_event(news.call, std::move(news.event));
}

/// Transactions that have ended by this news are let go here, outside the library.
void NtaStack::settle(const CallNews& news) {
  if (!news.from) return;
  const Context* context = contexts_.slots.find(news.from);
  if (!context) return;
  Inside inside(*this);
  WireCall& call = *find_call(news.call);
  WireLeg* leg = find_leg(news.call, context->leg);
  switch (context->role) {
    case Role::InviteServer: call.invite = {}; break;
    case Role::InviteClient:
      if (leg && leg->invite.context() == news.from) leg->invite = {};
      break;
    case Role::OfferClient:
      if (leg && leg->offer.context() == news.from) leg->offer = {};
      break;
    case Role::PrackClient:
      if (leg) std::erase_if(leg->pracks, [&](const ClientTransaction& prack) { return prack.context() == news.from; });
      break;
    case Role::ByeClient:
      if (leg && leg->bye.context() == news.from) leg->bye = {};
      break;
    case Role::RequestServer: call.requests.erase(context->request); break;
    case Role::Dialog: break;
  }
}

StackStats NtaStack::stats() const {
  StackStats stats;
  wire::read_statistics(agent_->nta(), stats);
  stats.stale_callbacks = contexts_.stale_callbacks;
  stats.unanswered_requests = contexts_.unanswered_requests;
  stats.tcp_connections = connections_.count();
  stats.connections_closed = connections_.closed();
  stats.arrivals_refused = arrivals_refused_;
  return stats;
}

std::vector<config::Listener> NtaStack::listeners() const {
  std::vector<config::Listener> bound;
  for (const BoundListener& listener : agent_->listeners()) bound.push_back(listener.listener);
  return bound;
}

void NtaStack::watch_readable(int fd, std::function<void()> ready) {
  role_.assert_held();
  TANDEM_CHECK(!watches_.contains(fd), "a descriptor is watched once");
  su_wait_t wait[1] = {SU_WAIT_INIT};
  TANDEM_CHECK(su_wait_create(wait, fd, SU_WAIT_IN) == 0, "an open descriptor can be watched");
  const int index = su_root_register(agent_->loop().root(), wait, tandem_on_readable, nullptr, 0);
  TANDEM_CHECK(index > 0, "the loop takes one more descriptor");
  watches_.emplace(fd, Watch{std::move(ready), index, false});
}

void NtaStack::forget(int fd) {
  role_.assert_held();
  auto found = watches_.find(fd);
  if (found == watches_.end()) return;
  su_root_deregister(agent_->loop().root(), found->second.index);
  watches_.erase(found);
}

void NtaStack::on_readable(int fd) {
  auto found = watches_.find(fd);
  if (found == watches_.end() || found->second.queued) return;
  found->second.queued = true;
  news_.push_back(ReadableNews{fd});
}

Expected<std::unique_ptr<SipStack>, std::string> start_sip(const StackOptions& options) { return NtaStack::start(options); }

}  // namespace tandem::sip
