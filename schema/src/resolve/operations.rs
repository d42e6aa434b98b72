//! HTTP operations.

use super::declare::Item;
use super::fields::number;
use super::names::Case;
use super::{Entity, Entry, Resolver, Scope, template, trimmed, words};
use crate::ast::{self, Short, Sourced, Spanned, Table, Text};
use crate::diagnostic::suggestion;
use crate::ir::{
    Body, Field, FilePart, FindOut, Media, Meta, Operation, Pagination, Response, Status, Template,
    TypeKind, TypeRef,
};
use crate::lint::{
    bad_template, bad_value, misplaced_key, path_parameter_mismatch, unknown_choice,
};

/// Methods, and whether sending twice is the same as once.
const METHODS: [(&str, bool); 7] = [
    ("GET", true),
    ("POST", false),
    ("PUT", true),
    ("PATCH", false),
    ("DELETE", true),
    ("HEAD", true),
    ("OPTIONS", true),
];

impl<'a> Resolver<'a> {
    pub(super) fn operations(&mut self) {
        let items: &'a [Item<'a, &'a ast::Operation>] = &self.declared.operations.items;
        for (index, item) in items.iter().enumerate() {
            let operation = self.operation(index, item);
            self.api.operations.push(operation);
        }
    }

    fn operation(&mut self, index: usize, item: &Item<'_, &ast::Operation>) -> Operation {
        let Item { file, name, entry } = *item;
        let scope = self.scope(file, "operation", &name.value);
        self.check_name(file, "the operation", Case::Kebab, name);
        let meta = self.meta(
            &scope,
            Entry {
                entity: Entity::Operation(index),
                prefix: "",
                name,
                id_name: name.value.clone(),
                id: entry.id.as_ref(),
                doc: entry.doc.as_ref(),
                stated: entry.stated(),
            },
        );
        let scope = Scope {
            provenance: meta.provenance.clone(),
            ..scope
        };
        let method = self.method(&scope, name, entry.method.as_ref());
        let path = self.path(&scope, name, entry.path.as_ref());
        let path_params = self.fields(&scope.below("path-params"), &entry.path_params);
        let path_params = self.path_params(file, entry.path.as_ref(), &path, path_params);
        let query = self.fields(&scope.below("query"), &entry.query);
        self.unique_wires("the parameter", &query);
        let rules = self.rules(&scope, &entry.rules, &query);
        let headers = self.fields(&scope.below("headers"), &entry.headers);
        self.unique_wires("the header", &headers);
        let body = entry
            .body
            .as_ref()
            .and_then(|body| self.body(&scope.below("body"), body));
        let repeatable = METHODS
            .iter()
            .any(|(known, twice)| *known == method && *twice);
        let idempotent = entry.idempotent.unwrap_or(repeatable);
        let pagination = entry.pagination.as_ref();
        let pagination =
            pagination.and_then(|page| self.pagination(&scope, page, &query, body.as_ref()));
        let find_out = entry.find_out.as_ref();
        let find_out = find_out.map(|it| self.find_out(&scope, &it.value, body.as_ref()));
        Operation {
            name: name.value.clone(),
            title: self.title(name, entry.title.as_ref()),
            server: self.end(
                &scope,
                "server",
                name,
                entry.server.as_ref(),
                &self.declared.servers,
            ),
            auth: self.auth_names(file, &entry.auth),
            limits: self.limit_names(file, &entry.limits),
            responses: self.responses(&scope.below("responses"), &meta, &entry.responses),
            method,
            path,
            path_params,
            query,
            rules,
            headers,
            body,
            idempotent,
            ambiguous: entry.ambiguous.unwrap_or(!idempotent),
            find_out,
            pagination,
            meta,
        }
    }

    /// The heading; the name in words where there is none.
    fn title(&self, name: &Text, title: Option<&String>) -> String {
        if let Some(title) = title {
            return title.trim().to_owned();
        }
        let words = name.value.replace('-', " ");
        let mut chars = words.chars();
        chars
            .next()
            .into_iter()
            .flat_map(char::to_uppercase)
            .chain(chars)
            .collect()
    }

    fn method(&mut self, scope: &Scope, name: &Text, method: Option<&Text>) -> String {
        let Some(method) = method else {
            self.missing(scope, "method", &format!("`{}`", name.value), &name.span);
            return "GET".to_owned();
        };
        let known = METHODS.map(|(name, _)| name);
        if !known.contains(&method.value.as_str()) {
            let label = self.label(scope.file, &method.span, "");
            let near = suggestion(&method.value, known);
            self.report(unknown_choice::at(
                "method",
                &method.value,
                &known,
                near,
                label,
            ));
        }
        method.value.clone()
    }

    fn path(&mut self, scope: &Scope, name: &Text, path: Option<&Text>) -> Template {
        let Some(path) = path else {
            self.missing(scope, "path", &format!("`{}`", name.value), &name.span);
            return Template::default();
        };
        let fault = match () {
            () if !path.value.starts_with('/') => Some("a path starts with `/`"),
            () if path.value.contains('?') => Some("what follows `?` belongs in `query`"),
            () => None,
        };
        if let Some(fault) = fault {
            let label = self.label(scope.file, &path.span, "");
            self.report(bad_template::at(fault, label));
        }
        self.template(scope.file, path)
    }

    /// Puts the parameters in the order of the path's holes.
    fn path_params(
        &mut self,
        file: usize,
        path: Option<&Text>,
        template: &Template,
        mut params: Vec<Field>,
    ) -> Vec<Field> {
        let holes: Vec<&str> = template::holes(template).collect();
        let Some(path) = path.filter(|path| template::parse(&path.value).is_ok()) else {
            return params;
        };
        for hole in &holes {
            if !params.iter().any(|param| param.name == *hole) {
                let unused = params.iter().map(|param| param.name.as_str());
                let near = suggestion(hole, unused.filter(|name| !holes.contains(name)));
                let part = path.value.find(&format!("{{{hole}}}")).unwrap_or(0);
                let span = self.inside(file, path, &(part..part + hole.len() + 2));
                let label = self.label(file, &span, "");
                self.report(path_parameter_mismatch::hole(hole, near, label));
            }
        }
        for param in &params {
            if !holes.contains(&param.name.as_str()) {
                let near = suggestion(&param.name, holes.iter().copied());
                let label = self.label_at(&param.at, "");
                self.report(path_parameter_mismatch::parameter(&param.name, near, label));
            }
        }
        params.sort_by_key(|param| holes.iter().position(|hole| *hole == param.name));
        params
    }

    fn body(&mut self, scope: &Scope, body: &Spanned<ast::Body>) -> Option<Body> {
        let Spanned { value: body, span } = body;
        let Some(text) = &body.ty else {
            self.missing(scope, "type", "the body", span);
            return None;
        };
        let ty = self.type_ref(scope.file, text);
        let media = match &body.media {
            Some(media) => media
                .value
                .iter()
                .map(|media| words::media(*media))
                .collect(),
            None => vec![Media::Json],
        };
        if let Some(stated) = body.media.as_ref().filter(|stated| stated.value.is_empty()) {
            let label = self.label(scope.file, &stated.span, "");
            self.report(bad_value::at("`media` is empty", label));
        }
        if media.iter().any(|media| *media != Media::Json) && self.record_fields(&ty).is_none() {
            let label = self.label(scope.file, &text.span, "");
            self.report(bad_value::at("a form has the fields of a record", label));
        }
        let parts = self.parts(scope, body, &media, &ty);
        Some(Body {
            media,
            ty,
            parts,
            required: body.required.unwrap_or(true),
        })
    }

    /// Which parts are files, and of what kinds.
    fn parts(
        &mut self,
        scope: &Scope,
        body: &ast::Body,
        media: &[Media],
        ty: &TypeRef,
    ) -> Vec<FilePart> {
        if let Some((name, _)) = body.parts.iter().next()
            && !media.contains(&Media::Multipart)
        {
            let label = self.label(scope.file, &name.span, "");
            self.report(misplaced_key::at("`parts` is for multipart", label));
        }
        let mut parts = Vec::new();
        for (name, kinds) in body.parts.iter() {
            let fields = self.record_fields(ty).unwrap_or_default();
            let field = fields.iter().find(|field| field.name == name.value);
            let field = field.map(|field| field.wire.clone());
            if field.is_none() {
                let near = suggestion(&name.value, fields.iter().map(|f| f.name.as_str()));
                let near = near.map(str::to_owned);
                self.dangling(
                    scope.file,
                    "field",
                    &name.value,
                    near.as_deref(),
                    &name.span,
                );
            }
            if kinds.value.is_empty() {
                let label = self.label(scope.file, &kinds.span, "");
                self.report(bad_value::at("no media type is listed", label));
            }
            for kind in &kinds.value {
                if !is_media_type(&kind.value) {
                    let label = self.label(scope.file, &kind.span, "");
                    let message = format!(
                        "`{}` is not a media type, in lower case and without parameters",
                        kind.value
                    );
                    self.report(bad_value::at(message, label));
                }
            }
            parts.extend(field.map(|field| FilePart {
                field,
                media: kinds.value.iter().map(|kind| kind.value.clone()).collect(),
            }));
        }
        parts
    }

    /// The fields of a record; none are known of a union or of `json`.
    pub(super) fn record_fields(&self, ty: &TypeRef) -> Option<&[Field]> {
        let TypeRef::Named(id) = ty else {
            return matches!(ty, TypeRef::Json).then_some(&[]);
        };
        match self.api.types.get(*id).map(|ty| &ty.kind) {
            Some(TypeKind::Record(record)) => Some(&record.fields),
            Some(TypeKind::Union(_)) => Some(&[]),
            _ => None,
        }
    }

    fn responses(
        &mut self,
        scope: &Scope,
        meta: &Meta,
        responses: &Table<Short<ast::Response>>,
    ) -> Vec<Response> {
        let mut found = Vec::new();
        for (key, response) in responses.iter() {
            let response = &response.0;
            let Some(status) = status(&key.value) else {
                let label = self.label(scope.file, &key.span, "");
                let message = format!("`{}` is neither a status nor a class of them", key.value);
                self.report(bad_value::at(message, label).help("`200`, `422`, `4xx`"));
                continue;
            };
            let ty = response.ty.as_ref().map(|ty| self.type_ref(scope.file, ty));
            let media = response.media.as_ref();
            let media = media.and_then(|media| self.media_type(scope.file, media, ty.is_some()));
            found.push(Response {
                status,
                media,
                may_be_empty: response.may_be_empty || ty.is_none(),
                ty,
                doc: trimmed(response.doc.as_ref()),
                provenance: self.provenance(scope.file, &meta.provenance, response.stated()),
                at: self.at(scope.file, &key.span),
            });
        }
        found
    }

    fn find_out(&mut self, scope: &Scope, find_out: &ast::FindOut, body: Option<&Body>) -> FindOut {
        let fields = body.and_then(|body| self.record_fields(&body.ty));
        let fields = fields.unwrap_or(&[]).iter();
        let members: Vec<(String, String)> = fields
            .map(|field| (field.name.clone(), field.wire.clone()))
            .collect();
        let by = find_out.by.as_ref().and_then(|by| {
            let found = members
                .iter()
                .find(|(name, wire)| [name, wire].contains(&&by.value));
            if found.is_none() {
                let near = suggestion(&by.value, members.iter().map(|(name, _)| name.as_str()));
                self.dangling(scope.file, "member", &by.value, near, &by.span);
            }
            found.map(|(_, wire)| wire.clone())
        });
        let with = self.operation_names(scope.file, &find_out.with);
        FindOut { by, with }
    }

    /// Indices of the operations that are named.
    pub(super) fn operation_names(&mut self, file: usize, names: &[Text]) -> Vec<usize> {
        let known = &self.declared.operations.items;
        let known: Vec<&str> = known.iter().map(|item| item.name.value.as_str()).collect();
        let mut found = Vec::new();
        for name in names {
            match known.iter().position(|other| *other == name.value) {
                Some(operation) => found.push(operation),
                None => {
                    let near = suggestion(&name.value, known.iter().copied());
                    self.dangling(file, "operation", &name.value, near, &name.span);
                }
            }
        }
        found
    }

    /// The media type of a body that is not JSON.
    fn media_type(&mut self, file: usize, media: &Text, has_type: bool) -> Option<String> {
        let name = media.value.as_str();
        let fault = match () {
            () if !is_media_type(name) => {
                format!("`{name}` is not a media type, in lower case and without parameters")
            }
            () if name.ends_with("/json") || name.ends_with("+json") => {
                "`media` is for bodies that are not JSON; those have a `type`".to_owned()
            }
            () if has_type => {
                "a body is JSON and has a `type`, or is something else and has a `media`".to_owned()
            }
            () => return Some(name.to_owned()),
        };
        let label = self.label(file, &media.span, "");
        self.report(bad_value::at(fault, label).help("`text/csv`, `application/pdf`"));
        None
    }

    fn pagination(
        &mut self,
        scope: &Scope,
        page: &Spanned<ast::Pagination>,
        query: &[Field],
        body: Option<&Body>,
    ) -> Option<Pagination> {
        let Spanned { value: page, span } = page;
        let in_body = body
            .and_then(|body| self.record_fields(&body.ty))
            .unwrap_or(&[]);
        let names = query
            .iter()
            .chain(in_body)
            .flat_map(|field| [&field.name, &field.wire]);
        let known: Vec<String> = names.cloned().collect();
        let open = body.is_some() && in_body.is_empty();
        for name in [&page.size, &page.position].into_iter().flatten() {
            if !known.contains(&name.value) && !open {
                let near = suggestion(&name.value, known.iter().map(String::as_str));
                self.dangling(scope.file, "parameter", &name.value, near, &name.span);
            }
        }
        let Some(style) = page.style else {
            self.missing(&scope.below("pagination"), "style", "`pagination`", span);
            return None;
        };
        Some(Pagination {
            style: words::page_style(style).to_owned(),
            size: page.size.as_ref().map(|size| size.value.clone()),
            position: page
                .position
                .as_ref()
                .map(|position| position.value.clone()),
            default_size: page.default_size,
            max_size: page.max_size,
        })
    }
}

/// Whether a text is two names around a slash, as RFC 6838 has them.
fn is_media_type(text: &str) -> bool {
    let is_name = |name: &str| {
        let mut bytes = name.bytes();
        let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        bytes.next().is_some_and(word)
            && bytes.all(|byte| word(byte) || b"!#$&-^_.+".contains(&byte))
    };
    text.split_once('/')
        .is_some_and(|(kind, name)| is_name(kind) && is_name(name))
}

/// `200` or `4xx`.
pub(super) fn status(text: &str) -> Option<Status> {
    let valid = |range: std::ops::RangeInclusive<u16>, number: &str| {
        let number = number.parse().ok().filter(|_| number::is_number(number))?;
        range.contains(&number).then_some(number)
    };
    match text.strip_suffix("xx") {
        Some(class) => Some(Status::Class(u8::try_from(valid(1..=5, class)?).ok()?)),
        None => Some(Status::Code(valid(100..=599, text)?)),
    }
}
