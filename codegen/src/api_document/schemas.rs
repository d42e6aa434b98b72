//! Schemas as components: those of the JSON Schema export, in a shape that generators of code read.

use venue_schema::ir::{
    Api, Field, Layout, Provenance, Target, TypeId, TypeKind, TypeRef, Variant,
};

use super::{Reader, shape};
use crate::json_schema::{self, Draft, Home, Members, Options, Tree};

/// Writes schemas that refer to `components/schemas`.
pub(crate) struct Schemas<'a> {
    api: &'a Api,
    options: Options,
    reader: Reader,
}

impl<'a> Schemas<'a> {
    pub(crate) fn new(api: &'a Api, draft: Draft, reader: Reader) -> Self {
        let options = Options {
            draft,
            home: Home::Components,
            ..Options::default()
        };
        Schemas {
            api,
            options,
            reader,
        }
    }

    /// How they are written.
    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    /// A type where it is used.
    pub(crate) fn used(&self, ty: &TypeRef) -> Tree {
        self.shaped(json_schema::used(self.api, ty, &self.options))
    }

    /// A field or parameter in two parts: the schema proper, and description and annotations, which
    /// stand beside it.
    pub(crate) fn parameter(&self, field: &Field, inherited: &Provenance) -> (Members, Members) {
        let mut schema = Members::new();
        let mut beside = Members::new();
        let whole = json_schema::field(self.api, field, inherited, &self.options);
        if let Tree::Object(whole) = shape::reworded(whole) {
            for (name, value) in whole {
                let part = match name == "description" || name.starts_with("x-venue-") {
                    true => &mut beside,
                    false => &mut schema,
                };
                part.set(&name, value);
            }
        }
        (schema, beside)
    }

    /// `components/schemas`: the types given and all that they refer to, in the order of the spec.
    pub(crate) fn components(&self, roots: &[&TypeRef]) -> Members {
        let types = json_schema::reachable(self.api, roots);
        let each = types.into_iter();
        each.map(|id| (self.api.types[id].name.clone(), self.component(id).into()))
            .collect()
    }

    fn shaped(&self, schema: Tree) -> Tree {
        let schema = shape::reworded(schema);
        match self.options.draft {
            Draft::D2020 => schema,
            Draft::D7 => shape::titled(schema, &|name| self.is_model(name)),
        }
    }

    /// Whether a type is more than a scalar.
    fn is_model(&self, name: &str) -> bool {
        let found = self.api.types.iter().find(|ty| ty.name == name);
        found.is_some_and(|ty| !matches!(ty.kind, TypeKind::Scalar(_)))
    }

    fn variant(&self, variant: &Variant) -> Tree {
        let used = json_schema::used(self.api, &variant.ty, &self.options);
        match self.reader {
            Reader::Java if is_collection(self.api, &variant.ty) => {
                Members::new().with("allOf", vec![used]).into()
            }
            Reader::Java | Reader::Any => used,
        }
    }

    fn component(&self, id: TypeId) -> Members {
        let definition = match json_schema::definition(self.api, id, &self.options) {
            Tree::Object(members) => members,
            _ => Members::new(),
        };
        let definition = match &self.api.types[id].kind {
            TypeKind::Record(_) => shape::with_rules_apart(shape::with_defaults_said(definition)),
            TypeKind::Enum(values) => match self.options.draft {
                Draft::D2020 => shape::with_names(definition, values),
                Draft::D7 => shape::with_spellings_apart(definition),
            },
            TypeKind::Union(union) => {
                let variants = union.variants.iter().map(|it| self.variant(it));
                shape::with_variants(definition, union, variants.collect())
            }
            TypeKind::Scalar(_) => definition,
        };
        let mut out = match self.shaped(definition.into()) {
            Tree::Object(members) => members,
            _ => Members::new(),
        };
        out.set("x-venue-id", self.api.types[id].meta.id.as_str());
        let examples = json_schema::examples(self.api, Target::Type(id), &self.options);
        if !examples.is_empty() {
            let payloads = examples.into_iter().map(|(_, payload)| payload);
            out.set("examples", payloads.collect::<Vec<_>>());
        }
        out
    }
}

/// Whether values of a type are lists, rows or maps.
pub(crate) fn is_collection(api: &Api, ty: &TypeRef) -> bool {
    match ty {
        TypeRef::List(_) | TypeRef::Map(_) => true,
        TypeRef::Named(id) => match &api.types[*id].kind {
            TypeKind::Record(record) => record.layout == Layout::Array,
            TypeKind::Scalar(scalar) => is_collection(api, &scalar.base),
            TypeKind::Enum(_) | TypeKind::Union(_) => false,
        },
        _ => false,
    }
}

/// The fields of the record that a type is, if it is one.
pub(crate) fn fields_of<'a>(api: &'a Api, ty: &TypeRef) -> &'a [Field] {
    match ty {
        TypeRef::Named(id) => match &api.types[*id].kind {
            TypeKind::Record(record) => &record.fields,
            _ => &[],
        },
        _ => &[],
    }
}
