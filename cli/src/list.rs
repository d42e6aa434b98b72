//! `venue list`: what the specs describe.

use std::io::Write;

use serde::Serialize;
use venue_capture::evidence;
use venue_schema::ir::{Api, ListedAs, Meta, Target};

use crate::args::{List, ListFormat};
use crate::failure::Failure;
use crate::specs::{self, Which};
use crate::style::{BOLD, DIM};

/// One listed thing.
#[derive(Debug, Serialize)]
struct Item<'a> {
    api: &'a str,
    kind: &'static str,
    id: &'a str,
    method: Option<&'a str>,
    /// Of an operation; of a feed, the form of its channel's name.
    path: Option<String>,
    section: &'a str,
    evidence: &'static str,
    source: &'a str,
    /// How many the spec has.
    examples: usize,
}

pub(crate) fn run(args: &List, out: &mut dyn Write) -> Result<(), Failure> {
    if args.format == ListFormat::Markdown && !args.errata {
        return Err(Failure::new(
            "--format markdown prints the page of errata: give --errata too",
        ));
    }
    let apis = specs::chosen(&args.api, &args.spec, Which::All)?;
    if args.errata {
        return errata(&apis, args.format, out);
    }
    if args.unknowns {
        return unknowns(&apis, args.format, out);
    }
    let lists: Vec<(&Api, Vec<Item<'_>>)> = apis.iter().map(|api| (api, items(api))).collect();
    match args.format {
        ListFormat::Json => {
            let all: Vec<&Item<'_>> = lists.iter().flat_map(|(_, items)| items).collect();
            json(&all, out)
        }
        ListFormat::Human | ListFormat::Markdown => human(&lists, out),
    }
}

fn json<T: Serialize>(value: &T, out: &mut dyn Write) -> Result<(), Failure> {
    // Strings and numbers only: nothing in it can fail.
    out.write_all(venue_capture::json::pretty(&value).as_bytes())?;
    Ok(())
}

fn items(api: &Api) -> Vec<Item<'_>> {
    let count = |own: &dyn Fn(&Target) -> bool| api.examples.iter().filter(|e| own(&e.of)).count();
    let mut items = Vec::new();
    for (n, operation) in api.operations.iter().enumerate() {
        let own = |t: &Target| matches!(t, Target::Request(o) | Target::Response(o, _) if *o == n);
        items.push(Item {
            method: Some(&operation.method),
            path: Some(operation.path.to_string()),
            ..item(api, "operation", &operation.meta, count(&own))
        });
    }
    for (n, command) in api.commands.iter().enumerate() {
        items.push(item(
            api,
            "command",
            &command.meta,
            count(&|t| *t == Target::Command(n)),
        ));
    }
    for (n, feed) in api.feeds.iter().enumerate() {
        let own = |t: &Target| match t {
            Target::Feed(f) => *f == n,
            Target::Message(m) => feed.messages.contains(m),
            _ => false,
        };
        items.push(Item {
            path: Some(feed.channel.to_string()),
            ..item(api, "feed", &feed.meta, count(&own))
        });
    }
    for (n, message) in api.messages.iter().enumerate() {
        items.push(item(
            api,
            "message",
            &message.meta,
            count(&|t| *t == Target::Message(n)),
        ));
    }
    for (n, ty) in api.types.iter().enumerate() {
        let kind = match ty.listed_as {
            ListedAs::Type => "type",
            ListedAs::Operation => "operation",
            ListedAs::Command => "command",
            ListedAs::Message => "message",
            ListedAs::Enum => "enum",
        };
        items.push(item(api, kind, &ty.meta, count(&|t| *t == Target::Type(n))));
    }
    items.extend(api.errors.iter().map(|e| item(api, "error", &e.meta, 0)));
    items.extend(api.auth.iter().map(|a| item(api, "auth", &a.meta, 0)));
    items
}

fn item<'a>(api: &'a Api, kind: &'static str, meta: &'a Meta, examples: usize) -> Item<'a> {
    Item {
        api: &api.id,
        kind,
        id: &meta.id,
        method: None,
        path: None,
        section: api.sections.get(meta.section).map_or("", |s| &s.name),
        evidence: evidence(meta.provenance.evidence),
        source: &meta.provenance.source,
        examples,
    }
}

fn human(lists: &[(&Api, Vec<Item<'_>>)], out: &mut dyn Write) -> Result<(), Failure> {
    for (n, (api, items)) in lists.iter().enumerate() {
        if n > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{BOLD}{}{BOLD:#}  {}", api.id, api.title)?;
        writeln!(out, "{DIM}{}{DIM:#}", api.provenance.source)?;
        for kind in [
            "operation",
            "feed",
            "message",
            "command",
            "enum",
            "type",
            "error",
            "auth",
        ] {
            let of_kind: Vec<&Item<'_>> = items.iter().filter(|i| i.kind == kind).collect();
            if !of_kind.is_empty() {
                table(kind, &of_kind, out)?;
            }
        }
    }
    Ok(())
}

fn table(kind: &str, items: &[&Item<'_>], out: &mut dyn Write) -> Result<(), Failure> {
    let plural = if kind == "auth" {
        "ways to authenticate".to_owned()
    } else {
        format!("{kind}s")
    };
    writeln!(
        out,
        "\n  {} {}",
        items.len(),
        if items.len() == 1 && kind != "auth" {
            kind
        } else {
            &plural
        }
    )?;
    let what = |item: &Item<'_>| match (item.method, &item.path) {
        (Some(method), Some(path)) => format!("{method:<6} {path}"),
        (None, Some(path)) => path.clone(),
        _ => String::new(),
    };
    let widest = |of: &dyn Fn(&Item<'_>) -> usize| items.iter().map(|i| of(i)).max().unwrap_or(0);
    let (id, path) = (
        widest(&|i| i.id.len()),
        widest(&|i| what(i).chars().count()),
    );
    for item in items {
        let mut line = format!("    {:<id$}  {:<path$}", item.id, what(item));
        let mut notes = Vec::new();
        if item.evidence != "documented" {
            notes.push(item.evidence.to_owned());
        }
        if item.examples > 0 {
            notes.push(format!(
                "{} example{}",
                item.examples,
                if item.examples == 1 { "" } else { "s" }
            ));
        }
        line.push_str(&format!("  {}", notes.join(", ")));
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Erratum<'a> {
    api: &'a str,
    id: &'a str,
    about: &'a str,
    claims: Vec<Claim<'a>>,
    reading: &'a str,
    file: &'a str,
    line: u32,
}

#[derive(Serialize)]
struct Claim<'a> {
    says: &'a str,
    source: &'a str,
}

fn errata(apis: &[Api], format: ListFormat, out: &mut dyn Write) -> Result<(), Failure> {
    if format == ListFormat::Markdown {
        let apis: Vec<&Api> = apis.iter().collect();
        out.write_all(venue_codegen::errata::markdown(&apis).as_bytes())?;
        return Ok(());
    }
    let all: Vec<Erratum<'_>> = apis
        .iter()
        .flat_map(|api| api.errata.iter().map(move |e| (api, e)))
        .map(|(api, e)| Erratum {
            api: &api.id,
            id: &e.name,
            about: &e.about,
            claims: e
                .claims
                .iter()
                .map(|(says, source)| Claim { says, source })
                .collect(),
            reading: &e.reading,
            file: api.files.get(e.at.file).map_or("", |f| &f.path),
            line: e.at.line,
        })
        .collect();
    if format == ListFormat::Json {
        return json(&all, out);
    }
    for (n, erratum) in all.iter().enumerate() {
        if n > 0 {
            writeln!(out)?;
        }
        writeln!(
            out,
            "{BOLD}{}.{}{BOLD:#}  {}",
            erratum.api, erratum.about, erratum.id
        )?;
        for claim in &erratum.claims {
            writeln!(
                out,
                "  says     {}  {DIM}{}{DIM:#}",
                claim.says, claim.source
            )?;
        }
        writeln!(out, "  reading  {}", erratum.reading)?;
        writeln!(out, "  {DIM}{}:{}{DIM:#}", erratum.file, erratum.line)?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Unknown<'a> {
    api: &'a str,
    about: &'a str,
    doc: &'a str,
}

fn unknowns(apis: &[Api], format: ListFormat, out: &mut dyn Write) -> Result<(), Failure> {
    let all: Vec<Unknown<'_>> = apis
        .iter()
        .flat_map(|api| {
            api.unknowns.iter().map(|u| Unknown {
                api: &api.id,
                about: &u.about,
                doc: &u.doc,
            })
        })
        .collect();
    if format == ListFormat::Json {
        return json(&all, out);
    }
    for unknown in &all {
        writeln!(
            out,
            "{BOLD}{}.{}{BOLD:#}  {}",
            unknown.api, unknown.about, unknown.doc
        )?;
    }
    Ok(())
}
