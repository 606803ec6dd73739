// Configurations and INVITEs drawn from a seed: wide enough that each verdict of a decision comes often.
#pragma once

#include <string>
#include <vector>

#include "tandem/base/random.hpp"
#include "tandem/config/config.hpp"
#include "tandem/message/message.hpp"

namespace tandem::tandemctl::test {

class RandomWorld {
 public:
  explicit RandomWorld(std::uint64_t seed) : random_(seed) {}

  config::Config config();
  struct Arrived {
    message::Request request;
    SocketAddress source;
    std::string listener;
  };
  Arrived invite();

  static std::string password_of(const std::string& user) { return "pw-" + user; }
  /// The realm that a user's group is fixed to; empty: the host that was dialled.
  static std::string realm_of(const std::string& user) { return user == "cid" ? "fixed.example" : ""; }

 private:
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[random_.below(from.size())];
  }
  bool chance(std::uint64_t percent) { return random_.below(100) < percent; }

  config::AccessGroup group(const std::string& name, const std::vector<std::string>& users);
  config::Target target();
  config::CallLimits limits();
  config::General general();
  config::CallerId caller_id();
  config::Trunk trunk(const std::string& name);
  config::Carrier carrier(const std::string& name);
  void add_inventory(config::Config&);
  void add_identity(message::Headers&);
  std::string written(const std::string& number);

  Random random_;
};

}  // namespace tandem::tandemctl::test
