// What only the whole of the files can say is filled in.
#pragma once

#include "reader.hpp"
#include "tandem/config/config.hpp"

namespace tandem::config {

/// A label of a trunk's domain goes to its labels, aliases of edges become their names, unknown edges of
/// targets are left out, numbers get the account of their trunk or route.
void settle(Config& config);

}  // namespace tandem::config
