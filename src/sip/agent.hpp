// The library's event loop and agent with their listeners.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sip/loop.hpp"
#include "sip/sofia.hpp"
#include "sip/wire.hpp"
#include "tandem/base/expected.hpp"
#include "tandem/sip/stack.hpp"

namespace tandem::sip {

/// One bound listener.
struct BoundListener {
  config::Listener listener;  ///< bind.port is the real one
  tport_t* transport = nullptr;
  const char* ident = nullptr;  ///< name, in the library's own memory
  wire::Identity identity;    ///< with its Contact, for messages that open or refresh a dialog
};

/// What Via and Contact show of it.
std::string shown_host_port(const config::Listener&);

class Agent {
 public:
  /// Binds every listener. on_message hears what belongs to no transaction and no dialog.
  static Expected<std::unique_ptr<Agent>, std::string> create(const StackOptions&, nta_message_f* on_message);
  ~Agent();
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  Loop& loop() { return loop_; }
  nta_agent_t* nta() const { return agent_; }
  const std::vector<BoundListener>& listeners() const { return listeners_; }
  /// The listener that a transport or one of its connections belongs to.
  const BoundListener& listener_of(const tport_t* transport) const;
  /// The listener of that edge that can send by that transport to that family; without one, or with no edge named, one of
  /// any edge; or nullptr. Among several, the one whose address the kernel would send from, else the first: from 127.0.0.1
  /// nothing reaches the world.
  const BoundListener* find_listener(Transport, const IpAddress& peer, std::string_view edge = {}) const;
  /// The TCP listener of the same edge and family, of the same address where there is one; or nullptr.
  const BoundListener* stream_beside(const BoundListener&) const;
  /// Identity without Contact.
  const wire::Identity& identity() const { return identity_; }
  /// Our name alone.
  wire::Identity named() const { return {nullptr, nullptr, identity_.user_agent, identity_.server}; }

 private:
  Agent() = default;
  std::string bind(const config::Listener&, std::uint32_t shard);

  su_home_t home_[1];
  Loop loop_;
  nta_agent_t* agent_ = nullptr;
  std::vector<BoundListener> listeners_;
  wire::Identity identity_;
};

}  // namespace tandem::sip
