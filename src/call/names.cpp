// The words of this room as they stand in traces, logs and records.
#include <type_traits>

#include "tandem/call/call.hpp"

namespace tandem::call {

std::string_view to_string(Stage stage) {
  switch (stage) {
    case Stage::Routing: return "routing";
    case Stage::Dialing: return "dialing";
    case Stage::Connected: return "connected";
    case Stage::Clearing: return "clearing";
    case Stage::Done: return "done";
  }
  return "unknown";
}

std::string_view to_string(DialogState state) {
  switch (state) {
    case DialogState::Idle: return "idle";
    case DialogState::Calling: return "calling";
    case DialogState::Early: return "early";
    case DialogState::Answered: return "answered";
    case DialogState::Confirmed: return "confirmed";
    case DialogState::Canceling: return "canceling";
    case DialogState::Terminating: return "terminating";
    case DialogState::Terminated: return "terminated";
  }
  return "unknown";
}

std::string_view to_string(OfferMethod method) { return method == OfferMethod::Update ? "UPDATE" : "INVITE"; }

namespace {

struct EventName {
  std::string_view operator()(const Invited&) const { return "invited"; }
  std::string_view operator()(const Refused&) const { return "refused"; }
  std::string_view operator()(const MediaReady&) const { return "media_ready"; }
  std::string_view operator()(const MediaRefused&) const { return "media_refused"; }
  std::string_view operator()(const MediaClosed&) const { return "media_closed"; }
  std::string_view operator()(const TargetReady&) const { return "target_ready"; }
  std::string_view operator()(const TargetRefused&) const { return "target_refused"; }
  std::string_view operator()(const Answered&) const { return "answered"; }
  std::string_view operator()(const InviteFailed&) const { return "invite_failed"; }
  std::string_view operator()(const Acked&) const { return "acked"; }
  std::string_view operator()(const AckTimedOut&) const { return "ack_timed_out"; }
  std::string_view operator()(const Cancelled&) const { return "cancelled"; }
  std::string_view operator()(const PrackReceived&) const { return "prack_received"; }
  std::string_view operator()(const PrackTimedOut&) const { return "prack_timed_out"; }
  std::string_view operator()(const PrackFinished&) const { return "prack_finished"; }
  std::string_view operator()(const ByeReceived&) const { return "bye_received"; }
  std::string_view operator()(const ByeFinished&) const { return "bye_finished"; }
  std::string_view operator()(const OfferReceived&) const { return "offer_received"; }
  std::string_view operator()(const OfferCancelled&) const { return "offer_cancelled"; }
  std::string_view operator()(const OfferAnswered&) const { return "offer_answered"; }
  std::string_view operator()(const ReferReceived&) const { return "refer_received"; }
  std::string_view operator()(const RequestReceived&) const { return "request_received"; }
  std::string_view operator()(const DeadlinePassed&) const { return "deadline_passed"; }
  std::string_view operator()(const RecordWritten&) const { return "record_written"; }
  std::string_view operator()(const MediaSilence&) const { return "media_silence"; }
  std::string_view operator()(const ClearRequested&) const { return "clear_requested"; }
};

struct EffectName {
  std::string_view operator()(const RespondToInvite&) const { return "respond_to_invite"; }
  std::string_view operator()(const RespondToRequest&) const { return "respond_to_request"; }
  std::string_view operator()(const SendInvite&) const { return "send_invite"; }
  std::string_view operator()(const SendCancel&) const { return "send_cancel"; }
  std::string_view operator()(const SendAck&) const { return "send_ack"; }
  std::string_view operator()(const SendPrack&) const { return "send_prack"; }
  std::string_view operator()(const SendOffer&) const { return "send_offer"; }
  std::string_view operator()(const SendNotify&) const { return "send_notify"; }
  std::string_view operator()(const SendInfo&) const { return "send_info"; }
  std::string_view operator()(const SendBye&) const { return "send_bye"; }
  std::string_view operator()(const ReleaseLeg&) const { return "release_leg"; }
  std::string_view operator()(const PrepareTarget&) const { return "prepare_target"; }
  std::string_view operator()(const OpenMedia&) const { return "open_media"; }
  std::string_view operator()(const ConnectMedia&) const { return "connect_media"; }
  std::string_view operator()(const SendDigit&) const { return "send_digit"; }
  std::string_view operator()(const CloseMedia&) const { return "close_media"; }
  std::string_view operator()(const RecordAttempt&) const { return "record_attempt"; }
  std::string_view operator()(const RecordCall&) const { return "record_call"; }
  std::string_view operator()(const Note&) const { return "note"; }
  std::string_view operator()(const Retire&) const { return "retire"; }
};

}  // namespace

std::string_view name_of(const Event& event) { return std::visit(EventName{}, event); }
std::string_view name_of(const Effect& effect) { return std::visit(EffectName{}, effect); }

}  // namespace tandem::call
