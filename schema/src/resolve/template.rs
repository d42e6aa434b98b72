//! Templates with holes: `/v1/order/{order_id}`, `ticker.sfox.{pair}`.

use std::ops::Range;

use crate::ir::{Part, Template};

/// Whether a text is a template rather than a plain value.
pub(crate) fn has_holes(text: &str) -> bool {
    text.contains(['{', '}'])
}

/// Reads a template; else what is wrong, and which bytes of it.
pub(crate) fn parse(text: &str) -> Result<Template, (String, Range<usize>)> {
    let mut parts: Vec<Part> = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let Some(open) = rest.find(['{', '}']) else {
            parts.push(Part::Text(rest.to_owned()));
            break;
        };
        if open > 0 {
            parts.push(Part::Text(rest[..open].to_owned()));
        }
        let brace = at + open;
        let Some(inner) = rest[open..].strip_prefix('{') else {
            return Err(("`}` without `{`".to_owned(), brace..brace + 1));
        };
        let Some(close) = inner
            .find(['{', '}'])
            .filter(|at| inner[*at..].starts_with('}'))
        else {
            return Err(("`{` without `}`".to_owned(), brace..brace + 1));
        };
        let hole = brace..brace + close + 2;
        let name = &inner[..close];
        if name.is_empty() {
            return Err(("a hole without a name".to_owned(), hole));
        }
        if names.contains(&name) {
            return Err((format!("the hole `{name}` comes twice"), hole));
        }
        if matches!(parts.last(), Some(Part::Hole(_))) {
            return Err(("two holes with nothing between them".to_owned(), hole));
        }
        names.push(name);
        parts.push(Part::Hole(name.to_owned()));
        at = hole.end;
    }
    Ok(Template { parts })
}

/// The names of the holes, in order.
pub(crate) fn holes(template: &Template) -> impl Iterator<Item = &str> {
    template.parts.iter().filter_map(|part| match part {
        Part::Hole(name) => Some(name.as_str()),
        Part::Text(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_split_at_holes() {
        let template = parse("/v1/{a}/x{b}").unwrap();
        assert_eq!(holes(&template).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(template.parts.len(), 4);
        for (text, place) in [
            ("{", 0..1),
            ("a}", 1..2),
            ("{a{b}", 0..1),
            ("{}", 0..2),
            ("{a}{b}", 3..6),
            ("{a}.{a}", 4..7),
        ] {
            assert_eq!(parse(text).unwrap_err().1, place, "{text}");
        }
    }
}
