#include "call/rule.hpp"

namespace tandem::call {

namespace {
thread_local std::optional<Rule> rule_off;
}

bool holds(Rule rule) noexcept { return rule_off != rule; }
void turn_off(std::optional<Rule> rule) noexcept { rule_off = rule; }

std::string_view to_string(Rule rule) {
  static constexpr std::array<std::string_view, kRules> names{
      "single_final_to_a",       "cancel_is_final",        "ack_every_answer",       "ack_late_answer",
      "bye_after_cancelled_200", "bye_forked_answer",      "answer_offer_in_ack",    "cancel_pending_targets",
      "cancel_on_no_response",   "release_after_cancel_wait", "bye_other_leg",       "hold_bye_until_ack",
      "bye_when_ack_never_came", "arm_no_response",        "arm_ring",               "arm_max_duration",
      "stop_list_stops",         "authorize_once",  "authorize_bye_once",  "one_answer_to_a",        "close_media",
      "record_every_attempt",    "record_once",            "wait_for_record",        "answer_bye_in_time",
      "release_ended_legs",      "refuse_requests_at_the_end", "prepare_where_needed", "arm_prepare",
      "ignore_late_preparation", "pass_over_refused_entry", "next_record_first",     "stop_after_lost_answer", "lengthen_once",
      "identity_in_bye",         "hold_answer_until_prack", "end_without_prack",   "prack_in_order",
      "refuse_brief_sessions",   "refresh_session",        "arm_session_expiry",     "end_dead_sessions",
      "no_silence_on_hold",
      "ack_re_invite",          "roll_back_rejected_offer", "refuse_offer_over_ours",
      "refuse_second_offer",     "no_offer_before_ack",    "repeat_offer_once",      "authorize_offer_once",
      "clear_lost_dialog",       "cancel_pending_offer",   "restore_after_cancel",   "answer_waiting_offer",
      "release_after_offer",     "bye_when_re_invite_unacked", "tell_transferor",    "one_transfer_at_a_time",
      "wait_for_new_callee",     "release_transferor",     "silence_transferor",
      "call_whom_refer_names",   "no_offer_over_lost_answer"};
  return names[static_cast<std::size_t>(rule)];
}

}  // namespace tandem::call
