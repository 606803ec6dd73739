// A value or the peer's error; never an exception across a door.
#pragma once

#include <tl/expected.hpp>

namespace tandem {

template <class T, class E>
using Expected = tl::expected<T, E>;

template <class E>
auto unexpected(E&& error) {
  return tl::make_unexpected(std::forward<E>(error));
}

}  // namespace tandem
