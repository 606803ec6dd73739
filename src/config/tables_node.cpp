// What the node itself is: its addresses, ports, records, log and ceilings.
#include "tables.hpp"
#include "values.hpp"

namespace tandem::config {
namespace {

using namespace std::chrono_literals;

constexpr auto kRequired = Presence::Required;
constexpr auto kOptional = Presence::Optional;
constexpr auto kRestart = OnReload::NeedsRestart;

void check_advertised(Reader& reader, const Fields& fields, std::string_view key, const IpAddress& bind,
                      const std::optional<IpAddress>& advertised) {
  if (bind.is_unspecified() && !advertised) {
    reader.error(fields.at(key),
                 "'" + bind.print() + "' is every address of this machine: which one do peers see?",
                 "write that one as 'advertise', or as the address itself");
  }
  if (!advertised || bind.is_unset()) return;
  if (advertised->is_v4() != bind.is_v4()) {
    reader.error(fields.at("advertise"),
                 "'advertise' and '" + std::string(key) + "' must both be IPv4 or both IPv6");
  }
  if (advertised->is_unspecified())
    reader.error(fields.at("advertise"), "peers cannot send to '" + advertised->print() + "'");
}

/// "10000-20000"; a finding otherwise.
void read_ports(Reader& reader, const Place& place, MediaSettings& media) {
  const auto written = read_text(reader, place, "a port range");
  if (!written) return;
  const auto parts = split(*written, '-');
  const auto first = parts.size() == 2 ? parse_decimal(trim(parts[0]), 65535) : std::nullopt;
  const auto last = parts.size() == 2 ? parse_decimal(trim(parts[1]), 65535) : std::nullopt;
  if (!first || !last) {
    reader.error(place.node->at, "'" + printable(*written, 40) + "' is no port range",
                 "write it as 10000-20000");
    return;
  }
  if (*first < 1024) {
    reader.error(place.node->at, "the first port must be 1024 or more");
  } else if (*first % 2 != 0) {
    reader.error(place.node->at,
                 "the first port must be even: RTP takes the even port and RTCP the one after it",
                 "write " + std::to_string(*first + 1) + "-" + std::to_string(*last));
  } else if (*last < *first + 3) {
    reader.error(place.node->at, "a call needs four ports: RTP and RTCP on both sides",
                 "the last port must be at least " + std::to_string(*first + 3));
  } else {
    media.first_port = static_cast<std::uint16_t>(*first);
    media.last_port = static_cast<std::uint16_t>(*last);
  }
}

void check_media(Reader& reader, const Fields& fields, MediaSettings& media) {
  if (media.address.is_v6())
    reader.error(fields.at("address"), "'address' is the IPv4 address", "write it as 'address_v6'");
  if (media.address_v6 && media.address_v6->is_v4()) {
    reader.error(fields.at("address_v6"), "'address_v6' is the IPv6 address", "write it as 'address'");
  }
  if (media.address_v6 && media.address_v6->is_unspecified()) {
    reader.error(fields.at("address_v6"), "'::' is every address of this machine: which one do peers see?",
                 "write that one");
  }
  if (media.address.is_v4()) check_advertised(reader, fields, "address", media.address, media.advertised);
}

/// "192.0.2.53" or with a port.
Value<SocketAddress> server_address() {
  constexpr std::uint16_t kDnsPort = 53;
  auto value = socket_address();
  value.form.words = "address, with a port or not";
  value.read = [with_port = value.read](Reader& reader, const Place& place) -> std::optional<SocketAddress> {
    if (place.node->is_scalar()) {
      if (const auto ip = IpAddress::parse(place.node->text)) return SocketAddress{*ip, kDnsPort};
    }
    return with_port(reader, place);
  };
  return value;
}

Form port_range_form() {
  Form form;
  form.words = "port range";
  form.pattern = "^[0-9]{1,5} *- *[0-9]{1,5}$";
  return form;
}

}  // namespace

const Object& node_table() {
  static const Object table = Table<Config>("node", "Who this node is.")
                                  .key("name", &Config::node_name, text("name"),
                                       {"Name of this node in logs and call records.", "tandem-1"})
                                  .done();
  return table;
}

const Object& listener_table() {
  static const Object table =
      Table<Listener>("listener", "One address and transport on which SIP is spoken.")
          .key("name", &Listener::name, name_of(NameKind::Listener),
               {"Name in logs, unique.", "udp-public", kRequired})
          .key("transport", &Listener::transport,
               choice<Transport>({{"udp", Transport::Udp}, {"tcp", Transport::Tcp}}, "tls ws wss sctp"),
               {"Transport of the listener. TLS comes later.", "udp"})
          .key("address", &Listener::bind, socket_address(),
               {"Address and port to bind. Port 0 takes a free one, for tests.", "\"192.0.2.10:5060\"",
                kRequired})
          .key("advertise", &Listener::advertised, ip_address(),
               {"Address that peers see in Via and Contact, where it is another than the bound one: a node "
                "behind one-to-one "
                "NAT.",
                "203.0.113.10"})
          .key("edge", &Listener::edge, reference_to(NameKind::Edge),
               {"The edge it belongs to: calls that leave from there leave here (R-097).", "frankfurt"})
          .key("serves", &Listener::serves,
               list(choice<Serves>({{"static", Serves::Static}, {"registered", Serves::Registered}})),
               {"Which trunks it is for (R-025).", "[static, registered]"})
          .key("unknown_source", &Listener::unknown_source,
               choice<UnknownSource>({{"drop", UnknownSource::Drop}, {"reject", UnknownSource::Reject}}),
               {"What a source gets that is in no access group and no carrier: silence, or 403.", "drop"})
          .finish([](Reader& reader, const Fields& fields, Listener& listener) {
            check_advertised(reader, fields, "address", listener.bind.ip, listener.advertised);
            if (listener.serves.empty() && fields.has("serves"))
              reader.error(fields.at("serves"), "'serves' is empty: the listener would be for nobody");
          })
          .mark(&Listener::mark)
          .done();
  return table;
}

const Object& media_table() {
  static const Object table =
      Table<MediaSettings>("media", "Where RTP and RTCP of every call pass through.")
          .key("address", &MediaSettings::address, ip_address(),
               {"IPv4 address to bind, and to write into SDP.", "192.0.2.10", kRequired})
          .key("address_v6", &MediaSettings::address_v6, ip_address(),
               {"The same for IPv6.", "\"2001:db8::10\""})
          .key(
              "advertise", &MediaSettings::advertised, ip_address(),
              {"Address to write into SDP, where it is another than `address`: a node behind one-to-one NAT.",
               "203.0.113.10"})
          .custom(
              "ports", port_range_form(), read_ports,
              [](const MediaSettings& a, const MediaSettings& b) {
                return a.first_port == b.first_port && a.last_port == b.last_port;
              },
              [](const MediaSettings& media) {
                return plain(std::to_string(media.first_port) + "-" + std::to_string(media.last_port));
              },
              {"First and last UDP port. A call takes four; the first is even.", "10000-20000"})
          .fallback("10000-20000")
          .key("workers", &MediaSettings::workers, integer_as<int>(0, 256),
               {"Media threads. 0: one less than the machine has cores, at least one.", "2"})
          .key("realtime", &MediaSettings::realtime, flag(),
               {"Real-time scheduling (SCHED_FIFO) of the media threads, where the system permits it.",
                "true"})
          .key("bandwidth", &MediaSettings::bandwidth_bps, bandwidth(),
               {"What the line carries, as 100Mbps or in bits a second: `tandemctl check` warns where the "
                "channels of the trunks need more (R-082).",
                "100Mbps"})
          .key("silence_timeout", &MediaSettings::silence_timeout, duration(0ms, 24h),
               {"No RTP from one side for so long is an event in the log. 0s: never.", "60s"})
          .finish(check_media)
          .done();
  return table;
}

const Object& cdr_table() {
  static const Object table =
      Table<CdrSettings>("cdr", "Call records: one JSON line a call and one an attempt.")
          .key("path", &CdrSettings::path, text("path", MayBeEmpty::Yes),
               {"File to append to. Empty: standard output.", "/var/log/tandem/cdr.jsonl"})
          .done();
  return table;
}

const Object& log_table() {
  static const Object table =
      Table<log::Options>("log", "The log.")
          .key("level", &log::Options::level,
               choice<log::Level>({{"debug", log::Level::Debug},
                                   {"info", log::Level::Info},
                                   {"warn", log::Level::Warn},
                                   {"error", log::Level::Error},
                                   {"off", log::Level::Off}}),
               {"Least level that is written. `tandemctl log` changes it while the daemon runs.", "info"})
          .key("format", &log::Options::format,
               choice<log::Format>(
                   {{"auto", log::Format::Auto}, {"json", log::Format::Json}, {"human", log::Format::Human}}),
               {"JSON lines, or text for people. auto: text on a terminal.", "json", kOptional, kRestart})
          .key("file", &log::Options::file, text("path", MayBeEmpty::Yes),
               {"File to append to. Empty: standard error.", "/var/log/tandem/tandem.log", kOptional,
                kRestart})
          .done();
  return table;
}

const Object& admin_table() {
  static const Object table = Table<AdminSettings>("admin", "The socket of `tandemctl`.")
                                  .key("socket", &AdminSettings::socket, text("path"),
                                       {"Path of the Unix socket. Who can write to it can govern the node.",
                                        "/run/tandem/admin.sock"})
                                  .done();
  return table;
}

const Object& limits_table() {
  static const Object table =
      Table<Limits>("limits",
                    "Ceilings of the node, and the times that hold where a trunk or carrier sets none.")
          .key("max_calls", &Limits::max_calls, integer_as<std::uint32_t>(1, 1'000'000),
               {"Calls at the same time; more get 503.", "4000"})
          .key("no_response_timeout", &Limits::no_response_timeout, duration(100ms, 32s),
               {"No response at all from a target for so long: the next target (R-084, R-105).", "4s"})
          .key("ring_timeout", &Limits::ring_timeout, duration(1s, 1h),
               {"From a target's first provisional response to its final one.", "180s"})
          .key("max_duration", &Limits::max_duration, duration(1s, 168h), {"Longest call (R-126).", "24h"})
          .key("drain_timeout", &Limits::drain_timeout, duration(0ms, 168h),
               {"After SIGTERM, how long calls may go on before they are cleared.", "5m"})
          .key("nonce_lifetime", &Limits::nonce_lifetime, duration(1s, 24h),
               {"How long a digest nonce is good for.", "5m"})
          .key("source_cps", &Limits::source_cps, integer_as<std::uint32_t>(1, 100'000),
               {"INVITEs a second that one source address may bring (R-081). Left out: no ceiling.", "50"})
          .done();
  return table;
}

const Object& dns_table() {
  static const Object table =
      Table<DnsSettings>("dns", "How the names of targets are resolved (RFC 3263).")
          .key("servers", &DnsSettings::servers, list(server_address()),
               {"Name servers, port 53 where none is written; left out, those of the system.",
                "[192.0.2.53, \"[2001:db8::53]:53\"]"})
          .key("timeout", &DnsSettings::timeout, duration(100ms, 60s),
               {"For the whole of one question.", "3s"})
          .key("longest_ttl", &DnsSettings::longest_ttl, seconds(1s, 168h),
               {"An answer is kept as long as it says, at most so long.", "1h"})
          .key("negative_ttl", &DnsSettings::negative_ttl, seconds(0s, 1h),
               {"How long a name that does not exist is not asked for again.", "30s"})
          .done();
  return table;
}

}  // namespace tandem::config
