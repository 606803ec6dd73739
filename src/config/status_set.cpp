// Which final statuses end a hunt.
#include <algorithm>

#include "tandem/config/config.hpp"

namespace tandem::config {

bool StatusSet::contains(int status) const {
  if (std::binary_search(statuses.begin(), statuses.end(), status)) return true;
  return std::find(classes.begin(), classes.end(), status / 100) != classes.end();
}

const StatusSet& default_stop_codes() {
  static const StatusSet codes{{400, 404, 405, 410, 416, 482, 484, 486}, {6}};
  return codes;
}

std::string_view to_string(Profile profile) {
  switch (profile) {
    case Profile::None:
      return "none";
    case Profile::Sinch:
      return "sinch";
    case Profile::Infobip:
      return "infobip";
    case Profile::MessageBird:
      return "messagebird";
    case Profile::Twilio:
      return "twilio";
    case Profile::Freshworks:
      return "freshworks";
    case Profile::GenesysPureCloud:
      return "genesys_purecloud";
  }
  return "none";
}

}  // namespace tandem::config
