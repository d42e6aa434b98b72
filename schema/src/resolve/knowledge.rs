//! What is known about the API: examples, errata, unknowns.

use std::ops::Range;

use super::{Entity, Resolver, trimmed, words};
use crate::ast::{self, Sourced, Spanned, Text};
use crate::diagnostic::suggestion;
use crate::ir::{Erratum, Example, Field, Status, Target, TypeId, TypeKind, TypeRef, Unknown};
use crate::lines::content_start;
use crate::lint::{bad_value, dangling_name, duplicate_name};
use crate::resolve::names::Case;
use crate::resolve::operations::status;

impl Resolver<'_> {
    pub(super) fn knowledge(&mut self) {
        for (file, source) in self.files.iter().enumerate() {
            for (at, example) in source.spec.example.iter().enumerate() {
                if let Some(example) = self.example(file, at, example) {
                    self.api.examples.push(example);
                }
            }
            for (at, erratum) in source.spec.erratum.iter().enumerate() {
                if let Some(erratum) = self.erratum(file, at, erratum) {
                    self.api.errata.push(erratum);
                }
            }
            for (at, unknown) in source.spec.unknown.iter().enumerate() {
                let scope = self.scope(file, "unknown", &at.to_string());
                let Some(about) = &unknown.value.about else {
                    self.missing(&scope, "about", "the unknown", &unknown.span);
                    continue;
                };
                self.check_about(file, about);
                let at = self.at(file, &about.span);
                let (about, doc) = (about.value.clone(), trimmed(unknown.value.doc.as_ref()));
                self.api.unknowns.push(Unknown { about, doc, at });
            }
        }
    }

    fn example(
        &mut self,
        file: usize,
        at: usize,
        example: &Spanned<ast::Example>,
    ) -> Option<Example> {
        let scope = self.scope(file, "example", &at.to_string());
        let Spanned {
            value: example,
            span,
        } = example;
        if example.of.is_none() {
            self.missing(&scope, "of", "the example", span);
        }
        if example.payload.is_none() {
            self.missing(&scope, "payload", "the example", span);
        }
        let (of, payload) = (example.of.as_ref()?, example.payload.as_ref()?);
        let target = self.target(file, of)?;
        let mut scope = scope;
        scope.provenance = self.target_provenance(target).unwrap_or(scope.provenance);
        Some(Example {
            of: target,
            of_text: of.value.clone(),
            payload: payload.value.clone(),
            published: example.published.as_ref().map(|text| text.value.clone()),
            defect: example.defect.clone(),
            verdict: words::verdict(example.verdict),
            doc: trimmed(example.doc.as_ref()),
            provenance: self.provenance(file, &scope.provenance, example.stated()),
            at: self.at(file, &of.span),
            payload_at: content_start(&self.files[file].text, &payload.span),
        })
    }

    /// An example is from where its target is from, unless it says otherwise.
    fn target_provenance(&self, target: Target) -> Option<crate::ir::Provenance> {
        let api = &self.api;
        let meta = match target {
            Target::Request(at) => &api.operations.get(at)?.meta,
            Target::Response(at, response) => {
                return Some(
                    api.operations
                        .get(at)?
                        .responses
                        .get(response)?
                        .provenance
                        .clone(),
                );
            }
            Target::Feed(at) => &api.feeds.get(at)?.meta,
            Target::Message(at) => &api.messages.get(at)?.meta,
            Target::Command(at) => &api.commands.get(at)?.meta,
            Target::Type(at) => &api.types.get(at)?.meta,
        };
        Some(meta.provenance.clone())
    }

    /// What an example shows.
    fn target(&mut self, file: usize, of: &Text) -> Option<Target> {
        if let Some((entity, _)) = self.ids.get(&of.value) {
            return match *entity {
                Entity::Type(id) => Some(Target::Type(id)),
                Entity::Feed(id) => Some(Target::Feed(id)),
                Entity::Command(id) => Some(Target::Command(id)),
                Entity::Message(id) => Some(Target::Message(id)),
                _ => {
                    let label = self.label(file, &of.span, "");
                    let message = format!("`{}` has no payload of its own", of.value);
                    let help = format!("`{0}/request` or `{0}/response/200`", of.value);
                    self.report(bad_value::at(message, label).help(help));
                    None
                }
            };
        }
        let (id, part) = of.value.split_once('/').unwrap_or((&of.value, ""));
        let Some((Entity::Operation(operation), _)) = self.ids.get(id) else {
            self.no_target(file, of);
            return None;
        };
        let operation = *operation;
        if part == "request" {
            return match self.api.operations[operation].body {
                Some(_) => Some(Target::Request(operation)),
                None => {
                    let label = self.label(file, &of.span, "");
                    self.report(bad_value::at(format!("`{id}` has no body"), label));
                    None
                }
            };
        }
        let Some(wanted) = part.strip_prefix("response/").and_then(status) else {
            self.no_target(file, of);
            return None;
        };
        self.response_target(file, of, operation, wanted)
    }

    fn response_target(
        &mut self,
        file: usize,
        of: &Text,
        operation: usize,
        wanted: Status,
    ) -> Option<Target> {
        let declared = &self.api.operations[operation];
        let class = |code| Status::Class(u8::try_from(code / 100).unwrap_or(0));
        let exact = declared
            .responses
            .iter()
            .position(|response| response.status == wanted);
        let found = exact.or_else(|| match wanted {
            Status::Code(code) => declared
                .responses
                .iter()
                .position(|response| response.status == class(code)),
            Status::Class(_) => None,
        });
        let fault = match found.and_then(|found| declared.responses.get(found)) {
            Some(response) if response.ty.is_some() => {
                return found.map(|found| Target::Response(operation, found));
            }
            Some(_) => "that response has no body, or none that is JSON",
            None => "the operation has no response of that status",
        };
        let label = self.label(file, &of.span, "");
        self.report(dangling_name::at("payload", &of.value, None, label).help(fault));
        None
    }

    fn no_target(&mut self, file: usize, of: &Text) {
        let near = suggestion(&of.value, self.ids.keys().map(String::as_str)).map(str::to_owned);
        self.dangling(
            file,
            "thing with the id",
            &of.value,
            near.as_deref(),
            &of.span,
        );
    }

    fn erratum(
        &mut self,
        file: usize,
        at: usize,
        erratum: &Spanned<ast::Erratum>,
    ) -> Option<Erratum> {
        let scope = self.scope(file, "erratum", &at.to_string());
        let Spanned {
            value: erratum,
            span,
        } = erratum;
        for (key, there) in [
            ("id", erratum.id.is_some()),
            ("about", erratum.about.is_some()),
            ("reading", erratum.reading.is_some()),
        ] {
            if !there {
                self.missing(&scope, key, "the erratum", span);
            }
        }
        if let Some(about) = &erratum.about {
            self.check_about(file, about);
        }
        for (at, claim) in erratum.claims.iter().enumerate() {
            let scope = scope.below(&format!("claims.{at}"));
            if claim.value.says.is_none() {
                self.missing(&scope, "says", "the claim", &claim.span);
            }
        }
        let id = erratum.id.as_ref()?;
        self.check_name(file, "the erratum", Case::Kebab, id);
        let place = self.at(file, &id.span);
        let same = |other: &&Erratum| other.name == id.value;
        if let Some(first) = self.api.errata.iter().find(same) {
            let (again, first) = (
                self.label_at(&place, "again here"),
                self.label_at(&first.at, "first here"),
            );
            self.report(duplicate_name::of("the erratum", &id.value, again, first));
        }
        let claims = erratum.claims.iter().map(|claim| {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            (text(&claim.value.says), text(&claim.value.source))
        });
        Some(Erratum {
            name: id.value.clone(),
            about: erratum.about.as_ref()?.value.clone(),
            claims: claims.collect(),
            reading: erratum.reading.as_ref()?.trim().to_owned(),
            at: place,
        })
    }

    /// Sees to it that what an erratum or unknown is about exists.
    fn check_about(&mut self, file: usize, about: &Text) {
        let (id, field) = match about.value.split_once('#') {
            Some((id, field)) => (id, Some(field)),
            None => (about.value.as_str(), None),
        };
        let operation = id.split_once('/').map(|(operation, _)| operation);
        let section = id.strip_prefix("section.");
        let found = self
            .ids
            .get(id)
            .or_else(|| self.ids.get(operation?))
            .map(|(it, _)| *it);
        let Some(entity) = found else {
            let sections = &self.api.sections;
            let known = id == "api" || sections.iter().any(|it| Some(it.name.as_str()) == section);
            if !known {
                let known = self.ids.keys().map(String::as_str).chain(["api"]);
                let near = suggestion(id, known).map(str::to_owned);
                let span = self.inside(file, about, &(0..id.len()));
                self.dangling(file, "thing with the id", id, near.as_deref(), &span);
            }
            return;
        };
        if let Some(field) = field {
            let part = id.len() + 1..about.value.len();
            let span = self.inside(file, about, &part);
            self.check_about_field(file, entity, field, &span);
        }
    }

    fn check_about_field(&mut self, file: usize, entity: Entity, field: &str, span: &Range<usize>) {
        let mut known = Vec::new();
        let mut seen = Vec::new();
        match entity {
            Entity::Type(id) => self.type_names(&TypeRef::Named(id), &mut known, &mut seen),
            Entity::Operation(id) => {
                let Some(operation) = self.api.operations.get(id) else {
                    return;
                };
                let params = [&operation.path_params, &operation.query, &operation.headers];
                params
                    .into_iter()
                    .flatten()
                    .for_each(|field| names_of(field, &mut known));
                let types = operation.body.iter().map(|body| &body.ty);
                let types = types.chain(operation.responses.iter().filter_map(|it| it.ty.as_ref()));
                types.for_each(|ty| self.type_names(ty, &mut known, &mut seen));
            }
            Entity::Feed(id) => {
                let Some(feed) = self.api.feeds.get(id) else {
                    return;
                };
                feed.params
                    .iter()
                    .for_each(|field| names_of(field, &mut known));
                let messages = feed
                    .messages
                    .iter()
                    .filter_map(|id| self.api.messages.get(*id));
                messages.for_each(|it| self.type_names(&it.ty, &mut known, &mut seen));
            }
            Entity::Command(id) => {
                let Some(command) = self.api.commands.get(id) else {
                    return;
                };
                self.type_names(&command.ty, &mut known, &mut seen);
            }
            Entity::Message(id) => {
                let Some(message) = self.api.messages.get(id) else {
                    return;
                };
                self.type_names(&message.ty, &mut known, &mut seen);
            }
            _ => return,
        }
        if !known.iter().any(|name| name == field) {
            let near = suggestion(field, known.iter().map(String::as_str)).map(str::to_owned);
            self.dangling(file, "field", field, near.as_deref(), span);
        }
    }

    /// Names and wire names of all fields and values that a type has within it.
    pub(super) fn type_names(&self, ty: &TypeRef, known: &mut Vec<String>, seen: &mut Vec<TypeId>) {
        let mut stack = vec![ty];
        while let Some(ty) = stack.pop() {
            let id = match ty {
                TypeRef::List(inner) | TypeRef::Map(inner) => {
                    stack.push(inner);
                    continue;
                }
                TypeRef::Named(id) if !seen.contains(id) => *id,
                _ => continue,
            };
            seen.push(id);
            match self.api.types.get(id).map(|ty| &ty.kind) {
                Some(TypeKind::Record(record)) => {
                    for field in &record.fields {
                        names_of(field, known);
                        stack.push(&field.ty);
                    }
                }
                Some(TypeKind::Enum(declared)) => {
                    known.extend(declared.values.iter().map(|value| value.name.clone()));
                }
                Some(TypeKind::Union(union)) => {
                    for variant in &union.variants {
                        known.push(variant.name.clone());
                        stack.push(&variant.ty);
                    }
                }
                Some(TypeKind::Scalar(_)) | None => {}
            }
        }
    }
}

fn names_of(field: &Field, known: &mut Vec<String>) {
    known.push(field.name.clone());
    known.push(field.wire.clone());
}
