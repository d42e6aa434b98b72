//! Every decision that is Rust's own, made once: identifiers, modules, boxes, what is masked.
//!
//! The emitters read the model for what the venue says and the plan for how Rust says it; none of
//! them invents a name.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use venue_schema::ir::{
    Api, Constraints, DecimalForm, EnumBase, Field, Openness, Presence, Record, SectionId, Status,
    TimeForm, Type, TypeId, TypeKind, TypeRef, UnknownFields,
};

use super::names::{self, Names, ident};
use super::responses::status_name;

/// How Rust says one API.
pub(super) struct Plan<'a> {
    /// What is said.
    pub api: &'a Api,
    /// By [`TypeId`].
    pub types: Vec<TypePlan>,
    /// By section; none for those that stand at the root.
    pub sections: Vec<Option<Ident>>,
    /// By operation: the module it stands in.
    pub operations: Vec<Ident>,
    /// By feed: its struct in `feeds`.
    pub feeds: Vec<Ident>,
    /// By socket: its module in `sockets`.
    pub sockets: Vec<Ident>,
    /// By message: its variant of `Received`.
    pub messages: Vec<Ident>,
    /// By command: its variant of `Sent`.
    pub commands: Vec<Ident>,
    /// By entry of the catalogue: its variant.
    pub errors: Vec<Ident>,
    /// Names at the root that no type of the spec may hide.
    pub root: RootNames,
    /// Every type name of the API, to know which of std's are hidden.
    taken: BTreeSet<String>,
}

/// Items of the root that are not types of the spec.
pub(super) struct RootNames {
    /// The module of feeds.
    pub feeds: Ident,
    /// The module of sockets.
    pub sockets: Ident,
    /// The enum of the error catalogue.
    pub error_code: Ident,
    /// The static that holds the check program.
    pub program: Ident,
    /// What the first socket's enums are called at the root, where nothing else is.
    pub exports: Vec<Ident>,
}

/// How Rust says one type.
pub(super) struct TypePlan {
    /// Its name.
    pub ident: Ident,
    /// Fields of a record, variants of an enum or a union: by index.
    pub members: Vec<Ident>,
    /// Which of a record's fields or a union's variants are boxed, so that the type has a size.
    pub boxed: Vec<bool>,
    /// The member for what the spec does not describe: `extra`, `tail`, `Unknown`.
    pub open: Ident,
    /// A client builds it: it gets a constructor.
    pub is_sent: bool,
    /// It holds what must not be shown.
    pub is_masked: bool,
    /// A value of it can break a bound or a rule, or drift.
    pub can_violate: bool,
}

/// Where code stands: the modules from the API's root down.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope(pub Vec<Ident>);

impl Scope {
    /// The scope one module further down.
    pub(super) fn inner(&self, module: &Ident) -> Scope {
        let mut path = self.0.clone();
        path.push(module.clone());
        Scope(path)
    }

    /// The path from here to `name` in the module at `target`.
    pub(super) fn path_to(&self, target: &Scope, name: &Ident) -> TokenStream {
        let common = self
            .0
            .iter()
            .zip(&target.0)
            .take_while(|(a, b)| a == b)
            .count();
        let ups = self.0[common..].iter().map(|_| quote!(super::));
        let downs = target.0[common..].iter().map(|module| quote!(#module::));
        quote!(#(#ups)* #(#downs)* #name)
    }
}

impl<'a> Plan<'a> {
    /// Decides for the whole API.
    pub(super) fn new(api: &'a Api) -> Self {
        // Values of std's prelude that a tuple struct of the same name would hide.
        let mut type_names = Names::reserving(["Some", "None", "Ok", "Err"]);
        let idents: Vec<Ident> = api
            .types
            .iter()
            .map(|ty| type_names.claim(&names::pascal(&ty.name)))
            .collect();
        let types: Vec<TypePlan> = api
            .types
            .iter()
            .zip(idents)
            .map(|(ty, ident)| type_plan(ty, ident))
            .collect();
        let taken = types.iter().map(|t| t.ident.to_string()).collect();

        let mut modules = Names::reserving(["wire", "std", "core", "tables"]);
        let sections: Vec<Option<Ident>> = api
            .sections
            .iter()
            .map(|section| {
                (!section.is_root()).then(|| modules.claim(&names::snake(&section.name)))
            })
            .collect();
        let root = RootNames {
            feeds: modules.claim_one_of(&["feeds", "channels", "feed_channels"]),
            sockets: modules.claim_one_of(&["sockets", "socket_messages"]),
            error_code: type_names.claim_one_of(&["ErrorCode", "ApiErrorCode"]),
            program: ident("PROGRAM"),
            exports: exports(api, &mut type_names),
        };
        let mut plan = Plan {
            api,
            types,
            operations: name_operations(api, modules),
            sections,
            feeds: claim_all(api.feeds.iter().map(|f| names::pascal(&f.name))),
            sockets: claim_all(api.sockets.iter().map(|s| names::snake(&s.name))),
            messages: name_messages(api),
            commands: claim_all(api.commands.iter().map(|c| names::pascal(&c.name))),
            errors: name_errors(api),
            root,
            taken,
        };
        plan.box_cycles();
        plan.mark_sent();
        plan.mark_masked();
        plan.mark_violations();
        plan
    }

    /// The module in which a section's items stand.
    pub(super) fn section_scope(&self, section: SectionId) -> Scope {
        Scope(self.sections[section].iter().cloned().collect())
    }

    /// Whether the type is a name for another and not one of its own.
    pub(super) fn is_alias(&self, id: TypeId) -> bool {
        matches!(&self.api.types[id].kind, TypeKind::Scalar(scalar)
            if !matches!(scalar.base, TypeRef::Int(_)))
    }

    /// The path of a type, seen from `scope`.
    pub(super) fn path(&self, scope: &Scope, id: TypeId) -> TokenStream {
        let home = self.section_scope(self.api.types[id].meta.section);
        scope.path_to(&home, &self.types[id].ident)
    }

    /// A name of std's prelude; in full where the API has a type of that name.
    pub(super) fn std(&self, name: &str) -> TokenStream {
        let short = ident(name);
        if !self.taken.contains(name) {
            return quote!(#short);
        }
        let module = ident(match name {
            "Option" => "option",
            "Result" => "result",
            "String" => "string",
            "Vec" => "vec",
            "Default" => "default",
            _ => "boxed",
        });
        quote!(::std::#module::#short)
    }

    /// The Rust type of a type expression.
    pub(super) fn ty(&self, scope: &Scope, ty: &TypeRef) -> TokenStream {
        match ty {
            TypeRef::String => self.std("String"),
            TypeRef::Bool => quote!(bool),
            TypeRef::Uuid => quote!(wire::Uuid),
            TypeRef::Json => quote!(wire::Json),
            TypeRef::Int(kind) => {
                let name = ident(kind.name());
                quote!(#name)
            }
            TypeRef::Decimal(DecimalForm::Number) => quote!(wire::Decimal),
            TypeRef::Decimal(DecimalForm::Text) => quote!(wire::Decimal<wire::Text>),
            TypeRef::Decimal(DecimalForm::Any) => quote!(wire::Decimal<wire::Any>),
            TypeRef::Time(TimeForm::Seconds) => quote!(wire::Timestamp<wire::Seconds>),
            TypeRef::Time(TimeForm::Millis) => quote!(wire::Timestamp<wire::Millis>),
            TypeRef::Time(TimeForm::Micros) => quote!(wire::Timestamp<wire::Micros>),
            TypeRef::Time(TimeForm::Nanos) => quote!(wire::Timestamp<wire::Nanos>),
            TypeRef::Time(TimeForm::DateTime) => quote!(wire::DateTime),
            TypeRef::Time(TimeForm::LocalDateTime) => quote!(wire::LocalDateTime),
            TypeRef::List(inner) => {
                let (vec, inner) = (self.std("Vec"), self.ty(scope, inner));
                quote!(#vec<#inner>)
            }
            TypeRef::Map(inner) => {
                let inner = self.ty(scope, inner);
                quote!(wire::Map<#inner>)
            }
            TypeRef::Named(id) => self.path(scope, *id),
        }
    }

    /// The Rust type of a field, presence and all.
    pub(super) fn field_ty(&self, scope: &Scope, field: &Field, boxed: bool) -> TokenStream {
        let mut ty = match &field.ty {
            TypeRef::List(inner) if field.batch => {
                let inner = self.ty(scope, inner);
                quote!(wire::Batch<#inner>)
            }
            other => self.ty(scope, other),
        };
        if boxed {
            let std_box = self.std("Box");
            ty = quote!(#std_box<#ty>);
        }
        if field.empty_is_none {
            ty = quote!(wire::Blank<#ty>);
        }
        let option = self.std("Option");
        match field.presence {
            Presence::Required => ty,
            Presence::Optional | Presence::Nullable => quote!(#option<#ty>),
            Presence::OptionalNullable => quote!(wire::Patch<#ty>),
        }
    }

    /// The type's name as a link in documentation; none for what has no page of its own.
    pub(super) fn link(&self, scope: &Scope, ty: &TypeRef) -> Option<String> {
        match ty {
            TypeRef::List(inner) => self
                .link(scope, inner)
                .map(|link| format!("a list of {link}")),
            TypeRef::Map(inner) => self
                .link(scope, inner)
                .map(|link| format!("a map of {link}")),
            TypeRef::Named(id) => {
                let path = self.path(scope, *id).to_string().replace(' ', "");
                let name = &self.types[*id].ident;
                Some(match *name == path {
                    true => format!("[`{name}`]"),
                    false => format!("[`{name}`]({path})"),
                })
            }
            _ => None,
        }
    }

    /// The bounds of a named scalar, if `ty` is one.
    pub(super) fn scalar_constraints(&self, ty: &TypeRef) -> Option<&'a Constraints> {
        match ty {
            TypeRef::Named(id) => match &self.api.types[*id].kind {
                TypeKind::Scalar(scalar) => Some(&scalar.constraints),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a field must not be shown, by its own mark or by that of its type.
    pub(super) fn is_sensitive(&self, field: &Field) -> bool {
        field.sensitivity.is_some() || self.is_sensitive_type(&field.ty)
    }

    /// Whether a value of that type must not be shown.
    pub(super) fn is_sensitive_type(&self, ty: &TypeRef) -> bool {
        match ty {
            TypeRef::List(inner) | TypeRef::Map(inner) => self.is_sensitive_type(inner),
            TypeRef::Named(id) => match &self.api.types[*id].kind {
                TypeKind::Scalar(scalar) => scalar.sensitivity.is_some(),
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a value of that type can break a bound or drift.
    pub(super) fn can_violate(&self, ty: &TypeRef) -> bool {
        match ty {
            TypeRef::List(inner) | TypeRef::Map(inner) => self.can_violate(inner),
            TypeRef::Named(id) => self.types[*id].can_violate,
            _ => false,
        }
    }

    /// Whether a field can: by its type, its bounds, or as a batch whose elements can fail.
    pub(super) fn field_can_violate(&self, field: &Field) -> bool {
        field.constant.is_none()
            && (field.batch || !field.constraints.is_empty() || self.can_violate(&field.ty))
    }

    fn box_cycles(&mut self) {
        let held: Vec<Vec<Option<TypeId>>> = self.api.types.iter().map(held_by_value).collect();
        for (id, targets) in held.iter().enumerate() {
            self.types[id].boxed = targets
                .iter()
                .map(|target| target.is_some_and(|target| reaches(&held, target, id)))
                .collect();
        }
    }

    fn mark_sent(&mut self) {
        let mut open: Vec<TypeId> = Vec::new();
        for operation in &self.api.operations {
            let params = [&operation.path_params, &operation.query, &operation.headers];
            for field in params.into_iter().flatten() {
                named(&field.ty, &mut open);
            }
            if let Some(body) = &operation.body {
                named(&body.ty, &mut open);
            }
        }
        for command in &self.api.commands {
            named(&command.ty, &mut open);
        }
        while let Some(id) = open.pop() {
            if std::mem::replace(&mut self.types[id].is_sent, true) {
                continue;
            }
            each_ref(&self.api.types[id], &mut |ty| named(ty, &mut open));
        }
    }

    fn mark_masked(&mut self) {
        for (id, ty) in self.api.types.iter().enumerate() {
            self.types[id].is_masked = match &ty.kind {
                TypeKind::Record(record) => record.fields.iter().any(|f| self.is_sensitive(f)),
                _ => false,
            };
        }
    }

    fn mark_violations(&mut self) {
        // A fixed point: a record can violate because a type can that holds it in turn.
        loop {
            let marks: Vec<bool> = self
                .api
                .types
                .iter()
                .map(|ty| self.type_can_violate(ty))
                .collect();
            let changed = marks
                .iter()
                .zip(&self.types)
                .any(|(now, before)| *now != before.can_violate);
            if !changed {
                return;
            }
            for (plan, mark) in self.types.iter_mut().zip(marks) {
                plan.can_violate = mark;
            }
        }
    }

    fn type_can_violate(&self, ty: &Type) -> bool {
        match &ty.kind {
            TypeKind::Record(record) => {
                record.unknown_fields == UnknownFields::Drift
                    || !record.rules.is_empty()
                    || record.fields.iter().any(|f| self.field_can_violate(f))
            }
            TypeKind::Enum(values) => values.openness == Openness::Open,
            TypeKind::Union(union) => {
                union.openness == Openness::Open
                    || union.variants.iter().any(|v| self.can_violate(&v.ty))
            }
            TypeKind::Scalar(scalar) => !scalar.constraints.is_empty(),
        }
    }
}

/// `Received` and `Sent` of the first socket stand at the root too, unless a type is called so.
fn exports(api: &Api, type_names: &mut Names) -> Vec<Ident> {
    if api.sockets.is_empty() {
        return Vec::new();
    }
    let there = [
        ("Received", !api.received(0).is_empty()),
        ("Sent", !api.sent(0).is_empty()),
    ];
    there
        .iter()
        .filter(|(name, is_there)| *is_there && type_names.is_free(name))
        .map(|(name, _)| ident(name))
        .collect()
}

fn type_plan(ty: &Type, ident: Ident) -> TypePlan {
    let mut scope = Names::default();
    let (members, open): (Vec<Ident>, Ident) = match &ty.kind {
        TypeKind::Record(record) => {
            let members = claim_fields(&mut scope, record);
            let open = match record.layout {
                venue_schema::ir::Layout::Object => scope.claim_one_of(&["extra", "extra_members"]),
                venue_schema::ir::Layout::Array => scope.claim_one_of(&["tail", "tail_elements"]),
            };
            (members, open)
        }
        TypeKind::Enum(values) => {
            let is_flags = matches!(values.base, EnumBase::Flags(_));
            if is_flags {
                // What every flags type has.
                scope = Names::reserving([
                    "new",
                    "bits",
                    "unknown_bits",
                    "is_described",
                    "validate",
                    "verdict",
                ]);
            }
            let members = values.values.iter().map(|value| {
                scope.claim(&match is_flags {
                    true => names::snake(&value.name),
                    false => names::pascal(&value.name),
                })
            });
            let members = members.collect();
            (members, scope.claim_one_of(&["Unknown", "UnknownValue"]))
        }
        TypeKind::Union(union) => {
            let variants = union.variants.iter();
            let members = variants
                .map(|variant| scope.claim(&names::pascal(&variant.name)))
                .collect();
            (members, scope.claim_one_of(&["Unknown", "UnknownVariant"]))
        }
        TypeKind::Scalar(_) => (Vec::new(), scope.claim("Unknown")),
    };
    TypePlan {
        ident,
        members,
        boxed: Vec::new(),
        open,
        is_sent: false,
        is_masked: false,
        can_violate: false,
    }
}

fn claim_fields(scope: &mut Names, record: &Record) -> Vec<Ident> {
    let fields = record.fields.iter();
    fields
        .map(|field| scope.claim(&names::snake(&field.name)))
        .collect()
}

fn claim_all(names: impl Iterator<Item = String>) -> Vec<Ident> {
    let mut scope = Names::default();
    names.map(|name| scope.claim(&name)).collect()
}

/// Operations of one section share a scope; those at the root share it with the sections.
fn name_operations(api: &Api, root: Names) -> Vec<Ident> {
    let mut scopes: Vec<Names> = api
        .sections
        .iter()
        .map(|section| match section.is_root() {
            true => Names::default(),
            false => Names::reserving(["wire", "std", "core"]),
        })
        .collect();
    let mut root = root;
    api.operations
        .iter()
        .map(|operation| {
            let section = operation.meta.section;
            let scope = match api.sections[section].is_root() {
                true => &mut root,
                false => &mut scopes[section],
            };
            scope.claim(&names::snake(&operation.name))
        })
        .collect()
}

/// `Ticker` for the one message of a feed, `BookSnapshot` for one of several.
fn name_messages(api: &Api) -> Vec<Ident> {
    let mut scopes: Vec<Names> = api
        .sockets
        .iter()
        .map(|_| Names::reserving(["Unknown"]))
        .collect();
    api.messages
        .iter()
        .map(|message| {
            let name = match message.feed.map(|feed| &api.feeds[feed]) {
                Some(feed) if feed.messages.len() == 1 => names::pascal(&feed.name),
                Some(feed) => names::pascal(&feed.name) + &names::pascal(&message.name),
                None => names::pascal(&message.name),
            };
            scopes[message.socket].claim(&name)
        })
        .collect()
}

/// `TooManyRequests` for an entry `http-429`, unless another entry is called so.
fn name_errors(api: &Api) -> Vec<Ident> {
    let plain = |name: &str| match name.starts_with(|c: char| c.is_ascii_digit()) {
        true => names::pascal(&format!("code-{name}")),
        false => names::pascal(name),
    };
    let named: Vec<String> = api.errors.iter().map(|error| plain(&error.name)).collect();
    let mut scope = Names::reserving(["Unlisted"]);
    let names = api.errors.iter().zip(&named).map(|(error, name)| {
        let by_status = error
            .status
            .map(|status| (status, format!("http-{status}")));
        let by_status = by_status.filter(|(_, called)| *called == error.name);
        match by_status.map(|(status, _)| status_name(Status::Code(status))) {
            Some(phrase) if !named.contains(&phrase) => scope.claim_one_of(&[&phrase, name]),
            _ => scope.claim(name),
        }
    });
    names.collect()
}

/// The named types that each member holds without an allocation between.
fn held_by_value(ty: &Type) -> Vec<Option<TypeId>> {
    let held = |ty: &TypeRef| match ty {
        TypeRef::Named(id) => Some(*id),
        _ => None,
    };
    match &ty.kind {
        TypeKind::Record(record) => record.fields.iter().map(|f| held(&f.ty)).collect(),
        TypeKind::Union(union) => union.variants.iter().map(|v| held(&v.ty)).collect(),
        TypeKind::Enum(_) | TypeKind::Scalar(_) => Vec::new(),
    }
}

fn reaches(held: &[Vec<Option<TypeId>>], from: TypeId, to: TypeId) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(id) = open.pop() {
        if id == to {
            return true;
        }
        open.extend(held[id].iter().flatten().filter(|next| seen.insert(**next)));
    }
    false
}

fn named(ty: &TypeRef, out: &mut Vec<TypeId>) {
    match ty {
        TypeRef::List(inner) | TypeRef::Map(inner) => named(inner, out),
        TypeRef::Named(id) => out.push(*id),
        _ => {}
    }
}

fn each_ref(ty: &Type, visit: &mut impl FnMut(&TypeRef)) {
    match &ty.kind {
        TypeKind::Record(record) => record.fields.iter().for_each(|f| visit(&f.ty)),
        TypeKind::Union(union) => union.variants.iter().for_each(|v| visit(&v.ty)),
        TypeKind::Enum(_) | TypeKind::Scalar(_) => {}
    }
}
