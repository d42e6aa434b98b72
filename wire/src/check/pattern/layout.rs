//! Layouts: what may stand at each place of a value that is like one seen, so that it is surely valid.
//!
//! Of a price of seven characters, a digit at each place but that of the point; of an enum's word,
//! that word. A text of as many bytes, each within its bounds, is valid for the same reason as the
//! one that was seen, and there is nothing to remark on.

use super::What;
use crate::check::table::{NONE, Node, Tables};

/// The least and the greatest byte at each place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Layout {
    pub(super) low: Vec<u8>,
    pub(super) high: Vec<u8>,
}

/// Digits of a plain number, its point among them, that are read in place.
const MOST_DIGITS: usize = 15;

impl Layout {
    /// Of the value of a text that fitted a pattern there; none if there is no telling.
    pub(super) fn of(tables: &Tables, what: What, value: &[u8]) -> Option<Layout> {
        let mut layout = Layout::default();
        match what {
            What::Hole => layout.text(value, |byte| !matches!(byte, b'.' | b'/'))?,
            What::Value { field, .. } => {
                let field = tables.fields.get(field as usize)?;
                if field.nullable && value == b"null" {
                    layout.exactly(value);
                } else {
                    layout.value(tables, field.what, value)?;
                }
            }
            What::End(_) => return None,
        }
        Some(layout)
    }

    /// Adds bytes that stand as they are.
    pub(super) fn exactly(&mut self, bytes: &[u8]) {
        self.low.extend_from_slice(bytes);
        self.high.extend_from_slice(bytes);
    }

    pub(super) fn append(&mut self, other: &Layout) {
        self.low.extend_from_slice(&other.low);
        self.high.extend_from_slice(&other.high);
    }

    pub(super) fn len(&self) -> usize {
        self.low.len()
    }

    fn between(&mut self, low: u8, high: u8) {
        self.low.push(low);
        self.high.push(high);
    }

    fn value(&mut self, tables: &Tables, node: Node, value: &[u8]) -> Option<()> {
        let inner = value
            .strip_prefix(b"\"")
            .and_then(|inner| inner.strip_suffix(b"\""));
        match (node, inner) {
            (Node::Masked(node), _) => return self.value(tables, tables.node(node), value),
            (Node::Blank(node), Some(inner)) if !inner.is_empty() => {
                return self.value(tables, tables.node(node), value);
            }
            (Node::Blank(node), None) => return self.value(tables, tables.node(node), value),
            (Node::Blank(_), Some(_))
            | (Node::Bool | Node::Codes(_) | Node::Flags(_), None)
            | (Node::Words(_), Some(_))
            | (Node::Constant(_), _) => self.exactly(value),
            (Node::Int { digits, lead, .. }, None) => self.integer(value, digits, lead)?,
            (Node::Decimal { bounds, .. }, _) => {
                if bounds != NONE && !tables.bounds(bounds).from_zero {
                    return None;
                }
                self.quoted(inner, |layout| layout.number(inner.unwrap_or(value)))?;
            }
            (Node::String(_), Some(inner)) => {
                self.quoted(Some(inner), |layout| layout.text(inner, |_| true))?;
            }
            (Node::DateTime, Some(inner)) => {
                let inner = inner.strip_suffix(b"Z")?;
                self.quoted(Some(inner), |layout| {
                    layout.time(inner)?;
                    layout.exactly(b"Z");
                    Some(())
                })?;
            }
            (Node::LocalDateTime, Some(inner)) => {
                self.quoted(Some(inner), |layout| layout.time(inner))?;
            }
            _ => return None,
        }
        Some(())
    }

    fn quoted(
        &mut self,
        inner: Option<&[u8]>,
        write: impl FnOnce(&mut Self) -> Option<()>,
    ) -> Option<()> {
        let quote: &[u8] = if inner.is_some() { b"\"" } else { b"" };
        self.exactly(quote);
        write(self)?;
        self.exactly(quote);
        Some(())
    }

    /// Plain characters of a string, those of one place all permitted if the one that was seen is.
    fn text(&mut self, value: &[u8], permits: impl Fn(u8) -> bool) -> Option<()> {
        const CLASSES: [(u8, u8); 5] = [
            (b' ', b'!'),
            (b'#', b'-'),
            (b'.', b'/'),
            (b'0', b'['),
            (b']', 0x7f),
        ];
        for &byte in value {
            let mut classes = CLASSES.iter();
            let &(low, high) = classes.find(|(low, high)| (*low..=*high).contains(&byte))?;
            if !permits(byte) {
                return None;
            }
            self.between(low, high);
        }
        Some(())
    }

    /// An integer without sign, of which so many digits say that it is in its range.
    fn integer(&mut self, value: &[u8], digits: u8, lead: u8) -> Option<()> {
        let (first, others) = value.split_first()?;
        let most = match value.len() {
            len if len <= usize::from(digits) => b'9',
            len if len == usize::from(digits) + 1 && *first < lead => lead - 1,
            _ => return None,
        };
        self.leading(*first, !others.is_empty(), most)?;
        self.digits(others)
    }

    /// A plain number: no sign, no exponent, not many digits.
    fn number(&mut self, value: &[u8]) -> Option<()> {
        if value.len() > MOST_DIGITS {
            return None;
        }
        let point = value.iter().position(|byte| *byte == b'.');
        let (whole, fraction) = value.split_at(point.unwrap_or(value.len()));
        let (first, others) = whole.split_first()?;
        self.leading(*first, !others.is_empty(), b'9')?;
        self.digits(others)?;
        if let Some((point, fraction)) = fraction.split_first() {
            if fraction.is_empty() {
                return None;
            }
            self.exactly(&[*point]);
            self.digits(fraction)?;
        }
        Some(())
    }

    /// A number's first digit, which is no zero if others follow.
    fn leading(&mut self, digit: u8, others: bool, most: u8) -> Option<()> {
        let least = if others { b'1' } else { b'0' };
        (least..=most).contains(&digit).then(|| {
            self.between(least, most);
        })
    }

    fn digits(&mut self, value: &[u8]) -> Option<()> {
        value.iter().try_for_each(|byte| {
            byte.is_ascii_digit().then(|| {
                self.between(b'0', b'9');
            })
        })
    }

    /// `YYYY-MM-DDTHH:MM:SS[.f{1,9}]` on the same day.
    fn time(&mut self, value: &[u8]) -> Option<()> {
        let (day, time) = value.split_at_checked(11)?;
        let (clock, fraction) = time.split_at_checked(8)?;
        self.exactly(day);
        match clock[0] {
            b'0' | b'1' => {
                self.between(b'0', b'1');
                self.between(b'0', b'9');
            }
            _ => {
                self.exactly(b"2");
                self.between(b'0', b'3');
            }
        }
        for part in [&clock[2..5], &clock[5..]] {
            if part[0] != b':' || !(b'0'..=b'5').contains(&part[1]) {
                return None;
            }
            self.exactly(b":");
            self.between(b'0', b'5');
            self.between(b'0', b'9');
        }
        if let Some((point, digits)) = fraction.split_first() {
            if *point != b'.' || !(1..=9).contains(&digits.len()) {
                return None;
            }
            self.exactly(b".");
            self.digits(digits)?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::Layout;
    use crate::check::coverage::Unwatched;
    use crate::check::table::{Form, NONE, Node, Tables, Unit};
    use crate::check::{NodeId, fast};

    #[test]
    fn whatever_is_within_a_layout_is_valid() {
        let int = Node::Int {
            range: 0,
            digits: 18,
            lead: b'9',
            unit: Unit::Number,
        };
        let decimal = Node::Decimal {
            form: Form::Any,
            bounds: NONE,
        };
        let mut widths = Vec::new();
        for (node, value) in [
            (Node::DateTime, r#""2024-02-29T19:59:59.999999999Z""#),
            (Node::DateTime, r#""2024-12-31T20:00:00Z""#),
            (Node::LocalDateTime, r#""2024-12-31T03:00:00.1""#),
            (int, "0"),
            (int, "10"),
            (int, "8123456789012345678"),
            (decimal, "0.10"),
            (decimal, "123456789.12345"),
            (decimal, r#""9""#),
            (Node::String(NONE), r#""A z!/[]}""#),
        ] {
            let tables = Tables {
                nodes: vec![node].into(),
                ..Tables::default()
            };
            let mut layout = Layout::default();
            layout.value(&tables, node, value.as_bytes()).expect(value);
            assert_eq!(layout.len(), value.len());
            let mut texts = vec![layout.low.clone(), layout.high.clone()];
            for place in 0..value.len() {
                for byte in layout.low[place]..=layout.high[place] {
                    for like in [value.as_bytes(), &layout.low, &layout.high] {
                        let mut text = like.to_vec();
                        text[place] = byte;
                        texts.push(text);
                    }
                }
            }
            widths.push(texts.len());
            for text in texts {
                let shown = String::from_utf8_lossy(&text);
                let valid = fast::accepts(&tables, NodeId(0), &text, &Unwatched);
                assert!(valid, "{shown} for {value}");
            }
        }
        assert!(widths.iter().all(|width| *width > 20), "{widths:?}");
    }

    #[test]
    fn what_may_be_invalid_or_worth_a_remark_has_no_layout() {
        let decimal = Node::Decimal {
            form: Form::Any,
            bounds: NONE,
        };
        for (node, value) in [
            (decimal, "-1"),
            (decimal, "1e3"),
            (decimal, "1234567890123456"),
            (Node::DateTime, r#""2016-12-31T23:59:60Z""#),
            (Node::DateTime, r#""2016-12-31T23:59:59+01:00""#),
            (Node::String(NONE), r#""\n""#),
            (Node::String(NONE), r#""é""#),
            (Node::Uuid, r#""01234567-0123-0123-0123-0123456789ab""#),
            (Node::Json, "1"),
        ] {
            let mut layout = Layout::default();
            let made = layout.value(&Tables::default(), node, value.as_bytes());
            assert!(made.is_none(), "{value}");
        }
    }
}
