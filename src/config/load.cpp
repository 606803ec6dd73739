// From a path to a snapshot: which files are read, joined and checked.
#include "tandem/config/load.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <system_error>
#include <utility>

#include "cross_check.hpp"
#include "number_file.hpp"
#include "reader.hpp"
#include "settle.hpp"
#include "yaml_tree.hpp"

namespace tandem::config {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFiles = 100'000;
constexpr int kMaxFolderDepth = 8;

/// The text of a file, or a finding. Larger files than we accept are cut one octet past the limit.
std::optional<std::string> read_file(const std::string& path, Findings& findings,
                                     std::size_t most = kMaxFileOctets) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) {
    findings.error({path, 0, 0},
                   "cannot be read: " + (error ? error.message() : std::string("not a regular file")));
    return std::nullopt;
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    findings.error({path, 0, 0}, std::string("cannot be read: ") + std::strerror(errno));
    return std::nullopt;
  }
  std::string text(most + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (file.bad()) {
    findings.error({path, 0, 0}, "cannot be read to its end");
    return std::nullopt;
  }
  return text;
}

/// The *.yaml files below a folder: tandem.yaml first, the rest by name. Hidden files are editors' business.
std::vector<std::string> files_of(const fs::path& folder, Findings& findings) {
  std::vector<std::string> files;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const auto& path = entry->path();
    std::error_code ignored;
    if (path.filename().string().starts_with('.')) {
      entry.disable_recursion_pending();
    } else if (entry->is_directory(ignored)) {
      if (entry.depth() >= kMaxFolderDepth) entry.disable_recursion_pending();
    } else if (path.extension() == ".yaml") {
      files.push_back(path.string());
    } else if (path.extension() == ".yml") {
      findings.warn({path.string(), 0, 0}, "not read: only files whose name ends in .yaml are", "rename it");
    }
    if (files.size() > kMaxFiles) break;
  }
  if (error) findings.error({folder.string(), 0, 0}, "cannot be read: " + error.message());
  if (files.size() > kMaxFiles)
    findings.error({folder.string(), 0, 0}, "more than " + std::to_string(kMaxFiles) + " files");
  const auto main = (folder / "tandem.yaml").string();
  std::sort(files.begin(), files.end(), [&](const std::string& a, const std::string& b) {
    return (a != main) != (b != main) ? a == main : a < b;
  });
  if (files.empty() && !findings.has_errors())
    findings.error({folder.string(), 0, 0}, "no *.yaml files in this folder");
  return files;
}

/// Collects the files one by one; finish() judges the whole.
class Loading {
 public:
  void add(const std::string& name, std::string text) {
    config_->files.push_back(name);
    auto document = parse_yaml(name, std::move(text), reading_.findings);
    if (!document.is_valid) {
      is_complete_ = false;
    } else if (document.root != nullptr && document.root->kind != Node::Kind::Null) {
      Reader reader(document, reading_);
      if (document.root->kind == Node::Kind::Map) note_keys(reader.fields_of(*document.root, {1, 1}));
      reader.read(Place{document.root, {1, 1}}, root_table(), config_.get());
    }
    sources_.insert_or_assign(name, std::move(document.source));
    for (const auto& [path, mark] : std::exchange(reading_.number_files, {})) add_numbers(path, mark);
  }
  /// A text in memory that number_files may name.
  void offer(const std::string& name, std::string text) { offered_.insert_or_assign(name, std::move(text)); }
  void add_file(const std::string& path) {
    if (auto text = read_file(path, reading_.findings)) {
      add(path, std::move(*text));
    } else {
      is_complete_ = false;
    }
  }
  Findings& findings() { return reading_.findings; }

  Loaded finish() {
    // What an unreadable file would have defined cannot be called missing.
    if (is_complete_) {
      reading_.names.check_references(reading_.findings);
      check_present();
      for (auto& group : reading_.groups) config_->access_groups.push_back(std::move(group));
      settle(*config_);
      check_across(*config_, reading_);
    }
    Loaded loaded;
    if (!reading_.findings.has_errors()) loaded.config = config_;
    loaded.findings = reading_.findings.take();
    for (auto& finding : loaded.findings) {
      const auto source = sources_.find(finding.mark.file);
      if (source != sources_.end()) finding.excerpt = source->second.excerpt(finding.mark.line);
    }
    return loaded;
  }

 private:
  void add_numbers(const std::string& written, const Mark& mark) {
    fs::path path(written);
    if (path.is_relative()) path = fs::path(mark.file).parent_path() / path;
    const auto name = path.lexically_normal().string();
    if (!number_files_.insert(name).second) {
      reading_.findings.error(mark, "number file '" + name + "' is read already");
      return;
    }
    auto text = number_text(name);
    if (!text) {
      reading_.findings.error(mark, "number file '" + name + "' cannot be read",
                              "its path begins at the folder of this file");
      is_complete_ = false;
      return;
    }
    config_->files.push_back(name);
    if (text->size() > kMaxCsvOctets) {
      reading_.findings.error({name, 0, 0},
                              "the file is larger than " + std::to_string(kMaxCsvOctets >> 20U) + " MB",
                              "split the file");
      is_complete_ = false;
      return;
    }
    Document document(name, std::move(*text));
    if (!read_number_file(document, reading_, config_->numbers)) is_complete_ = false;
    sources_.insert_or_assign(name, std::move(document.source));
  }
  std::optional<std::string> number_text(const std::string& name) {
    if (const auto found = offered_.find(name); found != offered_.end()) return found->second;
    Findings ignored;  // the finding stands where the file is named
    return read_file(name, ignored, kMaxCsvOctets);
  }
  void note_keys(const Fields& fields) {
    for (const auto& field : fields.fields) seen_.insert(field.key->text);
  }
  void check_present() {
    if (config_->files.empty()) return;
    const Mark start{config_->files.front(), 1, 1};
    if (seen_.count("listeners") == 0) {
      reading_.findings.error(
          start, "missing key 'listeners': nobody could reach this node",
          "for example 'listeners: [{name: udp, transport: udp, address: \"192.0.2.10:5060\"}]'");
    }
    if (seen_.count("media") == 0) {
      reading_.findings.error(start, "missing key 'media': calls would have no sound",
                              "for example 'media: {address: 192.0.2.10}'");
    }
  }

  std::shared_ptr<Config> config_ = std::make_shared<Config>();
  Reading reading_;
  std::set<std::string> seen_;  ///< top-level keys
  std::unordered_map<std::string, Source> sources_;
  std::unordered_map<std::string, std::string> offered_;
  std::set<std::string> number_files_;
  bool is_complete_ = true;
};

Loaded without_exception(Loaded (*run)(const void*), const void* argument, const std::string& where) {
  try {
    return run(argument);
  } catch (const std::exception& error) {
    Findings findings;
    findings.error({where, 0, 0}, std::string("cannot be loaded: ") + error.what());
    return {nullptr, findings.take()};
  }
}

}  // namespace

Loaded load(const std::string& path) {
  return without_exception(
      [](const void* argument) {
        const auto& from = *static_cast<const std::string*>(argument);
        Loading loading;
        std::error_code error;
        if (fs::is_directory(from, error)) {
          for (const auto& file : files_of(fs::path(from), loading.findings())) loading.add_file(file);
        } else {
          loading.add_file(from);
        }
        return loading.finish();
      },
      &path, path);
}

Loaded load_texts(const std::vector<Text>& texts) {
  return without_exception(
      [](const void* argument) {
        Loading loading;
        const auto& given = *static_cast<const std::vector<Text>*>(argument);
        const auto is_csv = [](const Text& text) { return text.name.ends_with(".csv"); };
        for (const auto& text : given) {
          if (is_csv(text)) loading.offer(text.name, text.text);
        }
        for (const auto& text : given) {
          if (!is_csv(text)) loading.add(text.name, text.text);
        }
        return loading.finish();
      },
      &texts, texts.empty() ? std::string() : texts.front().name);
}

void add_excerpts(std::vector<Finding>& findings) {
  std::unordered_map<std::string, Source> sources;
  for (auto& finding : findings) {
    if (!finding.excerpt.empty() || finding.mark.line <= 0) continue;
    auto found = sources.find(finding.mark.file);
    if (found == sources.end()) {
      Findings ignored;  // a file that has gone since shows no line
      found = sources.emplace(finding.mark.file, Source(read_file(finding.mark.file, ignored).value_or("")))
                  .first;
    }
    finding.excerpt = found->second.excerpt(finding.mark.line);
  }
  sort(findings);
}

Loaded load_text(const std::string& name, const std::string& text) { return load_texts({{name, text}}); }

}  // namespace tandem::config
