#include <nlohmann/json.hpp>

#include "tandem/control/admin_socket.hpp"

namespace tandem::control {
namespace {

using Json = nlohmann::ordered_json;

std::string print(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string stats_json(const switchboard::Stats& stats, std::size_t open_fds, std::int64_t uptime_s) {
  return print(Json{{"ok", true},
                    {"uptime_s", uptime_s},
                    {"draining", stats.draining},
                    {"calls", stats.calls},
                    {"calls_started", stats.calls_started},
                    {"calls_answered", stats.calls_answered},
                    {"calls_refused", stats.calls_refused},
                    {"challenges", stats.challenges},
                    {"drops", stats.drops},
                    {"deadlines", stats.deadlines},
                    {"nonces_remembered", stats.nonces_remembered},
                    {"channels_in_use", stats.channels_in_use},
                    {"reservations", stats.reservations},
                    {"reservations_refused", stats.reservations_refused},
                    {"rates_remembered", stats.rates_remembered},
                    {"names_asked", stats.names_asked},
                    {"unlawful_events", stats.unlawful_events},
                    {"dialogs", stats.sip.dialogs},
                    {"server_transactions", stats.sip.server_transactions},
                    {"client_transactions", stats.sip.client_transactions},
                    {"tcp_connections", stats.sip.tcp_connections},
                    {"requests_received", stats.sip.requests_received},
                    {"responses_received", stats.sip.responses_received},
                    {"bad_messages", stats.sip.bad_messages},
                    {"retransmissions_sent", stats.sip.retransmissions_sent},
                    {"retransmissions_received", stats.sip.retransmissions_received},
                    {"stale_callbacks", stats.sip.stale_callbacks},
                    {"media_sessions", stats.media.sessions},
                    {"ports_in_use", stats.media.ports_in_use},
                    {"ports_total", stats.media.ports_total},
                    {"packets_received", stats.media.packets_received},
                    {"packets_sent", stats.media.packets_sent},
                    {"packets_dropped", stats.media.packets_dropped},
                    {"media_workers", stats.media.workers},
                    {"media_realtime", stats.media.realtime},
                    {"cdr_lines", stats.cdr.lines},
                    {"cdr_failures", stats.cdr.failures},
                    {"cdr_waiting", stats.cdr.waiting},
                    {"fds", open_fds}});
}

std::string calls_json(const std::vector<switchboard::CallSummary>& calls) {
  Json rows = Json::array();
  for (const switchboard::CallSummary& call : calls) {
    rows.push_back({{"id", call.ref},
                    {"stage", call.stage},
                    {"seconds", call.seconds},
                    {"trunk", call.trunk},
                    {"carrier", call.carrier},
                    {"from", call.from},
                    {"to", call.to}});
  }
  return print(Json{{"ok", true}, {"calls", std::move(rows)}});
}

std::string level_json(log::Level level) { return print(Json{{"ok", true}, {"level", log::to_string(level)}}); }

std::string reload_json(const std::vector<std::string>& changed, const std::vector<std::string>& warnings) {
  return print(Json{{"ok", true}, {"changed", changed}, {"warnings", warnings}});
}

std::string drain_json(std::chrono::milliseconds timeout) {
  return print(Json{{"ok", true}, {"draining", true}, {"timeout_s", std::chrono::ceil<std::chrono::seconds>(timeout).count()}});
}

std::string error_json(std::string_view code, std::string_view text) {
  return print(Json{{"ok", false}, {"error", code}, {"text", text}});
}

}  // namespace tandem::control
