#include "unit/tandemctl/random_world.hpp"

#include "tandem/trunk/digest.hpp"

namespace tandem::tandemctl::test {
namespace {

const std::vector<std::string> kAddresses{"192.0.2.10", "192.0.2.11", "192.0.2.20", "192.0.2.21",
                                          "192.0.2.99"};
const std::vector<std::string> kPrefixes{"192.0.2.10", "192.0.2.11", "192.0.2.8/29", "0.0.0.0/0"};
const std::vector<std::string> kHosts{"t0.sip.example",  "t1.sip.example",     "t2.sip.example",
                                      "l1.pstn.example", "l1.pstn.ny.example", "nobody.example",
                                      "192.0.2.30"};
const std::vector<std::string> kNumbers{"+12025550100",  "+12025550101",  "+14165550100",
                                        "+442079460000", "+442079460001", "+18005550100"};
const std::vector<std::string> kUris{"sip:{number}@", "sip:", "sip:fixed@"};

constexpr char kOffer[] =
    "v=0\r\no=- 1 1 IN IP4 192.0.2.10\r\ns=-\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\n"
    "m=audio 40000 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
    "a=rtpmap:101 telephone-event/8000\r\n";

}  // namespace

config::AccessGroup RandomWorld::group(const std::string& name, const std::vector<std::string>& users) {
  config::AccessGroup made;
  made.name = name;
  for (std::uint64_t i = random_.below(3); i > 0; --i) made.ips.push_back(*Cidr::parse(pick(kPrefixes)));
  for (const std::string& user : users) {
    if (!chance(60) && !made.ips.empty()) continue;
    config::Credential credential;
    credential.user = user;
    made.realm = realm_of(user);
    if (made.realm.empty()) {
      credential.password = Secret(password_of(user));
    } else {
      credential.ha1[config::DigestAlgorithm::Md5] =
          trunk::ha1(config::DigestAlgorithm::Md5, user, made.realm, password_of(user));
    }
    made.credentials.push_back(std::move(credential));
  }
  return made;
}

config::Target RandomWorld::target() {
  config::Target made;
  const std::string host = "192.0.2." + std::to_string(40 + random_.below(8));
  made.uri.user = pick<std::string>({"{number}", "", "fixed"});
  made.uri.host = host;
  made.uri.port = static_cast<std::uint16_t>(5060 + random_.below(4));
  made.address = SocketAddress{*IpAddress::parse(host), *made.uri.port};
  made.name = host + ":" + std::to_string(*made.uri.port);
  made.transport = chance(70) ? Transport::Udp : Transport::Tcp;
  made.priority = static_cast<std::uint16_t>(10 * (1 + random_.below(2)));
  made.weight = static_cast<std::uint16_t>(random_.below(4) * 10);
  made.enabled = chance(85);
  if (chance(20)) made.headers.push_back({"X-Target", made.name});
  if (chance(10)) made.edge = "ny";
  return made;
}

config::CallLimits RandomWorld::limits() {
  config::CallLimits made;
  if (chance(20)) made.channels = static_cast<std::uint32_t>(random_.below(3));
  if (chance(20)) made.cps = static_cast<std::uint32_t>(1 + random_.below(3));
  made.status = pick<int>({403, 480, 486, 503});
  return made;
}

config::General RandomWorld::general() {
  using numbering::NumberFormat;
  config::General made;
  const std::vector<NumberFormat> formats{NumberFormat::E164Plus, NumberFormat::E164, NumberFormat::National,
                                          NumberFormat::UsDomestic};
  if (chance(40)) made.number_in = pick(formats);
  if (chance(40)) made.number_out = pick(formats);
  made.trust = chance(40) ? config::Trust::Trusted : config::Trust::Untrusted;
  made.identity = chance(70) ? config::IdentityStyle::Asserted : config::IdentityStyle::RemotePartyId;
  made.unwritable = chance(60) ? config::Unwritable::E164 : config::Unwritable::Reject;
  made.max_forwards_missing =
      chance(60) ? config::MaxForwardsMissing::Reject : config::MaxForwardsMissing::Accept;
  if (chance(15)) made.codecs = {pick<std::string>({"PCMA", "G729"})};
  made.invalid_number_status = pick<int>({400, 484, 404});
  return made;
}

config::CallerId RandomWorld::caller_id() {
  using config::CallerIdAllowed;
  config::CallerId made;
  made.allowed = {pick<CallerIdAllowed>({CallerIdAllowed::Any, CallerIdAllowed::Any, CallerIdAllowed::Owned,
                                         CallerIdAllowed::Verified, CallerIdAllowed::Listed})};
  made.listed = {pick(kNumbers)};
  made.on_fail =
      pick<config::CallerIdFailure>({config::CallerIdFailure::Private, config::CallerIdFailure::Reject,
                                     config::CallerIdFailure::Substitute});
  made.substitute = kNumbers.front();
  return made;
}

config::Trunk RandomWorld::trunk(const std::string& name) {
  config::Trunk made;
  made.name = name;
  made.id = "id-" + name;
  made.account = pick<std::string>({"a0", "a1"});
  made.enabled = chance(92);
  made.limits = limits();
  made.general = general();
  if (chance(20)) made.location = "ny";
  if (chance(92)) {
    made.termination.emplace();
    made.termination->domains = {name + ".sip.example"};
    if (name == "t1") made.termination->labels = {"l1"};
    made.termination->access = {pick<std::string>({"g0", "g1", "g2"}), pick<std::string>({"g0", "g3"})};
    made.termination->caller_id = caller_id();
    made.termination->challenge.status = chance(70) ? 407 : 401;
    if (chance(20)) made.termination->international = config::International::Block;
    if (chance(15)) made.termination->diversion = config::DiversionIn::Drop;
    if (chance(10)) made.termination->from_must_match_account = true;
    if (chance(10)) made.termination->destination_from = config::DestinationFrom::To;
    if (chance(20)) made.identify = {config::IdentifyBy::SourceIp};
    if (chance(20)) made.identify = {config::IdentifyBy::DigestUser, config::IdentifyBy::Domain};
  }
  for (std::uint64_t i = random_.below(4); i > 0; --i) made.targets.push_back(target());
  made.origination.policy =
      pick<config::TargetPolicy>({config::TargetPolicy::PriorityWeight, config::TargetPolicy::Failover,
                                  config::TargetPolicy::RoundRobin});
  if (chance(20)) made.origination.headers.push_back({"X-Trunk", name});
  if (chance(20)) made.origination.pass_headers = {"X-Customer"};
  if (chance(15)) made.origination.fallback_number = pick(kNumbers);
  return made;
}

config::Carrier RandomWorld::carrier(const std::string& name) {
  config::Carrier made;
  made.name = name;
  made.enabled = chance(90);
  made.general = general();
  made.limits = limits();
  for (std::uint64_t i = 1 + random_.below(2); i > 0; --i) {
    config::PrefixRoute route(pick<std::string>({"", "1", "44", "1416"}));
    route.priority = static_cast<std::uint16_t>(10 * (1 + random_.below(2)));
    route.weight = static_cast<std::uint16_t>(10 * random_.below(3));
    if (chance(50)) route.cost = 1000 * random_.below(4);
    made.prefixes.push_back(route);
  }
  for (std::uint64_t i = random_.below(4); i > 0; --i) made.targets.push_back(target());
  if (chance(70)) made.sources.push_back(*Cidr::parse(pick<std::string>({"192.0.2.20", "192.0.2.21"})));
  return made;
}

void RandomWorld::add_inventory(config::Config& config) {
  for (std::size_t i = 0; i < 4; ++i) {
    config::DialledNumber number;
    number.number = kNumbers[i];
    number.account = pick<std::string>({"a0", "a1"});
    if (chance(70)) {
      number.trunk = pick<std::string>({"t0", "t1", "t2"});
    } else if (chance(60)) {
      number.route = "r0";
    }
    config.numbers.push_back(number);
  }
  config::VerifiedCallerId verified;
  verified.number = pick(kNumbers);
  verified.account = "a0";
  config.verified_caller_ids.push_back(verified);
  config::Route route;
  route.name = "r0";
  route.account = "a1";
  for (std::uint64_t i = 1 + random_.below(3); i > 0; --i) {
    config::RouteEntry entry;
    if (chance(70)) {
      entry.trunk = pick<std::string>({"t0", "t1", "t2"});
    } else {
      entry.number = pick(kNumbers);
    }
    route.entries.push_back(entry);
  }
  config.routes.push_back(route);
  if (chance(30)) {
    config::LimitGroup pooled;
    pooled.name = "lg";
    pooled.trunks = {"t0", "t1"};
    config.limit_groups.push_back(pooled);
  }
}

config::Config RandomWorld::config() {
  config::Config made;
  made.node_name = "node.example";
  made.media.address = *IpAddress::parse("192.0.2.30");  // where the scripted engine opens its ports
  for (const auto& [name, rule] :
       {std::pair{"drop", config::UnknownSource::Drop}, std::pair{"reject", config::UnknownSource::Reject}}) {
    config::Listener listener;
    listener.name = name;
    listener.unknown_source = rule;
    listener.bind = *SocketAddress::parse("192.0.2.30:5060");
    made.listeners.push_back(listener);
  }
  config::Edge edge;
  edge.name = "ny";
  made.edges.push_back(edge);
  config::DomainPattern pattern;
  pattern.plain = "{trunk}.pstn.example";
  pattern.localized = "{trunk}.pstn.{edge}.example";
  made.domains.push_back(pattern);
  for (const std::string id : {"a0", "a1"}) {
    config::Account account;
    account.id = id;
    account.limits = limits();
    if (chance(10)) account.restrict_destinations = config::RestrictDestinations::Verified;
    if (chance(50)) account.default_number = pick(kNumbers);
    made.accounts.push_back(account);
  }
  made.access_groups = {group("g0", {}), group("g1", {"ann"}), group("g2", {"bob", "dee"}),
                        group("g3", {"cid"})};
  for (const char* name : {"t0", "t1", "t2"}) made.trunks.push_back(trunk(name));
  for (const char* name : {"c0", "c1", "c2"}) made.carriers.push_back(carrier(name));
  made.carrier_order = pick<config::CarrierOrder>(
      {config::CarrierOrder::Ordered, config::CarrierOrder::Weighted, config::CarrierOrder::LeastCost});
  add_inventory(made);
  return made;
}

/// As some format would have it, or spoiled.
std::string RandomWorld::written(const std::string& number) {
  switch (random_.below(16)) {
    case 0:
      return number.substr(1);
    case 1:
      return number.substr(2);
    case 2:
      return pick<std::string>({"anonymous", "12", "+1x", "0" + number});
    default:
      return number;
  }
}

void RandomWorld::add_identity(message::Headers& headers) {
  if (chance(25)) headers.add("P-Asserted-Identity", "\"Ann\" <sip:" + pick(kNumbers) + "@pbx.example>");
  if (chance(15)) headers.add("P-Asserted-Identity", "<tel:" + pick(kNumbers) + ">");
  if (chance(15))
    headers.add("Remote-Party-ID",
                "<sip:" + pick(kNumbers) + "@pbx.example>;privacy=" + pick<std::string>({"off", "full"}));
  if (chance(25)) headers.add("Privacy", pick<std::string>({"id", "header", "user", "none", "id;critical"}));
  if (chance(20)) headers.add("Diversion", "<sip:" + pick(kNumbers) + "@pbx.example>;reason=unconditional");
  if (chance(20)) headers.add("X-Customer", "gold");
}

RandomWorld::Arrived RandomWorld::invite() {
  Arrived made;
  const std::string called = written(pick(kNumbers));
  const std::string host = pick(kHosts);
  made.request.method = "INVITE";
  made.request.uri.user = called;
  made.request.uri.host = host;
  if (!chance(4)) made.request.headers.add("Max-Forwards", std::to_string(random_.below(20) == 0 ? 0 : 70));
  if (!chance(2))
    made.request.headers.add("From", "\"Ann\" <sip:" + written(pick(kNumbers)) + "@pbx.example>;tag=a1");
  made.request.headers.add("To", "<sip:" + called + "@" + host + ">");
  made.request.headers.add("Call-ID", "c1");
  made.request.headers.add("CSeq", "1 INVITE");
  made.request.headers.add("Contact", "<sip:pbx@192.0.2.10>");
  if (chance(3)) made.request.headers.add("Require", "100rel");
  add_identity(made.request.headers);
  if (!chance(15)) {
    made.request.headers.add("Content-Type", chance(95) ? "application/sdp" : "text/plain");
    made.request.body = chance(95) ? kOffer : "v=0\r\nnonsense";
  }
  made.source = SocketAddress{*IpAddress::parse(pick(kAddresses)), 5060};
  made.listener = chance(50) ? "drop" : "reject";
  return made;
}

}  // namespace tandem::tandemctl::test
