// The engine with its limits open to a test that reaches them; start_media() uses the defaults.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "tandem/media/engine.hpp"

namespace tandem::media {

struct EngineLimits {
  /// Orders that wait at one worker before new calls are refused: at 1,000 calls a second, a worker that stands for a second.
  std::size_t orders_waiting = 4096;
  /// Notices of silence and latching that wait for the signalling thread; more are lost, a closed session never is.
  std::size_t notices_waiting = 16384;
};

Expected<std::unique_ptr<MediaEngine>, std::string> start_media(const config::MediaSettings&, const EngineLimits&);

}  // namespace tandem::media
