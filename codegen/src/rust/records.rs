//! Records: objects and positional arrays.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use venue_schema::ir::{Field, Layout, Literal, Meta, Presence, Record, TypeId, TypeKind, TypeRef};

use super::plan::{Plan, Scope};
use super::{docs, validate};

/// A record's fields as the emitters see them: those of a type, or the parameters of a request.
pub(super) struct Fields<'a> {
    /// What Rust calls the struct.
    pub ident: &'a Ident,
    /// Whose fields they are.
    pub meta: &'a Meta,
    /// In documented order.
    pub fields: Vec<&'a Field>,
    /// Their names.
    pub idents: &'a [Ident],
    /// Which are boxed.
    pub boxed: &'a [bool],
    /// The field for what the spec does not describe, and its type.
    pub open: Option<(&'a Ident, TokenStream)>,
    /// Whether it holds what must not be shown.
    pub is_masked: bool,
    /// Whether they are elements of an array, which people count.
    pub is_row: bool,
    /// Whether it gets a constructor.
    pub has_constructor: bool,
}

/// One field that the struct has: constants are written, not kept.
struct Kept<'a> {
    index: usize,
    field: &'a Field,
    ident: &'a Ident,
    boxed: bool,
}

impl<'a> Fields<'a> {
    fn kept(&self) -> impl Iterator<Item = Kept<'a>> {
        let all = self.fields.iter().zip(self.idents).zip(self.boxed);
        all.enumerate()
            .filter(|(_, ((field, _), _))| field.constant.is_none())
            .map(|(index, ((field, ident), boxed))| Kept {
                index,
                field,
                ident,
                boxed: *boxed,
            })
            .collect::<Vec<_>>()
            .into_iter()
    }
}

/// A record type: the struct, how it is read and written, and its checks.
pub(super) fn emit(plan: &Plan<'_>, scope: &Scope, id: TypeId, record: &Record) -> TokenStream {
    let ty = &plan.api.types[id];
    let this = &plan.types[id];
    let open = match record.layout {
        Layout::Object => quote!(wire::Extra),
        Layout::Array => quote!(wire::Tail),
    };
    let fields = Fields {
        ident: &this.ident,
        meta: &ty.meta,
        fields: record.fields.iter().collect(),
        idents: &this.members,
        boxed: &this.boxed,
        open: Some((&this.open, open)),
        is_masked: this.is_masked,
        is_row: record.layout == Layout::Array,
        has_constructor: this.is_sent,
    };
    let doc = type_docs(plan, id, record).tokens(&this.ident.to_string());
    let item = emit_struct(plan, scope, &fields, &doc);
    let codec = match record.layout {
        Layout::Object => object_codec(plan, &fields, &ty.name),
        Layout::Array => array_codec(plan, &fields, &ty.name),
    };
    let checks = validate::of_record(plan, id, record);
    quote!(#item #codec #checks)
}

fn type_docs(plan: &Plan<'_>, id: TypeId, record: &Record) -> docs::Docs {
    let meta = &plan.api.types[id].meta;
    let mut out = docs::Docs::default();
    out.text(&meta.doc);
    if record.layout == Layout::Array {
        out.markdown("On the wire an array: the fields are its elements, in this order.");
    }
    let constants: Vec<String> = record
        .fields
        .iter()
        .enumerate()
        .filter_map(|(index, field)| {
            let value = docs::code(&docs::literal_text(field.constant.as_ref()?));
            Some(match record.layout {
                Layout::Object => format!("{} is always {value}", docs::code(&field.wire)),
                Layout::Array => format!("element {index} is always {value}"),
            })
        })
        .collect();
    if !constants.is_empty() {
        out.markdown(format!("On the wire, {}.", constants.join(", ")));
    }
    let rules = record.rules.iter().map(|rule| docs::escape(&rule.doc));
    out.list("Rules:", &rules.collect::<Vec<_>>())
        .example(plan.api, id)
        .provenance(&meta.provenance)
        .remarks(plan.api, &meta.id, None);
    out
}

/// The struct, its constructor, and its `Debug` if it has to mask.
pub(super) fn emit_struct(
    plan: &Plan<'_>,
    scope: &Scope,
    fields: &Fields<'_>,
    doc: &TokenStream,
) -> TokenStream {
    let ident = fields.ident;
    let members = fields.kept().map(|kept| {
        let (name, ty) = (kept.ident, plan.field_ty(scope, kept.field, kept.boxed));
        let element = fields.is_row.then_some(kept.index);
        let doc = docs::of_field(plan.api, fields.meta, kept.field, element);
        let doc = doc.tokens(&docs::code(&kept.field.wire));
        quote!(#doc pub #name: #ty,)
    });
    let open = fields.open.as_ref().map(|(name, ty)| {
        let doc = docs::Docs::new("What the spec does not describe, as it came.").tokens("");
        quote!(#doc pub #name: #ty,)
    });
    let is_default = fields
        .kept()
        .all(|kept| kept.field.presence != Presence::Required);
    let mut derives = vec![quote!(Clone), quote!(PartialEq)];
    if !fields.is_masked {
        derives.insert(0, quote!(Debug));
    }
    if is_default {
        derives.push(quote!(Default));
    }
    let eq = equality(ident);
    let debug = fields.is_masked.then(|| masked_debug(plan, fields));
    let constructor = fields
        .has_constructor
        .then(|| constructor(plan, scope, fields));
    quote! {
        #doc
        #[derive(#(#derives),*)]
        pub struct #ident {
            #(#members)*
            #open
        }
        #eq
        #debug
        #constructor
    }
}

/// `Eq`, stated rather than derived: what derives expand to is most of what compiling types costs,
/// and every type that a field can have is `Eq`.
pub(super) fn equality(ident: &Ident) -> TokenStream {
    quote!(impl ::std::cmp::Eq for #ident {})
}

fn masked_debug(plan: &Plan<'_>, fields: &Fields<'_>) -> TokenStream {
    let ident = fields.ident;
    let name = ident.to_string();
    let members = fields.kept().map(|kept| {
        let (member, label) = (kept.ident, label(kept.ident));
        match plan.is_sensitive(kept.field) {
            true => quote!(.field(#label, &wire::support::Masked)),
            false => quote!(.field(#label, &self.#member)),
        }
    });
    // Nobody knows what is sensitive in what the spec does not describe.
    let open = fields.open.as_ref().map(|(member, _)| {
        let label = label(member);
        quote!(.field(#label, &::core::format_args!("({} undescribed)", self.#member.len())))
    });
    quote! {
        impl ::std::fmt::Debug for #ident {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(#name) #(#members)* #open .finish()
            }
        }
    }
}

fn constructor(plan: &Plan<'_>, scope: &Scope, fields: &Fields<'_>) -> TokenStream {
    let ident = fields.ident;
    let mut parameters = Vec::new();
    let mut members = Vec::new();
    for kept in fields.kept() {
        let name = kept.ident;
        members.push(match kept.field.presence {
            Presence::Required if is_plain_text(plan, kept.field) => {
                let string = plan.std("String");
                parameters.push(quote!(#name: impl ::std::convert::Into<#string>));
                quote!(#name: #name.into())
            }
            Presence::Required => {
                let ty = plan.field_ty(scope, kept.field, kept.boxed);
                parameters.push(quote!(#name: #ty));
                quote!(#name)
            }
            Presence::Optional | Presence::Nullable => quote!(#name: None),
            Presence::OptionalNullable => quote!(#name: wire::Patch::Absent),
        });
    }
    if let Some((name, ty)) = &fields.open {
        members.push(quote!(#name: <#ty>::new()));
    }
    let many = (parameters.len() > 7).then(|| quote!(#[allow(clippy::too_many_arguments)]));
    quote! {
        impl #ident {
            /// One with what is required, and nothing else.
            #many
            pub fn new(#(#parameters),*) -> Self {
                #ident { #(#members),* }
            }
        }
    }
}

/// A string, or an alias of one.
fn is_plain_text(plan: &Plan<'_>, field: &Field) -> bool {
    let base = match &field.ty {
        TypeRef::Named(id) => match &plan.api.types[*id].kind {
            TypeKind::Scalar(scalar) => &scalar.base,
            _ => return false,
        },
        other => other,
    };
    *base == TypeRef::String && !field.empty_is_none
}

fn object_codec(plan: &Plan<'_>, fields: &Fields<'_>, name: &str) -> TokenStream {
    let ident = fields.ident;
    let keys = fields.fields.iter().map(|field| &field.wire);
    let all = || fields.fields.iter().zip(fields.idents).enumerate();
    let slots: Vec<Ident> = (0..fields.fields.len())
        .map(|i| format_ident!("f{i}"))
        .collect();
    let reads = all().map(|(index, (field, _))| {
        let slot = &slots[index];
        match &field.constant {
            Some(constant) => {
                let constant = literal(constant);
                quote!(m.constant(&mut #slot, #constant))
            }
            None if plan.is_sensitive(field) => quote!(m.masked(&mut #slot)),
            None => quote!(m.value(&mut #slot)),
        }
    });
    let constants = all().filter(|(_, (field, _))| field.constant.is_some());
    let constants = constants.map(|(index, _)| {
        let (slot, index) = (&slots[index], proc_macro2::Literal::usize_unsuffixed(index));
        quote!(m.need(#index, #slot)?;)
    });
    let members = all().filter(|(_, (field, _))| field.constant.is_none());
    let members = members.map(|(index, (field, member))| {
        let (slot, index) = (&slots[index], proc_macro2::Literal::usize_unsuffixed(index));
        match field.presence {
            Presence::Required | Presence::Nullable => quote!(#member: m.need(#index, #slot)?),
            Presence::Optional => quote!(#member: #slot),
            Presence::OptionalNullable => {
                quote!(#member: #slot.unwrap_or(wire::Patch::Absent))
            }
        }
    });
    let writes = all().map(|(_, (field, member))| {
        let key = &field.wire;
        match (&field.constant, field.presence) {
            (Some(constant), _) => {
                let constant = literal(constant);
                quote!(e.put(#key, &#constant);)
            }
            (None, Presence::Required | Presence::Nullable) => quote!(e.put(#key, &self.#member);),
            (None, Presence::Optional) => quote!(e.put_some(#key, &self.#member);),
            (None, Presence::OptionalNullable) => quote!(e.put_patch(#key, &self.#member);),
        }
    });
    let declare = (!slots.is_empty()).then(|| quote!(#(let mut #slots = None;)*));
    let reads: Vec<TokenStream> = reads.collect();
    let read = match reads.as_slice() {
        [] => quote!(m.key()?;),
        [only] => quote!(while m.key()?.is_some() { #only?; }),
        [first @ .., last] => {
            let numbers = (0..first.len()).map(proc_macro2::Literal::usize_unsuffixed);
            quote! {
                while let Some(key) = m.key()? {
                    match key {
                        #(#numbers => #first,)*
                        _ => #last,
                    }?;
                }
            }
        }
    };
    let result = plan.std("Result");
    let open = fields.open.as_ref().map(|(open, _)| open);
    quote! {
        impl wire::support::Object for #ident {
            const NAME: &'static str = #name;
            const KEYS: &'static [&'static str] = &[#(#keys),*];

            fn read<'de, A: wire::support::MapAccess<'de>>(
                m: &mut wire::support::Members<'de, A>,
            ) -> #result<Self, A::Error> {
                #declare
                #read
                #(#constants)*
                Ok(#ident { #(#members,)* #open: m.extra() })
            }

            fn write<S: wire::support::SerializeMap>(
                &self,
                e: &mut wire::support::Entries<S>,
            ) {
                #(#writes)*
                e.extra(&self.#open);
            }
        }
    }
}

fn array_codec(plan: &Plan<'_>, fields: &Fields<'_>, name: &str) -> TokenStream {
    let ident = fields.ident;
    let labels = fields.fields.iter().map(|field| &field.wire);
    let all = || fields.fields.iter().zip(fields.idents).enumerate();
    let slots: Vec<Ident> = (0..fields.fields.len())
        .map(|i| format_ident!("f{i}"))
        .collect();
    let reads = all().map(|(index, (field, _))| {
        let slot = &slots[index];
        match (&field.constant, field.presence) {
            (Some(constant), _) => {
                let constant = literal(constant);
                quote!(e.constant(#constant)?;)
            }
            (None, Presence::Required | Presence::Nullable) => match plan.is_sensitive(field) {
                true => quote!(let #slot = e.masked()?;),
                false => quote!(let #slot = e.need()?;),
            },
            (None, presence) => {
                let read = match presence {
                    Presence::OptionalNullable => quote!(e.patch()),
                    _ => quote!(e.optional()),
                };
                match plan.is_sensitive(field) {
                    true => quote!(let #slot = #read; let #slot = e.hide(#slot)?;),
                    false => quote!(let #slot = #read?;),
                }
            }
        }
    });
    let members = all().filter(|(_, (field, _))| field.constant.is_none());
    let members = members.map(|(index, (_, member))| {
        let slot = &slots[index];
        quote!(#member: #slot)
    });
    let writes = all().map(
        |(_, (field, member))| match (&field.constant, field.presence) {
            (Some(constant), _) => {
                let constant = literal(constant);
                quote!(row.put(&#constant);)
            }
            (None, Presence::Required | Presence::Nullable) => quote!(row.put(&self.#member);),
            (None, Presence::Optional) => quote!(row.put_some(&self.#member);),
            (None, Presence::OptionalNullable) => quote!(row.put_patch(&self.#member);),
        },
    );
    let result = plan.std("Result");
    let open = fields.open.as_ref().map(|(open, _)| open);
    quote! {
        impl wire::support::Array for #ident {
            const NAME: &'static str = #name;
            const LABELS: &'static [&'static str] = &[#(#labels),*];

            fn read<'de, A: wire::support::SeqAccess<'de>>(
                e: &mut wire::support::Elements<'de, A>,
            ) -> #result<Self, A::Error> {
                #(#reads)*
                Ok(#ident { #(#members,)* #open: e.tail()? })
            }

            fn write<S: wire::support::SerializeSeq>(
                &self,
                row: &mut wire::support::Row<S>,
            ) {
                #(#writes)*
                row.tail(&self.#open);
            }
        }
    }
}

/// A literal as Rust writes it.
pub(super) fn literal(literal: &Literal) -> TokenStream {
    match literal {
        Literal::Str(text) => quote!(#text),
        Literal::Int(int) => quote!(#int),
        Literal::Bool(bool) => quote!(#bool),
    }
}

/// A field's name for people: without `r#`.
fn label(ident: &Ident) -> String {
    let name = ident.to_string();
    name.strip_prefix("r#").unwrap_or(&name).to_owned()
}
