// Pages that are made of a configuration alone: what a customer configures, zones, inventories.
#pragma once

#include <string>
#include <string_view>

#include "tandem/base/expected.hpp"
#include "tandem/config/config.hpp"

namespace tandem::tandemctl {

/// Everything that a customer needs to send us calls and to get ours: names, addresses, ports, user names,
/// the range of RTP, limits, targets. Never a secret.
std::string print_trunk_sheet(const config::Config&, const config::Trunk&);
/// Only what a customer's firewall lets through: each address, transport and port of our signalling, and RTP,
/// an edge at a time.
std::string print_firewall_sheet(const config::Config&, const config::Trunk&);

/// A fragment of a zone in master-file form (RFC 1035 §5): NAPTR, SRV, A and AAAA of every trunk's names, TTL
/// 600, without nodes that are drained. zone: only names in it; empty: all. The error says
/// why there is none.
Expected<std::string, std::string> export_zone(const config::Config&, std::string_view zone);

std::string print_bandwidth(const config::Config&);  ///< R-082

}  // namespace tandem::tandemctl
