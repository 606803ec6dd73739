// From where a call leaves.
#include "trunk/draft.hpp"

namespace tandem::trunk {

std::string edge_of_arrival(const Inquiry& inquiry) {
  const NameUse* name = inquiry.directory.find_name(inquiry.host);
  if (name != nullptr && !name->edge.empty()) return std::string(name->edge);
  const config::Listener* listener = inquiry.directory.find_listener(inquiry.arrival.listener);
  return listener == nullptr ? std::string() : listener->edge;
}

std::string egress_edge(Draft& draft, const config::Target& target, const std::string& location) {
  const Directory& directory = draft.directory;
  // NAPTR may still choose the transport of a name.
  const bool is_open = !target.is_numeric() && !target.transport_written;
  const auto transport = is_open ? std::nullopt : std::optional(target.transport);
  const std::string& wanted = target.edge.empty() ? location : target.edge;
  if (!wanted.empty()) {
    const std::string* edge = directory.find_edge(wanted);
    if (edge != nullptr && directory.can_leave_from(*edge, transport)) return *edge;
    draft.note("edge", "target " + target.name + ": edge '" + printable(wanted, 64) +
                           (edge == nullptr ? "' is unknown" : "' has no listener here for its transport") +
                           ": it leaves where the call came in");
  }
  const std::string* came_in = directory.find_edge(draft.journey.edge);
  return came_in != nullptr && directory.can_leave_from(*came_in, transport) ? *came_in : std::string();
}

}  // namespace tandem::trunk
