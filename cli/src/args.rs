//! What can be typed. Help, man page and completions all come from here.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use venue_capture::report::Axis;

const EXIT: &str = "\
Exit status: 0 clean; 1 findings at or above --fail-on, or files that differ under --check; 2 wrong usage, a spec \
or file that cannot be read, or nothing in the input matched.";

/// Specs, types and checks for exchange APIs.
#[derive(Debug, Parser)]
#[command(name = "venue", version, after_help = EXIT, disable_help_subcommand = true, max_term_width = 100)]
pub(crate) struct Cli {
    /// When to use colours.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// When to use colours. `NO_COLOR` counts as `never` under `auto`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List every operation, feed, message, command, enum, error and auth scheme.
    List(List),
    /// Look for faults in specs: those in the box, or a folder of your own.
    Lint(Lint),
    /// Write the Rust types of an API as files.
    Generate(Generate),
    /// Write an API in a form that other tools read.
    Export(Export),
    /// Hold captured traffic against specs.
    Check(Check),
    /// Write a capture without secrets and personal data.
    Scrub(Scrub),
    /// Work on reports of `check`.
    Report(Report),
    /// Serve an API's spec over HTTP and WebSocket: a venue to test against, without an account.
    #[cfg(feature = "mock")]
    Mock(crate::mock::Arguments),
    /// List the rules of `lint` and `check`.
    Rules(Rules),
    /// Say what a rule means and what to do about it.
    Explain(Explain),
    /// Print a completion script for a shell.
    Completions(Completions),
    /// Print the man page.
    Man,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only this API; can be given several times.
    #[arg(long, value_name = "ID")]
    pub(crate) api: Vec<String>,
    /// Also an API of your own: a folder of spec files.
    #[arg(long, value_name = "DIR")]
    pub(crate) spec: Vec<PathBuf>,
    /// How to print it.
    #[arg(long, value_enum, default_value_t = ListFormat::Human)]
    pub(crate) format: ListFormat,
    /// List instead where sources are wrong or disagree, and the reading that the spec takes. As
    /// Markdown it is a page, with the unknowns.
    #[arg(long, conflicts_with = "unknowns")]
    pub(crate) errata: bool,
    /// List instead what is known to be unknown.
    #[arg(long)]
    pub(crate) unknowns: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    Human,
    Json,
    /// A page; of the errata only.
    Markdown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlainFormat {
    Human,
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct Lint {
    /// A folder of spec files; without it, every bundled API.
    #[arg(value_name = "PATH", conflicts_with = "api")]
    pub(crate) path: Vec<PathBuf>,
    /// Only this bundled API; can be given several times.
    #[arg(long, value_name = "ID")]
    pub(crate) api: Vec<String>,
    /// Show infos too; without it they are counted.
    #[arg(long)]
    pub(crate) all: bool,
    /// How to print diagnostics.
    #[arg(long, value_enum, default_value_t = PlainFormat::Human)]
    pub(crate) format: PlainFormat,
    /// The least severity that makes the exit status 1.
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    pub(crate) fail_on: FailOn,
}

/// One API: a bundled one, or a folder.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct OneApi {
    /// A bundled API, as `venue list` names it.
    #[arg(long, value_name = "ID")]
    pub(crate) api: Option<String>,
    /// A folder of spec files.
    #[arg(long, value_name = "DIR")]
    pub(crate) spec: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Generate {
    #[command(flatten)]
    pub(crate) source: OneApi,
    /// The folder to write to.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Write nothing; exit with 1 if a file is missing or differs.
    #[arg(long)]
    pub(crate) check: bool,
    /// Write a whole crate: Cargo.toml and src/lib.rs too.
    #[arg(long = "crate")]
    pub(crate) whole_crate: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    #[command(subcommand)]
    pub(crate) format: ExportFormat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ExportFormat {
    /// JSON Schema: one document a message or body, or all in one bundle.
    JsonSchema(JsonSchema),
    /// OpenAPI 3.1: everything over HTTP in one document.
    Openapi(Openapi),
    /// AsyncAPI 3.0: everything over WebSocket in one document.
    Asyncapi(OneDocument),
    /// A reference in Markdown: a folder of pages, one a section.
    Markdown(OneDocument),
}

#[derive(Debug, Args)]
pub(crate) struct OneDocument {
    #[command(flatten)]
    pub(crate) to: ExportTo,
}

#[derive(Debug, Args)]
pub(crate) struct Openapi {
    #[command(flatten)]
    pub(crate) to: ExportTo,
    /// Use other words where one reader trips: `java` is openapi-generator's Java client, which
    /// writes no class that compiles of a union with a typed list.
    #[arg(long = "for", value_enum, value_name = "READER")]
    pub(crate) reader: Option<ReaderName>,
}

/// A reader that needs other words than all others.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ReaderName {
    Java,
}

/// From where to where: what every format takes.
#[derive(Debug, Args)]
pub(crate) struct ExportTo {
    #[command(flatten)]
    pub(crate) source: OneApi,
    /// The file or folder to write to; without it, standard output.
    #[arg(long, value_name = "PATH")]
    pub(crate) out: Option<PathBuf>,
    /// Write nothing; exit with 1 if a file is missing or differs.
    #[arg(long, requires = "out")]
    pub(crate) check: bool,
    /// Print what the format cannot carry, and what the document has instead. Without --out, in
    /// place of the document.
    #[arg(long)]
    pub(crate) losses: bool,
}

#[derive(Debug, Args)]
pub(crate) struct JsonSchema {
    #[command(flatten)]
    pub(crate) to: ExportTo,
    /// Only one message, body or type: an id of `venue list`, with `/request` or
    /// `/response/STATUS` for an operation. Without it, a folder gets one file a target and the
    /// bundle.
    #[arg(long = "as", value_name = "TARGET")]
    pub(crate) target: Option<String>,
    /// Refuse what the spec does not describe, too; by default it is let through, as the types do.
    #[arg(long)]
    pub(crate) strict: bool,
    /// The dialect: 2020-12, or draft-07 for older tools.
    #[arg(long, value_enum, default_value_t = DraftName::Draft2020, value_name = "DRAFT")]
    pub(crate) draft: DraftName,
}

/// A dialect of JSON Schema, by the names that people call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DraftName {
    #[value(name = "2020-12", alias = "2020")]
    Draft2020,
    #[value(name = "7", aliases = ["07", "draft-07"])]
    Draft7,
}

#[derive(Debug, Args)]
#[command(after_help = EXIT)]
pub(crate) struct Check {
    /// Captures: files, folders, globs, or `-` for standard input. HAR, capture records, raw WebSocket
    /// messages one a line, dumps of tardis.dev and cryptofeed, transcripts of wscat; which it is
    /// shows, and so do gzip and zstd.
    #[arg(value_name = "CAPTURE", required_unless_present = "report_schema")]
    pub(crate) inputs: Vec<String>,
    /// Hold it against this API only; can be given several times. By default every bundled API but
    /// those that a newer one replaced.
    #[arg(long, value_name = "ID")]
    pub(crate) api: Vec<String>,
    /// Hold it against a spec of your own: a folder. Can be given several times.
    #[arg(long, value_name = "DIR")]
    pub(crate) spec: Vec<PathBuf>,
    /// Also take what goes to this address for the venue's: a mock, a proxy, a new host. With an API's id
    /// and `=` before it, for that API's only; `*` is any host, so that paths alone decide. Can be given
    /// several times.
    #[arg(long, value_name = "[ID=]ADDRESS", value_parser = parse_server)]
    pub(crate) server: Vec<ServedAt>,
    /// Skip routing: hold every JSON document, or every line, against one body, message, command or
    /// type, such as `finery.feed.b` or `sfox.create-order/response/422`.
    #[arg(long = "as", value_name = "TARGET")]
    pub(crate) target: Option<String>,
    /// What the captures are.
    #[arg(long, value_enum, default_value_t = InputFormat::Auto, value_name = "FORMAT")]
    pub(crate) input_format: InputFormat,
    #[command(flatten)]
    pub(crate) reporting: Reporting,
    /// Accept a capture in which nothing matched.
    #[arg(long)]
    pub(crate) allow_empty: bool,
    /// Check only the Ith of N parts of every capture, such as `2/4`: each takes every Nth record.
    /// `venue report merge` makes the whole of the parts.
    #[arg(long, value_name = "I/N", value_parser = parse_shard)]
    pub(crate) shard: Option<Shard>,
    /// Threads that check at once: by default, as many as the machine runs at once, and at most 8. The
    /// output does not depend on it.
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub(crate) jobs: Option<u8>,
    /// Print the JSON Schema of the `json` report, and do nothing else.
    #[arg(long, conflicts_with = "inputs")]
    pub(crate) report_schema: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Scrub {
    /// The capture: any format that `check` reads, compressed or not.
    #[arg(value_name = "IN")]
    pub(crate) input: PathBuf,
    /// The file to write, which must not be there; with `.gz` at the end of its name it is compressed.
    #[arg(value_name = "OUT")]
    pub(crate) output: PathBuf,
    /// Go by this API only; can be given several times.
    #[arg(long, value_name = "ID")]
    pub(crate) api: Vec<String>,
    /// Go by a spec of your own: a folder. Can be given several times.
    #[arg(long, value_name = "DIR")]
    pub(crate) spec: Vec<PathBuf>,
    /// What the capture is.
    #[arg(long, value_enum, default_value_t = InputFormat::Auto, value_name = "FORMAT")]
    pub(crate) input_format: InputFormat,
    /// Makes stand-ins that only those who know this text could guess their way back from. The same
    /// text gives the same stand-ins.
    #[arg(
        long,
        default_value = "",
        hide_default_value = true,
        value_name = "TEXT"
    )]
    pub(crate) salt: String,
}

/// What becomes of a report.
#[derive(Debug, Args)]
pub(crate) struct Reporting {
    /// How to print findings: for people, by default; `venue report` prints JSON.
    #[arg(long, value_enum)]
    pub(crate) format: Option<ReportFormat>,
    /// Also write a report to a file: `--report json=drift.json`. Can be given several times.
    #[arg(long, value_name = "FORMAT=PATH", value_parser = parse_report)]
    pub(crate) report: Vec<(ReportFormat, PathBuf)>,
    /// The least severity that makes the exit status 1.
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    pub(crate) fail_on: FailOn,
    /// Exit with 1 if less than so many percent of the operations, messages and commands of an API
    /// that was met were seen. Other shares go by name: `operations=80,fields=60,errors=10`, where
    /// `fields` are those of messages and the values of enums.
    #[arg(long, value_name = "PERCENT", value_delimiter = ',', value_parser = parse_least)]
    pub(crate) min_coverage: Vec<(Axis, u8)>,
    /// Findings to put up with: a file of fingerprints, each with a reason and perhaps a last day.
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write the baseline anew: what was found is in it, what was not found is not.
    #[arg(long, requires = "baseline")]
    pub(crate) update_baseline: bool,
    /// Print at most so many findings. Counts and the exit status are of all.
    #[arg(long, value_name = "N")]
    pub(crate) max_findings: Option<usize>,
    /// Print every finding.
    #[arg(long, conflicts_with = "max_findings")]
    pub(crate) all: bool,
    /// One line a finding, and no summary of a clean run.
    #[arg(long, short, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Also what was not seen, file by file and API by API.
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

/// An address that stands for those of the specs.
#[derive(Debug, Clone)]
pub(crate) struct ServedAt {
    /// Of this API only.
    pub(crate) api: Option<String>,
    pub(crate) address: venue_capture::Address,
}

fn parse_server(text: &str) -> Result<ServedAt, String> {
    let (api, address) = match text.split_once('=') {
        Some((api, address)) if !api.contains([':', '/', '?']) => (Some(api.to_owned()), address),
        _ => (None, text),
    };
    let address = venue_capture::Address::parse(address);
    let is_host = |c: char| c.is_alphanumeric() || "-._:[]".contains(c);
    if address.host != "*" && (address.host.is_empty() || !address.host.chars().all(is_host)) {
        return Err("expected a host such as 127.0.0.1:4010, an address such as https://proxy.example/venue, or *".into());
    }
    Ok(ServedAt { api, address })
}

/// One of so many parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shard {
    /// From 0.
    pub(crate) part: u64,
    pub(crate) of: u64,
}

impl Shard {
    /// Whether a record is for this part to report on.
    pub(crate) fn owns(self, record: u64) -> bool {
        record % self.of == self.part
    }
}

#[derive(Debug, Args)]
pub(crate) struct Report {
    #[command(subcommand)]
    pub(crate) what: ReportCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// Make one report of several: of shards, of nights, of machines.
    Merge(Merge),
}

#[derive(Debug, Args)]
pub(crate) struct Merge {
    /// Reports that `venue check --format json` wrote.
    #[arg(value_name = "REPORT", required = true)]
    pub(crate) reports: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) reporting: Reporting,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum InputFormat {
    /// See what each is.
    Auto,
    /// HAR 1.2, with `_webSocketMessages`.
    Har,
    /// One raw WebSocket message a line.
    Ndjson,
    /// The same, all that was received over one connection: gaps in its sequence, and what else shows
    /// only between messages, are found too.
    Connection,
    /// Venue's own capture records, one a line.
    Records,
    /// A raw dump of tardis.dev.
    Tardis,
    /// A raw dump of cryptofeed.
    Cryptofeed,
    /// What a terminal showed of wscat, or what wscat wrote to a file. websocat's output is ndjson.
    Wscat,
    /// mitmproxy's export, which is HAR.
    Mitmproxy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For people: grouped, with excerpts.
    Human,
    /// One document, grouped.
    Json,
    /// One finding a line.
    Ndjson,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// JUnit XML: errors are failures.
    Junit,
    /// Workflow commands of GitHub Actions: annotations.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// Markdown, for a job's summary.
    Markdown,
    /// One self-contained page.
    Html,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Error,
    Warning,
    Info,
    Never,
}

#[derive(Debug, Args)]
pub(crate) struct Rules {
    /// How to print them.
    #[arg(long, value_enum, default_value_t = PlainFormat::Human)]
    pub(crate) format: PlainFormat,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The rule's id, as findings show it in brackets.
    #[arg(value_name = "RULE")]
    pub(crate) rule: String,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell.
    pub(crate) shell: clap_complete::Shell,
}

fn parse_shard(text: &str) -> Result<Shard, String> {
    let form = || "it has the form I/N, from 1/N to N/N".to_owned();
    let (part, of) = text.split_once('/').ok_or_else(form)?;
    let (part, of): (u64, u64) = (
        part.parse().map_err(|_| form())?,
        of.parse().map_err(|_| form())?,
    );
    if part == 0 || part > of {
        return Err(form());
    }
    Ok(Shard { part: part - 1, of })
}

fn parse_least(text: &str) -> Result<(Axis, u8), String> {
    let (axis, percent) = match text.split_once('=') {
        None => (Axis::Operations, text),
        Some((name, percent)) => {
            let axis = Axis::ALL.into_iter().find(|axis| axis.name() == name);
            let known = Axis::ALL.map(Axis::name).join(", ");
            (
                axis.ok_or_else(|| format!("`{name}` is none of {known}"))?,
                percent,
            )
        }
    };
    match percent.parse() {
        Ok(percent @ 0..=100) => Ok((axis, percent)),
        _ => Err("it is a number of percent from 0 to 100".into()),
    }
}

fn parse_report(text: &str) -> Result<(ReportFormat, PathBuf), String> {
    let (format, path) = text.split_once('=').ok_or("it has the form FORMAT=PATH")?;
    let format = ReportFormat::from_str(format, false).map_err(|_| {
        let known = ReportFormat::value_variants().iter();
        let known = known.filter_map(|f| Some(f.to_possible_value()?.get_name().to_owned()));
        let known: Vec<String> = known.collect();
        format!("there is no format `{format}`: {}", known.join(", "))
    })?;
    if path.is_empty() {
        return Err("the path is missing".into());
    }
    Ok((format, path.into()))
}
