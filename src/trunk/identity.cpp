#include "trunk/identity.hpp"

namespace tandem::trunk {

CallerIdentity identity_of_caller(const Inquiry& inquiry, const config::General& caller_side) {
  CallerIdentity caller;
  caller.user = inquiry.calling_received();
  auto number = numbering::parse_subscriber(caller.user, caller_side.number_in);
  if (!number) number = numbering::Number::parse_e164_plus(caller.user);
  if (number) caller.number = *number;
  if (inquiry.from) caller.display_name = inquiry.from->display_name;
  return caller;
}

void write_identity(PlannedTarget& target, const CallerIdentity& caller, const config::General& far,
                    const std::string& from_host) {
  target.from = {};
  target.from.display_name = caller.display_name;
  target.from.uri.host = from_host;
  // What is no number (an account name) goes as it came.
  target.from.uri.user = caller.number ? numbering::print(*caller.number, far.number_out).value_or(caller.number->e164())
                                       : caller.user;
}

}  // namespace tandem::trunk
