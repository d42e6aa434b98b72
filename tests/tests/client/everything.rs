//! Every operation, page, feed and command of every API in the box: each is called, succeeds, and
//! leaves records that are what the spec describes.

use std::collections::BTreeSet;

use venue_schema::ir::Api;
use venue_transport::Config;

use crate::drive::{Drive, Tables};
use crate::generated::CLIENTS;
use crate::values::{Source, Values};
use crate::venue::Venue;

/// Calls that were made, and what went wrong with them.
struct Run {
    venue: Venue,
    called: BTreeSet<&'static str>,
    wrong: Vec<String>,
}

impl Run {
    async fn call(&mut self, entry: &(&'static str, &str, Drive), config: Config, values: Values) {
        let (id, kind, drive) = entry;
        self.called.insert(id);
        if let Err(error) = drive(config, values).await {
            let causes = std::iter::successors(error.source(), |error| error.source());
            let causes: Vec<String> = causes.map(ToString::to_string).collect();
            self.wrong.push(format!("{id} {kind}: {error} {causes:?}"));
        }
    }
}

pub(crate) fn place<T>(list: &[T], id: &str, id_of: impl Fn(&T) -> &str) -> usize {
    list.iter().position(|it| id_of(it) == id).expect(id)
}

async fn drive(tables: &'static Tables) -> Run {
    let api: &Api = &venue_schema::load_bundled(tables.api).expect(tables.api);
    let venue = Venue::start(api).await;
    let source = Source::new(api);
    let mut run = Run {
        venue,
        called: BTreeSet::new(),
        wrong: Vec::new(),
    };
    for entry in tables.calls.iter().chain(tables.pages) {
        let index = place(&api.operations, entry.0, |it| &it.meta.id);
        let config = run.venue.config(Some(api.operations[index].server), None);
        run.call(entry, config, source.operation(index)).await;
    }
    for entry in tables.calls_over_socket {
        let index = place(&api.operations, entry.0, |it| &it.meta.id);
        // A socket has no paths but a list of methods, and a made name is not on it.
        if !api.operations[index].path_params.is_empty() {
            continue;
        }
        let config = run.venue.config(None, Some(0));
        run.call(entry, config, source.operation(index)).await;
    }
    for entry in tables.feeds {
        let index = place(&api.feeds, entry.0, |it| &it.meta.id);
        let config = run.venue.config(None, Some(api.feeds[index].socket));
        let command = run.venue.mock.subscription(index).unwrap_or_default();
        run.call(entry, config, source.feed(index, &command)).await;
    }
    // What comes unasked: the state of a connection. Elsewhere nothing does.
    let greets = |entry: &&(&'static str, &str, Drive)| entry.0.starts_with("finery.");
    for entry in tables.others.iter().filter(greets) {
        let index = place(&api.sockets, entry.0, |it| &it.meta.id);
        let config = run.venue.config(None, Some(index));
        run.call(entry, config, Values::default()).await;
    }
    for entry in tables.commands {
        let index = place(&api.commands, entry.0, |it| &it.meta.id);
        let config = run.venue.config(None, Some(api.commands[index].socket));
        run.call(entry, config, source.command(index)).await;
    }
    run
}

/// All that a client of the API can be asked for, by the spec.
fn described(api: &Api) -> BTreeSet<&str> {
    let operations = api.operations.iter().map(|it| &it.meta.id);
    let feeds = api.feeds.iter().filter(|feed| feed.subscribe.is_some());
    operations
        .chain(feeds.map(|it| &it.meta.id))
        .map(String::as_str)
        .collect()
}

#[tokio::test]
async fn everything_that_a_spec_has_is_called_and_answers_as_described() {
    let covered: BTreeSet<&str> = CLIENTS.iter().map(|tables| tables.api).collect();
    assert_eq!(covered, venue_schema::bundled_ids().collect());
    for tables in CLIENTS {
        let api = venue_schema::load_bundled(tables.api).expect(tables.api);
        let run = drive(tables).await;
        assert!(run.wrong.is_empty(), "{}", run.wrong.join("\n"));
        let called: BTreeSet<&str> = run.called.iter().copied().collect();
        let described = described(&api);
        let missing: Vec<&&str> = described.difference(&called).collect();
        assert!(missing.is_empty(), "{missing:?}");
        let (records, wrong) = run.venue.judged();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(records >= run.called.len(), "{}: {records}", tables.api);
    }
}
