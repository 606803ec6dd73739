// Calls from the customer: whose they are, who may send them, which number they show.
#include "tables.hpp"
#include "values.hpp"

namespace tandem::config {
namespace {

constexpr auto kRequired = Presence::Required;

bool is_empty_list(const Fields::Field* field) {
  return field != nullptr && field->value->kind == Node::Kind::List && field->value->children.empty();
}

const Object& access_table() {
  static const Object table =
      Table<Termination>("access", "Who may send calls through the trunk.")
          .key("any_of", &Termination::access, list(reference_to(NameKind::AccessGroup)),
               {"Names of access groups. A caller that satisfies one of them may call.", "[acme-hq]",
                kRequired})
          .finish([](Reader& reader, const Fields& fields, Termination&) {
            const auto* groups = fields.find("any_of");
            if (!is_empty_list(groups)) return;
            reader.error(groups->key->at, "'any_of' names no access group: nobody could call",
                         "name one, or remove 'termination'");
          })
          .done();
  return table;
}

void read_realm(Reader& reader, const Place& place, Challenge& challenge) {
  const auto written = text("realm").read(reader, place);
  if (!written) return;
  const bool is_host = *written == "host";
  challenge.realm_rule = is_host ? RealmRule::Host : RealmRule::Fixed;
  challenge.realm = is_host ? "" : *written;
}

void read_challenge_status(Reader& reader, const Place& place, Challenge& challenge) {
  const auto status = integer(1, 999).read(reader, place);
  if (!status) return;
  if (*status != 401 && *status != 407) {
    reader.error(place.node->at, "the status of a challenge is 407 or 401, not " + std::to_string(*status));
    return;
  }
  challenge.status = static_cast<int>(*status);
}

void check_challenge(Reader& reader, const Fields& fields, Challenge& challenge) {
  const auto* field = fields.find("algorithms");
  if (field == nullptr) return;
  if (is_empty_list(field))
    reader.error(field->key->at, "'algorithms' is empty: no digest could be asked for");
  for (std::size_t i = 0; i < challenge.algorithms.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (challenge.algorithms[i] != challenge.algorithms[k]) continue;
      reader.error(field->key->at,
                   "'algorithms' names " + std::string(to_string(challenge.algorithms[i])) + " twice");
    }
  }
}

const Object& challenge_table() {
  Form realm;
  realm.words = "host, or a text";
  Form challenge_status;
  challenge_status.shape = Shape::Integer;
  challenge_status.words = "401 or 407";
  static const Object table =
      Table<Challenge>("challenge", "How a caller without credentials is asked for them (R-049 to R-052).")
          .custom(
              "status", challenge_status, read_challenge_status,
              [](const Challenge& a, const Challenge& b) { return a.status == b.status; },
              [](const Challenge& challenge) { return plain(std::to_string(challenge.status)); },
              {"407 with Proxy-Authenticate, or 401 with WWW-Authenticate.", "407"})
          .fallback("407")
          .custom(
              "realm", realm, read_realm,
              [](const Challenge& a, const Challenge& b) {
                return a.realm_rule == b.realm_rule && a.realm == b.realm;
              },
              [](const Challenge& challenge) {
                return word(challenge.realm_rule == RealmRule::Host ? "host" : challenge.realm);
              },
              {"`host`: the host of the Request-URI as the caller wrote it. Another text: that one, always. "
               "A `realm` of the access group comes before it.",
               "host"})
          .fallback("host")
          .key("algorithms", &Challenge::algorithms,
               list(choice<DigestAlgorithm>({{"MD5", DigestAlgorithm::Md5},
                                             {"SHA-256", DigestAlgorithm::Sha256},
                                             {"SHA-512-256", DigestAlgorithm::Sha512_256}})),
               {"Offered digest algorithms, the preferred first (RFC 8760).", "[SHA-256, MD5]"})
          .later("every_invite", "it comes with registered trunks: every INVITE is challenged for now")
          .finish(check_challenge)
          .done();
  return table;
}

const Object& header_match_table() {
  static const Object table =
      Table<HeaderMatch>("header_match", "A header that tells whose call it is (R-039).")
          .key("name", &HeaderMatch::name, header_name(), {"Name of the header.", "X-Customer", kRequired})
          .key("value", &HeaderMatch::value, text("text"), {"Its whole value.", "acme-1", kRequired})
          .done();
  return table;
}

bool allows(const CallerId& rule, CallerIdAllowed allowed) {
  return std::find(rule.allowed.begin(), rule.allowed.end(), allowed) != rule.allowed.end();
}

void check_caller_id(Reader& reader, const Fields& fields, CallerId& rule) {
  if (is_empty_list(fields.find("sources"))) {
    reader.error(fields.at("sources"), "'sources' is empty: no caller could have a number",
                 "write [from, rpid, pai]");
  }
  if (is_empty_list(fields.find("allowed"))) {
    reader.error(fields.at("allowed"), "'allowed' is empty: no number could be shown",
                 "write [owned, verified], or [any] for every number");
  }
  if (allows(rule, CallerIdAllowed::Listed) && rule.listed.empty()) {
    reader.error(fields.at("allowed"), "'allowed' says 'list', and there is no 'list' of numbers",
                 "add 'list: [\"+12025550123\"]'");
  }
  if (!rule.listed.empty() && !allows(rule, CallerIdAllowed::Listed)) {
    reader.warn(fields.at("list"), "'list' has no effect: 'allowed' does not say 'list'",
                "write allowed: [owned, verified, list]");
  }
  if (rule.on_fail == CallerIdFailure::Substitute && rule.substitute.empty()) {
    reader.error(fields.at("on_fail"), "'on_fail: substitute' needs the number to show",
                 "add 'substitute: \"+12025550123\"'");
  }
  if (rule.on_fail != CallerIdFailure::Substitute && fields.has("substitute")) {
    reader.warn(fields.at("substitute"), "'substitute' has no effect", "write 'on_fail: substitute'");
  }
}

const Object& caller_id_table() {
  static const Object table =
      Table<CallerId>("caller_id", "Which number a customer may show (R-066 to R-068).")
          .key("sources", &CallerId::sources,
               list(choice<CallerIdSource>({{"from", CallerIdSource::From},
                                            {"rpid", CallerIdSource::RemotePartyId},
                                            {"pai", CallerIdSource::AssertedIdentity}})),
               {"Headers that are asked in this order; the first that yields a number is the caller's: From, "
                "Remote-Party-ID, P-Asserted-Identity.",
                "[from, rpid, pai]"})
          .key("allowed", &CallerId::allowed,
               list(choice<CallerIdAllowed>({{"owned", CallerIdAllowed::Owned},
                                             {"verified", CallerIdAllowed::Verified},
                                             {"list", CallerIdAllowed::Listed},
                                             {"any", CallerIdAllowed::Any}})),
               {"`owned`: `numbers` of the trunk's account. `verified`: its `verified_caller_ids`. `list`: "
                "those "
                "of `list`. `any`: every number, for a customer who is trusted to show the right one.",
                "[owned, verified]"})
          .key("list", &CallerId::listed, list(number()),
               {"Further numbers that the trunk may show.", "[\"+12025550199\"]"})
          .key("on_fail", &CallerId::on_fail,
               choice<CallerIdFailure>({{"private", CallerIdFailure::Private},
                                        {"reject", CallerIdFailure::Reject},
                                        {"substitute", CallerIdFailure::Substitute}}),
               {"Another number, or none: the call goes on without one, is refused with 403, or shows "
                "`substitute`.",
                "reject"})
          .key("substitute", &CallerId::substitute, number(),
               {"The number that is shown instead.", "\"+12025550123\""})
          .finish(check_caller_id)
          .done();
  return table;
}

Value<International> allow_or_block() {
  return choice<International>({{"allow", International::Allow}, {"block", International::Block}});
}

}  // namespace

const Object& termination_table() {
  static const Object table =
      Table<Termination>("termination", "Calls from the customer to the telephone network.")
          .key(
              "domain", &Termination::domains, one_or_list(domain_of(NameKind::Domain)),
              {"The trunk's own SIP domain, or several: the host of the Request-URI tells whose call it is. "
               "Case and port do not matter (R-015). With `domains` at the top level a name without a dot is "
               "a `label`.",
               "acme.sip.example"})
          .alias("domains")
          .key("label", &Termination::labels, one_or_list(domain_of(NameKind::Domain)),
               {"The trunk's name in the patterns of `domains`, or several: `acme`, `berlin.acme` (R-016).",
                "acme"})
          .alias("labels")
          .key("fqdn", &Termination::fqdns, one_or_list(domain_of(NameKind::Fqdn)),
               {"Host names that are not ours, to which the customer's equipment addresses its calls; for "
                "`identify: [fqdn]` (R-040).",
                "acme.customer.example"})
          .alias("fqdns")
          .key("header", &Termination::header, object<HeaderMatch>(header_match_table()),
               {"A header whose value tells whose call it is; for `identify: [header]`.",
                "{name: X-Customer, value: acme-1}"})
          .section(
              "access", access_table(),
              {"Who may send calls through the trunk.", "{any_of: [acme-hq]}", kRequired, OnReload::Applies,
               "without an access group anyone could call through this trunk (an open relay)"})
          .section("challenge", &Termination::challenge, challenge_table(),
                   {"How a caller is asked for credentials.",
                    "{status: 407, realm: host, algorithms: [SHA-256, MD5]}"})
          .key("destination_from", &Termination::destination_from,
               choice<DestinationFrom>({{"request_uri", DestinationFrom::RequestUri},
                                        {"ruri", DestinationFrom::RequestUri},
                                        {"to", DestinationFrom::To}}),
               {"Where the dialled number stands: in the Request-URI (`ruri` for short), or in To (R-065).",
                "request_uri"})
          .key("from_must_match_account", &Termination::from_must_match_account, flag(),
               {"The user of From must be the digest user (R-055).", "false"})
          .section("caller_id", &Termination::caller_id, caller_id_table(),
                   {"Which number the customer may show.",
                    "{sources: [from, rpid, pai], allowed: [owned, verified], on_fail: reject}"})
          .key("international", &Termination::international, allow_or_block(),
               {"Calls between numbers of two countries (R-078). Inside +1 the area code tells the country.",
                "block"})
          .key("unknown_caller", &Termination::unknown_caller, allow_or_block(),
               {"Where `international` is blocked: calls of a caller without a number.", "block"})
          .key(
              "diversion", &Termination::diversion,
              choice<DiversionIn>({{"forward", DiversionIn::Forward}, {"drop", DiversionIn::Drop}}),
              {"Diversion headers of the customer: on to the carrier, or removed. One that names a domain of "
               "ours must name a number of the account (R-075, R-076).",
               "forward"})
          .done();
  return table;
}

}  // namespace tandem::config
