// The names of our dialogs, and back.
#include "sip/nta_stack.hpp"

namespace tandem::sip {

std::optional<std::pair<CallId, call::LegId>> NtaStack::find_dialog(std::string_view call_id,
                                                                    std::string_view local_tag,
                                                                    std::string_view remote_tag) const {
  role_.assert_held();
  if (call_id.empty() || local_tag.empty() || remote_tag.empty()) return std::nullopt;
  const std::string id_text(call_id), local(local_tag), remote(remote_tag);
  sip_call_id_t id[1];
  sip_call_id_init(id);
  id->i_id = id_text.c_str();
  id->i_hash = static_cast<std::uint32_t>(msg_hash_string(id->i_id));
  nta_leg_t* leg =
      nta_leg_by_dialog(agent_->nta(), nullptr, id, remote.c_str(), nullptr, local.c_str(), nullptr);
  // The library also finds an attempt that knows no far end yet.
  const char* far_end = leg ? nta_leg_get_rtag(leg) : nullptr;
  if (!far_end || !su_casematch(far_end, remote.c_str())) return std::nullopt;
  const Context* context = contexts_.slots.find(from_magic(nta_leg_magic(leg, tandem_on_dialog_request)));
  if (!context) return std::nullopt;
  return std::pair(context->call, context->leg);
}

std::optional<DialogName> NtaStack::name_of(CallId call, call::LegId id) const {
  role_.assert_held();
  const auto found = calls_.find(call);
  if (found == calls_.end()) return std::nullopt;
  const auto at = found->second.legs.find(id);
  if (at == found->second.legs.end()) return std::nullopt;
  nta_leg_t* dialog = current_dialog(id, at->second);
  if (!dialog) return std::nullopt;
  su_home_t home[1] = {SU_HOME_INIT(home)};
  su_home_init(home);
  std::optional<DialogName> name;
  // The library shows a dialog's Call-ID in no other way.
  if (const sip_replaces_t* shown = nta_leg_make_replaces(dialog, home, 0))
    name = DialogName{shown->rp_call_id, shown->rp_from_tag, shown->rp_to_tag};
  su_home_deinit(home);
  return name;
}

}  // namespace tandem::sip
