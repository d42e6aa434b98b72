//! Whether whatever meets one `match` meets another: how rules see that nothing is left to tell
//! two things apart by.

use crate::ir::{Condition, JsonKind, Literal, Match, Part, Place, Template, Test};

/// Whether every value that meets `a` meets `b` too, as far as the conditions show.
pub(super) fn implies(a: &Match, b: &Match) -> bool {
    b.conditions
        .iter()
        .all(|wanted| a.conditions.iter().any(|given| shows(given, wanted)))
}

fn shows(given: &Condition, wanted: &Condition) -> bool {
    match (&given.at, &wanted.at, &wanted.test) {
        // To have a member or an element is to be an object or an array.
        (Place::Member(_), Place::Whole, Test::Kind(JsonKind::Object))
        | (Place::Element(_), Place::Whole, Test::Kind(JsonKind::Array)) => is_there(&given.test),
        (Place::Element(given_at), Place::Element(at), Test::Present) if given_at >= at => {
            is_there(&given.test)
        }
        (given_at, at, test) => given_at == at && tells(&given.test, test),
    }
}

fn is_there(test: &Test) -> bool {
    !matches!(test, Test::Absent)
}

/// Whether whatever passes one test at a place passes the other there.
fn tells(given: &Test, wanted: &Test) -> bool {
    match (given, wanted) {
        (given, Test::Present) => is_there(given),
        (Test::Equals(given), Test::Equals(wanted)) => {
            given.iter().all(|value| wanted.contains(value))
        }
        (Test::Equals(given), Test::Template(template)) => given.iter().all(|value| match value {
            Literal::Str(text) => fits(text, &template.parts),
            Literal::Int(_) | Literal::Bool(_) => false,
        }),
        (Test::Template(given), Test::Template(wanted)) => alike(given, wanted),
        (Test::Template(_), Test::Kind(kind)) => *kind == JsonKind::String,
        (Test::Equals(given), Test::Kind(kind)) => given.iter().all(|value| match value {
            Literal::Str(_) => *kind == JsonKind::String,
            Literal::Int(_) => *kind == JsonKind::Number,
            Literal::Bool(_) => *kind == JsonKind::Bool,
        }),
        (given, wanted) => given == wanted,
    }
}

/// The same but for the names of holes.
fn alike(a: &Template, b: &Template) -> bool {
    let same = |(a, b): (&Part, &Part)| match (a, b) {
        (Part::Text(a), Part::Text(b)) => a == b,
        (Part::Hole(_), Part::Hole(_)) => true,
        _ => false,
    };
    a.parts.len() == b.parts.len() && a.parts.iter().zip(&b.parts).all(same)
}

/// Whether a text is of a template: each hole takes one or more characters other than `.`, `/`.
/// Takes time in proportion to both: a hostile spec has many holes.
pub(super) fn fits(text: &str, parts: &[Part]) -> bool {
    // The bytes of the text up to which the parts so far can reach.
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for part in parts {
        let mut next = vec![false; text.len() + 1];
        match part {
            Part::Text(piece) => {
                for (at, _) in reached.iter().enumerate().filter(|(_, reached)| **reached) {
                    if text[at..].starts_with(piece.as_str()) {
                        next[at + piece.len()] = true;
                    }
                }
            }
            Part::Hole(_) => {
                let mut inside = false;
                for (at, c) in text.char_indices() {
                    inside = (inside || reached[at]) && !matches!(c, '.' | '/');
                    next[at + c.len_utf8()] = inside;
                }
            }
        }
        reached = next;
    }
    reached[text.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(at: &str, test: Test) -> Condition {
        Condition {
            at: Place::Member(at.to_owned()),
            test,
        }
    }

    fn text(text: &str) -> Test {
        Test::Equals(vec![Literal::Str(text.to_owned())])
    }

    #[test]
    fn what_says_more_implies_what_says_less() {
        let template = Test::Template(Template {
            parts: vec![
                Part::Text("ticker.".to_owned()),
                Part::Hole("pair".to_owned()),
            ],
        });
        let of = |conditions: &[Condition]| Match {
            conditions: conditions.to_vec(),
        };
        let exact = of(&[
            condition("a", text("ticker.btc")),
            condition("b", Test::Absent),
        ]);
        let templated = of(&[condition("a", template)]);
        let present = of(&[condition("a", Test::Present)]);
        for (more, less) in [
            (&exact, &templated),
            (&exact, &present),
            (&templated, &present),
        ] {
            assert!(implies(more, less) && !implies(less, more));
        }
        assert!(implies(&exact, &Match::default()) && !implies(&Match::default(), &exact));
        assert!(!implies(
            &of(&[condition("a", text("ticker.b.c"))]),
            &templated
        ));
        let object = Condition {
            at: Place::Whole,
            test: Test::Kind(JsonKind::Object),
        };
        assert!(implies(&present, &of(&[object])));
    }
}
