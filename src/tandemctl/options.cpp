#include "tandemctl/options.hpp"

#include <CLI/CLI.hpp>
#include <sstream>

namespace tandem::tandemctl {
namespace {

/// A verb, and below it how it is typed.
CLI::App* add_verb(CLI::App& parent, Options& options, const std::string& name, const std::string& text,
                   const std::string& examples = {}) {
  CLI::App* added = parent.add_subcommand(name, text);
  const std::string verb = parent.get_parent() == nullptr ? name : parent.get_name() + " " + name;
  added->callback([&options, verb] { options.verb = verb; });
  if (!examples.empty()) added->footer("Examples:\n" + examples);
  return added->fallthrough();
}

/// "config", "trunk", "numbers": nothing without a verb of their own.
CLI::App& add_group(CLI::App& app, const std::string& name, const std::string& text) {
  return *app.add_subcommand(name, text)->fallthrough()->require_subcommand(1);
}

void add_daemon_verbs(CLI::App& app, Options& options) {
  add_verb(app, options, "stats", "counters of the running daemon");
  add_verb(app, options, "calls", "calls that are up now");
  add_verb(app, options, "log", "show the log level, or set it until the next restart",
           "  tandemctl log debug")
      ->add_option("LEVEL", options.argument, "debug, info, warn, error or off");
  add_verb(app, options, "reload", "read the configuration anew: all of it or nothing");
  add_verb(app, options, "drain", "take no new call, and stop when the last one has ended");
}

void add_config_verbs(CLI::App& app, Options& options) {
  add_verb(app, options, "check", "check a configuration without running it",
           "  tandemctl check /etc/tandem\n  tandemctl check --json config")
      ->add_option("PATH", options.argument, std::string("a file or a folder; without it ") + kDefaultConfig);
  CLI::App* diff =
      add_verb(app, options, "diff",
               "what a reload from OLD to NEW would change; status 0: nothing, 1: something, 2: trouble",
               "  tandemctl diff /etc/tandem /root/tandem.new");
  diff->add_option("OLD", options.argument, "a file or a folder")->required();
  diff->add_option("NEW", options.second, "a file or a folder")->required();
  add_verb(app, options, "why", "what a reason code of a log, a record or a Reason header means",
           "  tandemctl why cli_not_owned")
      ->add_option("CODE", options.argument, "for example auth_wrong_password; or a SIP status or Q.850 cause, for the codes that it may stand for")
      ->required();
  add_verb(app, options, "bandwidth",
           "media bandwidth that the configured channels need, at 100 kbit/s a call");
}

void add_trunk_verbs(CLI::App& app, Options& options) {
  CLI::App& trunk = add_group(app, "trunk", "what a customer must know");
  CLI::App* show = add_verb(trunk, options, "show",
                            "addresses, ports, names, users, numbers that a customer configures; no secret",
                            "  tandemctl trunk show acme\n  tandemctl trunk show acme --firewall");
  show->add_option("NAME", options.argument, "a trunk")->required();
  show->add_flag("--firewall", options.firewall,
                 "only what a customer's firewall must let through, for each edge");
  CLI::App& dns = add_group(app, "dns", "the names of the trunks");
  add_verb(dns, options, "export",
           "a zone fragment: A, AAAA, SRV and NAPTR of each trunk's names; drained nodes are left out",
           "  tandemctl dns export --zone sip.example > sip.example.zone")
      ->add_option("--zone", options.zone, "only names in this zone; without it, all");
}

void add_number_verbs(CLI::App& app, Options& options, bool& csv) {
  CLI::App& numbers = add_group(app, "numbers", "the inventory of numbers");
  const auto filtered = [&](CLI::App* verb) {
    verb->add_option("--trunk", options.trunk, "only numbers of this trunk");
    verb->add_flag("--csv", csv, "comma-separated values (RFC 4180)");
    return verb;
  };
  filtered(add_verb(numbers, options, "list", "every number", "  tandemctl numbers list --trunk acme"));
  filtered(add_verb(numbers, options, "export", "every number as CSV",
                    "  tandemctl numbers export --csv > numbers.csv"));
  filtered(add_verb(numbers, options, "search", "numbers that fit a pattern",
                    "  tandemctl numbers search +1415\n  tandemctl numbers search '+1???555*'\n  tandemctl "
                    "numbers search 0123"))
      ->add_option("PATTERN", options.argument,
                   "+1415: begins so; 0123: holds it; with * (any digits) or ? (one): the whole number")
      ->required();
}

void add_explain(CLI::App& app, Options& options) {
  ExplainOptions& asked = options.explain;
  CLI::App* explain = add_verb(
      app, options, "explain",
      "what becomes of an INVITE, step by step; no packet leaves. Status 0: admitted, 1: not, 2: wrong "
      "question",
      "  tandemctl explain call.sip --source 192.0.2.10\n"
      "  tandemctl explain --trunk acme --from +12025550123 --to +442079460000 --source 192.0.2.10 --user "
      "pbx\n"
      "  tandemctl explain --carrier north --from +442079460000 --to +12025550123 --source 192.0.2.20\n"
      "  tandemctl explain call.sip --source 192.0.2.10 --why-not acme");
  auto* file =
      explain->add_option("INVITE", asked.file, "a file with the message as it came, - for standard input");
  auto* trunk = explain->add_option("--trunk", asked.trunk, "an INVITE as a PBX of this trunk would send it");
  auto* carrier = explain->add_option("--carrier", asked.carrier, "an INVITE as this carrier would send it");
  file->excludes(trunk)->excludes(carrier);
  trunk->excludes(carrier);
  explain->add_option("--from", asked.from, "calling number, as the peer writes it")->excludes(file);
  explain->add_option("--to", asked.to, "called number, as the peer writes it")->excludes(file);
  explain->add_option("--source", asked.source, "where it comes from: address or address:port")->required();
  explain->add_option("--transport", asked.transport, "udp, tcp or tls");
  explain->add_option("--listener", asked.listener,
                      "where it comes in; without it, the first of the transport");
  explain->add_option("--user", asked.user, "who answers a challenge, with the right password");
  explain->add_option("--seed", asked.seed, "of the draw among targets of one priority");
  explain
      ->add_option("--why-not", asked.why_not, "also say why it is no call of this trunk; may be given again")
      ->allow_extra_args(false);
}

}  // namespace

Expected<Options, Farewell> parse_options(int argc, const char* const* argv) {
  Options options;
  bool json = false;
  bool csv = false;
  CLI::App app{"Tandem's operator command. Exit status: 0 done, 1 refused or failed, 2 wrong command line.",
               "tandemctl"};
  app.set_version_flag("--version", "tandemctl " TANDEM_VERSION);
  app.add_option("--socket", options.socket,
                 std::string("admin socket of the daemon; without it ") + kDefaultSocket);
  app.add_option("--config", options.config,
                 std::string("a configuration; verbs of the running daemon take the socket's path from it, "
                             "the others without it read ") +
                     kDefaultConfig);
  app.add_flag("--json", json, "print JSON: the daemon's answer as it is, or a verb's result");
  app.require_subcommand(1);
  add_daemon_verbs(app, options);
  add_config_verbs(app, options);
  add_explain(app, options);
  CLI::App& config = add_group(app, "config", "the configuration as it works");
  add_verb(config, options, "show", "every value that holds, defaults and presets filled in; secrets as ***",
           "  tandemctl config show --trunk acme")
      ->add_option("--trunk", options.trunk, "only this trunk");
  add_trunk_verbs(app, options);
  add_number_verbs(app, options, csv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream complaint;
    const int status = app.exit(error, out, complaint);
    return unexpected(status == 0 ? Farewell{0, out.str()} : Farewell{2, complaint.str()});
  }
  if (json) options.output = Output::Json;
  if (csv || (options.verb == "numbers export" && !json)) options.output = Output::Csv;
  return options;
}

}  // namespace tandem::tandemctl
