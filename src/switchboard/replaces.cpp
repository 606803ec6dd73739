// An attended transfer (RFC 5589 §7.3): the transferor has called the new callee through us, and names that
// dialog by our own end of it. Who is to replace it knows it by its far end, so that is what goes on (RFC
// 3891 §3).
#include "switchboard/switchboard.hpp"
#include "tandem/trunk/transfer.hpp"

namespace tandem::switchboard {

namespace {

/// The parameter's value, or empty. Call-IDs hold no ";".
std::string_view param_of(std::string_view replaces, std::string_view name) {
  for (const std::string_view part : split(replaces, ';')) {
    const std::size_t equals = part.find('=');
    if (equals != std::string_view::npos && iequals(part.substr(0, equals), name))
      return part.substr(equals + 1);
  }
  return {};
}

/// The number that a leg's peer is called by; empty: none is known.
std::string number_of(const call::Call& call, call::LegId leg) {
  return leg == call::kLegA ? call.admission.calling : call.admission.called;
}

}  // namespace

void Switchboard::name_far_end(call::ReferReceived& refer) const {
  const std::string replaces = trunk::replaces_in(refer.refer_to);
  if (replaces.empty()) return;
  // "to" is the end that gets the INVITE, ours here (RFC 3891 §3).
  const auto ours = neighbours_.sip.find_dialog(std::string_view(replaces).substr(0, replaces.find(';')),
                                                param_of(replaces, "to-tag"), param_of(replaces, "from-tag"));
  const Row* row = ours ? rows_.find(ours->first) : nullptr;
  if (row == nullptr) return;
  const auto far = call::far_leg(row->call, ours->second);
  const auto name = far ? neighbours_.sip.name_of(ours->first, *far) : std::nullopt;
  if (!name) return;
  refer.replaces = name->call_id + ";to-tag=" + name->remote_tag + ";from-tag=" + name->local_tag;
  // Refer-To is our own Contact there, which leads nowhere: the party behind it is reached by its number.
  if (const std::string number = number_of(row->call, *far); !number.empty())
    refer.refer_to = "<tel:" + number + ">";
}

}  // namespace tandem::switchboard
