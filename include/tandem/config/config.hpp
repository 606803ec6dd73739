// config: YAML to an immutable, typed snapshot. Every mistake is reported at once with file:line:column, the
// line, a caret and a cure. It knows no socket, no call and no clock. Here is the whole; the parts are beside
// it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tandem/base/log.hpp"
#include "tandem/config/access.hpp"
#include "tandem/config/carrier.hpp"
#include "tandem/config/edge.hpp"
#include "tandem/config/general.hpp"
#include "tandem/config/inventory.hpp"
#include "tandem/config/mark.hpp"
#include "tandem/config/node.hpp"
#include "tandem/config/target.hpp"
#include "tandem/config/trunk.hpp"

namespace tandem::config {

struct Config {
  std::string node_name = "tandem";
  std::vector<Listener> listeners;
  MediaSettings media;
  CdrSettings cdr;
  log::Options log;
  AdminSettings admin;
  Limits limits;
  DnsSettings dns;
  CarrierOrder carrier_order = CarrierOrder::Ordered;
  std::vector<Edge> edges;
  std::vector<DomainPattern> domains;
  std::vector<ServiceNode> nodes;
  std::vector<Account> accounts;
  std::vector<AccessGroup> access_groups;
  std::vector<Trunk> trunks;
  std::vector<Carrier> carriers;
  std::vector<DialledNumber> numbers;
  std::vector<VerifiedCallerId> verified_caller_ids;
  std::vector<Route> routes;
  std::vector<LimitGroup> limit_groups;
  std::vector<std::string> files;  ///< read, in order
};

}  // namespace tandem::config
