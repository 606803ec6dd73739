// RFC 3261 §17.1, §9.1 and §13.2.2.4; RFC 6026 §7.2.
#include <algorithm>

#include "scenario/transactions.hpp"

namespace tandem::scenario {

namespace {

// The CSeq of the library's own BYE to a fork.
constexpr std::uint32_t kBeyondEveryRequest = 0x7fffffff;

}  // namespace

ClientTransaction::ClientTransaction(Transactions& layer, TransactionId id, Packet request, User user)
    : layer_(layer),
      id_(id),
      request_(std::move(request)),
      user_(std::move(user)),
      interval_(layer.times.t1) {
  layer_.send(request_);
  repeat_ = layer_.agenda.timer(interval_, [this] { send_again(); });
  expiry_ = layer_.agenda.timer(layer_.times.give_up(), [this] { time_out(); });
}

/// Timer A doubles without bound (§17.1.1.2), timer E up to T2 and is T2 after a provisional response
/// (§17.1.2.2).
void ClientTransaction::send_again() {
  ++layer_.repetitions_sent;
  layer_.send(request_);
  interval_ = is_invite() ? 2 * interval_ : std::min(2 * interval_, layer_.times.t2());
  if (!is_invite() && state_ == State::Proceeding) interval_ = layer_.times.t2();
  repeat_ = layer_.agenda.timer(interval_, [this] { send_again(); });
}

void ClientTransaction::time_out() {
  const auto told = std::move(user_.on_timeout);
  Transactions& layer = layer_;
  layer.forget_client(id_);  // `this` is gone
  if (told) told();
}

void ClientTransaction::receive(const Packet& response) {
  if (response.status < 200) return take_provisional(response);
  if (is_invite() && response.status < 300) return take_success(response);
  take_final(response);
}

void ClientTransaction::take_provisional(const Packet& response) {
  if (answered()) return;
  state_ = State::Proceeding;
  status_ = response.status;
  if (is_invite()) {
    repeat_.stop();
    expiry_.stop();
    if (wants_cancel_) send_cancel();
  }
  if (abandoned_) expiry_ = layer_.agenda.timer(layer_.times.give_up(), [this] { time_out(); });
  const auto told = user_.on_response;
  if (told) told(response);
}

void ClientTransaction::take_final(const Packet& response) {
  if (state_ == State::Completed) {
    if (is_invite()) layer_.send(refusal_ack_);
    return;
  }
  if (answered()) return;
  state_ = State::Completed;
  status_ = response.status;
  repeat_.stop();
  if (is_invite()) {
    refusal_ack_ = ack_of_refusal(request_, response);
    layer_.send(refusal_ack_);
  }
  const Duration linger = is_invite() ? layer_.times.give_up() : layer_.times.t4();
  expiry_ = layer_.agenda.timer(linger, [this] { layer_.forget_client(id_); });
  const auto told = std::move(user_.on_response);
  user_ = {};
  if (told) told(response);
}

void ClientTransaction::take_success(const Packet& ok) {
  if (state_ == State::Completed) return;
  if (const auto ack = acks_.find(ok.to_tag); ack != acks_.end()) return layer_.send(ack->second);
  const bool first = state_ != State::Accepted;
  if (first) {
    state_ = State::Accepted;
    status_ = ok.status;
    repeat_.stop();
    expiry_ = layer_.agenda.timer(layer_.times.give_up(), [this] { layer_.forget_client(id_); });
  }
  if (abandoned_ || (!first && ok.to_tag != winner_)) return end_unwanted(ok);
  if (!first) return;  // the user has not said its ACK yet
  winner_ = ok.to_tag;
  const auto told = user_.on_response;
  if (told) told(ok);
}

void ClientTransaction::end_unwanted(const Packet& ok) {
  const Packet& ack = acks_[ok.to_tag] = request_after(request_, ok, "ACK", request_.cseq, layer_.branch());
  layer_.send(ack);
  layer_.request(request_after(request_, ok, "BYE", kBeyondEveryRequest, layer_.branch()));
}

void ClientTransaction::acknowledge(Packet ack) {
  layer_.send(ack);
  acks_[ack.to_tag] = std::move(ack);
}

void ClientTransaction::cancel(const std::string& reason_header) {
  if (wants_cancel_ || answered()) return;
  wants_cancel_ = true;
  cancel_reason_ = reason_header;
  if (state_ == State::Proceeding) send_cancel();
}

void ClientTransaction::send_cancel() {
  if (cancelled_) return;
  cancelled_ = true;
  Packet cancel = request_;
  cancel.method = "CANCEL";
  cancel.headers = {};
  set_sdp(cancel, {});
  if (!cancel_reason_.empty()) cancel.headers.add("Reason", cancel_reason_);
  layer_.request(std::move(cancel));
}

void ClientTransaction::abandon() {
  user_ = {};
  abandoned_ = true;
  if (!is_invite() || answered()) return;
  cancel({});
  if (state_ == State::Proceeding)
    expiry_ = layer_.agenda.timer(layer_.times.give_up(), [this] { time_out(); });
}

}  // namespace tandem::scenario
