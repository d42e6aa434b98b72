//! A made-up spec of hard cases, and what must be said of given texts.

use venue_schema::ir::{Api, Target};
use venue_schema::program::{Compiled, compile};
use venue_wire::Verdict;

use crate::cases::{check_api, check_text};
use crate::judge::judge;

fn hard() -> Api {
    let text = wide_record() + include_str!("hard.toml");
    let (head, rest) = text.split_at(text.find("[section]").expect("a section"));
    let text = format!("{rest}\n{head}");
    let (api, diagnostics) = venue_schema::read(vec![("hard/api.toml".to_owned(), text)]);
    let errors: Vec<_> = diagnostics
        .iter()
        .filter(|it| it.severity == venue_schema::Severity::Error)
        .map(|it| format!("{}: {}", it.rule, it.message))
        .collect();
    api.unwrap_or_else(|| panic!("{errors:#?}"))
}

/// More fields than a word has bits.
fn wide_record() -> String {
    let mut out = "[record.Wide]\ndoc = \"Many fields.\"\n[record.Wide.fields]\n".to_owned();
    for field in 0..130 {
        let presence = if field % 3 == 0 {
            "required"
        } else {
            "optional-nullable"
        };
        out += &format!("f{field} = {{ type = \"u8\", presence = \"{presence}\", doc = \".\" }}\n");
    }
    out
}

fn target(api: &Api, name: &str) -> Target {
    Target::Type(
        api.types
            .iter()
            .position(|ty| ty.name == name)
            .expect("a type"),
    )
}

#[test]
fn hard_shapes_get_the_verdict_of_the_slow_judge() {
    check_api(&hard(), 60);
}

struct Case {
    ty: &'static str,
    json: &'static str,
    /// Pointer and rule of each finding.
    findings: &'static [(&'static str, &'static str)],
}

const fn case(
    ty: &'static str,
    json: &'static str,
    findings: &'static [(&'static str, &'static str)],
) -> Case {
    Case { ty, json, findings }
}

const CASES: &[Case] = &[
    case("Partial", r#"{"known":1}"#, &[]),
    case("Partial", r#"{"x":{"a":1,"a":2},"known":1,"y":[]}"#, &[]),
    case(
        "Partial",
        r#"{"x":1,"known":1,"\u0078":2}"#,
        &[("/x", "duplicate-field")],
    ),
    case(
        "Partial",
        r#"{"known":1,"know\u006e":2}"#,
        &[("/known", "duplicate-field")],
    ),
    case("Partial", r#"{"\u006bnown":1}"#, &[]),
    case("Partial", r#"{"known":1,}"#, &[("", "not-json")]),
    case("Partial", r#"{"known":1} x"#, &[("", "not-json")]),
    case(
        "Partial",
        r#"{"known":1,"also":"\ud800"}"#,
        &[("", "not-json")],
    ),
    case(
        "Partial",
        r#"{"also":null}"#,
        &[("", "missing-field"), ("/also", "null-value")],
    ),
    case("Row", r#"[1,2]"#, &[("", "missing-element")]),
    case(
        "Row",
        r#"[1,2,"x",null,3,4,5]"#,
        &[
            ("/5", "undocumented-element"),
            ("/6", "undocumented-element"),
        ],
    ),
    case("OpenRow", r#"["open",null,{},[[]]]"#, &[]),
    case("OpenRow", r#"["shut",null]"#, &[("/0", "const-mismatch")]),
    case("Few", r#""perhaps""#, &[("", "undocumented-value")]),
    case("Few", r#""\u0079es""#, &[]),
    case("Few", r#""say \"maybe\"""#, &[]),
    case("Many", r#""caf\u00e9""#, &[]),
    case("Many", r#""exactly16bytes?""#, &[("", "unknown-value")]),
    case("Codes", "65536", &[("", "out-of-range")]),
    case("Codes", "2", &[("", "undocumented-value")]),
    case("Codes", "1.0", &[("", "bad-integer")]),
    case("Bits", "5", &[]),
    case("Bits", "2", &[("", "undocumented-value")]),
    case("Bits", "8", &[("", "undocumented-value")]),
    case("Anything", "null", &[]),
    case("Anything", "{}", &[("", "unmatched-variant")]),
    case(
        "Shape",
        r#"{"type":"success","action":"dance"}"#,
        &[("", "undocumented-variant")],
    ),
    case(
        "Shape",
        r#"{"sequence":1,"recipient":"ticker.x/y"}"#,
        &[("", "undocumented-variant")],
    ),
    case(
        "Shape",
        r#"{"recipient":"book.a.b","payload":[],"sequence":1,"more":1}"#,
        &[],
    ),
    case(
        "Shape",
        r#"{"recipient":"ticker.a","type":"error"}"#,
        &[("/recipient", "undocumented-field")],
    ),
    case("Feed", r#"["B",1,"M",[["+",300000000000,10000000]]]"#, &[]),
    case(
        "Feed",
        r#"["B",1,"M",[["*",300000000000,10000000]]]"#,
        &[("/3/0/0", "unknown-value")],
    ),
    case("Feed", r#"["Q",1,"M",[]]"#, &[("", "unmatched-variant")]),
    case(
        "Order",
        r#"{"kind":"limit","size":1,"price":null}"#,
        &[("", "broken-rule")],
    ),
    case(
        "Order",
        r#"{"kind":"limit","size":1,"volume":2,"price":3}"#,
        &[("", "broken-rule")],
    ),
    case(
        "Order",
        r#"{"kind":"li\u006dit","size":1}"#,
        &[("", "broken-rule")],
    ),
    case("Order", r#"{"kind":"market","size":1,"code":-1}"#, &[]),
    case("Tiny", "4", &[("", "out-of-range")]),
    case("Tiny", "-0", &[("", "bad-integer")]),
    case("Tiny", "\"1\"", &[("", "number-as-string")]),
    case(
        "Share",
        "1.00000000000000000000000000000000000001",
        &[("", "too-many-digits")],
    ),
    case(
        "Share",
        "1.0000000000000000000000000000000000001",
        &[("", "out-of-range")],
    ),
    case("Share", "-0.0", &[]),
];

#[test]
fn findings_have_their_place_and_rule() {
    let api = hard();
    let compiled = compile(&api);
    for case in CASES {
        let target = target(&api, case.ty);
        let root = compiled.root(target).expect("a root");
        let findings = compiled.program.explain(root, case.json.as_bytes());
        let found: Vec<_> = findings
            .iter()
            .map(|it| (it.pointer.as_str(), it.rule))
            .collect();
        assert_eq!(found, case.findings, "{} {}", case.ty, case.json);
        let verdict = judge(&api, target, case.json.as_bytes());
        check_text(&compiled, root, case.json.as_bytes(), verdict, case.ty);
    }
}

#[test]
fn sensitive_values_are_masked_wherever_they_stand() {
    let api = hard();
    let compiled = compile(&api);
    let root = compiled.root(target(&api, "Texts")).expect("a root");
    let json = r#"{"e":{"p":"hunter2"},"g":["hunter2 that is far too long",7],"new":"hunter2"}"#;
    let findings = compiled.program.explain(root, json.as_bytes());
    assert!(findings.len() > 4);
    for finding in &findings {
        assert!(!format!("{finding:?}").contains("hunter2"), "{finding:?}");
    }
    let masked = findings
        .iter()
        .filter(|finding| finding.found == venue_wire::MASKED);
    assert_eq!(masked.count(), 3);
}

#[test]
fn containers_may_be_127_deep() {
    let api = hard();
    let compiled = compile(&api);
    let tree = target(&api, "Tree");
    let nested = |depth: usize| {
        let open = r#"{"left":"#.repeat(depth - 1);
        format!("{open}{{}}{}", "}".repeat(depth - 1))
    };
    for (json, verdict) in [
        (nested(127), Verdict::Valid),
        (nested(128), Verdict::Invalid),
    ] {
        check(&api, &compiled, tree, &json, verdict);
    }
    let any = target(&api, "Partial");
    let brackets = |depth: usize| {
        format!(
            r#"{{"known":1,"x":{}{}}}"#,
            "[".repeat(depth),
            "]".repeat(depth)
        )
    };
    for (json, verdict) in [
        (brackets(126), Verdict::Valid),
        (brackets(127), Verdict::Invalid),
    ] {
        check(&api, &compiled, any, &json, verdict);
    }
}

fn check(api: &Api, compiled: &Compiled, target: Target, json: &str, verdict: Verdict) {
    let root = compiled.root(target).expect("a root");
    assert_eq!(judge(api, target, json.as_bytes()), verdict, "{json}");
    check_text(compiled, root, json.as_bytes(), verdict, "depth");
    assert_eq!(
        compiled.program.accepts(root, json.as_bytes()),
        verdict == Verdict::Valid
    );
}

#[test]
fn findings_lead_to_the_spec() {
    let api = hard();
    let compiled = compile(&api);
    let root = compiled.root(target(&api, "Order")).expect("a root");
    let findings = compiled
        .program
        .explain(root, br#"{"kind":"limit","size":"1","price":1}"#);
    let [finding] = &findings[..] else {
        panic!("{findings:#?}")
    };
    assert_eq!((finding.pointer.as_str(), finding.offset), ("/size", 23));
    let origin = compiled
        .origin(finding.node, finding.field)
        .expect("an origin");
    assert!(api.files[origin.at.file].text[origin.at.span.clone()].starts_with("size"));
    assert_eq!(origin.provenance.source, "https://example.com/hard");
}
