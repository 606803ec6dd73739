// Calls to the customer: targets, and how they are called.
#include "tables.hpp"
#include "target.hpp"
#include "values.hpp"

namespace tandem::config {
namespace {

constexpr auto kRequired = Presence::Required;

const Object& redirect_table() {
  static const Object table =
      Table<RedirectPolicy>("redirect", "What becomes of a 302 of the customer (R-108 to R-111).")
          .key("follow", &RedirectPolicy::follow, flag(),
               {"Call the first Contact. Otherwise the target has refused.", "true"})
          .key("pstn", &RedirectPolicy::pstn, flag(),
               {"A Contact that is a telephone number is called through the carriers, at the trunk's cost.",
                "false"})
          .done();
  return table;
}

const Object& disaster_recovery_table() {
  static const Object table =
      Table<Origination>("disaster_recovery", "When no target took the call (R-112).")
          .key("fallback_number", &Origination::fallback_number, number(),
               {"A number that is called through the carriers instead.", "\"+12025550199\""})
          .later("url", "call control by a web server comes later; 'fallback_number' is there")
          .later("method", "call control by a web server comes later; 'fallback_number' is there")
          .done();
  return table;
}

const Object& calling_table() {
  static const Object table =
      Table<Origination>("calling", "")
          .key(
              "policy", &Origination::policy,
              choice<TargetPolicy>({{"priority_weight", TargetPolicy::PriorityWeight},
                                    {"failover", TargetPolicy::Failover},
                                    {"round_robin", TargetPolicy::RoundRobin}}),
              {"Order of the targets: by priority and weight, as written, or as written with a new first one "
               "for each call (R-101, R-106).",
               "priority_weight"})
          .section("redirect", &Origination::redirect, redirect_table(),
                   {"What becomes of a 302.", "{follow: true, pstn: false}"})
          .key("diversion", &Origination::diversion,
               choice<DiversionOut>({{"always", DiversionOut::Always}, {"never", DiversionOut::Never}}),
               {"A Diversion header with the dialled number on every call (R-077).", "always"})
          .key("diversion_domain", &Origination::diversion_domain, host_name(),
               {"Its domain; left out, the trunk's own.", "sip.example"})
          .key("history_info", &Origination::history_info, flag(),
               {"History-Info (RFC 7044) with the dialled number as well.", "false"})
          .key("headers", &Origination::headers, private_headers(),
               {"Private headers on every call. A missing `X-` is put before the name; 50 characters a name, "
                "1024 octets a line (R-095).",
                "{X-Site: \"1\"}"})
          .key("pass_headers", &Origination::pass_headers, list(private_header_name()),
               {"Private headers of the caller that go on to the customer (R-096). Left out: none.",
                "[X-Call-Reason]"})
          .section("disaster_recovery", disaster_recovery_table(),
                   {"When no target took the call.", "{fallback_number: \"+12025550199\"}"})
          .done();
  return table;
}

void check_target(Reader& reader, const Fields& fields, Target& target) {
  if (target.large_requests == LargeRequests::Udp || target.transport == Transport::Udp) return;
  reader.warn(fields.at("large_requests"),
              "'large_requests: tcp' has no effect: the target is called over " +
                  std::string(to_string(target.transport)) + " anyway",
              "remove it");
}

}  // namespace

const Object& target_table() {
  Form uri;
  uri.words = "SIP URI";
  uri.pattern = "^[sS][iI][pP][sS]?:";
  static const Object table =
      Table<Target>("target", "One address that a call can be sent to.")
          .custom(
              "uri", uri, read_target_uri,
              [](const Target& a, const Target& b) {
                return a.uri == b.uri && a.address == b.address && a.transport == b.transport &&
                       a.transport_written == b.transport_written && a.edge == b.edge &&
                       a.headers == b.headers;
              },
              [](const Target& target) -> std::optional<Written> { return quoted(print_target_uri(target)); },
              {"`sip:[user@]host[:port][;transport=udp|tcp|tls][;edge=…][?X-Name=value&…]`. The user is "
               "`{number}` for the dialled number, a fixed one, or left out, which is `{number}` too (R-087 "
               "to R-091). The host is an address, or a name that is resolved when it is called (RFC 3263). "
               "`edge` (or `region`) is the edge that the call leaves from; an unknown one is warned about "
               "and left out (R-097 to R-099). Headers behind `?` begin with X- and are on every call "
               "(R-094). `sips:` is `sip:` with transport=tls (R-093). Until TLS exists, calls to such a "
               "target fail and the next is tried.",
               "\"sip:{number}@192.0.2.10:5060;transport=tcp?X-Site=1\"", kRequired})
          .key("large_requests", &Target::large_requests,
               choice<LargeRequests>({{"udp", LargeRequests::Udp}, {"tcp", LargeRequests::Tcp}}),
               {"A request of more than 1300 octets to a target over UDP: `udp`, as a datagram in fragments; "
                "`tcp`, where the target takes it there too: over TCP to the same address and port, and over "
                "UDP where no connection is made within 2s (RFC 3261 §18.1.1, R-179).",
                "udp"})
          .key("name", &Target::name, text("name"),
               {"Name in logs and call records; left out, host and port.", "pbx-1"})
          .key("priority", &Target::priority, integer_as<std::uint16_t>(0, 65535),
               {"The lowest is tried first (R-101).", "10"})
          .key("weight", &Target::weight, integer_as<std::uint16_t>(1, 65535),
               {"Share of the calls among targets of one priority (R-101).", "60"})
          .key("enabled", &Target::enabled, flag(),
               {"A target that is not enabled is not used (R-103).", "true"})
          .finish(check_target)
          .mark(&Target::mark)
          .done();
  return table;
}

const Object& origination_table() {
  static const Object table =
      Table<Trunk>("origination", "Calls from the telephone network to the customer.")
          .key("targets", &Trunk::targets, list(object<Target>(target_table()), kMaxTargets),
               {"Where the calls go, up to ten (R-100).", "[{uri: \"sip:{number}@192.0.2.10:5060\"}]",
                kRequired})
          .key("auth", &Trunk::origination_auth, object<OutboundCredential>(outbound_credential_table()),
               {"What we answer when the customer challenges us.",
                "{user: tandem, password: {env: ACME_PASSWORD}}"})
          .embed(&Trunk::origination, calling_table())
          .done();
  return table;
}

}  // namespace tandem::config
