#include "scenario/transactions.hpp"

namespace tandem::scenario {

namespace {

/// What matters of a 2xx for its ACK, and of that ACK (RFC 3261 §13.2.2.4: the same CSeq number and dialog).
auto ack_key(const Packet& packet) {
  return std::tuple(packet.call_id, packet.from_tag, packet.to_tag, packet.cseq);
}

template <class Map>
auto* find_in(Map& map, TransactionId id) {
  const auto found = map.find(id);
  return found == map.end() ? nullptr : found->second.get();
}

}  // namespace

void Transactions::send(Packet packet) {
  if (packet.is_request()) packet.from = own_;
  wire_.send(packet);
}

void Transactions::receive(const Packet& packet) {
  if (packet.is_request()) return receive_request(packet);
  ++responses_received;
  const auto found = clients_by_branch_.find(packet.transaction());
  if (found != clients_by_branch_.end()) clients_.at(found->second)->receive(packet);
}

void Transactions::receive_request(const Packet& packet) {
  ++requests_received;
  const auto found = servers_by_branch_.find(packet.transaction());
  if (found != servers_by_branch_.end()) return servers_.at(found->second)->receive(packet);
  if (packet.method == "ACK") return receive_ack(packet);
  if (packet.method == "CANCEL") return receive_cancel(packet);
  on_request_(packet);
}

void Transactions::receive_ack(const Packet& ack) {
  const auto awaited = awaited_acks_.find(ack_key(ack));
  if (awaited != awaited_acks_.end()) servers_.at(awaited->second)->receive_ack(ack);
}

void Transactions::receive_cancel(const Packet& cancel) {
  const auto invite = servers_by_branch_.find(cancel.branch + "INVITE");
  if (invite == servers_by_branch_.end()) return on_request_(cancel);
  const TransactionId of_invite = invite->second;
  ServerTransaction& answer = *server(serve(cancel, server(of_invite)->tag()));
  answer.respond(answer.response(200));
  server(of_invite)->take_cancel(cancel);
}

TransactionId Transactions::request(Packet packet, ClientTransaction::User user) {
  packet.from = own_;
  const TransactionId id = ++last_;
  clients_by_branch_[packet.transaction()] = id;
  clients_[id] = std::make_unique<ClientTransaction>(*this, id, std::move(packet), std::move(user));
  return id;
}

TransactionId Transactions::serve(const Packet& packet, std::string tag, ServerTransaction::User user) {
  const TransactionId id = ++last_;
  servers_by_branch_[packet.transaction()] = id;
  servers_[id] = std::make_unique<ServerTransaction>(*this, id, packet, std::move(tag), std::move(user));
  return id;
}

ClientTransaction* Transactions::client(TransactionId id) { return find_in(clients_, id); }
ServerTransaction* Transactions::server(TransactionId id) { return find_in(servers_, id); }

void Transactions::reply(const Packet& request, int status, const std::vector<message::Header>& headers) {
  Packet response = response_to(request, status, token());
  add_headers(response, headers);
  send(std::move(response));
}

void Transactions::expect_ack(const Packet& ok, TransactionId id) { awaited_acks_[ack_key(ok)] = id; }

void Transactions::forget_client(TransactionId id) {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  clients_by_branch_.erase(found->second->request().transaction());
  clients_.erase(found);
}

void Transactions::forget_server(TransactionId id) {
  const auto found = servers_.find(id);
  if (found == servers_.end()) return;
  servers_by_branch_.erase(found->second->request().transaction());
  std::erase_if(awaited_acks_, [id](const auto& row) { return row.second == id; });
  servers_.erase(found);
}

}  // namespace tandem::scenario
