// A proxy that hands each INVITE to several targets at once (RFC 3261 §16.6) and records no route: what comes
// after the INVITE goes from end to end. Its targets' 2xx all go back, so that a caller may hear of two
// dialogs.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "scenario/wire.hpp"

namespace tandem::scenario {

class ForkingProxy {
 public:
  ForkingProxy(Wire&, SocketAddress own, std::string name, std::vector<SocketAddress> targets);
  std::uint64_t forked() const { return forks_.size(); }

 private:
  struct Branch {
    SocketAddress target;
    std::string name;  ///< of its Via
    int status = 0;    ///< last heard
    Packet last;       ///< if final
  };
  struct Fork {
    Packet invite;
    std::vector<Branch> branches;
    bool answered = false;          ///< a 2xx went back
    std::optional<Packet> refusal;  ///< or this did
  };
  void receive(const Packet&);
  void take_invite(const Packet&);
  void take_cancel(const Packet&);
  void take_response(const Packet&);
  void cancel_others(const Fork&);
  void refuse_if_all_did(Fork&);
  Packet towards(const Fork&, const Branch&, const std::string& method) const;
  void send_back(const Fork&, Packet response);

  Wire& wire_;
  SocketAddress own_;
  std::vector<SocketAddress> targets_;
  std::map<std::string, Fork> forks_;                                    ///< by the branch that came
  std::map<std::string, std::pair<std::string, std::size_t>> branches_;  ///< by the branch that went
};

}  // namespace tandem::scenario
