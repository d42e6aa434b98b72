//! What tells variants and messages apart.

use super::{Resolver, template, words};
use crate::ast::{self, Spanned, Table, Text};
use crate::ir::{Condition, Layout, Literal, Match, Place, Template, Test, TypeKind, TypeRef};
use crate::lint::{bad_template, bad_value};

impl Resolver<'_> {
    /// The conditions that are stated; where none are, the constants of the type.
    pub(super) fn matches(
        &mut self,
        file: usize,
        stated: Option<&Table<Spanned<ast::Condition>>>,
        kind: Option<ast::JsonKind>,
        ty: &TypeRef,
    ) -> Match {
        let mut conditions = Vec::new();
        if let Some(kind) = kind {
            let test = Test::Kind(words::json_kind(kind));
            conditions.push(Condition {
                at: Place::Whole,
                test,
            });
        }
        match stated {
            Some(table) => {
                for (name, condition) in table.iter() {
                    let at = match name.value.parse::<usize>() {
                        Ok(index) if name.value.bytes().all(|b| b.is_ascii_digit()) => {
                            Place::Element(index)
                        }
                        _ => Place::Member(name.value.clone()),
                    };
                    conditions.push(Condition {
                        at,
                        test: self.test(file, condition),
                    });
                }
                self.check_places(file, table, &conditions);
            }
            None => conditions.extend(self.constants(ty)),
        }
        Match { conditions }
    }

    /// A value has members or elements, not both.
    fn check_places(
        &mut self,
        file: usize,
        table: &Table<Spanned<ast::Condition>>,
        conditions: &[Condition],
    ) {
        let element = |c: &Condition| matches!(c.at, Place::Element(_));
        let member = |c: &Condition| matches!(c.at, Place::Member(_));
        if conditions.iter().any(element) && conditions.iter().any(member) {
            let last = table
                .entries
                .last()
                .map_or(0..0, |(name, _)| name.span.clone());
            let label = self.label(file, &last, "");
            let message = "`match` names members and positions: no value has both";
            self.report(bad_value::at(message, label));
        }
    }

    fn test(&mut self, file: usize, condition: &Spanned<ast::Condition>) -> Test {
        let values = match &condition.value {
            ast::Condition::Present(true) => return Test::Present,
            ast::Condition::Present(false) => return Test::Absent,
            ast::Condition::Kind(kind) => return Test::Kind(words::json_kind(*kind)),
            ast::Condition::OneOf(values) => values,
        };
        if let [
            Spanned {
                value: ast::Literal::Str(text),
                ..
            },
        ] = values.as_slice()
            && template::has_holes(text)
        {
            let text = Text::new(text.clone(), condition.span.clone());
            return Test::Template(self.template(file, &text));
        }
        let mut literals = Vec::new();
        for value in values {
            if let ast::Literal::Str(text) = &value.value
                && template::has_holes(text)
            {
                let label = self.label(file, &value.span, "");
                let message = "a template stands alone, not among several values";
                self.report(bad_template::at(message, label));
            }
            literals.push(words::literal(&value.value));
        }
        Test::Equals(literals)
    }

    /// A template; as plain text if it cannot be read.
    pub(super) fn template(&mut self, file: usize, text: &Text) -> Template {
        template::parse(&text.value).unwrap_or_else(|(message, part)| {
            let span = self.inside(file, text, &part);
            let label = self.label(file, &span, "");
            self.report(bad_template::at(message, label));
            Template {
                parts: vec![crate::ir::Part::Text(text.value.clone())],
            }
        })
    }

    /// Conditions on the constants of a record.
    fn constants(&self, ty: &TypeRef) -> Vec<Condition> {
        let TypeRef::Named(id) = ty else {
            return Vec::new();
        };
        let Some(TypeKind::Record(record)) = self.api.types.get(*id).map(|ty| &ty.kind) else {
            return Vec::new();
        };
        let condition = |(at, field): (usize, &crate::ir::Field)| {
            let literal: Literal = field.constant.clone()?;
            let at = match record.layout {
                Layout::Object => Place::Member(field.wire.clone()),
                Layout::Array => Place::Element(at),
            };
            Some(Condition {
                at,
                test: Test::Equals(vec![literal]),
            })
        };
        record
            .fields
            .iter()
            .enumerate()
            .filter_map(condition)
            .collect()
    }
}
