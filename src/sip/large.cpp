// Which way a request of ours goes by its size, and back to UDP where there is no TCP (RFC 3261 §18.1.1;
// The library does this too, and not for requests that name their listener, as ours do.
#include "sip/large.hpp"

#include <algorithm>

#include "sip/inside.hpp"
#include "sip/nta_stack.hpp"
#include "tandem/base/log.hpp"

namespace tandem::sip {

const MovedRequest* MovedRequests::find(ContextId id) const {
  const auto found = std::find_if(rows_.begin(), rows_.end(),
                                  [&](const MovedRequest& row) { return row.transaction == id; });
  return found == rows_.end() ? nullptr : &*found;
}

void MovedRequests::erase(ContextId id) {
  std::erase_if(rows_, [&](const MovedRequest& row) { return row.transaction == id; });
}

void MovedRequests::rest(ContextId id) {
  for (MovedRequest& row : rows_)
    if (row.transaction == id) row.is_given_up = true;
}

std::vector<ContextId> MovedRequests::overdue(Instant now) const {
  std::vector<ContextId> late;
  for (const MovedRequest& row : rows_)
    if (!row.is_given_up && now - row.since >= kConnectTime) late.push_back(row.transaction);
  return late;
}

Duration MovedRequests::until_due(Instant now) const {
  const auto first =
      std::find_if(rows_.begin(), rows_.end(), [](const MovedRequest& row) { return !row.is_given_up; });
  return first == rows_.end() ? Duration::max()
                              : std::max(Duration::zero(), first->since + kConnectTime - now);
}

/// Whose end nobody hears, an ACK above all, cannot be sent again: it moves only where TCP has been seen to
/// work.
bool NtaStack::may_move(const WireLeg& leg, const Hop& hop, const wire::Callback& callback) const {
  const bool is_heard = callback.function != nullptr;
  return leg.large_requests == config::LargeRequests::Tcp && hop.transport == Transport::Udp &&
         leg.by_tcp != WireLeg::ByTcp::Fails && (is_heard || leg.by_tcp == WireLeg::ByTcp::Works);
}

nta_outgoing_t* NtaStack::send(const WireLeg& leg, nta_leg_t* dialog, const wire::Callback& callback, Hop hop,
                               const wire::Asked& asked, const wire::Content& content) {
  MsgRef request = wire::make_request(agent_->nta(), dialog, asked, content);
  if (!request) return nullptr;
  const std::string branch = new_branch();
  if (may_move(leg, hop, callback) &&
      wire::length_of(request) + via_length(*hop.listener, branch) > kLargestDatagram) {
    if (const BoundListener* stream = agent_->stream_beside(*hop.listener)) {
      if (callback.function) moved_.add({callback.id, hop, monotonic_now()});
      hop.listener = stream;
      hop.transport = Transport::Tcp;
    }
  }
  nta_outgoing_t* raw = wire::send(agent_->nta(), callback, destination_of(hop), branch, std::move(request));
  if (raw)
    connections_.spoke(TransportRef::adopt(nta_outgoing_transport(raw)).borrow());
  else
    moved_.erase(callback.id);
  return raw;
}

ClientTransaction* NtaStack::transaction_of(ContextId id) {
  const Context* context = contexts_.slots.find(id);
  WireLeg* leg = context ? find_leg(context->call, context->leg) : nullptr;
  if (!leg) return nullptr;
  for (ClientTransaction* each : {&leg->invite, &leg->offer, &leg->bye})
    if (each->context() == id && *each) return each;
  for (ClientTransaction& prack : leg->pracks)
    if (prack.context() == id) return &prack;
  return nullptr;
}

/// True: the response says that no connection could be made, and the request goes again.
bool NtaStack::goes_again(ContextId id, const Context& context, int status, const sip_t* sip) {
  if (!moved_.find(id)) return false;
  const bool by_peer = sip && !nta_sip_is_internal(sip);
  WireLeg* leg = find_leg(context.call, context.leg);
  if (by_peer || status != 503 || !leg) {
    if (by_peer && leg) leg->by_tcp = WireLeg::ByTcp::Works;
    moved_.erase(id);
    return false;
  }
  go_again(id);
  return true;
}

/// A connection that is not there by now is given up; the library says nothing of that to those who wait for
/// it.
void NtaStack::give_up_connections(Instant now) {
  for (ContextId id : moved_.overdue(now)) {
    const ClientTransaction* transaction = transaction_of(id);
    const TransportRef way =
        TransportRef::adopt(transaction ? nta_outgoing_transport(transaction->borrow()) : nullptr);
    const bool is_made = !way || !tport_is_secondary(way.borrow()) || tport_is_connected(way.borrow());
    if (transaction && !is_made) {
      if (!tport_is_closed(way.borrow())) tport_shutdown(way.borrow(), 2);
      go_again(id);
    } else if (!transaction || transaction->status() < 200) {
      moved_.erase(id);  // let go of; or sent, and the peer is silent
    }
  }
}

void NtaStack::go_again(ContextId id) {
  const Context* context = contexts_.slots.find(id);
  if (WireLeg* leg = context ? find_leg(context->call, context->leg) : nullptr)
    leg->by_tcp = WireLeg::ByTcp::Fails;
  moved_.rest(id);
  news_.push_back(UnsentNews{id});
}

/// The same request once more (RFC 3261 §18.1.1): a peer that has it all the same finds the copy by its CSeq
/// (§8.2.2.2).
void NtaStack::send_by_udp(ContextId id) {
  const MovedRequest* moved = moved_.find(id);
  ClientTransaction* transaction = transaction_of(id);
  if (!moved || !transaction) return moved_.erase(id);
  const Hop hop = moved->by_udp;
  moved_.erase(id);
  log::info("large_request_by_udp", {}, {{"peer", hop.address.print()}, {"why", "no connection over tcp"}});
  if (!transaction->is_cancelled()) {
    const wire::Callback callback{tandem_on_response, id};
    MsgRef copy = wire::copy_request(transaction->borrow());
    if (nta_outgoing_t* raw =
            copy ? wire::send(agent_->nta(), callback, destination_of(hop), new_branch(), std::move(copy))
                 : nullptr)
      return transaction->replace(raw);
  }
  if (const Context* context = contexts_.slots.find(id))
    dispatch(*context, id, transaction->borrow(), 503, nullptr);
}

}  // namespace tandem::sip
