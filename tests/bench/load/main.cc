// bench-load: the benchmark's own peer. Shares no code or table with pgpacs, so that a mistake of one is not
// hidden by the other's. Figures go to standard output, a line of JSON each.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <exception>

#include "tests/bench/load/find.h"
#include "tests/bench/load/retrieve.h"
#include "tests/bench/load/sink.h"
#include "tests/bench/load/store.h"

namespace {

using namespace pgpacs::bench;

void add_peer(CLI::App& app, Peer& peer) {
  app.add_option("--host", peer.host)->check(CLI::ValidIPV4)->capture_default_str();
  app.add_option("--port", peer.port)->capture_default_str();
  app.add_option("--called", peer.called, "AE title of the peer")->capture_default_str();
  app.add_option("--calling", peer.calling, "AE title of ours")->capture_default_str();
}

void add_store(CLI::App& app, StoreOptions& options, int& status) {
  CLI::App* verb = app.add_subcommand("store", "Send objects by C-STORE");
  add_peer(*verb, options.peer);
  verb->add_option("TEMPLATE", options.templates, "what objects are made of; slices take turns")
      ->required()
      ->check(CLI::ExistingFile);
  verb->add_option("--associations", options.associations)->check(CLI::Range(1, 1000))->capture_default_str();
  verb->add_option("--count", options.count, "objects in all")->capture_default_str();
  verb->add_option("--slices", options.slices, "objects of a series")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  verb->add_option("--series", options.series, "series of a study")
      ->check(CLI::Range(1, 8))
      ->capture_default_str();
  verb->add_option("--first-study", options.first_study, "the same numbers give the same UIDs")
      ->capture_default_str();
  verb->add_option("--seed", options.seed)->capture_default_str();
  verb->callback([&] { status = store(options); });
}

void add_find(CLI::App& app, FindOptions& options) {
  CLI::App* verb = app.add_subcommand("find", "Ask by C-FIND at study level, on one association");
  add_peer(*verb, options.peer);
  verb->add_option("QUERIES", options.queries, "a query a line: its group, then GGGGEEEE=value, tabs between")
      ->required()
      ->check(CLI::ExistingFile);
  verb->add_option("--seconds", options.seconds, "for a group of queries; the first is always asked")
      ->capture_default_str();
  verb->callback([&] { find(options); });
}

CLI::App* add_retrieve(CLI::App& app, const char* name, const char* what, RetrieveOptions& options) {
  CLI::App* verb = app.add_subcommand(name, what);
  add_peer(*verb, options.peer);
  verb->add_option("STUDY", options.studies, "UIDs; one after the other")->required();
  verb->add_option("--sop-class", options.sop_class, "of their objects")->capture_default_str();
  verb->add_option("--associations", options.associations)->check(CLI::Range(1, 1000))->capture_default_str();
  verb->callback([&] { retrieve(options); });
  return verb;
}

void add_move(CLI::App& app, RetrieveOptions& options) {
  CLI::App* verb = add_retrieve(app, "move", "Retrieve studies by C-MOVE to a sink of its own", options);
  verb->add_option("--destination", options.destination, "AE title that the peer knows for the sink")
      ->required();
  verb->add_option("--sink-port", options.sink_port)->required();
}

void add_get(CLI::App& app, RetrieveOptions& options) {
  CLI::App* verb = add_retrieve(app, "get", "Retrieve studies by C-GET", options);
  verb->add_option("--seconds", options.seconds,
                   "again and again for as long; 0: each association asks for each study once");
  verb->add_option("--stalled", options.stalled,
                   "associations more that take 20 objects, and then neither read nor answer");
}

void add_sink(CLI::App& app, SinkOptions& options) {
  CLI::App* verb = app.add_subcommand("sink", "Take objects by C-STORE: each into a synced file");
  verb->add_option("--address", options.address)->check(CLI::ValidIPV4)->capture_default_str();
  verb->add_option("--port", options.port)->capture_default_str();
  verb->add_option("--folder", options.folder, "where; without it objects are forgotten");
  verb->callback([&] {
    start_sink(options, std::make_shared<Taken>());
    for (;;) ::pause();
  });
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  CLI::App app("Loads DICOM peers for measurements.", "bench-load");
  app.require_subcommand(1);
  StoreOptions store_options;
  SinkOptions sink_options;
  FindOptions find_options;
  RetrieveOptions move_options, get_options;
  int status = 0;
  add_store(app, store_options, status);
  add_find(app, find_options);
  add_move(app, move_options);
  add_get(app, get_options);
  add_sink(app, sink_options);
  try {
    app.parse(argc, argv);
    return status;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench-load: %s\n", error.what());
    return 2;
  }
}
