#include "tandem/sdp/session.hpp"

namespace tandem::sdp {
namespace {

/// CR and LF become spaces: no value begins a line of its own.
void append_text(std::string& out, std::string_view text) {
  const std::size_t start = out.size();
  out.append(text);
  for (std::size_t i = start; i < out.size(); ++i)
    if (out[i] == '\r' || out[i] == '\n') out[i] = ' ';
}

void append_line(std::string& out, std::string_view type, std::string_view value) {
  out.append(type);
  append_text(out, value);
  out.append("\r\n");
}

void append_address(std::string& out, std::string_view address) {
  out.append(address.find(':') == std::string_view::npos ? "IN IP4 " : "IN IP6 ");
  append_text(out, address);
  out.append("\r\n");
}

void append_connection(std::string& out, std::string_view address) {
  if (address.empty()) return;
  out.append("c=");
  append_address(out, address);
}

void append_attributes(std::string& out, const std::vector<Attribute>& attributes) {
  for (const Attribute& attribute : attributes) {
    out.append("a=");
    append_text(out, attribute.name);
    if (attribute.value) {
      out.push_back(':');
      append_text(out, *attribute.value);
    }
    out.append("\r\n");
  }
}

void append_media(std::string& out, const Media& media) {
  out.append("m=");
  append_text(out, media.type);
  out.append(" ").append(std::to_string(media.port));
  if (media.port_count != 1) out.append("/").append(std::to_string(media.port_count));
  out.push_back(' ');
  append_text(out, media.protocol);
  for (const std::string& format : media.formats) {
    out.push_back(' ');
    append_text(out, format);
  }
  out.append("\r\n");
  append_connection(out, media.connection);
  for (const std::string& bandwidth : media.bandwidth) append_line(out, "b=", bandwidth);
  append_attributes(out, media.attributes);
}

}  // namespace

std::string print(const Session& session) {
  std::string out;
  out.reserve(160 + 40 * session.attributes.size() + 400 * session.media.size());
  out.append("v=0\r\no=");
  append_text(out, session.origin.username);
  out.append(" ").append(std::to_string(session.origin.session_id));
  out.append(" ").append(std::to_string(session.origin.version)).append(" ");
  append_address(out, session.origin.address);
  append_line(out, "s=", session.name);
  append_connection(out, session.connection);
  for (const std::string& bandwidth : session.bandwidth) append_line(out, "b=", bandwidth);
  append_line(out, "t=", session.timing);
  append_attributes(out, session.attributes);
  for (const Media& media : session.media) append_media(out, media);
  return out;
}

}  // namespace tandem::sdp
