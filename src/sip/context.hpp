// What a callback of the library belongs to. The library carries a packed generational id, never a pointer: a callback
// that comes after its handle has gone finds no slot, is dropped and counted.
#pragma once

#include <cstdint>
#include <utility>

#include "tandem/base/ids.hpp"
#include "tandem/base/slot_map.hpp"
#include "tandem/call/event.hpp"

namespace tandem::sip {

enum class Role : std::uint8_t { Dialog, InviteServer, RequestServer, InviteClient, OfferClient, PrackClient, ByeClient };

struct Context {
  CallId call;
  call::LegId leg;
  Role role = Role::Dialog;
  call::RequestId request;
};
using ContextId = GenerationalId<struct ContextTag>;

struct Contexts {
  SlotMap<Context, ContextId> slots;
  std::uint64_t stale_callbacks = 0;
  std::uint64_t unanswered_requests = 0;  ///< server transactions let go without a final response: our mistake

  /// nullptr and counted when the handle has gone.
  const Context* find_or_count(ContextId id) {
    const Context* context = slots.find(id);
    if (!context) ++stale_callbacks;
    return context;
  }
};

/// Keeps one slot while it lives.
class Registration {
 public:
  Registration() = default;
  Registration(Contexts& owner, const Context& context) : owner_(&owner), id_(owner.slots.emplace(context)) {}
  Registration(Registration&& other) noexcept
      : owner_(std::exchange(other.owner_, nullptr)), id_(std::exchange(other.id_, {})) {}
  Registration& operator=(Registration&& other) noexcept {
    if (this != &other) {
      reset();
      owner_ = std::exchange(other.owner_, nullptr);
      id_ = std::exchange(other.id_, {});
    }
    return *this;
  }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;
  ~Registration() { reset(); }

  ContextId id() const { return id_; }
  Contexts* owner() const { return owner_; }

 private:
  void reset() {
    if (owner_) owner_->slots.erase(id_);
    owner_ = nullptr;
    id_ = {};
  }
  Contexts* owner_ = nullptr;
  ContextId id_;
};

/// The id as the library carries it.
template <class Magic>
Magic* to_magic(ContextId id) {
  return reinterpret_cast<Magic*>(static_cast<std::uintptr_t>(id.pack()));
}
template <class Magic>
ContextId from_magic(Magic* magic) {
  return ContextId::unpack(reinterpret_cast<std::uintptr_t>(magic));
}

}  // namespace tandem::sip
