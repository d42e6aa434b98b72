//! Rules across the fields of a record.

use venue_schema::ir::{Api, Field, Guard, Layout, Literal, Need, Record, Rule, TypeKind, TypeRef};

use super::document::{Members, Tree};
use super::matching::{anything, literal, negated, one_of};

/// What `allOf` of the record's definition holds: one schema a rule.
pub(crate) fn rules(api: &Api, record: &Record) -> Vec<Tree> {
    let may_be_null = |field: &Field| field.presence.may_be_null() || takes_null(api, &field.ty);
    let of = Of {
        record,
        may_be_null: record.fields.iter().map(may_be_null).collect(),
    };
    record.rules.iter().map(|each| rule(&of, each)).collect()
}

/// A record whose rules are written.
struct Of<'a> {
    record: &'a Record,
    /// By field: whether null is accepted where the field is described.
    may_be_null: Vec<bool>,
}

/// Whether the type's own schema can accept null. Of a union it is not asked: it may.
fn takes_null(api: &Api, ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Json => true,
        TypeRef::Named(id) => match &api.types[*id].kind {
            TypeKind::Scalar(scalar) => takes_null(api, &scalar.base),
            TypeKind::Union(_) => true,
            TypeKind::Record(_) | TypeKind::Enum(_) => false,
        },
        _ => false,
    }
}

fn rule(of: &Of<'_>, rule: &Rule) -> Tree {
    let mut out = Members::new();
    out.set_text("description", &rule.doc);
    if let Some(dependent) = dependent(of, rule) {
        return out.with("dependentRequired", dependent).into();
    }
    let need = need(of, &rule.need);
    if rule.when.is_empty() {
        out.extend(need);
    } else {
        out.set(
            "if",
            all(rule
                .when
                .iter()
                .map(|guard| self::guard(of, guard))
                .collect()),
        );
        out.set("then", need);
    }
    out.into()
}

/// "If this member is there, so must those be", where being there is all there is to it.
fn dependent(of: &Of<'_>, rule: &Rule) -> Option<Members> {
    let ([guard], Need::AllOf(needed)) = (rule.when.as_slice(), &rule.need) else {
        return None;
    };
    let record = of.record;
    let plain = |&field: &usize| !(of.may_be_null[field] || record.fields[field].empty_is_none);
    let says = record.layout == Layout::Object
        && guard.values.is_empty()
        && plain(&guard.field)
        && needed.iter().all(plain);
    let name = |&field: &usize| record.fields[field].wire.as_str().into();
    says.then(|| {
        let needed: Vec<Tree> = needed.iter().map(name).collect();
        Members::new().with(&record.fields[guard.field].wire, needed)
    })
}

fn guard(of: &Of<'_>, guard: &Guard) -> Members {
    if guard.values.is_empty() {
        return present(of, guard.field);
    }
    let blank = |value: &&Literal| matches!(value, Literal::Str(text) if text.is_empty());
    let values = match of.record.fields[guard.field].empty_is_none {
        true => guard
            .values
            .iter()
            .filter(|it| !blank(it))
            .cloned()
            .collect(),
        false => guard.values.clone(),
    };
    if guard.is_not {
        let mut refused: Vec<Tree> = values.iter().map(literal).collect();
        // What is null or blank is not there, and meets no guard.
        if of.may_be_null[guard.field] {
            refused.push(Tree::Null);
        }
        if of.record.fields[guard.field].empty_is_none {
            refused.push("".into());
        }
        return at(
            of,
            guard.field,
            negated(Members::new().with("enum", refused)),
        );
    }
    let value = match values.is_empty() {
        true => Tree::Bool(false),
        false => one_of(&values).into(),
    };
    at(of, guard.field, value)
}

fn need(of: &Of<'_>, need: &Need) -> Members {
    let each = |fields: &[usize]| -> Vec<Tree> {
        fields
            .iter()
            .map(|&field| present(of, field).into())
            .collect()
    };
    match need {
        Need::AllOf(fields) => all(fields.iter().map(|&field| present(of, field)).collect()),
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
fn present(of: &Of<'_>, field: usize) -> Members {
    let value = match (of.record.fields[field].empty_is_none, of.may_be_null[field]) {
        (true, true) => negated(Members::new().with("enum", vec![Tree::Null, "".into()])),
        (true, false) => negated(Members::new().with("const", "")),
        (false, true) => negated(Members::new().with("type", "null")),
        // Null is refused where the field is described.
        (false, false) => anything(),
    };
    at(of, field, value)
}

/// The field is there and is accepted by `value`.
fn at(of: &Of<'_>, field: usize, value: Tree) -> Members {
    match of.record.layout {
        Layout::Object => {
            let name = of.record.fields[field].wire.as_str();
            Members::new()
                .with("required", vec![name.into()])
                .with("properties", Members::new().with(name, value))
        }
        Layout::Array => {
            let mut elements = vec![anything(); field];
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
