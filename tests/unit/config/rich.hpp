// A configuration with nearly every key in it, for tests of what is written back and of what is broken.
#pragma once

#include "unit/config/loading.hpp"

namespace tandem::config {

/// Without secrets, so that what show() prints loads as it is.
inline std::vector<Text> rich_texts() {
  return {{"etc/tandem.yaml", R"(node: {name: fra-1}
listeners:
  - {name: udp, transport: udp, address: "192.0.2.10:5060", edge: eu1, serves: [static]}
  - {name: tcp, transport: tcp, address: "[2001:db8::10]:5060", advertise: "2001:db8::11", unknown_source: reject}
media: {address: 192.0.2.10, address_v6: "2001:db8::10", ports: 20000-30001, workers: 2, realtime: false, bandwidth: 100Mbps, silence_timeout: 0s}
cdr: {path: /var/log/tandem/cdr.jsonl}
log: {level: "off", format: json, file: "it's a \"name\" \\ here"}
admin: {socket: /run/x.sock}
limits: {max_calls: 9, no_response_timeout: 250ms, ring_timeout: 30s, max_duration: 2h, drain_timeout: 0s, nonce_lifetime: 1m, source_cps: 50}
dns: {servers: [192.0.2.53, "[2001:db8::53]:5353"], timeout: 2s, longest_ttl: 10m, negative_ttl: 0s}
routing: {carriers: least_cost}
edges: [{name: Frankfurt, aliases: [eu1, eu-central-1]}, {name: dublin}]
domains:
  - {plain: "{trunk}.pstn.example.com", localized: "{trunk}.pstn.{edge}.example.com"}
  - {localized: "{edge}.sip.example.com", naming: strict_alnum}
nodes: [{name: fra-1, edge: eu1, addresses: [192.0.2.10, "2001:db8::10"]}, {name: fra-2, edge: frankfurt, addresses: [192.0.2.11], drained: true}]
)"},
          {"etc/trunks.yaml", R"(accounts:
  - {id: acme, restrict_destinations: verified, default_number: "+12025550123", limits: {channels: 100, cps: 10, burst: 20, status: 486}}
  - id: "yes"
access_groups:
  hq: {ips: [198.51.100.0/24, "2001:db8:1::/48"]}
  "12": {ips: [203.0.113.7]}
trunks:
  - name: "Acme: Main # 1"
    account: acme
    type: static
    location: eu1
    nodes: {primary: fra-1, secondary: fra-2}
    created: 2026-11-26
    limits: {channels: 30, cps: 5, status: 403}
    identify: [source_ip, header, fqdn, domain]
    general:
      trust: trusted
      identity: remote_party_id
      pai_in_ack: true
      max_forwards_missing: accept
      stop_codes: [404, 6xx, 400]
      codecs: [pcma, opus]
      symmetric_rtp: true
      max_duration: 4h
      ring_timeout: 90s
      no_response_timeout: 2s
      reliable: required
      early_media: ringback
      session_timer: {support: "off", expires: 10m, min: 2m, refreshed_by: peer, method: update}
      transfer: {mode: all, caller_id: from_transferor, guard: 3s}
      media_timeout: 90s
      number_format: {in: us_domestic, out: national, on_invalid: {status: 484}, unwritable: reject}
    termination:
      domains: [acme, acme.sip.example.net]
      labels: [berlin.acme]
      fqdns: [pbx.acme.example]
      header: {name: X-Customer, value: "acme 1"}
      access: {any_of: [hq, "12"]}
      challenge: {status: 401, realm: "null", algorithms: [MD5]}
      destination_from: to
      from_must_match_account: true
      caller_id: {sources: [pai, from], allowed: [owned, list], list: ["+1-202-555-0199"], on_fail: substitute, substitute: "+12025550123"}
      international: block
      unknown_caller: allow
      diversion: drop
    origination:
      policy: round_robin
      targets:
        - {uri: "sip:{number}@sbc.acme.example;edge=eu1?X-Site=1%26a&x-y=", priority: 0, weight: 65535}
        - {uri: "sip:anniebp@[2001:db8::9]:5070;transport=tcp;foo", name: backup, enabled: false}
        - {uri: "sip:203.0.113.9;transport=udp"}
      redirect: {follow: false, pstn: true}
      diversion: never
      diversion_domain: sip.example.net
      history_info: true
      headers: {Site: "1", X-Flag: "yes"}
      pass_headers: [X-Reason]
      disaster_recovery: {fallback_number: "+12025550199"}
  - {name: bare, enabled: false, allow_private: true}
  - name: tw
    account: acme
    profile: twilio
    termination: {label: tw, access: {any_of: [hq]}, caller_id: {on_fail: private}}
    origination: {targets: [{uri: "sip:203.0.113.10"}]}
  - name: fw
    profile: freshworks
    account: acme
    international: block
    freshworks: {account_sid: AC1, destination_hosts: [fw.example, 203.0.113.11], sources: [203.0.113.64/26]}
  - name: gen
    profile: genesys_purecloud
    genesys: {region: eu-central-1, termination_identifier: Acme, termination_fqdn: byoc.acme.example, sources: [203.0.113.128/26]}
carriers:
  - name: north
    location: dublin
    limits: {channels: 200}
    general: {reliable: off, early_media: ignore, session_timer: {refreshed_by: us, method: invite}, transfer: {guard: 1s}}
    diversion: drop
    policy: failover
    prefixes: ["1", {prefix: "44", priority: 0, weight: 7, cost: 0.012}, {prefix: "49", cost: 3}, ""]
    sources: [203.0.113.20]
    targets: [{uri: "sip:203.0.113.20"}, {uri: "sip:{number}@203.0.113.21"}]
)"},
          {"etc/numbers.yaml", R"(numbers:
  - {number: "+12025550123", trunk: "Acme: Main # 1", cnam: "Acme, Inc.", tags: [sales, "7"], state: reserved, monthly_charge: 1.15}
  - {number: "+12025550124", route: hunt}
  - {number: "+12025550125", account: acme}
number_files: [numbers.csv]
verified_caller_ids: [{number: "+12025550199", account: acme, verified_at: 2026-11-26, method: call-back}]
routes:
  - {name: hunt, account: acme, entries: [{trunk: "Acme: Main # 1"}, {trunk: tw}, {number: "+12025550199"}]}
limit_groups: [{name: sites, trunks: ["Acme: Main # 1", tw]}]
)"},
          {"etc/numbers.csv",
           "number,trunk,tags,monthly_charge,cnam\r\n"
           "+12025550130,tw,sales;support,2.50 EUR,\"Acme, \"\"The\"\" Corp\"\r\n"
           "+12025550131,,,,\r\n"}};
}

}  // namespace tandem::config
