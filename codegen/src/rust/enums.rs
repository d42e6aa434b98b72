//! Enums over text and integers, and bit flags.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use venue_schema::ir::{Enum, EnumBase, EnumValue, IntKind, Literal, Openness, TypeId};

use super::names::ident;
use super::plan::{Plan, TypePlan};
use super::{docs, records};

/// An enum type, whatever it stands as.
pub(super) fn emit(plan: &Plan<'_>, id: TypeId, values: &Enum) -> TokenStream {
    match values.base {
        EnumBase::Text => text(plan, id, values),
        EnumBase::Int(kind) => int(plan, id, values, kind),
        EnumBase::Flags(kind) => flags(plan, id, values, kind),
    }
}

fn text(plan: &Plan<'_>, id: TypeId, values: &Enum) -> TokenStream {
    let this = &plan.types[id];
    let (ident, open, name) = (&this.ident, &this.open, &plan.api.types[id].name);
    let (string, option) = (plan.std("String"), plan.std("Option"));
    let item = declaration(plan, id, values, &quote!(#string), &[]);
    let wires: Vec<TokenStream> = values
        .values
        .iter()
        .map(|v| records::literal(&v.wire))
        .collect();
    let members = &this.members;
    let is_open = values.openness == Openness::Open;
    let (parse_rest, text_rest, listed) = match is_open {
        true => (
            quote!(_ => #ident::#open(text.to_owned()),),
            quote!(#ident::#open(text) => text,),
            Some(quote! {
                fn is_listed(&self) -> bool {
                    !matches!(self, #ident::#open(_))
                }
            }),
        ),
        false => (quote!(_ => return None,), quote!(), None),
    };
    let spellings = spellings(this, values);
    quote! {
        #item
        impl wire::support::TextEnum for #ident {
            const NAME: &'static str = #name;
            const LISTED: &'static [Self] = &[#(#ident::#members),*];

            fn parse(text: &str) -> #option<Self> {
                Some(match text {
                    #(#wires => #ident::#members,)*
                    #parse_rest
                })
            }

            fn as_text(&self) -> &str {
                match self {
                    #(#ident::#members => #wires,)*
                    #text_rest
                }
            }

            #listed
        }
        #spellings
    }
}

fn int(plan: &Plan<'_>, id: TypeId, values: &Enum, kind: IntKind) -> TokenStream {
    let this = &plan.types[id];
    let (ident, open, name) = (&this.ident, &this.open, &plan.api.types[id].name);
    let (base, option) = (self::ident(kind.name()), plan.std("Option"));
    let item = declaration(plan, id, values, &quote!(#base), &[quote!(Copy)]);
    let wires: Vec<TokenStream> = values.values.iter().map(|v| bare_int(&v.wire)).collect();
    let members = &this.members;
    let is_open = values.openness == Openness::Open;
    let (from_rest, to_rest, listed) = match is_open {
        true => (
            quote!(_ => #ident::#open(int),),
            quote!(#ident::#open(int) => int,),
            Some(quote! {
                fn is_listed(self) -> bool {
                    !matches!(self, #ident::#open(_))
                }
            }),
        ),
        false => (quote!(_ => return None,), quote!(), None),
    };
    let spellings = spellings(this, values);
    quote! {
        #item
        impl wire::support::IntEnum for #ident {
            const NAME: &'static str = #name;
            const LISTED: &'static [Self] = &[#(#ident::#members),*];
            type Int = #base;

            fn from_int(int: #base) -> #option<Self> {
                Some(match int {
                    #(#wires => #ident::#members,)*
                    #from_rest
                })
            }

            fn to_int(self) -> #base {
                match self {
                    #(#ident::#members => #wires,)*
                    #to_rest
                }
            }

            #listed
        }
        #spellings
    }
}

fn declaration(
    plan: &Plan<'_>,
    id: TypeId,
    values: &Enum,
    unknown: &TokenStream,
    derives: &[TokenStream],
) -> TokenStream {
    let this = &plan.types[id];
    let meta = &plan.api.types[id].meta;
    let (ident, open) = (&this.ident, &this.open);
    let mut doc = docs::Docs::default();
    doc.text(&meta.doc)
        .markdown(match values.openness {
            Openness::Open => "A value that is not listed is kept, and reported as drift.",
            Openness::Strict => "A value that is not listed does not decode.",
            Openness::Closed => "The venue says that the list is complete: no other value decodes.",
        })
        .provenance(&meta.provenance)
        .remarks(plan.api, &meta.id, None);
    let doc = doc.tokens("");
    let members = values
        .values
        .iter()
        .zip(&this.members)
        .map(|(value, member)| {
            let doc = value_docs(plan, id, value, values).tokens(&docs::code(&member.to_string()));
            quote!(#doc #member,)
        });
    let eq = records::equality(ident);
    let unknown = (values.openness == Openness::Open).then(|| {
        quote! {
            /// A value that the spec does not list.
            #open(#unknown),
        }
    });
    quote! {
        #doc
        #[derive(Debug, Clone, #(#derives,)* PartialEq, Hash)]
        pub enum #ident {
            #(#members)*
            #unknown
        }
        #eq
    }
}

fn value_docs(plan: &Plan<'_>, id: TypeId, value: &EnumValue, values: &Enum) -> docs::Docs {
    let meta = &plan.api.types[id].meta;
    let mut out = docs::Docs::default();
    out.text(&value.doc);
    let wire = docs::code(&docs::literal_text(&value.wire));
    out.sentences(&match value.spelling_of {
        Some(other) => format!(
            "On the wire {wire}: another spelling of `{}`.",
            values.values[other].name
        ),
        None => format!("On the wire {wire}."),
    });
    out.own_provenance(&value.provenance, &meta.provenance)
        .remarks(plan.api, &meta.id, Some(&value.name));
    out
}

/// Which values are other spellings of which.
fn spellings(this: &TypePlan, values: &Enum) -> Option<TokenStream> {
    let arms: Vec<TokenStream> = values
        .values
        .iter()
        .zip(&this.members)
        .filter_map(|(value, member)| {
            let canonical = &this.members[value.spelling_of?];
            Some(quote!(Self::#member => Self::#canonical,))
        })
        .collect();
    let ident = &this.ident;
    (!arms.is_empty()).then(|| {
        quote! {
            impl #ident {
                /// The same value in its first spelling.
                #[must_use]
                pub fn canonical(self) -> Self {
                    match self {
                        #(#arms)*
                        other => other,
                    }
                }
            }
        }
    })
}

fn flags(plan: &Plan<'_>, id: TypeId, values: &Enum, kind: IntKind) -> TokenStream {
    let this = &plan.types[id];
    let (ident, base) = (&this.ident, self::ident(kind.name()));
    let meta = &plan.api.types[id].meta;
    let mut doc = docs::Docs::default();
    doc.text(&meta.doc)
        .markdown(match values.openness {
            Openness::Open => "Bits that are not listed are kept, and reported as drift.",
            _ => "Bits that are not listed do not decode.",
        })
        .provenance(&meta.provenance)
        .remarks(plan.api, &meta.id, None);
    let doc = doc.tokens("");
    let methods = values
        .values
        .iter()
        .zip(&this.members)
        .map(|(value, member)| {
            let doc = value_docs(plan, id, value, values).tokens("");
            let (bits, mask) = (bare_int(&value.wire), value.mask.unwrap_or_default());
            let mask = proc_macro2::Literal::u64_unsuffixed(mask);
            let raise = (value.wire != Literal::Int(0)).then(|| quote!(| #bits));
            let set = setter(member);
            let set_doc = format!(" The same with [`{}`](Self::{member}).", label(member));
            quote! {
                #doc
                pub const fn #member(self) -> bool {
                    self.0 & #mask == #bits
                }

                #[doc = #set_doc]
                #[must_use]
                pub const fn #set(self) -> Self {
                    #ident(self.0 & !#mask #raise)
                }
            }
        });
    quote! {
        #doc
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
        pub struct #ident(#base);

        impl #ident {
            #(#methods)*
        }
    }
}

/// All bits that some value is told by.
pub(super) fn known_bits(values: &Enum) -> u64 {
    values
        .values
        .iter()
        .filter_map(|value| value.mask)
        .fold(0, |all, mask| all | mask)
}

/// Masks and values of what is more than a bit that is set or not, as `mask: value, …`.
pub(super) fn bit_fields(values: &Enum) -> TokenStream {
    let told_by = |value: &EnumValue| match value.wire {
        Literal::Int(bits) => Some((value.mask.unwrap_or(bits as u64), bits as u64)),
        _ => None,
    };
    let all: Vec<(u64, u64)> = values.values.iter().filter_map(told_by).collect();
    let is_flag = |&&(mask, bits): &&(u64, u64)| {
        mask == bits
            && mask.count_ones() <= 1
            && all.iter().filter(|other| other.0 == mask).count() == 1
    };
    let number = proc_macro2::Literal::u64_unsuffixed;
    let fields = all.iter().filter(|field| !is_flag(field));
    let fields = fields.map(|&(mask, bits)| {
        let (mask, bits) = (number(mask), number(bits));
        quote!(#mask: #bits)
    });
    quote!(#(#fields),*)
}

fn setter(member: &Ident) -> Ident {
    format_ident!("with_{}", label(member))
}

fn label(member: &Ident) -> String {
    let name = member.to_string();
    name.strip_prefix("r#").unwrap_or(&name).to_owned()
}

fn bare_int(literal: &Literal) -> TokenStream {
    match literal {
        Literal::Int(int) => {
            let int = proc_macro2::Literal::i64_unsuffixed(*int);
            quote!(#int)
        }
        other => records::literal(other),
    }
}
