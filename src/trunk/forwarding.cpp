// The dialled number for a far side whose Request-URI may hide it. RFC 5806, RFC 7044.
#include "trunk/draft.hpp"

namespace tandem::trunk {

Forwarding forwarding_of(const TrunkEntry& entry) {
  const config::Origination& origination = entry.trunk->origination;
  return {origination.diversion,
          origination.diversion_domain.empty() ? entry.host : origination.diversion_domain,
          origination.history_info};
}

namespace {

message::NameAddr number_of_ours(const numbering::Number& dialled, const Forwarding& forwarding) {
  message::NameAddr ours;
  ours.uri.user = dialled.e164();
  ours.uri.host = forwarding.domain;
  return ours;
}

}  // namespace

void write_own_diversion(PlannedTarget& planned, const numbering::Number& dialled,
                         const Forwarding& forwarding) {
  if (forwarding.diversion == config::DiversionOut::Always)
    planned.headers.push_back({"Diversion", message::print(number_of_ours(dialled, forwarding))});
}

void write_history(PlannedTarget& planned, const numbering::Number& dialled, const Forwarding& forwarding) {
  message::NameAddr ours = number_of_ours(dialled, forwarding);
  message::NameAddr next;
  next.uri = planned.request_uri;
  const char* how = next.uri.user == ours.uri.user ? "rc" : "mp";
  ours.params = {{"index", "1"}};
  next.params = {{"index", "1.1"}, {how, "1"}};
  planned.headers.push_back({"History-Info", message::print(ours)});
  planned.headers.push_back({"History-Info", message::print(next)});
}

}  // namespace tandem::trunk
