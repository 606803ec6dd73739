// Values by generational id: O(1) insert, find and erase, stable while the value lives, and an old id finds nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "tandem/base/check.hpp"

namespace tandem {

/// Slots live in a deque, so a reference stays good until its own slot is erased.
template <class T, class Id>
class SlotMap {
 public:
  template <class... Args>
  Id emplace(Args&&... args) {
    std::uint32_t index = 0;
    if (free_.empty()) {
      index = static_cast<std::uint32_t>(slots_.size());
      slots_.emplace_back();
    } else {
      index = free_.back();
      free_.pop_back();
    }
    Slot& slot = slots_[index];
    slot.value.emplace(std::forward<Args>(args)...);
    ++size_;
    return Id{index, slot.generation};
  }

  T* find(Id id) {
    if (id.index() >= slots_.size()) return nullptr;
    Slot& slot = slots_[id.index()];
    return slot.generation == id.generation() && slot.value ? &*slot.value : nullptr;
  }
  const T* find(Id id) const { return const_cast<SlotMap*>(this)->find(id); }

  T& at(Id id) {
    T* value = find(id);
    TANDEM_CHECK(value, "SlotMap::at with a live id");
    return *value;
  }

  /// False when the id was stale.
  bool erase(Id id) {
    if (!find(id)) return false;
    Slot& slot = slots_[id.index()];
    slot.value.reset();
    ++slot.generation;
    if (slot.generation == 0) slot.generation = 1;
    free_.push_back(id.index());
    --size_;
    return true;
  }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  template <class Visit>
  void for_each(Visit&& visit) const {
    for (std::uint32_t index = 0; index < slots_.size(); ++index) {
      if (slots_[index].value) visit(Id{index, slots_[index].generation}, *slots_[index].value);
    }
  }
  /// Calls visit(Id, T&) for each tenant. The visitor may erase the tenant it is handed, and no other.
  template <class Visit>
  void for_each(Visit&& visit) {
    for (std::uint32_t index = 0; index < slots_.size(); ++index) {
      if (slots_[index].value) visit(Id{index, slots_[index].generation}, *slots_[index].value);
    }
  }

 private:
  struct Slot {
    std::optional<T> value;
    std::uint32_t generation = 1;
  };
  std::deque<Slot> slots_;
  std::vector<std::uint32_t> free_;
  std::size_t size_ = 0;
};

}  // namespace tandem
