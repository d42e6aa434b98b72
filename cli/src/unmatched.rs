//! What to say when nothing in the input matched: what was there, what was looked for, and what may
//! help, the likeliest first.

use std::fmt::Write as _;

use venue_capture::report::Report;
use venue_capture::{Address, Candidate, Checker, visible};

use crate::style::{DIM, ERROR};

/// Lines of what was seen.
const SEEN: usize = 10;

/// The whole text, to be read by someone who expected findings.
pub(crate) fn told(report: &Report, checker: &Checker) -> String {
    let mut out = String::new();
    let records = match report.totals.records {
        0 => "it holds no records".to_owned(),
        1 => format!("its one record is no traffic of {}", ids(checker)),
        n => format!("none of its {n} records is traffic of {}", ids(checker)),
    };
    let _ = writeln!(
        out,
        "{ERROR}error{ERROR:#}: nothing in the input matched: {records}"
    );
    let seen = seen(report);
    if !seen.is_empty() {
        let _ = writeln!(out, "seen:");
        for (what, count) in seen.iter().take(SEEN) {
            let _ = writeln!(out, "  {count:>6} × {}", visible(what));
        }
        if seen.len() > SEEN {
            let _ = writeln!(out, "         and {} others", seen.len() - SEEN);
        }
    }
    if report.totals.records > 0 {
        let _ = writeln!(out, "looked for:");
        for candidate in checker.candidates() {
            let hosts = hosts(candidate).join(", ");
            let _ = writeln!(out, "  {}: {}", candidate.id(), visible(&hosts));
        }
    }
    let _ = writeln!(out, "what to do:");
    let advice = advice(report, &seen, checker);
    let width = advice.iter().map(|(what, _)| what.chars().count()).max();
    let width = width.unwrap_or_default();
    for (what, effect) in advice {
        let _ = writeln!(out, "  {what:<width$}  {DIM}{effect}{DIM:#}");
    }
    out
}

/// `finery, sfox or sfox-connect`
fn ids(checker: &Checker) -> String {
    let ids: Vec<&str> = checker.candidates().iter().map(|c| &**c.id()).collect();
    match ids.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

/// What nothing claimed, the most frequent first.
fn seen(report: &Report) -> Vec<(&str, u64)> {
    let mut seen: Vec<_> = report
        .unclaimed
        .iter()
        .map(|(what, n)| (what.as_str(), *n))
        .collect();
    seen.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    seen
}

/// Hosts of an API, none twice.
fn hosts(candidate: &Candidate) -> Vec<String> {
    let mut hosts = Vec::new();
    for address in candidate.addresses() {
        let host = Address::parse(address).host;
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    hosts
}

/// Pairs of what to give and what comes of it, fit to be shown.
fn advice(report: &Report, seen: &[(&str, u64)], checker: &Checker) -> Vec<(String, String)> {
    let mut out = Vec::new();
    // Among words, the one that is an address.
    let addresses = seen.iter().filter_map(|(what, _)| {
        let url = what.split(' ').find(|word| word.contains("://"))?;
        // Of a host that is not shown nobody can be told how to give it.
        Some(Address::parse(url)).filter(|address| !address.host.contains('…'))
    });
    let addresses: Vec<Address> = addresses.collect();
    let mut told: Vec<&str> = Vec::new();
    for address in &addresses {
        if told.len() < 3 && !told.contains(&address.host.as_str()) {
            told.push(&address.host);
            out.extend(of_host(&address.host, &addresses, checker.candidates()));
        }
    }
    let unclear = report.inputs.iter().find_map(|(file, input)| {
        let layout = input.layout.as_deref()?;
        (input.totals.records == 0 || seen.is_empty()).then_some((file, layout))
    });
    let mut add = |what: &str, effect: &str| out.push((what.to_owned(), effect.to_owned()));
    if let Some((file, layout)) = unclear {
        let effect = format!("says what {} is: it was read as {layout}", visible(file));
        add("--input-format FORMAT", &effect);
    }
    if !seen.is_empty() {
        add(
            "--api ID, --spec DIR",
            "look for another API, or one of your own; `venue list` names those in the box",
        );
        add(
            "--as TARGET",
            "holds every line against one body or message, wherever it went",
        );
    }
    add(
        "--allow-empty",
        "accepts a capture without the venue's traffic",
    );
    out
}

/// What to do about a host that was seen.
fn of_host(host: &str, seen: &[Address], candidates: &[Candidate]) -> Option<(String, String)> {
    let shown = visible(host);
    let known = candidates
        .iter()
        .find(|c| hosts(c).iter().any(|h| h == host));
    if let Some(known) = known {
        let id = known.id();
        let effect = format!("shows what {id} has: {shown} is its host, but nothing like this");
        return Some((format!("venue list --api {id}"), effect));
    }
    if let Some((server, ids)) = stands_for(host, seen, candidates) {
        let effect =
            format!("takes it for the venue, as a mock or proxy is: it has paths of {ids}");
        return Some((format!("--server {}", visible(&server)), effect));
    }
    let (near, id) = nearest(host, candidates)?;
    let effect = format!("takes it for {near} of {id}, whose name is nearly the same");
    Some((format!("--server {id}={shown}"), effect))
}

/// What to give to `--server` for a host that no spec has, by the paths that were asked for there, and
/// the APIs that have them.
fn stands_for(host: &str, seen: &[Address], candidates: &[Candidate]) -> Option<(String, String)> {
    let here: Vec<&Address> = seen.iter().filter(|address| address.host == host).collect();
    let count = |c: &&Candidate| here.iter().filter(|a| c.has_path(a)).count();
    let most = candidates
        .iter()
        .map(|c| count(&c))
        .max()
        .filter(|n| *n > 0)?;
    let like: Vec<&str> = candidates
        .iter()
        .filter(|c| count(c) == most)
        .map(|c| &**c.id())
        .collect();
    let server = match like.as_slice() {
        [id] => format!("{id}={host}"),
        _ => host.to_owned(),
    };
    Some((server, like.join(" and ")))
}

/// The host of a spec that is most like one that was seen, and the API.
fn nearest(host: &str, candidates: &[Candidate]) -> Option<(String, String)> {
    let mut best: Option<(f64, String, String)> = None;
    for candidate in candidates {
        for known in hosts(candidate) {
            let likeness = strsim::jaro_winkler(host, &known);
            let better = best.as_ref().is_none_or(|(other, ..)| likeness > *other);
            if likeness >= 0.75 && better {
                best = Some((likeness, known, candidate.id().to_string()));
            }
        }
    }
    best.map(|(_, known, id)| (known, id))
}
