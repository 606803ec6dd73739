#include "cross_check.hpp"

#include <algorithm>
#include <unordered_set>

#include "tandem/base/text.hpp"
#include "values.hpp"

namespace tandem::config {
namespace {

bool would_collide(const Listener& a, const Listener& b) {
  if (a.transport != b.transport || a.bind.port != b.bind.port || a.bind.port == 0) return false;
  if (a.bind.ip == b.bind.ip) return true;
  return a.bind.ip.is_v4() == b.bind.ip.is_v4() && (a.bind.ip.is_unspecified() || b.bind.ip.is_unspecified());
}

void check_listeners(const Config& config, Findings& findings) {
  const auto& listeners = config.listeners;  // at most 64: every pair is looked at
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    const auto& listener = listeners[i];
    for (std::size_t k = 0; k < i; ++k) {
      if (!would_collide(listeners[k], listener)) continue;
      findings.error(listener.mark,
                     "listeners '" + listeners[k].name + "' and '" + listener.name + "' want the same " +
                         std::string(to_string(listener.transport)) + " address " + listener.bind.print(),
                     "the other is at " + print(listeners[k].mark));
    }
    const auto& media = config.media;
    const bool is_among_media = listener.transport == Transport::Udp &&
                                listener.bind.port >= media.first_port &&
                                listener.bind.port <= media.last_port &&
                                (listener.bind.ip == media.address || listener.bind.ip == media.address_v6);
    if (is_among_media) {
      findings.warn(listener.mark, "listener '" + listener.name + "' takes port " +
                                       std::to_string(listener.bind.port) + " out of the media ports " +
                                       std::to_string(media.first_port) + "-" +
                                       std::to_string(media.last_port));
    }
  }
}

void check_targets_not_ourselves(const Config& config, Findings& findings) {
  std::unordered_set<std::string> own;
  for (const auto& listener : config.listeners) {
    if (listener.bind.port != 0)
      own.insert(std::string(to_string(listener.transport)) + listener.bind.print());
  }
  const auto check = [&](const std::vector<Target>& targets) {
    for (const auto& target : targets) {
      if (own.count(std::string(to_string(target.transport)) + target.address.print()) == 0) continue;
      findings.warn(target.mark, "target " + target.address.print() +
                                     " is a listener of this node: its calls come back to us");
    }
  };
  for (const auto& trunk : config.trunks) check(trunk.targets);
  for (const auto& carrier : config.carriers) check(carrier.targets);
}

/// A target's word for TCP is worth nothing without a listener that speaks it.
void check_large_requests(const Config& config, Findings& findings) {
  const auto speaks_tcp = [](const Listener& listener) { return listener.transport == Transport::Tcp; };
  if (std::any_of(config.listeners.begin(), config.listeners.end(), speaks_tcp)) return;
  const auto check = [&](const std::vector<Target>& targets) {
    for (const auto& target : targets) {
      if (target.large_requests != LargeRequests::Tcp || target.transport != Transport::Udp) continue;
      findings.warn(
          target.mark,
          "'large_requests: tcp' of target " + target.name + " has no effect: no listener is over tcp",
          "add a listener with 'transport: tcp'");
    }
  };
  for (const auto& trunk : config.trunks) check(trunk.targets);
  for (const auto& carrier : config.carriers) check(carrier.targets);
}

void check_source_ips(const Config& config, Reading& reading) {
  const auto groups = index_groups(config);
  for (const auto& trunk : config.trunks) {
    if (!trunk.termination) continue;
    bool all_known = true;
    bool has_ips = false;
    bool has_users = false;
    for (const auto& name : trunk.termination->access) {
      const auto found = groups.find(to_lower(name));
      if (found == groups.end()) {
        all_known = false;  // reported where it is named
        continue;
      }
      has_ips = has_ips || !found->second->ips.empty();
      has_users = has_users || !found->second->credentials.empty();
    }
    if (!all_known || trunk.termination->access.empty()) continue;
    if (identifies_by(trunk, IdentifyBy::SourceIp) && !has_ips) {
      reading.findings.error(
          identify_mark(reading, trunk),
          "trunk '" + trunk.name + "' is identified by source_ip, but none of its access groups has 'ips'");
    }
    if (identifies_by(trunk, IdentifyBy::DigestUser) && !has_users) {
      reading.findings.error(
          identify_mark(reading, trunk),
          "trunk '" + trunk.name +
              "' is identified by digest_user, but none of its access groups has 'credentials'");
    }
  }
}

/// media_timeout begins where silence is noticed: where nobody looks for it, it never does; and it ends no
/// call before.
void check_media_timeouts(const Config& config, Findings& findings) {
  const auto noticed = config.media.silence_timeout;
  const auto check = [&](const Mark& mark, const std::string& side, const General& general) {
    const auto timeout = general.in_call.media_timeout;
    if (timeout.count() == 0 || (noticed.count() != 0 && timeout >= noticed)) return;
    if (noticed.count() == 0) {
      findings.warn(mark,
                    "'media_timeout' of " + side +
                        " has no effect: 'media.silence_timeout' is 0s, so that silence is never noticed",
                    "write 'silence_timeout: " + print_duration(timeout) + "' under 'media', or less");
      return;
    }
    findings.warn(mark,
                  "'media_timeout' of " + side + " is " + print_duration(timeout) +
                      ", and silence is noticed after " + print_duration(noticed) +
                      " only ('media.silence_timeout')",
                  "write 'silence_timeout: " + print_duration(timeout) + "' under 'media', or less");
  };
  for (const auto& trunk : config.trunks) check(trunk.mark, "trunk '" + trunk.name + "'", trunk.general);
  for (const auto& carrier : config.carriers)
    check(carrier.mark, "carrier '" + carrier.name + "'", carrier.general);
}

}  // namespace

std::string print(const Mark& mark) {
  return mark.file + ":" + std::to_string(mark.line) + ":" + std::to_string(mark.column);
}

bool identifies_by(const Trunk& trunk, IdentifyBy by) {
  return std::find(trunk.identify.begin(), trunk.identify.end(), by) != trunk.identify.end();
}

Mark identify_mark(const Reading& reading, const Trunk& trunk) {
  const auto found = reading.identify.find(to_lower(trunk.name));
  return found == reading.identify.end() ? trunk.mark : found->second;
}

GroupIndex index_groups(const Config& config) {
  GroupIndex groups;
  for (const auto& group : config.access_groups) groups.emplace(to_lower(group.name), &group);
  return groups;
}

void check_across(const Config& config, Reading& reading) {
  check_listeners(config, reading.findings);
  check_targets_not_ourselves(config, reading.findings);
  check_large_requests(config, reading.findings);
  check_source_ips(config, reading);
  check_media_timeouts(config, reading.findings);
  check_names(config, reading);
  check_overlaps(config, reading);
  check_inventory(config, reading);
  check_private_addresses(config, reading);
}

}  // namespace tandem::config
