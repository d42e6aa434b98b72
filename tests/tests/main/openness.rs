//! Which values each enum of the box lists, and what another value means: no edit of a spec opens,
//! closes, lengthens or shortens a list without the ledger saying so too.

use std::collections::BTreeSet;
use std::fs;

use venue_schema::ir::{Enum, Literal, Openness, TypeKind};
use venue_tests::specs;

const HEAD: &str = "id\topenness\tvalues";

/// A row of the ledger: the enum's id, its openness, its values in documented order.
fn row(id: &str, values: &Enum) -> String {
    let openness = match values.openness {
        Openness::Open => "open",
        Openness::Strict => "strict",
        Openness::Closed => "closed",
    };
    let wire = |literal: &Literal| match literal {
        Literal::Str(text) => text.clone(),
        Literal::Int(number) => number.to_string(),
        Literal::Bool(flag) => flag.to_string(),
    };
    let values: Vec<String> = values
        .values
        .iter()
        .map(|value| match value.mask {
            Some(mask) => format!("{}/{mask}", wire(&value.wire)),
            None => wire(&value.wire),
        })
        .collect();
    format!("{id}\t{openness}\t{}", values.join("|"))
}

#[test]
fn no_list_of_values_is_opened_closed_or_changed_unsaid() {
    let mut rows = BTreeSet::new();
    for api in specs::all_bundled() {
        for ty in &api.types {
            if let TypeKind::Enum(values) = &ty.kind {
                rows.insert(row(&ty.meta.id, values));
            }
        }
    }
    let path = specs::folder("ledger/enums.tsv");
    let text = fs::read_to_string(&path).expect("the ledger of enums");
    let ledger: BTreeSet<String> = text.lines().skip(1).map(str::to_owned).collect();
    assert_eq!(text.lines().next(), Some(HEAD));
    let list = |rows: Vec<&String>| {
        let rows: Vec<&str> = rows.into_iter().map(String::as_str).collect();
        rows.join("\n")
    };
    let unsaid = list(rows.difference(&ledger).collect());
    let gone = list(ledger.difference(&rows).collect());
    assert!(
        unsaid.is_empty() && gone.is_empty(),
        "in the specs, not in tests/ledger/enums.tsv:\n{unsaid}\nthe other way:\n{gone}"
    );
}
