#include "tandemctl/question.hpp"

#include <algorithm>

#include "tandem/base/text.hpp"

namespace tandem::tandemctl {
namespace {

constexpr std::uint16_t kSipPort = 5060;  // RFC 3261 §19.1.2
constexpr std::uint16_t kOfferedPort = 40000;

std::optional<SocketAddress> parse_source(const std::string& text) {
  if (const auto whole = SocketAddress::parse(text)) return whole;
  if (const auto ip = IpAddress::parse(text)) return SocketAddress{*ip, kSipPort};
  return std::nullopt;
}

std::string names_of_listeners(const config::Config& config) {
  std::string names;
  for (const config::Listener& listener : config.listeners)
    names += (names.empty() ? "" : ", ") + listener.name;
  return names;
}

/// Where and how it comes in; the error is one sentence.
Expected<Question, std::string> begin(const ExplainOptions& options, const config::Config& config,
                                      WallTime now) {
  Question question;
  const auto source = parse_source(options.source);
  if (!source)
    return unexpected("--source " + options.source + " is no address: write 192.0.2.1 or 192.0.2.1:5060");
  const auto transport = parse_transport(options.transport);
  if (!transport) return unexpected("--transport " + options.transport + " is none of udp, tcp, tls");
  question.source = *source;
  question.transport = *transport;
  question.user = options.user;
  question.seed = options.seed;
  question.why_not = options.why_not;
  question.now = now;
  for (const std::string& name : options.why_not) {
    if (std::ranges::find(config.trunks, name, &config::Trunk::name) == config.trunks.end())
      return unexpected("--why-not " + name + ": no trunk has that name");
  }
  if (!options.listener.empty()) {
    if (std::ranges::find(config.listeners, options.listener, &config::Listener::name) ==
        config.listeners.end())
      return unexpected("no listener has the name '" + options.listener + "': there are " +
                        names_of_listeners(config));
    question.listener = options.listener;
    return question;
  }
  const auto listener = std::ranges::find(config.listeners, *transport, &config::Listener::transport);
  if (listener == config.listeners.end())
    return unexpected("no listener speaks " + std::string(to_string(*transport)) + ": there are " +
                      names_of_listeners(config));
  question.listener = listener->name;
  if (std::ranges::count(config.listeners, *transport, &config::Listener::transport) > 1)
    question.assumed.push_back("listener " + listener->name + ", the first for " +
                               std::string(to_string(*transport)));
  return question;
}

/// The address that peers write into a Request-URI where a trunk has no name.
std::string host_of_listener(const config::Config& config, const std::string& name) {
  const auto listener = std::ranges::find(config.listeners, name, &config::Listener::name);
  const IpAddress ip = listener->advertised.value_or(listener->bind.ip);
  return ip.print();
}

std::string offer_from(const SocketAddress& source) {
  const std::string family = source.ip.is_v6() ? "IP6 " : "IP4 ";
  const std::string address = family + source.ip.print();
  return "v=0\r\no=- 1 1 IN " + address + "\r\ns=-\r\nc=IN " + address + "\r\nt=0 0\r\nm=audio " +
         std::to_string(kOfferedPort) +
         " RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 "
         "telephone-event/8000\r\na=fmtp:101 0-16\r\n";
}

/// The host that a PBX of the trunk dials: its first name, else the listener's address.
Expected<std::string, std::string> host_dialled(const ExplainOptions& options, const config::Config& config,
                                                const Question& question) {
  if (!options.carrier.empty()) {
    if (std::ranges::find(config.carriers, options.carrier, &config::Carrier::name) == config.carriers.end())
      return unexpected("no carrier has the name '" + options.carrier + "'");
    return host_of_listener(config, question.listener);
  }
  const auto trunk = std::ranges::find(config.trunks, options.trunk, &config::Trunk::name);
  if (trunk == config.trunks.end()) return unexpected("no trunk has the name '" + options.trunk + "'");
  const auto names = trunk::names_of(config, *trunk);
  return names.empty() ? host_of_listener(config, question.listener) : names.front().host;
}

}  // namespace

Expected<Question, std::string> question_from_text(std::string_view text, const ExplainOptions& options,
                                                   const config::Config& config, WallTime now) {
  auto parsed = message::parse_message(text);
  if (!parsed) return unexpected("the file is no SIP message: " + printable(parsed.error().what));
  auto* request = std::get_if<message::Request>(&*parsed);
  if (request == nullptr || request->method != "INVITE")
    return unexpected(std::string("the file holds no INVITE: explain follows INVITEs alone"));
  auto question = begin(options, config, now);
  if (question) question->request = std::move(*request);
  return question;
}

Expected<Question, std::string> question_from_numbers(const ExplainOptions& options,
                                                      const config::Config& config, WallTime now) {
  if (options.trunk.empty() && options.carrier.empty())
    return unexpected(std::string("what arrives? Name a file, or --trunk or --carrier with --from and --to"));
  if (options.from.empty() || options.to.empty())
    return unexpected(std::string("--from and --to are needed: the numbers as the peer writes them"));
  auto question = begin(options, config, now);
  if (!question) return question;
  const auto host = host_dialled(options, config, *question);
  if (!host) return unexpected(host.error());
  message::NameAddr from;
  from.uri.user = options.from;
  from.uri.host = question->source.ip.print();
  message::NameAddr to;
  to.uri.user = options.to;
  to.uri.host = *host;
  question->request.method = "INVITE";
  question->request.uri = to.uri;
  question->request.headers.add("Max-Forwards", "70");
  question->request.headers.add("From", message::print(from));
  question->request.headers.add("To", message::print(to));
  question->request.headers.add("Content-Type", "application/sdp");
  question->request.body = offer_from(question->source);
  question->assumed.push_back("the peer dials sip:" + options.to + "@" + *host +
                              " and offers PCMU, PCMA and telephone-event");
  return question;
}

}  // namespace tandem::tandemctl
