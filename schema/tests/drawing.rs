//! A diagnostic as people and as programs get it.

use venue_schema::ir::SpecFile;
use venue_schema::{Color, Diagnostic};

const TEXT: &str = "[api]\nid = \"a\"\ntitle = \"Ä\" # ä\n[record.Order]\nfields = { id = \"u64\" }\n\
                    [scalar.Order]\ntype = \"u64\"\nunitt = \"€\"\n";

fn found() -> (Vec<SpecFile>, Vec<Diagnostic>) {
    let files = vec![("a/api.toml".to_owned(), TEXT.to_owned())];
    let kept = SpecFile {
        path: "a/api.toml".to_owned(),
        text: TEXT.to_owned(),
    };
    let (_, mut found) = venue_schema::read(files);
    found.retain(|it| it.severity == venue_schema::Severity::Error);
    (vec![kept], found)
}

#[test]
fn people_get_an_excerpt_with_carets() {
    let (files, found) = found();
    let drawn: Vec<String> = found
        .iter()
        .map(|it| venue_schema::render(it, &files, Color::Never))
        .collect();
    let expected = "\
error[duplicate-name]: the type `Order` is defined twice
 --> a/api.toml:6:9
  |
4 | [record.Order]
  |         ----- first here
5 | fields = { id = \"u64\" }
6 | [scalar.Order]
  |         ^^^^^ again here

error[unknown-key]: a scalar has no key `unitt`
 --> a/api.toml:8:1
  |
8 | unitt = \"€\"
  | ^^^^^
  |
  = help: did you mean `unit`?";
    assert_eq!(drawn.join("\n\n"), expected);
    let colored = venue_schema::render(&found[0], &files, Color::Always);
    assert!(colored.contains('\u{1b}'));
}

#[test]
fn programs_get_json() {
    let (_, found) = found();
    let json = serde_json::to_value(&found[1]).unwrap();
    let start = TEXT.find("unitt").unwrap();
    let expected = serde_json::json!({
        "rule": "unknown-key",
        "severity": "error",
        "message": "a scalar has no key `unitt`",
        "primary": { "path": "a/api.toml", "line": 8, "column": 1, "start": start, "end": start + 5, "text": "" },
        "secondary": [],
        "help": "did you mean `unit`?",
    });
    assert_eq!(json, expected);
}
