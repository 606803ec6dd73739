#include "sip/inside.hpp"
#include "sip/nta_stack.hpp"
#include "tandem/base/check.hpp"

namespace tandem::sip {

thread_local NtaStack* Inside::current_ = nullptr;

namespace {

NtaStack& here() {
  TANDEM_CHECK(Inside::current(), "the library calls back only while its stack runs");
  return *Inside::current();
}

}  // namespace

extern "C" {

int tandem_on_message(nta_agent_magic_t*, nta_agent_t*, msg_t* message, sip_t*) noexcept {
  here().on_message(MsgRef::adopt(message));
  return 0;
}

int tandem_on_dialog_request(nta_leg_magic_t* magic, nta_leg_t*, nta_incoming_t* transaction, const sip_t* sip) noexcept {
  return here().on_dialog_request(from_magic(magic), transaction, *sip);
}

int tandem_on_ack_or_cancel(nta_incoming_magic_t* magic, nta_incoming_t* transaction, const sip_t* sip) noexcept {
  here().on_ack_or_cancel(from_magic(magic), transaction, sip);
  return 0;
}

int tandem_on_prack(nta_reliable_magic_t* magic, nta_reliable_t* response, nta_incoming_t* prack, const sip_t* sip) noexcept {
  return here().on_prack(from_magic(magic), response, prack, sip);
}

int tandem_on_response(nta_outgoing_magic_t* magic, nta_outgoing_t* transaction, const sip_t* sip) noexcept {
  here().on_response(from_magic(magic), transaction, sip);
  return 0;
}

int tandem_on_readable(su_root_magic_t*, su_wait_t* wait, su_wakeup_arg_t*) noexcept {
  here().on_readable(wait->fd);
  return 0;
}

}  // extern "C"

}  // namespace tandem::sip
