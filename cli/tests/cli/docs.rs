//! Pages and lists that are kept in the repository and must say what the specs say.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

use crate::support::{ends, ends_with, root, venue};

/// Compares a file with what is generated; with `VENUE_UPDATE` set, writes it.
#[track_caller]
fn check_fresh(path: &str, generated: &str) {
    let file = root().join(path);
    if std::env::var_os("VENUE_UPDATE").is_some() {
        fs::write(&file, generated).expect("the file can be written");
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        kept == generated,
        "{path} is not what the specs say: VENUE_UPDATE=1 cargo test -p venue-cli, and read the difference"
    );
}

#[test]
fn the_page_of_errata_says_what_the_specs_say() {
    let page = ends(&["list", "--errata", "--format", "markdown"], 0).out;
    check_fresh("docs/errata.md", &page);
    let errata: Value =
        serde_json::from_str(&ends(&["list", "--errata", "--format", "json"], 0).out)
            .expect("JSON");
    let anchors: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("<a id=\"")?.strip_suffix("\"></a>"))
        .collect();
    for erratum in errata.as_array().expect("a list") {
        let (api, id) = (erratum["api"].as_str(), erratum["id"].as_str());
        let anchor = format!("{}.{}", api.expect("an API"), id.expect("an id"));
        assert!(anchors.contains(anchor.as_str()), "{anchor} is not on it");
    }
    for link in page.split("](#").skip(1) {
        let target = link.split(')').next().unwrap_or_default();
        assert!(anchors.contains(target), "#{target} leads nowhere");
    }
}

const APIS: [&str; 4] = ["finery", "sfox", "sfox-connect", "sfox-legacy"];

/// The pages of an API's reference by name, as they are kept.
fn reference(api: &str) -> BTreeMap<String, String> {
    let folder = root().join("docs/reference").join(api);
    let pages = fs::read_dir(folder).expect("the reference of each API");
    let pages = pages.map(|page| {
        let path = page.expect("a page").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        (name.into_owned(), fs::read_to_string(&path).expect("text"))
    });
    pages.collect()
}

fn anchors(page: &str) -> BTreeSet<&str> {
    let each = page.split("<a id=\"").skip(1);
    each.filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn the_reference_says_what_the_specs_say_and_is_whole() {
    let folder = root().join("docs/reference").to_string_lossy().into_owned();
    for api in APIS {
        let export = ["export", "markdown", "--api", api, "--out", &folder];
        if std::env::var_os("VENUE_UPDATE").is_some() {
            fs::remove_dir_all(root().join("docs/reference").join(api)).ok();
            ends(&export, 0);
        }
        let kept = reference(api).len();
        let ran = venue(&[&export[..], &["--check"]].concat());
        assert!(
            ran.status == 0 && ran.err.contains(&format!("{kept} files:")),
            "docs/reference/{api} is not what the specs say: VENUE_UPDATE=1 cargo test -p venue-cli, and read the \
             difference\n{}{}",
            ran.out,
            ran.err
        );
        check_reference(api);
    }
}

/// Every link leads somewhere, every listed thing and every erratum is on a page, once.
#[track_caller]
fn check_reference(api: &str) {
    let json = |args: &[&str]| -> Vec<Value> {
        serde_json::from_str(&ends(args, 0).out).expect("a list of JSON")
    };
    let text = |item: &Value, name: &str| item[name].as_str().unwrap_or_default().to_owned();
    let pages = reference(api);
    for (name, page) in &pages {
        for link in page.split("](").skip(1) {
            let link = link.split(')').next().unwrap_or_default();
            if link.starts_with("http") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let to = pages.get(if file.is_empty() { name.as_str() } else { file });
            let found = to.is_some_and(|to| anchor.is_empty() || anchors(to).contains(anchor));
            assert!(found, "{api}/{name}: {link} leads nowhere");
        }
    }
    let places = |id: &str| pages.values().filter(|it| anchors(it).contains(id)).count();
    for item in json(&["list", "--api", api, "--format", "json"]) {
        let id = text(&item, "id");
        let local = id.strip_prefix(&format!("{api}.")).unwrap_or(&id);
        assert_eq!(places(local), 1, "{api}: {id}");
    }
    for erratum in json(&["list", "--api", api, "--errata", "--format", "json"]) {
        let id = text(&erratum, "id");
        assert_eq!(places(&format!("erratum.{id}")), 1, "{api}: {id}");
    }
}

#[test]
fn a_page_of_anything_but_errata_is_refused() {
    for args in [
        &["list", "--format", "markdown"][..],
        &["list", "--unknowns", "--format", "markdown"],
    ] {
        let ran = ends(args, 2);
        assert!(ran.out.is_empty(), "{}", ran.out);
        assert!(ran.err.contains("--errata"), "{}", ran.err);
    }
    assert!(
        ends(&["lint", "--format", "markdown"], 2)
            .err
            .contains("possible values: human, json")
    );
}

/// The guide's example is what people copy: it must be a whole spec, and clean.
#[test]
fn the_example_of_the_guide_is_a_clean_spec() {
    let guide =
        fs::read_to_string(root().join("schema/specs/README.md")).expect("the guide is there");
    let spec = guide
        .split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("it begins with an example");
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("api.toml"), spec).expect("a file");
    let path = folder.path().to_string_lossy().into_owned();
    ends(&["lint", &path, "--all", "--fail-on", "info"], 0);
    let listed = ends(&["list", "--spec", &path], 0).out;
    assert!(listed.contains("kraken.get-server-time") && listed.contains("kraken.feed.trade"));
    let reply = r#"{"error":[],"result":{"unixtime":1688669448,"rfc1123":"Thu, 06 Jul 23 18:50:48 +0000"}}"#;
    let args = [
        "check",
        "--spec",
        &path,
        "--as",
        "get-server-time/response/200",
        "-",
    ];
    ends_with(&args, reply.as_bytes(), 0);
    ends_with(&args, reply.replace("1688669448", "\"now\"").as_bytes(), 1);
}

/// The ledger is what is known of the four APIs, by kind and id, as counted from their
/// documentation by hand. A spec may list more; it may not lose any.
#[test]
fn every_row_of_the_ledger_is_listed() {
    let all: Value =
        serde_json::from_str(&ends(&["list", "--format", "json"], 0).out).expect("JSON");
    let text = |item: &Value, name: &str| item[name].as_str().unwrap_or_default().to_owned();
    let listed: BTreeSet<[String; 3]> = all
        .as_array()
        .expect("a list")
        .iter()
        .map(|item| [text(item, "api"), text(item, "kind"), text(item, "id")])
        .collect();
    let (mut rows, mut missing) = (0, Vec::new());
    for api in ["finery", "sfox", "sfox-connect", "sfox-legacy"] {
        let path = root().join("tests/ledger").join(format!("{api}.tsv"));
        let ledger = fs::read_to_string(&path).expect("the ledger of each API");
        let mut lines = ledger.lines();
        assert_eq!(lines.next(), Some("api\tkind\tid"), "{api}");
        for line in lines {
            let row: Vec<String> = line.split('\t').map(str::to_owned).collect();
            let row: [String; 3] = row.try_into().expect("a row of three");
            assert_eq!(row[0], api, "{line}");
            rows += 1;
            if !listed.contains(&row) {
                missing.push(line.to_owned());
            }
        }
    }
    assert!(missing.is_empty(), "not listed:\n{}", missing.join("\n"));
    assert_eq!(rows, 643, "rows of the ledger");
}

/// The tour shows real output: each block that starts with `$ venue check` is run again.
#[test]
fn the_tour_shows_what_the_command_prints() {
    let readme = fs::read_to_string(root().join("README.md")).expect("a README");
    let mut shown = 0;
    for block in readme.split("```console\n").skip(1) {
        let block = block.split("\n```").next().unwrap_or_default();
        let Some((line, output)) = block.split_once('\n') else {
            continue;
        };
        let Some(args) = line.strip_prefix("$ venue check ") else {
            continue;
        };
        let args: Vec<&str> = std::iter::once("check").chain(args.split(' ')).collect();
        assert_eq!(ends(&args, 1).out.trim_end(), output, "{line}");
        shown += 1;
    }
    assert_eq!(shown, 1, "blocks of the tour that can be run");
}

/// Who copies both blocks of a section has what its code names.
#[test]
fn the_dependencies_that_are_shown_are_those_that_the_code_names() {
    let readme = fs::read_to_string(root().join("README.md")).expect("text");
    let mut checked = 0;
    for section in readme.split("\n### ") {
        let block = |start: &str| Some(section.split_once(start)?.1.split_once("\n```")?.0);
        let (Some(shown), Some(code)) = (block("```toml\n[dependencies]\n"), block("```rust\n"))
        else {
            continue;
        };
        let shown: BTreeSet<String> = shown
            .lines()
            .filter_map(|line| Some(line.split_once(" = ")?.0.replace('-', "_")))
            .collect();
        let uses = code.lines().filter_map(|line| line.strip_prefix("use "));
        for named in uses.filter_map(|path| path.split("::").next()) {
            assert!(
                named == "std" || shown.contains(named),
                "{named}: {shown:?}"
            );
            checked += 1;
        }
    }
    assert!(checked > 3, "{checked} crates are named");
}
