#include "sip/hop.hpp"

namespace tandem::sip {

wire::Destination destination_of(const Hop& hop) {
  return {hop.listener->ident,
          "sip:" + hop.address.ip.print_for_uri() + ":" + std::to_string(hop.address.port) +
              ";transport=" + std::string(to_string(hop.transport)),
          hop.connection};
}

std::size_t via_length(const BoundListener& listener, const std::string& branch) {
  constexpr std::string_view kFixed = "Via: SIP/2.0/UDP ;rport;branch=\r\n";  // as long for TCP
  return kFixed.size() + shown_host_port(listener.listener).size() + branch.size();
}

}  // namespace tandem::sip
