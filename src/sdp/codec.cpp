#include "sdp/codec.hpp"

#include <algorithm>
#include <array>

#include "tandem/base/text.hpp"

namespace tandem::sdp {
namespace {

struct StaticPayloadType {
  std::uint8_t payload_type;
  std::string_view name;
  std::uint32_t clock_rate;
  std::uint8_t channels;
};

/// Audio payload types of RFC 3551 §6, table 4. G722 says 8000 though it samples at 16000 (§4.5.2).
constexpr std::array<StaticPayloadType, 17> kStaticPayloadTypes{{
    {0, "PCMU", 8000, 1},
    {3, "GSM", 8000, 1},
    {4, "G723", 8000, 1},
    {5, "DVI4", 8000, 1},
    {6, "DVI4", 16000, 1},
    {7, "LPC", 8000, 1},
    {8, "PCMA", 8000, 1},
    {9, "G722", 8000, 1},
    {10, "L16", 44100, 2},
    {11, "L16", 44100, 1},
    {12, "QCELP", 8000, 1},
    {13, "CN", 8000, 1},
    {14, "MPA", 90000, 1},
    {15, "G728", 8000, 1},
    {16, "DVI4", 11025, 1},
    {17, "DVI4", 22050, 1},
    {18, "G729", 8000, 1},
}};

/// What a=rtpmap and a=fmtp say of each payload type, read in one pass: the first of each counts.
class Descriptions {
 public:
  struct Texts {
    std::string_view rtpmap;
    std::string_view fmtp;
  };

  explicit Descriptions(const Media& media) {
    described_.reserve(media.formats.size());
    for (const Attribute& attribute : media.attributes) {
      const bool is_map = attribute.name == "rtpmap";
      if ((!is_map && attribute.name != "fmtp") || !attribute.value) continue;
      const std::string_view value = trim(*attribute.value);
      const std::size_t space = std::min(value.find(' '), value.size());
      const auto payload_type = parse_decimal(value.substr(0, space), place_.size() - 1);
      if (!payload_type) continue;
      Texts& texts = make_room(static_cast<std::size_t>(*payload_type));
      std::string_view& text = is_map ? texts.rtpmap : texts.fmtp;
      if (text.empty()) text = trim(value.substr(space));
    }
  }

  Texts of(std::uint8_t payload_type) const {
    const std::uint8_t place = place_[payload_type];
    return place == 0 ? Texts{} : described_[place - 1U];
  }

 private:
  Texts& make_room(std::size_t payload_type) {
    std::uint8_t& place = place_[payload_type];
    if (place == 0) {
      described_.emplace_back();
      place = static_cast<std::uint8_t>(described_.size());
    }
    return described_[place - 1U];
  }

  std::array<std::uint8_t, 128> place_{};  ///< in described_, from 1; 0: not described
  std::vector<Texts> described_;
};

/// `opus/48000/2`
std::optional<Codec> read_rtpmap(std::uint8_t payload_type, std::string_view text) {
  const std::size_t rate_at = text.find('/');
  if (rate_at == std::string_view::npos) return std::nullopt;
  const std::string_view name = text.substr(0, rate_at);
  text.remove_prefix(rate_at + 1);
  const std::size_t channels_at = text.find('/');
  const auto clock_rate = parse_decimal(text.substr(0, channels_at), 1'000'000);
  const auto channels = channels_at == std::string_view::npos ? std::optional<std::uint64_t>(1)
                                                              : parse_decimal(text.substr(channels_at + 1), 255);
  if (name.empty() || name.find(' ') != std::string_view::npos) return std::nullopt;
  if (!clock_rate || *clock_rate == 0 || !channels || *channels == 0) return std::nullopt;
  return Codec{payload_type,
               std::string(name),
               static_cast<std::uint32_t>(*clock_rate),
               static_cast<std::uint8_t>(*channels),
               {}};
}

std::optional<Codec> read_codec(const Descriptions& descriptions, std::uint8_t payload_type) {
  const Descriptions::Texts texts = descriptions.of(payload_type);
  std::optional<Codec> codec = read_rtpmap(payload_type, texts.rtpmap);
  for (const StaticPayloadType& known : kStaticPayloadTypes) {
    if (codec) break;
    if (known.payload_type == payload_type)
      codec = Codec{payload_type, std::string(known.name), known.clock_rate, known.channels, {}};
  }
  if (codec) codec->fmtp = texts.fmtp;
  return codec;
}

}  // namespace

bool Codec::same_encoding(const Codec& other) const {
  return clock_rate == other.clock_rate && channels == other.channels && iequals(name, other.name);
}

bool Codec::is_telephone_event() const { return iequals(name, "telephone-event"); }

bool carries_audio(const Codec& codec) { return !codec.is_telephone_event() && !iequals(codec.name, "CN"); }

std::vector<Codec> codecs_of(const Media& media) {
  const Descriptions descriptions(media);
  std::vector<Codec> codecs;
  codecs.reserve(media.formats.size());
  for (const std::string& format : media.formats) {
    const auto number = parse_decimal(format, 127);
    if (!number) continue;
    const auto payload_type = static_cast<std::uint8_t>(*number);
    const bool repeated = std::any_of(codecs.begin(), codecs.end(),
                                      [&](const Codec& seen) { return seen.payload_type == payload_type; });
    if (repeated) continue;
    if (auto codec = read_codec(descriptions, payload_type)) codecs.push_back(std::move(*codec));
  }
  return codecs;
}

std::vector<std::pair<std::size_t, std::size_t>> match_codecs(const std::vector<Codec>& left,
                                                              const std::vector<Codec>& right) {
  // One encoding may be offered twice with different parameters (AMR with and without octet-align): the
  // likest pair first. RFC 3264 §6.1 wants the same number for the same thing, so an equal number says more
  // than an equal fmtp.
  enum class Likeness : std::uint8_t { Number, Parameters, Encoding };
  constexpr std::size_t kNone = SIZE_MAX;
  std::vector<std::size_t> partner(left.size(), kNone);
  std::vector<bool> taken(right.size(), false);
  for (const Likeness wanted : {Likeness::Number, Likeness::Parameters, Likeness::Encoding}) {
    for (std::size_t i = 0; i < left.size(); ++i) {
      for (std::size_t j = 0; j < right.size() && partner[i] == kNone; ++j) {
        if (taken[j] || !left[i].same_encoding(right[j])) continue;
        if (wanted == Likeness::Number && left[i].payload_type != right[j].payload_type) continue;
        if (wanted == Likeness::Parameters && left[i].fmtp != right[j].fmtp) continue;
        partner[i] = j;
        taken[j] = true;
      }
    }
  }
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t i = 0; i < left.size(); ++i)
    if (partner[i] != kNone) pairs.emplace_back(i, partner[i]);
  return pairs;
}

}  // namespace tandem::sdp
