#include "sip/convert.hpp"

#include <algorithm>
#include <cstring>

#include "tandem/base/text.hpp"
#include "tandem/call/body.hpp"

namespace tandem::sip {

namespace {

/// The text of one header as it stood in the message; the library keeps it, but for headers that it changed itself.
/// A second value of a comma-joined header has no text of its own: the first holds it all.
std::string_view raw_text(const sip_header_t* header) {
  return {static_cast<const char*>(header->sh_data), header->sh_len};
}

/// Removes line folding: CRLF and the white space around it become one space (RFC 3261 §7.3.1).
std::string unfold(std::string_view value) {
  value = trim(value);
  if (value.find('\r') == std::string_view::npos && value.find('\n') == std::string_view::npos) return std::string(value);
  std::string flat;
  flat.reserve(value.size());
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\r' && value[i] != '\n') {
      flat.push_back(value[i]);
      continue;
    }
    while (!flat.empty() && (flat.back() == ' ' || flat.back() == '\t')) flat.pop_back();
    flat.push_back(' ');
    while (i + 1 < value.size() && std::strchr("\r\n\t ", value[i + 1])) ++i;
  }
  return flat;
}

void add_line(message::Headers& headers, std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  headers.add(std::string(trim(line.substr(0, colon))), unfold(line.substr(colon + 1)));
}

/// Prints a header that the library has changed (the topmost Via gets received and rport).
void add_printed(message::Headers& headers, const sip_header_t* header) {
  char room[1024];
  const issize_t length = sip_header_e(room, sizeof room, header, 0);
  if (length > 0 && static_cast<std::size_t>(length) < sizeof room) {
    add_line(headers, {room, static_cast<std::size_t>(length)});
    return;
  }
  if (length <= 0) return;
  std::string large(static_cast<std::size_t>(length) + 1, '\0');
  if (sip_header_e(large.data(), static_cast<isize_t>(large.size()), header, 0) == length) {
    large.resize(static_cast<std::size_t>(length));
    add_line(headers, large);
  }
}

bool is_header(const sip_header_t* header) {
  const msg_hclass_t* kind = header->sh_class;
  return kind != sip_request_class && kind != sip_status_class && kind != sip_separator_class &&
         kind != sip_payload_class;
}

std::string_view request_uri_text(const sip_t& sip) {
  std::string_view line = raw_text(reinterpret_cast<const sip_header_t*>(sip.sip_request));
  const std::size_t first = line.find(' ');
  const std::size_t last = first == std::string_view::npos ? first : line.find(' ', first + 1);
  return last == std::string_view::npos ? std::string_view{} : line.substr(first + 1, last - first - 1);
}

/// The value of a header alone, without its name.
std::string value_of(const sip_header_t* header) {
  message::Headers one;
  if (header->sh_data && header->sh_len)
    add_line(one, raw_text(header));
  else
    add_printed(one, header);
  return one.rows().empty() ? std::string{} : one.rows().front().value;
}

template <class Header>
const sip_header_t* as_header(const Header* header) {
  return reinterpret_cast<const sip_header_t*>(header);
}

template <class Header>
std::string value_if(const Header* header) {
  return header ? value_of(as_header(header)) : std::string{};
}

/// One text a header line: a line that joins several values by commas is one.
template <class Header>
void add_values(std::vector<std::string>& out, const Header* first) {
  for (const sip_header_t* header = as_header(first); header; header = header->sh_next) {
    if (header->sh_data && header->sh_len == 0) continue;  // joined to the one before
    out.push_back(value_of(header));
  }
}

template <class List>
bool lists(const List* list, std::string_view word) {
  if (!list || !list->k_items) return false;
  for (const msg_param_t* item = list->k_items; *item; ++item)
    if (iequals(*item, word)) return true;
  return false;
}

/// Of Session-Expires and Min-SE, which few messages have: the library reads "90x" as 90, so their text is read once more.
void read_timers(call::Terms& terms, const sip_t& sip) {
  message::Headers rows;
  if (sip.sip_session_expires) rows.add("Session-Expires", value_of(as_header(sip.sip_session_expires)));
  if (sip.sip_min_se) rows.add("Min-SE", value_of(as_header(sip.sip_min_se)));
  const call::Terms read = call::terms_of(rows);
  terms.session_expires = read.session_expires;
  terms.min_se_s = read.min_se_s;
}

void add_challenges(std::vector<std::string>& out, const sip_t& sip) {
  const int status = sip.sip_status->st_status;
  if (status == 401) add_values(out, sip.sip_www_authenticate);
  if (status == 407) add_values(out, sip.sip_proxy_authenticate);
}

std::optional<int> retry_after(const sip_t& sip) {
  if (!sip.sip_retry_after) return std::nullopt;
  return static_cast<int>(std::min(sip.sip_retry_after->af_delta, 86400ul));
}

}  // namespace

Expected<message::Request, message::ParseError> to_request(const sip_t& sip) {
  auto uri = message::parse_uri(request_uri_text(sip));
  if (!uri) return unexpected(std::move(uri.error()));
  message::Request request;
  request.method = sip.sip_request->rq_method_name;
  request.uri = std::move(*uri);
  for (const sip_header_t* h = as_header(sip.sip_request); h; h = as_header(h->sh_succ)) {
    if (!is_header(h)) continue;
    if (!h->sh_data)
      add_printed(request.headers, h);
    else if (h->sh_len != 0)
      add_line(request.headers, raw_text(h));
  }
  if (sip.sip_payload) request.body.assign(sip.sip_payload->pl_data, sip.sip_payload->pl_len);
  return request;
}

call::Body to_body(const sip_t& sip) {
  if (!sip.sip_payload || sip.sip_payload->pl_len == 0) return {};
  const std::string type = value_if(sip.sip_content_type);
  const std::string encoding = value_if(sip.sip_content_encoding);
  const std::string disposition = value_if(sip.sip_content_disposition);
  return call::body_of({type, encoding, disposition}, {sip.sip_payload->pl_data, sip.sip_payload->pl_len});
}

call::Terms to_terms(const sip_t& sip) {
  call::Terms terms;
  terms.requires_100rel = sip_has_feature(sip.sip_require, "100rel") != 0;
  terms.requires_timer = sip_has_feature(sip.sip_require, "timer") != 0;
  terms.supports_100rel = terms.requires_100rel || sip_has_feature(sip.sip_supported, "100rel") != 0;
  terms.supports_timer = terms.requires_timer || sip_has_feature(sip.sip_supported, "timer") != 0;
  terms.allows_update = lists(sip.sip_allow, "UPDATE");
  if (sip.sip_session_expires || sip.sip_min_se) read_timers(terms, sip);
  return terms;
}

const sip_contact_t* target_of(const sip_t& sip) {
  const sip_contact_t* contact = sip.sip_contact;
  const bool is_sip = contact && (contact->m_url->url_type == url_sip || contact->m_url->url_type == url_sips);
  return is_sip && contact->m_url->url_host && *contact->m_url->url_host ? contact : nullptr;
}

std::string first_reason(const sip_t& sip) { return value_if(sip.sip_reason); }

call::Answered to_answered(call::LegId leg, const sip_t& sip) {
  call::Answered answered;
  answered.leg = leg;
  answered.status = sip.sip_status->st_status;
  if (sip.sip_status->st_phrase) answered.phrase = sip.sip_status->st_phrase;
  if (sip.sip_to && sip.sip_to->a_tag) answered.to_tag = sip.sip_to->a_tag;
  answered.body = to_body(sip);
  add_challenges(answered.challenges, sip);
  if (answered.status >= 300 && answered.status < 400) add_values(answered.contacts, sip.sip_contact);
  answered.reason_header = first_reason(sip);
  answered.retry_after_s = retry_after(sip);
  answered.terms = to_terms(sip);
  if (answered.status == 422) answered.min_se_s = answered.terms.min_se_s;
  return answered;
}

call::OfferAnswered to_offer_answered(call::LegId leg, const sip_t& sip) {
  call::OfferAnswered answered;
  answered.leg = leg;
  answered.status = sip.sip_status->st_status;
  if (sip.sip_status->st_phrase) answered.phrase = sip.sip_status->st_phrase;
  answered.body = to_body(sip);
  answered.terms = to_terms(sip);
  add_challenges(answered.challenges, sip);
  answered.retry_after_s = retry_after(sip);
  return answered;
}

call::ReferReceived to_refer(call::LegId leg, call::RequestId request, const sip_t& sip) {
  call::ReferReceived refer{leg, request, {}, {}, {}};
  if (sip.sip_refer_to) refer.refer_to = value_of(as_header(sip.sip_refer_to));
  if (sip.sip_referred_by) refer.referred_by = value_of(as_header(sip.sip_referred_by));
  return refer;
}

call::RequestReceived to_request_received(call::LegId leg, call::RequestId request, const sip_t& sip) {
  call::RequestReceived received{leg, request, sip.sip_request->rq_method_name};
  const sip_payload_t* payload = sip.sip_payload;
  if (!payload || payload->pl_len == 0) return received;
  if (sip.sip_content_type && sip.sip_content_type->c_type) received.content_type = to_lower(sip.sip_content_type->c_type);
  if (const std::string encoding = value_if(sip.sip_content_encoding);
      !encoding.empty() && !iequals(encoding, "identity"))
    received.content_type += ";encoding=" + encoding;  // then it is none of the types that are taken
  else if (sip.sip_request->rq_method == sip_method_info && payload->pl_len <= call::kMaxContent)
    received.content.assign(payload->pl_data, payload->pl_len);
  return received;
}

SocketAddress source_of(const msg_t* msg) {
  sockaddr_storage native{};
  socklen_t length = sizeof native;
  // msg_get_address() takes a mutable message and does not change it.
  if (msg_get_address(const_cast<msg_t*>(msg), reinterpret_cast<su_sockaddr_t*>(&native), &length) < 0) return {};
  return SocketAddress::from_native(native);
}

}  // namespace tandem::sip
