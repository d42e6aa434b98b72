//! What an erratum or an unknown is about, in terms of the API rather than of the spec.

use std::collections::BTreeSet;

use venue_schema::ir::{Api, Field, Layout, Meta, TypeId, TypeKind, TypeRef};

use crate::markdown::{code, escape};

/// Named in full; of the rest there is a count.
const USERS_NAMED: usize = 3;

/// What something is about.
pub(super) struct Subject {
    /// For a heading: Markdown.
    pub(super) name: String,
    /// What it is, in the spec's words.
    pub(super) doc: String,
    /// Of a type: what sends or takes it. Markdown.
    pub(super) used: Option<String>,
}

impl Subject {
    /// `about` as the spec has it: an id without the API's, with a field after a `#`.
    pub(super) fn of(api: &Api, about: &str) -> Subject {
        let (id, field) = match about.split_once('#') {
            Some((id, field)) => (id, Some(field)),
            None => (about, None),
        };
        let full = format!("{}.{id}", api.id);
        let is = |meta: &Meta| meta.id == full;
        let found = |name: String, doc: &str| Subject {
            name,
            doc: doc.to_owned(),
            used: None,
        };
        if let Some(op) = api.operations.iter().find(|o| is(&o.meta)) {
            let name = code(&format!("{} {}", op.method, op.path));
            let fields = [&op.path_params, &op.query, &op.headers];
            let body = op.body.as_ref().and_then(|b| record(api, &b.ty));
            let fields = fields.into_iter().chain(body).flatten();
            return found(name, &op.meta.doc).field(field, fields);
        }
        if let Some(feed) = api.feeds.iter().find(|f| is(&f.meta)) {
            let name = format!("feed {}", code(&feed.channel.to_string()));
            return found(name, &feed.meta.doc).field(field, &feed.params);
        }
        if let Some(command) = api.commands.iter().find(|c| is(&c.meta)) {
            let name = format!("command {}", code(&command.name));
            let fields = record(api, &command.ty).into_iter().flatten();
            return found(name, &command.meta.doc).field(field, fields);
        }
        if let Some(message) = api.messages.iter().find(|m| is(&m.meta)) {
            let name = match message.feed.and_then(|f| api.feeds.get(f)) {
                Some(feed) => format!(
                    "feed {}, {}",
                    code(&feed.channel.to_string()),
                    escape(&message.name)
                ),
                None => format!("message {}", code(&message.name)),
            };
            let fields = record(api, &message.ty).into_iter().flatten();
            return found(name, &message.meta.doc).field(field, fields);
        }
        if let Some(at) = api.types.iter().position(|t| is(&t.meta)) {
            let ty = &api.types[at];
            let name = format!("{} {}", noun(&ty.kind), code(&ty.name));
            let fields = record(api, &TypeRef::Named(at)).into_iter().flatten();
            let mut subject = found(name, &ty.meta.doc).field(field, fields);
            subject.used = users(api, at);
            return subject;
        }
        let end = |kind: &str, name: &str, meta: &Meta| {
            is(meta).then(|| found(format!("{kind} {}", code(name)), &meta.doc))
        };
        let others = (api.errors.iter().map(|e| end("error", &e.name, &e.meta)))
            .chain((api.auth.iter()).map(|a| end("authentication", &a.name, &a.meta)))
            .chain(api.servers.iter().map(|s| end("server", &s.name, &s.meta)))
            .chain(api.sockets.iter().map(|s| end("socket", &s.name, &s.meta)))
            .chain(api.limits.iter().map(|l| end("limit", &l.name, &l.meta)));
        if let Some(found) = others.flatten().next() {
            return found;
        }
        let section = id.strip_prefix("section.");
        match api.sections.iter().find(|s| section == Some(&s.name)) {
            Some(section) => found(escape(&section.title), &section.doc),
            None if id == "api" => found("the API as a whole".to_owned(), ""),
            None => found(code(about), ""),
        }
    }

    /// The field of it that is meant.
    fn field<'a>(
        mut self,
        name: Option<&str>,
        fields: impl IntoIterator<Item = &'a Field>,
    ) -> Self {
        let Some(name) = name else { return self };
        match fields.into_iter().find(|f| f.name == name) {
            Some(field) => {
                self.name = format!("{} of {}", code(&field.wire), self.name);
                self.doc.clone_from(&field.doc);
            }
            None => self.name = format!("{} of {}", code(name), self.name),
        }
        self
    }
}

fn noun(kind: &TypeKind) -> &'static str {
    match kind {
        TypeKind::Record(record) => match record.layout {
            Layout::Object => "object",
            Layout::Array => "array",
        },
        TypeKind::Enum(_) => "enum",
        TypeKind::Union(_) | TypeKind::Scalar(_) => "type",
    }
}

fn record<'a>(api: &'a Api, ty: &TypeRef) -> Option<&'a Vec<Field>> {
    let TypeRef::Named(id) = ty else { return None };
    match &api.types.get(*id)?.kind {
        TypeKind::Record(record) => Some(&record.fields),
        _ => None,
    }
}

/// The operations, feeds, commands and messages that a type is a part of.
fn users(api: &Api, wanted: TypeId) -> Option<String> {
    let holds = |roots: Vec<&TypeRef>| reached(api, roots).contains(&wanted);
    let mut users = Vec::new();
    for op in &api.operations {
        let params = [&op.path_params, &op.query, &op.headers];
        let mut roots: Vec<&TypeRef> = params.into_iter().flatten().map(|f| &f.ty).collect();
        roots.extend(op.body.iter().map(|b| &b.ty));
        roots.extend(op.responses.iter().filter_map(|r| r.ty.as_ref()));
        if holds(roots) {
            users.push(code(&format!("{} {}", op.method, op.path)));
        }
    }
    for feed in &api.feeds {
        let messages = feed.messages.iter().filter_map(|m| api.messages.get(*m));
        let params = feed.params.iter().map(|f| &f.ty);
        if holds(messages.map(|m| &m.ty).chain(params).collect()) {
            users.push(format!("feed {}", code(&feed.channel.to_string())));
        }
    }
    for command in &api.commands {
        if holds(vec![&command.ty]) {
            users.push(format!("command {}", code(&command.name)));
        }
    }
    for message in api.messages.iter().filter(|m| m.feed.is_none()) {
        if holds(vec![&message.ty]) {
            users.push(format!("message {}", code(&message.name)));
        }
    }
    let more = users.len().saturating_sub(USERS_NAMED);
    if more > 1 {
        users.truncate(USERS_NAMED);
        users.push(format!("{more} more"));
    }
    let last = users.pop()?;
    Some(match users.is_empty() {
        true => last,
        false => format!("{} and {last}", users.join(", ")),
    })
}

/// The named types that these are made of.
fn reached<'a>(api: &'a Api, mut todo: Vec<&'a TypeRef>) -> BTreeSet<TypeId> {
    let mut seen = BTreeSet::new();
    while let Some(ty) = todo.pop() {
        let id = match ty {
            TypeRef::List(of) | TypeRef::Map(of) => {
                todo.push(of);
                continue;
            }
            TypeRef::Named(id) => *id,
            _ => continue,
        };
        if !seen.insert(id) {
            continue;
        }
        match api.types.get(id).map(|ty| &ty.kind) {
            Some(TypeKind::Record(record)) => todo.extend(record.fields.iter().map(|f| &f.ty)),
            Some(TypeKind::Union(union)) => todo.extend(union.variants.iter().map(|v| &v.ty)),
            Some(TypeKind::Scalar(scalar)) => todo.push(&scalar.base),
            Some(TypeKind::Enum(_)) | None => {}
        }
    }
    seen
}
