//! Reports for people, who may know neither the venue nor this program: what is wrong with which
//! message, where it stands, and why the spec says so.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use venue_capture::finding::{Finding, Severity, SpecPlace};
use venue_capture::format::tell::{self, counts, plural};
use venue_capture::report::{Group, Input, Report, Totals};
use venue_capture::visible;

use crate::args::Reporting;

use crate::style::{BOLD, DIM, ERROR, GOOD, PLACE, REMARK, WARNING};

/// The rule for records that went elsewhere.
const OTHER_HOST: &str = "unmatched-host";

/// So many other hosts are named in one finding.
const HOSTS: usize = 12;

/// How much to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Volume {
    /// One line a finding.
    Quiet,
    /// Findings with their place, and a summary.
    Normal,
    /// Also what was clean, and what was not seen.
    Verbose,
}

impl Volume {
    pub(crate) fn of(args: &Reporting) -> Self {
        match (args.quiet, args.verbose) {
            (true, _) => Volume::Quiet,
            (_, true) => Volume::Verbose,
            _ => Volume::Normal,
        }
    }
}

/// The report, with at most so many findings.
pub(crate) fn render(report: &Report, limit: usize, volume: Volume) -> String {
    let mut out = String::new();
    let (open, accepted): (Vec<_>, Vec<_>) = report
        .ordered()
        .into_iter()
        .partition(|g| g.accepted.is_none());
    let blocks = together(&open);
    for block in blocks.iter().take(limit) {
        match volume {
            Volume::Quiet => line(&mut out, block[0]),
            _ => draw(&mut out, report, block),
        }
    }
    if blocks.len() > limit {
        let more: usize = blocks[limit..].iter().map(Vec::len).sum();
        let _ = writeln!(out, "{DIM}… and {more} more; --all shows them{DIM:#}\n");
    }
    if report.dropped() > 0 {
        let dropped = plural(report.dropped(), "finding");
        let _ = writeln!(
            out,
            "{DIM}… and {dropped} of further kinds, which were counted and not kept{DIM:#}\n"
        );
    }
    if volume == Volume::Quiet {
        return out;
    }
    inputs(&mut out, report, volume);
    coverage(&mut out, report, volume);
    if !accepted.is_empty() {
        let kinds = plural(accepted.len() as u64, "kind");
        let _ = writeln!(out, "{DIM}{kinds} of finding in the baseline{DIM:#}\n");
    }
    summary(&mut out, report, &open);
    out
}

/// A finding on one line.
fn line(out: &mut String, group: &Group) {
    let finding = &group.sample;
    let style = style(finding);
    let _ = writeln!(
        out,
        "{PLACE}{}:{}:{PLACE:#} {style}{}[{}]{style:#}: {}",
        finding.file,
        finding.line,
        finding.severity.name(),
        finding.rule,
        tell::headline(group)
    );
}

fn style(finding: &Finding) -> anstyle::Style {
    match finding.severity {
        Severity::Error => ERROR,
        Severity::Warning => WARNING,
        Severity::Info => REMARK,
    }
}

/// Groups that people take in as one: several members that one object lacks, and hosts that are not
/// the venue's, of which a browser's capture is full.
fn together<'r>(groups: &[&'r Group]) -> Vec<Vec<&'r Group>> {
    let mut blocks: Vec<Vec<&Group>> = Vec::new();
    for group in groups {
        let one = &group.sample;
        let others = |block: &&mut Vec<&Group>| block[0].sample.rule == one.rule;
        if one.rule == OTHER_HOST
            && let Some(block) = blocks.iter_mut().find(others)
        {
            block.push(group);
            continue;
        }
        let same = |block: &&mut Vec<&Group>| {
            let other = &block[0].sample;
            one.rule == "missing-field"
                && (one.rule, &one.target, &one.part, &one.pointer)
                    == (other.rule, &other.target, &other.part, &other.pointer)
                && (block[0].first == group.first && block[0].count == group.count)
        };
        match blocks.last_mut().filter(same) {
            Some(block) => block.push(group),
            None => blocks.push(vec![group]),
        }
    }
    blocks
}

fn draw(out: &mut String, report: &Report, groups: &[&Group]) {
    let group = groups[0];
    let finding = &group.sample;
    let style = style(finding);
    let _ = writeln!(
        out,
        "{style}{}[{}]{style:#}{BOLD}: {}{BOLD:#}",
        finding.severity.name(),
        finding.rule,
        tell::sentence(finding)
    );
    let place = tell::whereabouts(finding);
    let often = match (group.count, group.since) {
        (1, None) => String::new(),
        _ => tell::often(group),
    };
    match (place.as_str(), often.as_str()) {
        ("", "") => {}
        ("", often) => drop(writeln!(out, "  {often}")),
        (place, "") => drop(writeln!(out, "  in {place}")),
        (place, often) => drop(writeln!(out, "  in {place}, {often}")),
    }
    // Wide enough for both line numbers, so that the bars stand under one another.
    let numbers = [
        Some(finding.line),
        finding.spec.as_ref().map(|s| u64::from(s.line)),
    ];
    let width = numbers
        .iter()
        .flatten()
        .map(|n| n.to_string().len())
        .max()
        .unwrap_or(1);
    let pad = " ".repeat(width);
    // A HAR file may be one line, which says nothing.
    let input = report.inputs.get(&finding.file);
    let record = match input.and_then(|input| input.layout.as_deref()) {
        Some("HAR") => format!(", record {} (from 0)", finding.record),
        _ => String::new(),
    };
    let _ = writeln!(
        out,
        "{pad} {PLACE}-->{PLACE:#} {}:{}{record}",
        finding.file, finding.line
    );
    match &group.excerpt {
        Some(excerpt) => {
            let _ = writeln!(out, "{pad} {PLACE}|{PLACE:#}");
            let _ = writeln!(
                out,
                "{PLACE}{:>width$} |{PLACE:#} {}",
                finding.line, excerpt.text
            );
            let indent = " ".repeat(excerpt.column);
            let carets = "^".repeat(excerpt.width);
            let label = tell::label(finding);
            let _ = writeln!(
                out,
                "{pad} {PLACE}|{PLACE:#} {indent}{style}{carets} {label}{style:#}"
            );
        }
        // Of what nothing claims, the sentence says all there is.
        None if finding.target.is_none() => {}
        None => {
            let _ = writeln!(
                out,
                "{pad} {PLACE}={PLACE:#} expected {}; found {}",
                finding.expected, finding.found
            );
        }
    }
    if let Some(spec) = &finding.spec {
        said(out, spec, &pad, width);
    }
    if groups.len() > 1 {
        let _ = writeln!(out, "{pad} {PLACE}={PLACE:#} {}", others(&groups[1..]));
    }
    if group.count > 1 {
        let Group { last, .. } = group;
        let at = last.at.map(|at| format!(", at {}", tell::moment(at)));
        let _ = writeln!(
            out,
            "{pad} {PLACE}={PLACE:#} the last: {}:{}{}",
            last.file,
            last.line,
            at.unwrap_or_default()
        );
    }
    let (effect, action) = (tell::effect(finding), tell::action(finding));
    for (what, text) in [("effect", effect), ("to do", action)] {
        if !text.is_empty() {
            let _ = writeln!(out, "{pad} {PLACE}={PLACE:#} {what}: {text}");
        }
    }
    out.push('\n');
}

/// What the other groups of a block add to the first.
fn others(groups: &[&Group]) -> String {
    if groups[0].sample.rule != OTHER_HOST {
        let members = groups.iter().map(|g| &g.sample.missing);
        let members: Vec<String> = members.map(|m| format!("`{}`", visible(m))).collect();
        return format!("also missing there: {}", members.join(", "));
    }
    let hosts = groups.iter().take(HOSTS);
    let hosts: Vec<String> = hosts
        .map(|g| match g.count {
            1 => visible(&g.sample.found).into_owned(),
            n => format!("{} ({n} times)", visible(&g.sample.found)),
        })
        .collect();
    let more = match groups.len().saturating_sub(HOSTS) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    format!("nor: {}{more}", hosts.join(", "))
}

/// What the spec says, and on whose word.
fn said(out: &mut String, spec: &SpecPlace, pad: &str, width: usize) {
    let _ = writeln!(out, "{pad} {PLACE}|{PLACE:#}");
    let _ = writeln!(
        out,
        "{pad} {PLACE}:::{PLACE:#} the spec: {}:{}",
        visible(&spec.file),
        spec.line
    );
    let _ = writeln!(out, "{pad} {PLACE}|{PLACE:#}");
    let _ = writeln!(
        out,
        "{PLACE}{:>width$} |{PLACE:#} {}",
        spec.line,
        clip(spec.text.trim())
    );
    let date = spec
        .as_of
        .as_ref()
        .map(|d| format!(", as of {}", visible(d)))
        .unwrap_or_default();
    let _ = writeln!(
        out,
        "{pad} {PLACE}={PLACE:#} source: {} ({}{date})",
        visible(&spec.source),
        spec.evidence
    );
}

fn clip(line: &str) -> String {
    let mut out: String = visible(line).chars().take(110).collect();
    if line.chars().count() > 110 {
        out.push('…');
    }
    out
}

/// One line a file; of many, only those with something to say.
fn inputs(out: &mut String, report: &Report, volume: Volume) {
    let many = report.inputs.len() > 20 && volume != Volume::Verbose;
    let clean = |i: &Input| i.totals.valid == i.totals.records && i.totals.records > 0;
    let shown: Vec<_> = report
        .inputs
        .iter()
        .filter(|(_, input)| !many || !clean(input))
        .take(if many { 50 } else { usize::MAX })
        .collect();
    let width = shown
        .iter()
        .map(|(file, _)| file.chars().count())
        .max()
        .unwrap_or(0);
    for (file, input) in &shown {
        let apis: Vec<&str> = input.apis.keys().map(|a| &**a).collect();
        let (style, mark) = match input.totals {
            Totals { invalid: 1.., .. } => (ERROR, "✗"),
            Totals {
                drift: 0,
                unmatched: 0,
                records: 1..,
                ..
            } => (GOOD, "✓"),
            _ => (WARNING, "!"),
        };
        let _ = writeln!(
            out,
            "{style}{mark}{style:#} {file:<width$}  {}{}",
            counts(&input.totals),
            match apis.as_slice() {
                [] => String::new(),
                names => format!("  {DIM}{}{DIM:#}", names.join(", ")),
            }
        );
    }
    let left = report.inputs.len() - shown.len();
    if left > 0 {
        let _ = writeln!(out, "  and {left} more");
    }
    if !report.inputs.is_empty() {
        out.push('\n');
    }
}

/// How much of each API that was met was seen.
fn coverage(out: &mut String, report: &Report, volume: Volume) {
    for api in report.met() {
        let _ = writeln!(out, "seen of {api}: {}", tell::shares(report, api));
        if volume == Volume::Verbose {
            unseen(out, report, api);
        }
    }
    if report.met().next().is_some() {
        out.push('\n');
    }
}

/// What of an API was not seen, and what was seen and is not described, a line a feed or type.
fn unseen(out: &mut String, report: &Report, api: &Arc<str>) {
    let mut line = |what: &str, owner: &str, names: Vec<&str>| {
        if !names.is_empty() {
            let colon = if owner.is_empty() { "" } else { ": " };
            let names = visible(&names.join(", ")).into_owned();
            let _ = writeln!(out, "  {DIM}{what} {}{colon}{names}{DIM:#}", visible(owner));
        }
    };
    let mut unseen: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (id, _) in report.coverage[api].iter().filter(|(_, n)| **n == 0) {
        let own = id
            .strip_prefix(&**api)
            .map_or(&**id, |own| own.trim_start_matches('.'));
        let (owner, name) = own.rsplit_once('.').unwrap_or(("", own));
        unseen.entry(owner).or_default().push(name);
    }
    for (owner, names) in unseen {
        let owner = if owner.is_empty() {
            "operations"
        } else {
            owner
        };
        line("not seen:", owner, names);
    }
    let Some(details) = report.details.get(api) else {
        return;
    };
    let types = details.fields.iter().chain(&details.values);
    let errors: Arc<str> = "errors".into();
    for (owner, listing) in types.chain([(&errors, &details.errors)]) {
        let documented = listing.documented.iter();
        let missing = documented.filter(|(_, shown)| !**shown);
        let missing: Vec<&str> = missing.map(|(name, _)| &**name).collect();
        let whole = missing.len() == listing.documented.len() && missing.len() > 3;
        if whole {
            line(
                "not seen:",
                "",
                vec![&format!("{owner}, all {}", missing.len())],
            );
        } else {
            line("not seen:", owner, missing);
        }
        let others = listing.undocumented.keys().map(|name| &**name).collect();
        line("not in the spec:", owner, others);
    }
}

fn summary(out: &mut String, report: &Report, groups: &[&Group]) {
    let count = |severity| {
        groups
            .iter()
            .filter(|g| g.sample.severity == severity)
            .count() as u64
    };
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let remarks = match count(Severity::Info) {
        0 => String::new(),
        n => format!(", {REMARK}{}{REMARK:#}", plural(n, "remark")),
    };
    let files = plural(report.inputs.len() as u64, "file");
    let verdict = match (errors, warnings) {
        (0, 0) if report.totals.records == 0 => format!("{WARNING}nothing to check{WARNING:#}"),
        (0, 0) => format!("{GOOD}clean{GOOD:#}"),
        (0, w) => format!("{WARNING}{}{WARNING:#}", plural(w, "warning")),
        (e, 0) => format!("{ERROR}{}{ERROR:#}", plural(e, "error")),
        (e, w) => format!(
            "{ERROR}{}{ERROR:#}, {WARNING}{}{WARNING:#}",
            plural(e, "error"),
            plural(w, "warning")
        ),
    };
    let _ = writeln!(
        out,
        "{verdict}{remarks} in {files}, {}",
        counts(&report.totals)
    );
    if let Some(first) = groups.first() {
        let rule = first.sample.rule;
        let _ = writeln!(out, "{DIM}More: venue explain {rule}{DIM:#}");
    }
}
