//! Batches, maps, blanks, patches, and violations in them.

use proptest::prelude::*;
use venue_wire::{
    Any, Batch, Blank, DateTime, Decimal, Extra, Map, Patch, Tail, Validate, Verdict, Violations,
};

use crate::read;

#[test]
fn a_batch_keeps_what_does_not_decode() {
    let text = r#"[[1.0,"a"],{"not":"a row"},[2.00,"b"],null]"#;
    let batch: Batch<(Decimal, String)> = read(text).unwrap();
    assert_eq!(
        batch.ok().map(|row| row.0.to_string()).collect::<Vec<_>>(),
        ["1.0", "2.00"]
    );
    let failed: Vec<_> = batch
        .failed()
        .map(|(at, failed)| (at, failed.raw.get()))
        .collect();
    assert_eq!(failed, [(1, r#"{"not":"a row"}"#), (3, "null")]);
    assert_eq!(serde_json::to_string(&batch).unwrap(), text);
    assert!(
        !format!("{batch:?}").contains("a row"),
        "an undecoded element may hold secrets"
    );
    let batch: Batch<bool> = read("[true,1,false,null]").unwrap();
    assert_eq!(batch.verdict(), Verdict::Invalid);
    assert_eq!(batch.validate()[1].pointer, "/3");
    // Broken JSON breaks the whole.
    assert!(read::<Batch<bool>>(r#"[true,"\ud800"]"#).is_none());
    assert!(read::<Batch<bool>>("[true,01]").is_none());
}

#[test]
fn blanks_read_the_empty_string_as_none() {
    assert_eq!(read::<Blank<Decimal<Any>>>("\"\"").unwrap(), Blank(None));
    for token in ["1.50", "\"1.50\""] {
        let value: Blank<Decimal<Any>> = read(token).unwrap();
        assert_eq!(serde_json::to_string(&value).unwrap(), token);
    }
    assert_eq!(
        read::<Blank<String>>(r#""\u0041\"""#).unwrap().0.unwrap(),
        "A\""
    );
    assert!(read::<Blank<DateTime>>("\"x\"").is_none());
    assert!(read::<Blank<String>>("1").is_none());
    assert!(read::<Blank<String>>(r#""\ud800""#).is_none());
    assert!(serde_json::from_str::<Blank<String>>("null").is_err());
}

#[test]
fn large_maps_and_extras_still_refuse_a_name_that_comes_twice() {
    let text = |names: &[String]| {
        let members: Vec<_> = names.iter().map(|name| format!("\"{name}\":1")).collect();
        format!("{{{}}}", members.join(","))
    };
    let mut names: Vec<String> = (0..100).rev().map(|at| format!("n{at}")).collect();
    let map: Map<u8> = read(&text(&names)).unwrap();
    assert!(map.keys().eq(names.iter().map(String::as_str)));
    assert_eq!(map.get("n42"), Some(&1));
    assert_eq!(serde_json::to_string(&map).unwrap(), text(&names));
    for twice in [0, 50, 99] {
        let mut again = names.clone();
        again.push(names[twice].clone());
        assert!(read::<Map<u8>>(&text(&again)).is_none(), "{twice}");
    }
    names.truncate(20);
    let mut extra = Extra::new();
    for name in &names {
        extra.push(name, "1".parse().unwrap()).unwrap();
    }
    assert!(extra.push(&names[3], "1".parse().unwrap()).is_err());
    assert_eq!(extra.len(), 20);
    // An escape makes no other name of it.
    assert!(read::<Map<u8>>(r#"{"a":1,"\u0061":2}"#).is_none());
}

#[test]
fn empty_extras_and_tails_cost_a_pointer() {
    assert_eq!(std::mem::size_of::<Extra>(), std::mem::size_of::<usize>());
    assert_eq!(std::mem::size_of::<Tail>(), std::mem::size_of::<usize>());
    assert_eq!(Tail::from_iter([]), Tail::new());
}

struct Level {
    price: i64,
    extra: Extra,
    tail: Tail,
}

impl Validate for Level {
    fn validate_into(&self, out: &mut Violations) {
        out.at_field("a/b~c", |out| {
            if self.price < 0 {
                out.push_about("out-of-range", Verdict::Invalid, &self.price, "is below 0");
            }
        });
        out.at_secret_field("secret", |out| {
            out.push(
                "broken-rule",
                Verdict::Invalid,
                format_args!("{} is weak", "hunter2"),
            );
            out.at_index(0, |out| {
                out.push_about("too-short", Verdict::Invalid, &"hunter2", "is too short");
            });
        });
        self.extra.report(out);
        self.tail.report(2, out);
    }
}

#[test]
fn violations_have_pointers_and_mask_secrets() {
    let mut extra = Extra::new();
    extra.push("x~/y", "1".parse().unwrap()).unwrap();
    let level = Level {
        price: -2,
        extra,
        tail: Tail::from_iter(["1".parse().unwrap()]),
    };
    let levels: Map<Patch<Vec<Level>>> =
        Map::from_iter([("none", Patch::Null), ("k/", Patch::Value(vec![level]))]);
    let found = levels.validate();
    let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "invalid at /k~1/0/a~1b~0c: -2 is below 0 [out-of-range]",
            "invalid at /k~1/0/secret: «masked» breaks the rule [broken-rule]",
            "invalid at /k~1/0/secret/0: «masked» is too short [too-short]",
            "drift at /k~1/0/x~0~1y: the spec has no such field [undocumented-field]",
            "drift at /k~1/0/2: the spec has no such element [undocumented-element]",
        ]
    );
    assert_eq!(levels.verdict(), Verdict::Invalid);
    assert_eq!(Patch::<bool>::Absent.verdict(), Verdict::Valid);
}

#[test]
fn shown_values_are_short_and_on_one_line() {
    let mut out = Violations::new();
    out.push_about(
        "too-long",
        Verdict::Invalid,
        &format!("a\n{}", "b".repeat(200)),
        "is long",
    );
    let message = &out.as_slice()[0].message;
    assert!(
        message.starts_with("a\\nbbb") && message.ends_with("b… is long"),
        "{message}"
    );
    assert!(message.chars().count() < 100, "{message}");
}

proptest! {
    #[test]
    fn maps_keep_names_and_order(members in prop::collection::vec(("\\PC{0,4}", any::<i32>()), 0..30)) {
        let map: Map<i32> = members.into_iter().collect();
        let text = serde_json::to_string(&map).unwrap();
        prop_assert_eq!(read::<Map<i32>>(&text).unwrap(), map);
    }
}
