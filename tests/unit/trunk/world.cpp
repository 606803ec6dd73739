#include "unit/trunk/world.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tandem::trunk::test {

message::Request Invite::request() const {
  message::Request made;
  made.method = method;
  made.uri.user = called;
  made.uri.host = host;
  made.headers.add("From", "\"Alice\" <sip:" + calling + "@" + from_host + ">;tag=a1");
  made.headers.add("To", "<sip:" + called + "@" + host + ">");
  if (max_forwards) made.headers.add("Max-Forwards", *max_forwards);
  for (const message::Header& header : headers) made.headers.add(header.name, header.value);
  return made;
}

Invite Invite::with(std::string name, std::string value) const {
  Invite copy = *this;
  copy.headers.push_back({std::move(name), std::move(value)});
  return copy;
}

config::Credential user(std::string name, std::string password) {
  config::Credential made;
  made.user = std::move(name);
  made.password = Secret(std::move(password));
  return made;
}

config::Credential hashed_user(std::string name, std::string realm, std::string password,
                               const std::vector<DigestAlgorithm>& algorithms) {
  config::Credential made;
  for (DigestAlgorithm algorithm : algorithms) made.ha1[algorithm] = ha1(algorithm, name, realm, password);
  made.user = std::move(name);
  return made;
}

config::Target target(std::string uri, std::string address, std::uint16_t priority, std::uint16_t weight) {
  config::Target made;
  made.name = uri;
  // Braces are no URI characters, so the template is put in by hand.
  const bool templated = uri.find("{number}") != std::string::npos;
  if (templated) uri.replace(uri.find("{number}"), 8, "x");
  made.uri = message::parse_uri(uri).value();
  if (templated) made.uri.user = "{number}";
  made.address = SocketAddress::parse(address).value();
  made.priority = priority;
  made.weight = weight;
  return made;
}

config::DialledNumber number(std::string e164, std::string trunk) {
  config::DialledNumber made;
  made.number = std::move(e164);
  made.trunk = std::move(trunk);
  return made;
}

World::World() {
  key.octets.fill(0x5a);
  config.node_name = "node.example";
  config.trunks.reserve(16);
  config.access_groups.reserve(16);
  config.carriers.reserve(16);
  config::Listener listener;
  listener.name = "drop";
  listener.unknown_source = config::UnknownSource::Drop;
  config.listeners.push_back(listener);
  listener.name = "reject";
  listener.unknown_source = config::UnknownSource::Reject;
  config.listeners.push_back(listener);
}

config::AccessGroup& World::group(std::string name, const std::vector<std::string>& ips,
                                  std::vector<config::Credential> credentials) {
  config::AccessGroup& made = config.access_groups.emplace_back();
  made.name = std::move(name);
  for (const std::string& ip : ips) made.ips.push_back(Cidr::parse(ip).value());
  made.credentials = std::move(credentials);
  return made;
}

config::Trunk& World::trunk(std::string name, std::vector<std::string> groups) {
  config::Trunk& made = config.trunks.emplace_back();
  made.termination.emplace();
  made.termination->domains = {name + ".sip.example"};
  made.termination->access = std::move(groups);
  made.termination->caller_id.allowed = {config::CallerIdAllowed::Any};
  made.id = "id-" + name;
  made.account = "account-" + name;
  made.name = std::move(name);
  return made;
}

config::Carrier& World::carrier(std::string name, std::vector<std::string> prefixes,
                                std::vector<config::Target> targets,
                                const std::vector<std::string>& sources) {
  config::Carrier& made = config.carriers.emplace_back();
  made.name = std::move(name);
  made.prefixes.assign(prefixes.begin(), prefixes.end());
  made.targets = std::move(targets);
  for (const std::string& source : sources) made.sources.push_back(Cidr::parse(source).value());
  return made;
}

World World::simple() {
  World world;
  world.group("hq", {"127.0.0.10"});
  world.trunk("acme", {"hq"});
  world.carrier("north", {""}, {target("sip:127.0.0.20", "127.0.0.20:5060")}, {"127.0.0.20"});
  return world;
}

World World::with_digest() {
  World world;
  world.group("hq", {}, {user("bob", "secret")});
  world.trunk("acme", {"hq"});
  world.carrier("north", {""}, {target("sip:127.0.0.20", "127.0.0.20:5060")}, {"127.0.0.20"});
  return world;
}

Decision World::decide(const Invite& invite) { return decide(invite.request(), invite); }

Decision World::decide(const message::Request& request, const Invite& invite) {
  const auto directory = build_directory(std::make_shared<const config::Config>(config));
  const Arrival arrival{request, SocketAddress::parse(invite.source).value(), Transport::Udp,
                        invite.listener};
  return trunk::decide(*directory, arrival, usage, key, now, random);
}

FromCarrier::FromCarrier() {
  acme().targets = {target("sip:127.0.0.10", "127.0.0.10:5060")};
  world.config.numbers.push_back(number("+14155550000", "acme"));
  invite.source = "127.0.0.20:5060";
  invite.host = "127.0.0.1";
  invite.called = "+14155550000";
}

Admission FromCarrier::admitted() {
  const Decision decision = decide();
  const Admission* made = admission(decision);
  EXPECT_TRUE(made) << explain(decision);
  return made ? *made : Admission{};
}

Invite answer(const Invite& invite, const Challenge& challenge, const std::string& name,
              const std::string& password, Random& random) {
  std::vector<std::string> values;
  for (const message::Header& header : challenge.headers) values.push_back(header.value);
  config::OutboundCredential credential;
  credential.user = name;
  credential.password = Secret(password);
  const auto made =
      answer_challenge(values, credential, invite.method, message::print(invite.request().uri), random);
  EXPECT_TRUE(made.has_value()) << "no challenge can be answered";
  Invite again = invite;
  std::erase_if(again.headers,
                [](const message::Header& h) { return h.name.find("Authorization") != std::string::npos; });
  again.headers.push_back(
      {challenge.status == 401 ? "Authorization" : "Proxy-Authorization", made.value_or("")});
  return again;
}

message::DigestCredentials credentials_of(const Invite& invite) {
  for (const message::Header& header : invite.headers) {
    if (header.name.find("Authorization") != std::string::npos)
      return message::parse_credentials(header.value).value();
  }
  ADD_FAILURE() << "the INVITE holds no credentials";
  return {};
}

Invite with_credentials(Invite invite, const message::DigestCredentials& credentials) {
  for (message::Header& header : invite.headers) {
    if (header.name.find("Authorization") != std::string::npos) header.value = message::print(credentials);
  }
  return invite;
}

message::DigestCredentials sign(message::DigestCredentials credentials, const std::string& password,
                                const std::string& method) {
  const auto algorithm = credentials.algorithm.empty()
                             ? DigestAlgorithm::Md5
                             : config::parse_digest_algorithm(credentials.algorithm).value();
  credentials.response = digest_response(
      algorithm, ha1(algorithm, credentials.username, credentials.realm, password), method, credentials);
  return credentials;
}

const Admission* admission(const Decision& decision) { return std::get_if<Admission>(&decision.verdict); }
const Challenge* challenge(const Decision& decision) { return std::get_if<Challenge>(&decision.verdict); }
const Refusal* refusal(const Decision& decision) { return std::get_if<Refusal>(&decision.verdict); }
const Drop* drop(const Decision& decision) { return std::get_if<Drop>(&decision.verdict); }

Reason reason_of(const Decision& decision) {
  if (const auto* made = challenge(decision)) return made->reason;
  if (const auto* made = refusal(decision)) return made->reason;
  if (const auto* made = drop(decision)) return made->reason;
  return Reason::None;
}

std::string explain(const Decision& decision) {
  std::string text = "verdict " + std::string(code(reason_of(decision))) + "\n";
  for (const TraceStep& step : decision.trace) text.append("  ").append(step.step).append(": ").append(step.outcome).append("\n");
  return text;
}

const std::string* header(const std::vector<message::Header>& headers, std::string_view name) {
  const auto found =
      std::find_if(headers.begin(), headers.end(), [&](const auto& h) { return h.name == name; });
  return found == headers.end() ? nullptr : &found->value;
}

std::vector<std::string> all_headers(const std::vector<message::Header>& headers, std::string_view name) {
  std::vector<std::string> values;
  for (const message::Header& header : headers) {
    if (header.name == name) values.push_back(header.value);
  }
  return values;
}

std::vector<std::string> names(const RoutePlan& plan) {
  std::vector<std::string> all;
  for (const PlannedTarget& planned : plan.targets) all.push_back(planned.name);
  return all;
}

std::vector<std::string> names(const Decision& decision) {
  const Admission* made = admission(decision);
  return made ? names(made->plan) : std::vector<std::string>();
}

}  // namespace tandem::trunk::test
