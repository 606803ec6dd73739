#include "scenario/forking_proxy.hpp"

#include <algorithm>

namespace tandem::scenario {

ForkingProxy::ForkingProxy(Wire& wire, SocketAddress own, std::string name,
                           std::vector<SocketAddress> targets)
    : wire_(wire), own_(own), targets_(std::move(targets)) {
  wire.attach(own, std::move(name), [this](const Packet& packet) { receive(packet); });
}

void ForkingProxy::receive(const Packet& packet) {
  if (!packet.is_request()) return take_response(packet);
  if (packet.method == "INVITE") return take_invite(packet);
  if (packet.method == "CANCEL") return take_cancel(packet);
  // An ACK that comes here is for a refusal of ours, and nothing else may come.
}

Packet ForkingProxy::towards(const Fork& fork, const Branch& branch, const std::string& method) const {
  Packet request = fork.invite;
  request.from = own_;
  request.to = branch.target;
  request.branch = branch.name;
  request.method = method;
  if (method == "INVITE") return request;
  request.headers = {};
  set_sdp(request, {});
  return request;
}

/// New, or repeated by the caller: then it is repeated to whom it may have been lost on the way.
void ForkingProxy::take_invite(const Packet& packet) {
  const auto [at, is_new] = forks_.try_emplace(packet.branch);
  Fork& fork = at->second;
  if (is_new) {
    fork.invite = packet;
    for (const SocketAddress& target : targets_) {
      const std::string name = packet.branch + "." + std::to_string(fork.branches.size());
      branches_[name] = {packet.branch, fork.branches.size()};
      fork.branches.push_back({target, name, 0, {}});
    }
  }
  if (fork.refusal) return send_back(fork, *fork.refusal);
  for (const Branch& branch : fork.branches) {
    if (branch.status == 0) wire_.send(towards(fork, branch, "INVITE"));
  }
}

void ForkingProxy::take_cancel(const Packet& packet) {
  const auto found = forks_.find(packet.branch);
  Packet answer = response_to(packet, found == forks_.end() ? 481 : 200, "fork");
  answer.from = own_;
  wire_.send(answer);
  if (found == forks_.end()) return;
  if (found->second.refusal) return send_back(found->second, *found->second.refusal);
  cancel_others(found->second);
}

void ForkingProxy::cancel_others(const Fork& fork) {
  for (const Branch& branch : fork.branches) {
    if (branch.status < 200) wire_.send(towards(fork, branch, "CANCEL"));
  }
}

void ForkingProxy::take_response(const Packet& packet) {
  const auto found = branches_.find(packet.branch);
  if (found == branches_.end() || packet.method != "INVITE") return;
  Fork& fork = forks_.at(found->second.first);
  Branch& branch = fork.branches[found->second.second];
  if (packet.status < 200) {
    branch.status = std::max(branch.status, packet.status);
    if (packet.status > 100) send_back(fork, packet);
    return;
  }
  branch.status = packet.status;
  if (packet.status < 300) {  // each repetition too: it is the caller that acknowledges it
    send_back(fork, packet);
    if (!std::exchange(fork.answered, true)) cancel_others(fork);
    return;
  }
  branch.last = packet;
  Packet ack = towards(fork, branch, "ACK");
  ack.to_tag = packet.to_tag;
  wire_.send(ack);
  refuse_if_all_did(fork);
}

/// The lowest status is the best response (RFC 3261 §16.7, 6).
void ForkingProxy::refuse_if_all_did(Fork& fork) {
  const auto refused = [](const Branch& branch) { return branch.status >= 300; };
  if (fork.refusal || fork.answered || !std::all_of(fork.branches.begin(), fork.branches.end(), refused))
    return;
  const auto best = std::min_element(fork.branches.begin(), fork.branches.end(),
                                     [](const Branch& a, const Branch& b) { return a.status < b.status; });
  fork.refusal = best->last;
  send_back(fork, *fork.refusal);
}

void ForkingProxy::send_back(const Fork& fork, Packet response) {
  response.from = own_;
  response.to = fork.invite.from;
  response.branch = fork.invite.branch;
  wire_.send(response);
}

}  // namespace tandem::scenario
