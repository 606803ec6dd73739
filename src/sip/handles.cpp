#include "sip/handles.hpp"

#include "sip/wire.hpp"
#include "tandem/base/log.hpp"

namespace tandem::sip {

ClientTransaction& ClientTransaction::operator=(ClientTransaction&& other) noexcept {
  if (this != &other) {
    reset();
    transaction_ = std::exchange(other.transaction_, nullptr);
    registration_ = std::move(other.registration_);
    is_cancelled_ = other.is_cancelled_;
  }
  return *this;
}

void ClientTransaction::cancel(const std::string& reason_header) {
  is_cancelled_ = true;
  if (transaction_ && nta_outgoing_method(transaction_) == sip_method_invite && status() < 200)
    wire::cancel(transaction_, reason_header);
}

void ClientTransaction::reset() noexcept {
  if (!transaction_) return;
  cancel({});
  nta_outgoing_destroy(std::exchange(transaction_, nullptr));
  registration_ = {};
}

ServerTransaction& ServerTransaction::operator=(ServerTransaction&& other) noexcept {
  if (this != &other) {
    reset();
    transaction_ = std::exchange(other.transaction_, nullptr);
    registration_ = std::move(other.registration_);
  }
  return *this;
}

void ServerTransaction::reset() noexcept {
  if (!transaction_) return;
  if (!answered()) {
    if (Contexts* contexts = registration_.owner()) ++contexts->unanswered_requests;
    log::error("request_left_unanswered", {}, {{"method", nta_incoming_method_name(transaction_)}});
  }
  nta_incoming_destroy(std::exchange(transaction_, nullptr));
  registration_ = {};
}

DialogLeg& DialogLeg::operator=(DialogLeg&& other) noexcept {
  if (this != &other) {
    reset();
    leg_ = std::exchange(other.leg_, nullptr);
    registration_ = std::move(other.registration_);
  }
  return *this;
}

void DialogLeg::reset() noexcept {
  if (!leg_) return;
  nta_leg_destroy(std::exchange(leg_, nullptr));
  registration_ = {};
}

}  // namespace tandem::sip
