// The library's parsed messages to the core's vocabulary.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sip/sofia.hpp"
#include "tandem/base/address.hpp"
#include "tandem/base/expected.hpp"
#include "tandem/call/event.hpp"
#include "tandem/message/message.hpp"

namespace tandem::sip {

/// A whole request: every header in the order of the wire, values unfolded. Errors: the Request-URI is none of ours.
Expected<message::Request, message::ParseError> to_request(const sip_t& sip);

call::Body to_body(const sip_t& sip);
/// As call::terms_of() says of the same headers, from what the library has read already.
call::Terms to_terms(const sip_t& sip);
/// A response to our INVITE on that leg.
call::Answered to_answered(call::LegId leg, const sip_t& sip);
/// The final response to our re-INVITE or UPDATE on that leg.
call::OfferAnswered to_offer_answered(call::LegId leg, const sip_t& sip);
/// The final response to our BYE on that leg.
call::ByeFinished to_bye_finished(call::LegId leg, const sip_t& sip);
call::ReferReceived to_refer(call::LegId leg, call::RequestId request, const sip_t& sip);
/// Any other request inside the dialog.
call::RequestReceived to_request_received(call::LegId leg, call::RequestId request, const sip_t& sip);
/// The Contact that later requests go to; nullptr: none that is a SIP URI (RFC 3261 §12.1.1).
const sip_contact_t* target_of(const sip_t& sip);
/// First Reason value (RFC 3326), or empty.
std::string first_reason(const sip_t& sip);

/// Address that the message came from.
SocketAddress source_of(const msg_t* msg);

}  // namespace tandem::sip
