//! Levels of an order book, `[12.5,0.25,"name"]`: most of what a venue sends.
//!
//! Thirty-two bytes hold one as a rule, and two masks of these tell all that matters: where the digits
//! end, and where the quotes are.

use super::super::NodeId;
use super::super::simd::{self, WIDE, Wide};
use super::super::table::{Node, Shape};
use super::{Engine, MAX_DEPTH, Watch};

/// Longer numbers may be beyond 2^53 or have more digits than a double keeps, which is worth a remark.
const LONG: u32 = 15;

impl<W: Watch> Engine<'_, W> {
    /// Whether elements are levels of an order book, for [`levels`](Self::levels).
    pub(super) fn are_levels(&self, item: NodeId, depth: u32) -> bool {
        match self.nodes[item.0 as usize] {
            Node::Row(record) => {
                self.tables.record(record).shape == Shape::Level && depth < MAX_DEPTH
            }
            _ => false,
        }
    }

    /// Takes note of a level of an order book.
    pub(super) fn note_level(&self, item: NodeId) {
        if let Some(&Node::Row(record)) = self.nodes.get(item.0 as usize) {
            self.watch.fields(record, 0, 0b111);
        }
    }

    /// Reads levels from `at` on as long as they are plain: how many, and where the last one ends, or
    /// `at` if there is none. Plain is what is compact or has a blank after each comma, without sign or
    /// exponent, and short.
    pub(super) fn levels(&self, at: usize) -> (u32, usize) {
        let compact = simd::widest(Levels::<0> {
            json: self.json,
            at,
        });
        if compact.0 > 0 {
            return compact;
        }
        simd::widest(Levels::<1> {
            json: self.json,
            at,
        })
    }
}

/// The reading of levels with so many blanks after each comma.
struct Levels<'j, const BLANKS: u32> {
    json: &'j [u8],
    at: usize,
}

impl<const BLANKS: u32> simd::Task for Levels<'_, BLANKS> {
    type Output = (u32, usize);

    #[inline(always)]
    fn run<V: Wide>(self) -> (u32, usize) {
        let (mut count, mut end, mut next) = (0, self.at, self.at);
        while let Some(length) = level::<V, BLANKS>(self.json, next) {
            count += 1;
            end = next + length;
            next = end + 1 + BLANKS as usize;
            // The comma; what comes after it is looked at as the start of a level.
            if self.json.get(end) != Some(&b',')
                || (BLANKS == 1 && self.json.get(end + 1) != Some(&b' '))
            {
                break;
            }
        }
        (count, end)
    }
}

/// The length of the plain level at `at`.
#[inline(always)]
fn level<V: Wide, const BLANKS: u32>(json: &[u8], at: usize) -> Option<usize> {
    let window: &[u8; WIDE] = json.get(at..)?.first_chunk()?;
    let others = V::not_digits(window);
    let stops = V::stops(window);
    let byte = |place: u32| window[place as usize % WIDE];
    let comma = |place: u32| byte(place) == b',' && (BLANKS == 0 || byte(place + 1) == b' ');
    let open = stops.trailing_zeros();
    let close = without_first(stops).trailing_zeros();
    let (first_end, others) = number(without_first(others), 1, byte)?;
    let others = if BLANKS == 0 {
        others
    } else {
        without_first(others)
    };
    let second = first_end + 1 + BLANKS;
    let (second_end, _) = number(others, second, byte)?;
    let right = byte(0) == b'['
        && comma(first_end)
        && comma(second_end)
        && open == second_end + 1 + BLANKS
        && byte(open) == b'"'
        && byte(close) == b'"'
        && byte(close + 1) == b']'
        && close < WIDE as u32 - 1
        && first_end <= 1 + LONG
        && second_end <= second + LONG;
    right.then_some(close as usize + 2)
}

/// Reads the plain number at `start`: gives the index after it, and the bits of `others` (bytes that
/// are no digits) after that one.
#[inline(always)]
fn number(others: u32, start: u32, byte: impl Fn(u32) -> u8) -> Option<(u32, u32)> {
    let whole = others.trailing_zeros();
    let later = without_first(others);
    if whole == start || (byte(start) == b'0' && whole > start + 1) {
        return None;
    }
    if byte(whole) != b'.' {
        return Some((whole, later));
    }
    let end = later.trailing_zeros();
    (end > whole + 1).then_some((end, without_first(later)))
}

/// A mask without its lowest bit.
#[inline(always)]
fn without_first(mask: u32) -> u32 {
    mask & mask.wrapping_sub(1)
}
