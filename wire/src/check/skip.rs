//! Stepping over strings and containers of JSON text, many bytes at a time. Nothing is judged: of text that
//! is not JSON some index comes out, never a panic.

use super::CHUNK;
use super::simd::Chunk;

const BLOCK: usize = 64;

/// Index after the string whose opening quote is at `at`; none if it does not end.
pub(crate) fn string_end(json: &[u8], at: usize) -> Option<usize> {
    let mut at = at + 1;
    while let Some(bytes) = json.get(at..).and_then(<[u8]>::first_chunk::<CHUNK>) {
        let chunk = Chunk::new(bytes);
        let marks = chunk.is(b'"') | chunk.is(b'\\');
        if marks == 0 {
            at += CHUNK;
            continue;
        }
        at += marks.trailing_zeros() as usize;
        if json[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
    loop {
        match json.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// Index after the object or array that opens at `start`; none if it does not end.
pub fn container_end(json: &[u8], start: usize) -> Option<usize> {
    let (blocks, rest) = json.get(start..)?.as_chunks::<BLOCK>();
    let mut last = [0; BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    let mut walk = Walk::default();
    for (index, block) in blocks.iter().chain([&last]).enumerate() {
        match walk.block(block) {
            Step::On => {}
            Step::End(end) => return Some(start + index * BLOCK + end),
            Step::Damage => return damaged_end(json, start),
        }
    }
    None
}

/// The same, byte by byte.
#[cold]
#[inline(never)]
fn damaged_end(json: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    loop {
        match json.get(at)? {
            b'"' => {
                at = string_end(json, at)?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth <= 1 => return Some(at + 1),
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
}

/// How far a walk through a container has come.
#[derive(Default)]
struct Walk {
    depth: usize,
    /// All bits, inside a string.
    in_string: u64,
    /// 1 where the first byte of the next block is escaped.
    escaped: u64,
}

/// What a block comes to.
enum Step {
    /// The container goes on.
    On,
    /// It ends before this byte of the block.
    End(usize),
    /// There is a backslash outside a string, which escapes nothing.
    Damage,
}

impl Walk {
    #[inline(always)]
    fn block(&mut self, block: &[u8; BLOCK]) -> Step {
        let (mut quotes, mut opens, mut closes, mut slashes) = (0_u64, 0_u64, 0_u64, 0_u64);
        for (part, bytes) in block.as_chunks::<CHUNK>().0.iter().enumerate() {
            let chunk = Chunk::new(bytes);
            let shift = part * CHUNK;
            quotes |= u64::from(chunk.is(b'"')) << shift;
            opens |= u64::from(chunk.is_either_case(b'{')) << shift;
            closes |= u64::from(chunk.is_either_case(b'}')) << shift;
            slashes |= u64::from(chunk.is(b'\\')) << shift;
        }
        quotes &= !self.escapes(slashes);
        // Each bit becomes the exclusive or of all up to it: set from a quote to the next.
        let mut inside = quotes;
        for shift in [1, 2, 4, 8, 16, 32] {
            inside ^= inside << shift;
        }
        inside ^= self.in_string;
        self.in_string = ((inside as i64) >> 63) as u64;
        if slashes & !inside != 0 {
            return Step::Damage;
        }
        opens &= !inside;
        closes &= !inside;
        if (closes.count_ones() as usize) < self.depth {
            self.depth += opens.count_ones() as usize;
            self.depth -= closes.count_ones() as usize;
            return Step::On;
        }
        let mut marks = opens | closes;
        while marks != 0 {
            let mark = marks & marks.wrapping_neg();
            if opens & mark != 0 {
                self.depth += 1;
            } else if self.depth <= 1 {
                return Step::End(mark.trailing_zeros() as usize + 1);
            } else {
                self.depth -= 1;
            }
            marks ^= mark;
        }
        Step::On
    }

    /// Which bytes of a block come after a backslash that is not itself escaped.
    #[inline(always)]
    fn escapes(&mut self, slashes: u64) -> u64 {
        if slashes == 0 {
            return std::mem::take(&mut self.escaped);
        }
        const EVEN: u64 = 0x5555_5555_5555_5555;
        let slashes = slashes & !self.escaped;
        let after = slashes << 1 | self.escaped;
        // Adding a run's first bit to the run carries to the byte behind it: of runs from an odd place.
        let odd_starts = slashes & !EVEN & !after;
        let (carried, over) = slashes.overflowing_add(odd_starts);
        self.escaped = u64::from(over);
        (EVEN ^ carried << 1) & after
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Byte by byte throughout.
    fn plain_string_end(json: &[u8], mut at: usize) -> Option<usize> {
        at += 1;
        loop {
            match json.get(at)? {
                b'"' => return Some(at + 1),
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
    }

    /// A text of the bytes that matter, `first` first; without damage, backslashes are in strings alone.
    fn text(first: u8, length: usize, damage: bool, seed: &mut u64) -> Vec<u8> {
        let mut text = vec![first];
        let mut in_string = first == b'"';
        while text.len() < length {
            *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let byte = br#"\\\\"""[]{}xxxxx"#[(*seed >> 33) as usize % 16];
            match byte {
                b'\\' if in_string || damage => {
                    text.extend([byte, br#"\"u["#[(*seed >> 40) as usize % 4]]);
                }
                b'\\' => {}
                b'"' => {
                    in_string = !in_string;
                    text.push(byte);
                }
                byte => text.push(byte),
            }
        }
        text
    }

    #[test]
    fn values_end_where_they_end_byte_by_byte() {
        let mut seed = 1;
        for round in 0..20_000 {
            let (damage, nested) = (round % 3 == 0, round % 50);
            let string = text(b'"', round % 200, damage, &mut seed);
            assert_eq!(string_end(&string, 0), plain_string_end(&string, 0));
            let mut container = b"[".repeat(1 + nested);
            container.extend(text(b'{', round % 300, damage, &mut seed));
            assert_eq!(
                container_end(&container, 0),
                damaged_end(&container, 0),
                "{}",
                String::from_utf8_lossy(&container)
            );
        }
    }
}
