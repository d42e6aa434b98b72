//! Rules across the fields of a record.

use venue_schema::ir::{Guard, Layout, Literal, Need, Record, Rule};

use super::document::{Members, Tree};
use super::matching::{negated, one_of};

/// What `allOf` of the record's definition holds: one schema a rule.
pub(super) fn rules(record: &Record) -> Vec<Tree> {
    record.rules.iter().map(|each| rule(record, each)).collect()
}

fn rule(record: &Record, rule: &Rule) -> Tree {
    let mut out = Members::new();
    out.set_text("description", &rule.doc);
    let need = need(record, &rule.need);
    if rule.when.is_empty() {
        out.extend(need);
    } else {
        out.set(
            "if",
            all(rule
                .when
                .iter()
                .map(|guard| self::guard(record, guard))
                .collect()),
        );
        out.set("then", need);
    }
    out.into()
}

fn guard(record: &Record, guard: &Guard) -> Members {
    if guard.values.is_empty() {
        return present(record, guard.field);
    }
    let blank = |value: &&Literal| matches!(value, Literal::Str(text) if text.is_empty());
    let values = match record.fields[guard.field].empty_is_none {
        true => guard
            .values
            .iter()
            .filter(|it| !blank(it))
            .cloned()
            .collect(),
        false => guard.values.clone(),
    };
    let value = match values.is_empty() {
        true => Tree::Bool(false),
        false => one_of(&values).into(),
    };
    at(record, guard.field, value)
}

fn need(record: &Record, need: &Need) -> Members {
    let each = |fields: &[usize]| -> Vec<Tree> {
        fields
            .iter()
            .map(|&field| present(record, field).into())
            .collect()
    };
    match need {
        Need::AllOf(fields) => all(fields.iter().map(|&field| present(record, field)).collect()),
        Need::NoneOf(fields) => Members::new().with("not", any(each(fields))),
        Need::ExactlyOne(fields) => Members::new().with("oneOf", each(fields)),
        // None, or one: were two present, two branches would hold.
        Need::AtMostOne(fields) => {
            let mut branches = each(fields);
            branches.push(negated(any(each(fields))));
            Members::new().with("oneOf", branches)
        }
        Need::AtLeastOne(fields) => any(each(fields)),
    }
}

/// The field is there, and neither null nor the empty string that stands for none.
fn present(record: &Record, field: usize) -> Members {
    let none = match record.fields[field].empty_is_none {
        true => Members::new().with("enum", vec![Tree::Null, "".into()]),
        false => Members::new().with("type", "null"),
    };
    at(record, field, negated(none))
}

/// The field is there and is accepted by `value`.
fn at(record: &Record, field: usize, value: Tree) -> Members {
    match record.layout {
        Layout::Object => {
            let name = record.fields[field].wire.as_str();
            Members::new()
                .with("required", vec![name.into()])
                .with("properties", Members::new().with(name, value))
        }
        Layout::Array => {
            let mut elements = vec![Tree::Bool(true); field];
            elements.push(value);
            Members::new()
                .with("minItems", field + 1)
                .with("prefixItems", elements)
        }
    }
}

fn any(branches: Vec<Tree>) -> Members {
    Members::new().with("anyOf", branches)
}

fn all(mut schemas: Vec<Members>) -> Members {
    if schemas.len() == 1 {
        return schemas.remove(0);
    }
    Members::new().with(
        "allOf",
        schemas.into_iter().map(Tree::from).collect::<Vec<_>>(),
    )
}
