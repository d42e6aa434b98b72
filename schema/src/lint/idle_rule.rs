//! A rule across fields that can only come out one way.
//!
//! It asks for what is always there, forbids it, or chooses among fewer than two fields.

use std::borrow::Cow;

use super::{Lint, Rule};
use crate::diagnostic::Severity;
use crate::ir::{Need, Presence, Record, Rule as Across, TypeKind};

pub(crate) const RULE: Rule = Rule {
    id: "idle-rule",
    severity: Severity::Warning,
    text: include_str!("idle_rule.rs"),
};

pub(crate) fn check(lint: &mut Lint<'_>) {
    let records = lint.api.types.iter().filter_map(|ty| match &ty.kind {
        TypeKind::Record(record) => Some(Cow::Borrowed(record)),
        _ => None,
    });
    let queries = lint.api.operations.iter();
    let queries = queries.map(|operation| Cow::Owned(operation.query_record()));
    for record in records.chain(queries).collect::<Vec<_>>() {
        for rule in &record.rules {
            if let Some(fault) = fault(&record, rule) {
                lint.report(&RULE, fault, &rule.at);
            }
        }
    }
}

fn fault(record: &Record, rule: &Across) -> Option<String> {
    let always = |fields: &[usize]| {
        let fields = fields.iter().filter_map(|at| record.fields.get(*at));
        let mut always = fields.filter(|it| it.presence == Presence::Required && !it.empty_is_none);
        always.next().map(|field| field.name.clone())
    };
    match &rule.need {
        Need::AllOf(fields) => {
            let optional = fields.iter().filter_map(|at| record.fields.get(*at));
            let idle = optional.clone().all(|it| it.presence == Presence::Required);
            idle.then(|| "the fields that the rule asks for are always there".to_owned())
        }
        Need::NoneOf(fields) => {
            always(fields).map(|name| format!("the rule forbids `{name}`, which is always there"))
        }
        Need::ExactlyOne(fields) | Need::AtMostOne(fields) | Need::AtLeastOne(fields) => {
            match always(fields) {
                _ if fields.len() < 2 => {
                    Some("the rule chooses among fewer than two fields".to_owned())
                }
                Some(name) => {
                    Some(format!("the rule chooses among fields, and `{name}` is always there"))
                }
                None => None,
            }
        }
    }
}
