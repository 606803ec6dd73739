// RFC 3261 §17.2, §9.2 and §13.3.1.4; RFC 6026 §7.1.
#include <algorithm>

#include "scenario/transactions.hpp"

namespace tandem::scenario {

ServerTransaction::ServerTransaction(Transactions& layer, TransactionId id, Packet request, std::string tag,
                                     User user)
    : layer_(layer),
      id_(id),
      request_(std::move(request)),
      tag_(std::move(tag)),
      user_(std::move(user)),
      interval_(layer.times.t1) {}

void ServerTransaction::respond(Packet response) {
  if (answered()) return;
  last_ = std::move(response);
  layer_.send(last_);
  if (!answered()) return;
  const Duration limit = layer_.times.give_up();
  if (!is_invite()) {
    state_ = State::Completed;
    expiry_ = layer_.agenda.timer(limit, [this] { layer_.forget_server(id_); });  // timer J
    return;
  }
  state_ = last_.status < 300 ? State::Accepted : State::Completed;
  if (state_ == State::Accepted) layer_.expect_ack(last_, id_);
  repeat_ = layer_.agenda.timer(interval_, [this] { send_again(); });  // timer G
  expiry_ = layer_.agenda.timer(limit, [this] { give_up(); });         // timer H
}

void ServerTransaction::send_again() {
  ++layer_.repetitions_sent;
  layer_.send(last_);
  interval_ = std::min(2 * interval_, layer_.times.t2());
  repeat_ = layer_.agenda.timer(interval_, [this] { send_again(); });
}

void ServerTransaction::give_up() {
  const auto told = state_ == State::Accepted ? std::move(user_.on_ack) : nullptr;
  layer_.forget_server(id_);  // `this` is gone
  if (told) told(nullptr);
}

void ServerTransaction::receive(const Packet& request) {
  if (request.method != "ACK") {
    ++layer_.repetitions_received;
    // An accepted INVITE has its own repetitions of the 2xx (§13.3.1.4, RFC 6026 §7.1).
    if (last_.status != 0 && state_ != State::Accepted && state_ != State::Confirmed) layer_.send(last_);
    return;
  }
  if (state_ != State::Completed) return;
  state_ = State::Confirmed;
  repeat_.stop();
  expiry_ = layer_.agenda.timer(layer_.times.t4(), [this] { layer_.forget_server(id_); });  // timer I
}

void ServerTransaction::receive_ack(const Packet& ack) {
  if (state_ != State::Accepted) return;
  state_ = State::Confirmed;
  repeat_.stop();
  expiry_ = layer_.agenda.timer(layer_.times.give_up(), [this] { layer_.forget_server(id_); });  // timer L
  const auto told = std::move(user_.on_ack);
  user_ = {};
  if (told) told(&ack);
}

void ServerTransaction::take_cancel(const Packet& cancel) {
  if (answered()) return;
  respond(response(487));
  const auto told = std::move(user_.on_cancel);
  user_ = {};
  if (told) told(cancel);
}

}  // namespace tandem::scenario
