// Vendor profiles: presets that are read before a trunk's own keys, and the sections of the two providers.
#pragma once

#include "reader.hpp"
#include "tandem/config/config.hpp"

namespace tandem::config {

struct ProfileText {
  Profile profile;
  std::string_view about;    ///< whose service it is like
  std::string_view presets;  ///< keys of a trunk, in YAML
};
/// One a profile, in the order of the reference page.
const std::vector<ProfileText>& profile_texts();

/// A trunk with nothing but the presets of `profile` in it.
const Trunk& presets_of(Profile profile);

/// A row of the table of Genesys Cloud regions.
struct GenesysRegion {
  std::string_view region;
  std::string_view domain;
};
const std::vector<GenesysRegion>& genesys_regions();

/// What `freshworks:` and `genesys:` of a trunk say.
struct FreshworksSettings {
  std::string account_sid;
  std::vector<std::string> destination_hosts;
  std::vector<Cidr> sources;
};
struct GenesysSettings {
  std::string region;
  std::string termination_identifier;
  std::string termination_fqdn;
  std::vector<Cidr> sources;
};
const Object& freshworks_table();
const Object& genesys_table();

/// Before the keys of a trunk are read: the presets of its profile.
void prepare_profile(Reader& reader, const Fields& fields, Trunk& trunk);
/// After they are read: what the provider's section says becomes targets, identity and access; keys that have
/// no place in the profile are errors.
void finish_profile(Reader& reader, const Fields& fields, Trunk& trunk);
/// True where the profile itself gives the trunk its termination and targets.
bool is_provider(Profile profile);

}  // namespace tandem::config
