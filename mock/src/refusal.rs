//! Refusals in the venue's own shape: the documented type of the status, with the catalogue's code
//! and, where it has room for words, what is wrong.

use venue_schema::ir::{
    Api, EnumBase, ErrorClass, Field, Layout, Literal, Status, Target, TypeKind, TypeRef,
};
use venue_schema::sample::raw::Raw;
use venue_wire::Verdict;

use crate::venue::{Venue, records, status_of};

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) class: ErrorClass,
    /// The status, if it is certain.
    pub(crate) status: Option<u16>,
    /// The application code, if it is certain.
    pub(crate) code: Option<i64>,
    pub(crate) words: String,
    /// Seconds to wait.
    pub(crate) wait_s: Option<u64>,
}

impl Refusal {
    pub(crate) fn new(class: ErrorClass, words: impl Into<String>) -> Self {
        Refusal {
            class,
            status: None,
            code: None,
            words: words.into(),
            wait_s: None,
        }
    }

    pub(crate) fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    pub(crate) fn code(mut self, code: Option<i64>) -> Self {
        self.code = code;
        self
    }
}

impl Venue {
    /// Status and body of a refusal; the body is empty where the spec has none.
    pub(crate) fn refuse(
        &self,
        operation: Option<usize>,
        refusal: &Refusal,
        now: i128,
    ) -> (u16, String) {
        let status = refusal
            .status
            .unwrap_or_else(|| self.refusal_status(operation, refusal.class));
        let code = refusal.code.or_else(|| self.code_of(refusal.class));
        let response = operation.and_then(|op| {
            let responses = &self.api().operations[op].responses;
            let exact = responses
                .iter()
                .position(|r| r.status == Status::Code(status));
            let class = || {
                let of = |s| matches!(s, Status::Class(c) if u16::from(c) == status / 100);
                responses.iter().position(|r| of(r.status))
            };
            Some((op, exact.or_else(class)?))
        });
        let body = match (response, &self.refusal) {
            (Some((op, n)), _) => {
                let ty = self.api().operations[op].responses[n].ty.clone();
                ty.and_then(|ty| self.body(Target::Response(op, n), &ty, refusal, code, now))
            }
            (None, Some(ty @ TypeRef::Named(id))) => {
                self.body(Target::Type(*id), ty, refusal, code, now)
            }
            _ => None,
        };
        (status, body.unwrap_or_default())
    }

    /// The first code of the catalogue in a class.
    pub(crate) fn code_of(&self, class: ErrorClass) -> Option<i64> {
        let mut errors = self.api().errors.iter().filter(|e| e.class == class);
        errors.find_map(|error| error.code)
    }

    fn refusal_status(&self, operation: Option<usize>, class: ErrorClass) -> u16 {
        let api = self.api();
        let wanted: &[u16] = match class {
            ErrorClass::Auth => &[401, 403],
            ErrorClass::RateLimit => &[429],
            ErrorClass::Venue | ErrorClass::Ambiguous => &[500, 503],
            ErrorClass::Caller | ErrorClass::Success => &[422, 400],
        };
        let responses = operation.map_or(&[][..], |op| &api.operations[op].responses);
        let exact = |code: &u16| responses.iter().any(|r| r.status == Status::Code(*code));
        // A venue that knows 401 means it by a key, whatever else the operation answers with 403.
        let wanted = match class {
            ErrorClass::Auth if status_of(api, class, &[401]).is_some() => &[401],
            _ => wanted,
        };
        let found = wanted.iter().copied().find(exact);
        let class_known = responses.iter().any(|r| r.status == Status::Class(4));
        let catalogue = || status_of(api, class, wanted);
        // A venue that answers every refusal with one status says so by documenting no other.
        let only = || {
            let refused = responses.iter().filter_map(|r| match r.status {
                Status::Code(code) if (400..500).contains(&code) => Some(code),
                _ => None,
            });
            let few: Vec<u16> = refused.collect();
            (few.len() == 1 && !class_known && class != ErrorClass::RateLimit).then(|| few[0])
        };
        found
            .or_else(only)
            .or_else(catalogue)
            .unwrap_or(match class {
                ErrorClass::Caller | ErrorClass::Success => 400,
                _ => wanted[0],
            })
    }

    fn body(
        &self,
        target: Target,
        ty: &TypeRef,
        refusal: &Refusal,
        code: Option<i64>,
        now: i128,
    ) -> Option<String> {
        let plain = self.generate(target, 0, 0, now)?;
        let mut filled = plain.clone();
        fill(self.api(), ty, &mut filled, &refusal.words, code, 0);
        let text = filled.to_string();
        if self.verdict(target, &text) == Verdict::Invalid {
            return Some(plain.to_string());
        }
        Some(text)
    }
}

/// Puts words and code where the type has room for them, and leaves out what need not be there.
pub(crate) fn fill(
    api: &Api,
    ty: &TypeRef,
    value: &mut Raw,
    words: &str,
    code: Option<i64>,
    depth: usize,
) {
    let Raw::Object(members) = value else {
        return fill_row(api, ty, value, words, code, depth);
    };
    let fields: Vec<&Field> = records(api, ty)
        .into_iter()
        .filter(|record| record.layout == Layout::Object)
        .flat_map(|record| &record.fields)
        .collect();
    members.retain_mut(|(key, value)| {
        let name = venue_schema::sample::raw::unquoted(key);
        let Some(field) = fields.iter().find(|field| field.wire == name) else {
            return true;
        };
        let optional = field.presence.may_be_absent() && field.constant.is_none();
        let said = put(api, field, value, words, code, depth);
        said || !optional
    });
}

fn fill_row(
    api: &Api,
    ty: &TypeRef,
    value: &mut Raw,
    words: &str,
    code: Option<i64>,
    depth: usize,
) {
    let Raw::Array(items) = value else { return };
    for record in records(api, ty) {
        if record.layout == Layout::Array {
            for (field, item) in record.fields.iter().zip(items.iter_mut()) {
                put(api, field, item, words, code, depth);
            }
            return;
        }
    }
}

/// Whether the field took words or code.
fn put(
    api: &Api,
    field: &Field,
    value: &mut Raw,
    words: &str,
    code: Option<i64>,
    depth: usize,
) -> bool {
    if field.constant.is_some() {
        return false;
    }
    match &field.ty {
        TypeRef::String if !field.presence.may_be_absent() => {
            *value = Raw::string(words);
            true
        }
        TypeRef::Named(id) => match &api.types[*id].kind {
            TypeKind::Enum(values) if matches!(values.base, EnumBase::Int(_)) => {
                let listed = |code: &i64| {
                    let is = |v: &venue_schema::ir::EnumValue| v.wire == Literal::Int(*code);
                    values.values.iter().any(is)
                };
                match code.filter(listed) {
                    Some(code) => {
                        *value = Raw::Token(code.to_string());
                        true
                    }
                    None => false,
                }
            }
            // A code that is a union of its forms: the plain one.
            TypeKind::Union(_) if matches!(value, Raw::Token(_)) => match code {
                Some(code) if value.number().is_some() => {
                    *value = Raw::Token(code.to_string());
                    true
                }
                _ => false,
            },
            TypeKind::Record(_) | TypeKind::Union(_) if depth < 4 => {
                fill(api, &field.ty, value, words, code, depth + 1);
                !field.presence.may_be_absent()
            }
            _ => false,
        },
        _ => false,
    }
}
