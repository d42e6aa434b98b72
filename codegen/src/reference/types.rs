//! Named types: tables of fields and of values.

use venue_schema::ir::{
    Enum, EnumBase, Field, Layout, Meta, Record, Rule, Scalar, Target, TypeId, TypeKind, TypeRef,
    Union,
};

use super::page::Page;
use super::{Book, linked_source, words};
use crate::markdown::{code, escape};

impl Book<'_> {
    /// The types of a page that belong to nothing on it: scalars in one table, then the others.
    pub(super) fn types(&self, types: &[TypeId], page: &mut Page) {
        let all = &self.api.types;
        let scalars: Vec<(TypeId, &Scalar)> = types
            .iter()
            .filter_map(|&id| match &all[id].kind {
                TypeKind::Scalar(scalar) => Some((id, scalar)),
                _ => None,
            })
            .collect();
        let rows: Vec<Vec<String>> = scalars
            .iter()
            .map(|&(id, scalar)| self.scalar_row(id, scalar, page))
            .collect();
        page.table(&["name", "type", "unit, bounds", "meaning"], &rows);
        for (id, _) in &scalars {
            self.examples(Target::Type(*id), &format!(" of {}", all[*id].name), page);
            self.remarks_on(&all[*id].name, &all[*id].meta.id, page);
        }
        for &id in types {
            if !matches!(all[id].kind, TypeKind::Scalar(_)) {
                self.named_type(id, page);
            }
        }
    }

    fn scalar_row(&self, id: TypeId, scalar: &Scalar, page: &Page) -> Vec<String> {
        let ty = &self.api.types[id];
        let mut bounds: Vec<String> = Vec::new();
        bounds.extend(scale(scalar.scale, scalar.unit.as_ref()));
        bounds.extend(words::bounds(&scalar.constraints));
        let mut meaning = vec![escape(&ty.meta.doc)];
        meaning.extend(
            scalar
                .sensitivity
                .map(|it| words::sensitivity(it).to_owned()),
        );
        if ty.meta.provenance != *self.of_page(page) {
            meaning.push(words::provenance(&ty.meta.provenance));
        }
        let anchor = self.links.anchor(&ty.meta.id);
        vec![
            format!("<a id=\"{anchor}\"></a>{}", escape(&ty.name)),
            words::scalar(&scalar.base).to_owned(),
            bounds.join(", "),
            meaning.join(" ").trim().to_owned(),
        ]
    }

    pub(super) fn named_type(&self, id: TypeId, page: &mut Page) {
        let ty = &self.api.types[id];
        page.heading(3, &self.links.anchor(&ty.meta.id), &escape(&ty.name));
        page.words(&ty.meta.doc);
        self.origin(&ty.meta, page);
        self.type_itself(id, page);
    }

    /// All of a type but its heading, what it is, and where from.
    pub(super) fn type_itself(&self, id: TypeId, page: &mut Page) {
        let ty = &self.api.types[id];
        match &ty.kind {
            TypeKind::Record(record) => self.record(&ty.meta, record, page),
            TypeKind::Enum(values) => self.enumeration(values, page),
            TypeKind::Union(union) => self.union(union, page),
            TypeKind::Scalar(scalar) => page.block(&scalar_words(scalar)),
        }
        self.examples(Target::Type(id), "", page);
        self.remarks(&ty.meta.id, page);
    }

    fn record(&self, meta: &Meta, record: &Record, page: &mut Page) {
        match (record.layout, record.fields.is_empty()) {
            (Layout::Object, true) => page.block("An object; none of its members is described."),
            (Layout::Array, true) => page.block("An array; none of its elements is described."),
            (Layout::Object, false) => self.fields(meta, &record.fields, page),
            (Layout::Array, false) => {
                page.block("An array, whose elements are in order:");
                self.elements(meta, &record.fields, page);
            }
        }
        rules(&record.rules, page);
    }

    /// Members of an object, or parameters.
    pub(super) fn fields(&self, of: &Meta, fields: &[Field], page: &mut Page) {
        let row = |field: &Field| [vec![code(&field.wire)], self.columns(of, field, page)].concat();
        let rows: Vec<Vec<String>> = fields.iter().map(row).collect();
        page.table(
            &["name", "type", "presence", "unit, bounds", "meaning"],
            &rows,
        );
    }

    fn elements(&self, of: &Meta, fields: &[Field], page: &mut Page) {
        let row = |(index, field): (usize, &Field)| {
            let head = vec![index.to_string(), escape(&field.wire)];
            [head, self.columns(of, field, page)].concat()
        };
        let rows: Vec<Vec<String>> = fields.iter().enumerate().map(row).collect();
        let heads = ["#", "name", "type", "presence", "unit, bounds", "meaning"];
        page.table(&heads, &rows);
    }

    fn columns(&self, of: &Meta, field: &Field, page: &Page) -> Vec<String> {
        let ty = match &field.constant {
            Some(constant) => words::literal(constant),
            None => self.links.ty(page.section, &field.ty),
        };
        let mut meaning = vec![escape(&field.doc)];
        if field.empty_is_none {
            meaning.push("The empty string stands for none.".to_owned());
        }
        if field.batch {
            meaning.push("Elements stand or fall alone.".to_owned());
        }
        if let Some(mark) = field.sensitivity {
            meaning.push(words::sensitivity(mark).to_owned());
        }
        if field.provenance.evidence != of.provenance.evidence {
            let evidence = words::evidence(field.provenance.evidence);
            meaning.push(format!("{}.", words::capital(evidence)));
        }
        if field.provenance.source != of.provenance.source && !field.provenance.source.is_empty() {
            meaning.push(format!("Source: {}.", linked_source(&field.provenance)));
        }
        meaning.extend(self.marks(&of.id, field));
        meaning.retain(|it| !it.is_empty());
        vec![
            ty,
            words::presence(field.presence).to_owned(),
            self.measure(field).join(", "),
            meaning.join(" "),
        ]
    }

    /// Unit, scale, bounds and default.
    fn measure(&self, field: &Field) -> Vec<String> {
        let mut out = Vec::new();
        let scalar = match &field.ty {
            TypeRef::Named(id) => match &self.api.types[*id].kind {
                TypeKind::Scalar(scalar) => Some(scalar),
                _ => None,
            },
            _ => None,
        };
        let unit = field.unit.as_ref();
        let unit = unit.or(scalar.and_then(|it| it.unit.as_ref()));
        out.extend(scale(scalar.and_then(|it| it.scale), unit));
        out.extend(words::bounds(&field.constraints));
        if let Some(default) = &field.default {
            out.push(format!("default {}", words::literal(default)));
        }
        out
    }

    fn enumeration(&self, values: &Enum, page: &mut Page) {
        let base = match values.base {
            EnumBase::Text => "A string".to_owned(),
            EnumBase::Int(kind) => format!("A number ({})", kind.format()),
            EnumBase::Flags(kind) => format!("Bits of a number ({})", kind.format()),
        };
        page.block(&format!("{base}. {}", words::openness(values.openness)));
        let rows = values.values.iter().map(|value| {
            let bits = match (values.base, value.mask) {
                (EnumBase::Flags(_), Some(mask)) => code(&format!("{mask:#x}")),
                _ => String::new(),
            };
            let mut meaning = vec![escape(&value.doc)];
            if let Some(same) = value.spelling_of {
                let same = &values.values[same];
                meaning.push(format!(
                    "Another spelling of {}.",
                    words::literal(&same.wire)
                ));
            }
            vec![
                words::literal(&value.wire),
                bits,
                code(&value.name),
                meaning.join(" ").trim().to_owned(),
            ]
        });
        let rows: Vec<Vec<String>> = rows.collect();
        page.table(&["value", "of the bits", "name", "meaning"], &rows);
    }

    fn union(&self, union: &Union, page: &mut Page) {
        page.block(&format!(
            "One of these, the first that fits. {}",
            words::openness(union.openness)
        ));
        let rows = union.variants.iter().map(|variant| {
            vec![
                escape(&variant.name),
                self.links.ty(page.section, &variant.ty),
                words::matches(&variant.matches),
                escape(&variant.doc),
            ]
        });
        let rows: Vec<Vec<String>> = rows.collect();
        page.table(&["variant", "type", "told by", "meaning"], &rows);
    }
}

fn scalar_words(scalar: &Scalar) -> String {
    let mut parts = vec![format!("Type: {}", words::scalar(&scalar.base))];
    parts.extend(scale(scalar.scale, scalar.unit.as_ref()));
    parts.extend(words::bounds(&scalar.constraints));
    let mut out = format!("{}.", parts.join(", "));
    if let Some(mark) = scalar.sensitivity {
        out.push(' ');
        out.push_str(words::sensitivity(mark));
    }
    out
}

/// The unit, and what one of a scaled integer is worth.
fn scale(scale: Option<u8>, unit: Option<&String>) -> Option<String> {
    match (scale, unit) {
        (Some(0) | None, None) => None,
        (Some(0) | None, Some(unit)) => Some(escape(unit)),
        (Some(places), None) => Some(format!("× 10⁻{}", raised(places))),
        (Some(places), Some(unit)) => Some(format!("× 10⁻{} {}", raised(places), escape(unit))),
    }
}

fn raised(number: u8) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digits = number.to_string();
    digits
        .bytes()
        .map(|digit| DIGITS[usize::from(digit - b'0')])
        .collect()
}

/// Rules across fields, in the spec's words.
pub(super) fn rules(rules: &[Rule], page: &mut Page) {
    let rules = rules.iter().filter(|rule| !rule.doc.is_empty());
    let rules = rules.map(|rule| format!("- {}", words::sentence(&escape(&rule.doc))));
    page.list(&rules.collect::<Vec<_>>());
}
