//! Bodies of requests and responses, with the payloads that sources show.

use venue_schema::ir::{Body, Field, FilePart, Media, Response, Status, Target, TypeKind, TypeRef};

use super::Writer;
use crate::api_document as shared;
use crate::json_schema::annotations;
use crate::json_schema::{Members, Tree};

impl Writer<'_> {
    pub(super) fn request_body(&self, operation: usize, body: &Body) -> Members {
        let target = Target::Request(operation);
        let mut content = Members::new();
        for &media in &body.media {
            let mut of_media = self.media(&body.ty, target);
            if media != Media::Json {
                let encoding = self.encoding(body, media);
                if !encoding.is_empty() {
                    of_media.set("encoding", encoding);
                }
            }
            content.set(media_type(media), of_media);
        }
        let mut out = Members::new()
            .with("required", body.required)
            .with("content", content);
        self.invalid_examples(target, &mut out);
        out
    }

    pub(super) fn responses(&self, operation: usize) -> Members {
        let mut out = Members::new();
        for (index, response) in self.api.operations[operation].responses.iter().enumerate() {
            let name = match response.status {
                Status::Code(code) => code.to_string(),
                Status::Class(class) => format!("{class}XX"),
            };
            let target = Target::Response(operation, index);
            out.set(&name, self.response(operation, response, target));
        }
        if out.is_empty() {
            // At least one is asked for.
            let unknown = Members::new().with("description", "No source says what is answered.");
            out.set("default", unknown);
        }
        out
    }

    fn response(&self, operation: usize, response: &Response, target: Target) -> Members {
        let mut out = Members::new();
        let description = match response.doc.as_str() {
            "" => "No source says more.",
            doc => doc,
        };
        out.set("description", description);
        if let Some(ty) = &response.ty {
            let content = Members::new().with("application/json", self.media(ty, target));
            out.set("content", content);
            if response.may_be_empty {
                out.set("x-venue-may-be-empty", true);
            }
        }
        if let Some(media) = &response.media {
            let schema = Members::new().with("type", "string");
            let schema = match media.starts_with("text/") {
                true => schema,
                false => schema.with("format", "binary"),
            };
            let content = Members::new().with(media, Members::new().with("schema", schema));
            out.set("content", content);
        }
        self.invalid_examples(target, &mut out);
        let inherited = &self.api.operations[operation].meta.provenance;
        if response.provenance != *inherited {
            out.extend(annotations::provenance(&response.provenance));
        }
        let errors = self.errors_of(operation, response.status);
        if !errors.is_empty() {
            out.set("x-venue-errors", errors);
        }
        out
    }

    /// Schema and examples.
    fn media(&self, ty: &TypeRef, target: Target) -> Members {
        let mut out = Members::new().with("schema", self.schemas.used(ty));
        let examples: Members = shared::shown(self.api, target)
            .into_iter()
            .map(|shown| {
                let mut example = Members::new().with("summary", shown.summary.as_str());
                example.extend(shared::described(&[shown.defect()]));
                example.set("value", shown.payload.clone());
                example.extend(shown.annotations());
                (shown.name.clone(), example.into())
            })
            .collect();
        if !examples.is_empty() {
            out.set("examples", examples);
        }
        out
    }

    /// `x-venue-invalid-examples`: what a source shows although it contradicts the spec.
    fn invalid_examples(&self, target: Target, out: &mut Members) {
        let invalid: Members = shared::invalid(self.api, target)
            .into_iter()
            .map(|shown| {
                let mut example = Members::new()
                    .with("summary", shown.summary.as_str())
                    .with("value", shown.payload.clone());
                example.extend(shown.annotations());
                (shown.name.clone(), example.into())
            })
            .collect();
        if !invalid.is_empty() {
            out.set("x-venue-invalid-examples", invalid);
        }
    }

    /// How parts and fields are written that are not plain text.
    fn encoding(&self, body: &Body, media: Media) -> Members {
        let mut out = Members::new();
        for field in shared::fields_of(self.api, &body.ty) {
            let of = if media == Media::Multipart && is_file(body, field) {
                let kinds = kinds(body, field).map(|part| part.media.join(", "));
                let kinds = kinds.unwrap_or_else(|| "application/octet-stream".to_owned());
                Members::new().with("contentType", kinds)
            } else if self.is_structured(&field.ty) {
                Members::new().with("contentType", "application/json")
            } else {
                continue;
            };
            out.set(&field.wire, of);
        }
        out
    }

    /// Whether a value stands as JSON within a form.
    fn is_structured(&self, ty: &TypeRef) -> bool {
        match ty {
            TypeRef::List(_) | TypeRef::Map(_) | TypeRef::Json => true,
            TypeRef::Named(id) => match &self.api.types[*id].kind {
                TypeKind::Record(_) | TypeKind::Union(_) => true,
                TypeKind::Scalar(scalar) => self.is_structured(&scalar.base),
                TypeKind::Enum(_) => false,
            },
            _ => false,
        }
    }

    /// Marks the files of multipart bodies among the schemas, so that tools send them as such.
    pub(super) fn mark_files(&self, schemas: &mut Members) {
        for body in self.api.operations.iter().filter_map(|it| it.body.as_ref()) {
            let (true, TypeRef::Named(id)) = (body.media.contains(&Media::Multipart), &body.ty)
            else {
                continue;
            };
            let name = &self.api.types[*id].name;
            let files = shared::fields_of(self.api, &body.ty).iter();
            for field in files.filter(|field| is_file(body, field)) {
                let mut path = vec!["properties", field.wire.as_str()];
                if let TypeRef::List(_) = field.ty {
                    path.push("items");
                }
                let mut schema = schemas.get_mut(name);
                for step in path {
                    schema = match schema {
                        Some(Tree::Object(members)) => members.get_mut(step),
                        _ => None,
                    };
                }
                if let Some(Tree::Object(schema)) = schema {
                    schema.set("format", "binary");
                }
            }
        }
    }

    /// The names of the catalogue's entries that a status stands for, at an operation.
    fn errors_of(&self, operation: usize, status: Status) -> Vec<Tree> {
        let errors = self.api.errors.iter();
        let errors = errors
            .filter(|error| error.belongs_to(operation))
            .filter(|error| {
                error.status.is_some_and(|code| match status {
                    Status::Code(only) => code == only,
                    Status::Class(class) => code / 100 == u16::from(class),
                })
            });
        errors.map(|error| error.name.as_str().into()).collect()
    }
}

pub(super) fn media_type(media: Media) -> &'static str {
    match media {
        Media::Json => "application/json",
        Media::Form => "application/x-www-form-urlencoded",
        Media::Multipart => "multipart/form-data",
    }
}

/// What the spec says of a part that is a file.
pub(super) fn kinds<'b>(body: &'b Body, field: &Field) -> Option<&'b FilePart> {
    body.parts.iter().find(|part| part.field == field.wire)
}

/// Whether a part is a file: the spec says of what kinds, or it is named and written like one.
pub(super) fn is_file(body: &Body, field: &Field) -> bool {
    let text = match &field.ty {
        TypeRef::List(item) => **item == TypeRef::String,
        ty => *ty == TypeRef::String,
    };
    text && (kinds(body, field).is_some() || matches!(field.wire.as_str(), "file" | "files"))
}
