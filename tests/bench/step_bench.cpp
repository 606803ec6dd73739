// step(): nanoseconds an event, averaged over whole calls, and the bytes that a talking call holds beside its trunk policy.
#include <benchmark/benchmark.h>

#include <vector>

#include "support/call_samples.hpp"
#include "tandem/call/call.hpp"

namespace {

using namespace tandem;
using namespace tandem::call;
using namespace tandem::test;

constexpr LegId kLegB{1};

Answered response(int status, const std::string& sdp) {
  Answered answered;
  answered.leg = kLegB;
  answered.status = status;
  answered.to_tag = "b1";
  answered.body.sdp = sdp;
  return answered;
}

/// INVITE, 100, 180, 200, ACK, talk, BYE, and what the neighbours say in between.
std::vector<Event> answered_call() {
  return {Invited{admission_to(2), {offer_of_a(), false}, "call-1", {}, "public"},
          MediaReady{local_media(10000), local_media(10002)},
          response(100, {}),
          response(180, {}),
          response(200, answer_of_b()),
          Acked{},
          ByeReceived{kLegA, RequestId{1}, {}},
          MediaClosed{},
          RecordWritten{},
          ByeFinished{kLegB, 200}};
}

/// A busy callee: the shortest call that dials.
std::vector<Event> busy_call() {
  return {Invited{admission_to(2), {offer_of_a(), false}, "call-1", {}, "public"},
          MediaReady{local_media(10000), local_media(10002)},
          response(486, {}),
          MediaClosed{},
          RecordWritten{}};
}

void run(benchmark::State& state, const std::vector<Event>& events) {
  Random random{1};
  Effects effects;
  for (auto _ : state) {
    Call call;
    Instant now{std::chrono::hours(1)};
    for (const Event& event : events) {
      effects.clear();
      step(call, event, {now, WallTime{}, random}, effects);
      now += std::chrono::milliseconds(5);
    }
    if (call.stage != Stage::Done) state.SkipWithError("the call did not end");
    benchmark::DoNotOptimize(call);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(events.size()));
  const auto all = static_cast<double>(state.iterations()) * static_cast<double>(events.size());
  state.counters["an_event"] =
      benchmark::Counter(all, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void answered(benchmark::State& state) { run(state, answered_call()); }
void busy(benchmark::State& state) { run(state, busy_call()); }
BENCHMARK(answered);
BENCHMARK(busy);

}  // namespace
