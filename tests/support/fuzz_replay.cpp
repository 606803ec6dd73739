// main() of a fuzz target built without libFuzzer: feeds it each file that its arguments name, directories
// one level deep. Fails when there was none: a corpus that got lost must not look like success.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size);

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> named_files(int argc, char** argv) {
  std::vector<fs::path> files;
  for (int i = 1; i < argc; ++i) {
    const fs::path path = argv[i];
    if (!fs::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    for (const auto& entry : fs::directory_iterator(path))
      if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<fs::path> files = named_files(argc, argv);
  for (const fs::path& file : files) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
      std::fprintf(stderr, "cannot read %s\n", file.c_str());
      return 1;
    }
    // Named before it is run, and flushed, so that after an abort the last line says which file it was.
    std::printf("%s\n", file.filename().c_str());
    std::fflush(stdout);
    std::vector<std::uint8_t> octets{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    octets.shrink_to_fit();  // so that AddressSanitizer sees a read past the end
    LLVMFuzzerTestOneInput(octets.data(), octets.size());
  }
  std::printf("replayed %zu inputs\n", files.size());
  return files.empty() ? 1 : 0;
}
