// Secrets and their substitutes. Nothing here puts a value into a message.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "suggest.hpp"
#include "tandem/base/unique_fd.hpp"
#include "values.hpp"

namespace tandem::config {
namespace {

constexpr std::size_t kMaxSecret = 4096;

// What show() prints in place of a secret. It does not load: "***" would be a password that works.
constexpr std::string_view kWithheld = "withheld";

struct SecretFile {
  std::string text;
  std::string error;  ///< empty: read
};

SecretFile read_secret_file(const std::string& path) {
  // O_NONBLOCK: a FIFO without a writer must not hang the load; it is refused below as no regular file.
  const auto fd = UniqueFd::adopt(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return {{}, std::strerror(errno)};
  struct stat status {};
  if (::fstat(fd.borrow(), &status) != 0) return {{}, std::strerror(errno)};
  if (!S_ISREG(status.st_mode)) return {{}, "not a regular file"};
  if ((status.st_mode & S_IROTH) != 0) return {{}, "every user of this machine can read it; chmod o-r"};
  std::string text(kMaxSecret + 1, '\0');
  std::size_t length = 0;
  while (length < text.size()) {
    const auto got = ::read(fd.borrow(), text.data() + length, text.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return {{}, std::strerror(errno)};
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  if (length > kMaxSecret) return {{}, "longer than " + std::to_string(kMaxSecret) + " octets"};
  text.resize(length);
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  if (text.empty()) return {{}, "empty"};
  return {text, {}};
}

std::optional<Secret> checked(Reader& reader, Position at, const std::string& what, SecretFile file) {
  if (!file.error.empty()) {
    reader.error(at, "cannot take the secret from " + what + ": " + file.error);
    return std::nullopt;
  }
  if (std::any_of(file.text.begin(), file.text.end(),
                  [](char c) { return c == '\n' || c == '\r' || c == '\0'; })) {
    reader.error(at, "the secret from " + what + " has more than one line");
    return std::nullopt;
  }
  return Secret(std::move(file.text));
}

std::optional<Secret> from_file(Reader& reader, const Node& value) {
  std::filesystem::path path(value.text);
  if (path.is_relative()) path = std::filesystem::path(reader.document().file).parent_path() / path;
  return checked(reader, value.at, "file '" + path.string() + "'", read_secret_file(path.string()));
}

std::optional<Secret> from_environment(Reader& reader, const Node& value) {
  const char* text = std::getenv(value.text.c_str());
  SecretFile read{text == nullptr ? "" : text, {}};
  if (text == nullptr) read.error = "it is not set";
  if (text != nullptr && *text == '\0') read.error = "empty";
  return checked(reader, value.at, "environment variable '" + value.text + "'", std::move(read));
}

std::optional<Secret> from_credential(Reader& reader, const Node& value) {
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  const auto what = "credential '" + value.text + "'";
  if (value.text.find('/') != std::string::npos || value.text.starts_with('.')) {
    reader.error(value.at, what + " is no name of a systemd credential");
    return std::nullopt;
  }
  if (folder == nullptr || *folder == '\0') {
    reader.error(value.at, "cannot take the secret from " + what + ": CREDENTIALS_DIRECTORY is not set",
                 "add LoadCredential=" + value.text + ":/path to the systemd unit");
    return std::nullopt;
  }
  return checked(reader, value.at, what,
                 read_secret_file((std::filesystem::path(folder) / value.text).string()));
}

std::optional<Secret> from_reference(Reader& reader, const Node& map) {
  constexpr std::string_view kForms = "write {file: path}, {env: NAME} or {credential: name}";
  const auto fields = reader.fields_of(map, map.at).fields;
  if (fields.size() != 1) {
    reader.error(map.at, "a secret comes from one place, here are " + std::to_string(fields.size()),
                 std::string(kForms));
    return std::nullopt;
  }
  const auto& [key, value] = fields.front();
  if (key->text == kWithheld) {
    reader.error(key->at, "a secret that `config show` withheld", std::string(kForms));
    return std::nullopt;
  }
  using From = std::optional<Secret> (*)(Reader&, const Node&);
  constexpr std::array<std::pair<std::string_view, From>, 3> kSources{
      {{"file", from_file}, {"env", from_environment}, {"credential", from_credential}}};
  for (const auto& [name, read] : kSources) {
    if (key->text != name) continue;
    if (!read_text(reader, Place{value, key->at}, "where the secret is")) return std::nullopt;
    return read(reader, *value);
  }
  reader.error(key->at, "unknown key '" + printable(key->text, 60) + "'", std::string(kForms));
  return std::nullopt;
}

struct HashName {
  DigestAlgorithm algorithm;
  std::string_view name;
  std::size_t digits;
};
constexpr std::array<HashName, 3> kHashes{{{DigestAlgorithm::Md5, "MD5", 32},
                                           {DigestAlgorithm::Sha256, "SHA-256", 64},
                                           {DigestAlgorithm::Sha512_256, "SHA-512-256", 64}}};

void read_hash(Reader& reader, const Fields::Field& field, std::map<DigestAlgorithm, std::string>& out) {
  const auto algorithm = parse_digest_algorithm(field.key->text);
  if (!algorithm) {
    std::string cure = "write MD5, SHA-256 or SHA-512-256";
    for (const auto& hash : kHashes) {
      if (is_close(to_lower(field.key->text), to_lower(hash.name))) cure = did_you_mean(hash.name);
    }
    reader.error(field.key->at, "unknown digest algorithm '" + printable(field.key->text, 40) + "'", cure);
    return;
  }
  if (!field.value->is_scalar()) {
    const auto at = field.value->kind == Node::Kind::Null ? field.key->at : field.value->at;
    reader.error(at, expected_but_got("a hash", *field.value));
    return;
  }
  const auto& hash =
      *std::find_if(kHashes.begin(), kHashes.end(), [&](const auto& h) { return h.algorithm == *algorithm; });
  const auto text = to_lower(field.value->text);
  if (text == "***") {
    reader.error(field.value->at, "a hash that `config show` withheld", "write the hash itself");
    return;
  }
  if (text.size() != hash.digits || text.find_first_not_of("0123456789abcdef") != std::string::npos) {
    reader.error(field.value->at, "the " + std::string(hash.name) + " of user:realm:password has " +
                                      std::to_string(hash.digits) + " hexadecimal digits, this has " +
                                      std::to_string(text.size()) + " characters" +
                                      (text.size() == hash.digits ? ", not all of them such digits" : ""));
    return;
  }
  if (!out.emplace(*algorithm, text).second) {
    reader.error(field.key->at, "a second hash for " + std::string(hash.name));
  }
}

}  // namespace

std::string_view to_string(DigestAlgorithm algorithm) {
  for (const auto& hash : kHashes) {
    if (hash.algorithm == algorithm) return hash.name;
  }
  return "MD5";
}

std::optional<DigestAlgorithm> parse_digest_algorithm(std::string_view text) {
  for (const auto& hash : kHashes) {
    if (iequals(hash.name, text)) return hash.algorithm;
  }
  return std::nullopt;
}

Value<Secret> secret() {
  Form form;
  form.shape = Shape::Secret;
  form.words = "secret";
  return {form,
          [](Reader& reader, const Place& place) -> std::optional<Secret> {
            const auto& node = *place.node;
            if (node.kind == Node::Kind::Map) return from_reference(reader, node);
            if (!read_text(reader, place, "a secret")) return std::nullopt;
            reader.advise(
                node.at, "a password in clear text",
                "keep it out of this file: {file: path}, {env: NAME} or {credential: name}, or 'ha1' hashes");
            return Secret(node.text);
          },
          {},
          std::equal_to<>(),
          [](const Secret& hidden) -> std::optional<Written> {
            if (hidden.empty()) return std::nullopt;
            auto map = Written::map();
            map.add(kWithheld, quoted("***"));
            return map;
          }};
}

Value<std::map<DigestAlgorithm, std::string>> ha1_hashes() {
  Form form;
  form.shape = Shape::Hashes;
  form.words = "hashes by algorithm";
  return {form,
          [](Reader& reader, const Place& place) -> std::optional<std::map<DigestAlgorithm, std::string>> {
            const auto& node = *place.node;
            if (node.kind != Node::Kind::Map) {
              reader.error(node.kind == Node::Kind::Null ? place.where : node.at,
                           expected_but_got("hashes by algorithm", node),
                           "write {MD5: \"…\", SHA-256: \"…\"}");
              return std::nullopt;
            }
            std::map<DigestAlgorithm, std::string> out;
            for (const auto& field : reader.fields_of(node, place.where).fields)
              read_hash(reader, field, out);
            return out;
          },
          {},
          std::equal_to<>(),
          [](const std::map<DigestAlgorithm, std::string>& hashes) -> std::optional<Written> {
            if (hashes.empty()) return std::nullopt;
            auto map = Written::map();
            for (const auto& [algorithm, hash] : hashes)
              map.add(to_string(algorithm), quoted("***"));
            return map;
          }};
}

}  // namespace tandem::config
