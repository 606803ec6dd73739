// The virtual clock and all that is due on it. Time moves only from one entry to the next, so a minute of
// silence costs nothing and two runs of one seed are the same run.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "tandem/base/time.hpp"

namespace tandem::scenario {

class Agenda {
  using Key =
      std::pair<Instant, std::uint64_t>;  ///< entries of one instant run in the order in which they were made

 public:
  /// An entry that is forgotten with its owner.
  class Timer {
   public:
    Timer() = default;
    Timer(Timer&& other) noexcept : agenda_(std::exchange(other.agenda_, nullptr)), key_(other.key_) {}
    Timer& operator=(Timer&& other) noexcept {
      stop();
      agenda_ = std::exchange(other.agenda_, nullptr);
      key_ = other.key_;
      return *this;
    }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    ~Timer() { stop(); }
    void stop() {
      if (agenda_) agenda_->entries_.erase(key_);
      agenda_ = nullptr;
    }

   private:
    friend class Agenda;
    Timer(Agenda& agenda, Key key) : agenda_(&agenda), key_(key) {}
    Agenda* agenda_ = nullptr;
    Key key_;
  };

  Instant now() const { return now_; }
  /// What happens whoever forgets it.
  void after(Duration wait, std::function<void()> run) { entries_.emplace(next_key(wait), std::move(run)); }
  [[nodiscard]] Timer timer(Duration wait, std::function<void()> run) {
    const Key key = next_key(wait);
    entries_.emplace(key, std::move(run));
    return {*this, key};
  }
  /// Runs the next entry; false: there is none.
  bool run_next() {
    if (entries_.empty()) return false;
    auto entry = entries_.extract(entries_.begin());
    now_ = entry.key().first;
    entry.mapped()();
    return true;
  }
  std::optional<Instant> next() const {
    return entries_.empty() ? std::nullopt : std::optional(entries_.begin()->first.first);
  }
  std::size_t size() const { return entries_.size(); }

 private:
  Key next_key(Duration wait) { return {now_ + std::max(wait, Duration::zero()), ++made_}; }

  std::map<Key, std::function<void()>> entries_;
  Instant now_{std::chrono::hours(1)};
  std::uint64_t made_ = 0;
};

}  // namespace tandem::scenario
