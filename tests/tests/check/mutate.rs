//! Damage: to values, and to bytes.

use crate::random::Random;
use crate::tree::Tree;

/// Changes one place of a value.
pub(crate) fn mutate(tree: &mut Tree, random: &mut Random) {
    // Go down first, most of the time.
    match tree {
        Tree::Array(items) if !items.is_empty() && random.below(4) > 0 => {
            let at = random.below(items.len());
            return mutate(&mut items[at], random);
        }
        Tree::Object(members) if !members.is_empty() && random.below(4) > 0 => {
            let at = random.below(members.len());
            return mutate(&mut members[at].1, random);
        }
        _ => {}
    }
    match tree {
        Tree::Array(items) if random.below(5) > 0 => match random.below(4) {
            0 => items.push(scalar(random)),
            1 => drop(items.pop()),
            2 if !items.is_empty() => {
                let (a, b) = (random.below(items.len()), random.below(items.len()));
                items.swap(a, b);
            }
            _ => items.extend(items.first().cloned()),
        },
        Tree::Object(members) if random.below(5) > 0 => match random.below(5) {
            0 => members.push((format!("new{}", random.below(3)), scalar(random))),
            1 if !members.is_empty() => drop(members.remove(random.below(members.len()))),
            2 => members.extend(members.first().cloned()),
            3 if !members.is_empty() => {
                let at = random.below(members.len());
                members[at].0.push('x');
            }
            _ => shuffle(members, random),
        },
        Tree::Number(number) if random.below(3) > 0 => *number = (*random.pick(NUMBERS)).to_owned(),
        Tree::Text(text) if random.below(3) > 0 => match random.below(4) {
            0 => text.push('x'),
            1 => drop(text.pop()),
            2 => *text = text.replace(['0', 'a'], "9"),
            _ => *text = (*random.pick(TEXTS)).to_owned(),
        },
        _ => *tree = scalar(random),
    }
}

/// Puts members in another order.
pub(crate) fn shuffle<T>(members: &mut [T], random: &mut Random) {
    for at in (1..members.len()).rev() {
        members.swap(at, random.below(at + 1));
    }
}

fn scalar(random: &mut Random) -> Tree {
    match random.below(6) {
        0 => Tree::Null,
        1 => Tree::Bool(random.one_in(2)),
        2 => Tree::Array(Vec::new()),
        3 => Tree::Object(Vec::new()),
        4 => Tree::Text((*random.pick(TEXTS)).to_owned()),
        _ => Tree::Number((*random.pick(NUMBERS)).to_owned()),
    }
}

const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "1",
    "-1",
    "1.0",
    "1e2",
    "0.5",
    "-0.0",
    "1e-08",
    "9.2443E-05",
    "255",
    "256",
    "65536",
    "2147483648",
    "-2147483649",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "18446744073709551616",
    "99999999999999999999999999999999999999",
    "999999999999999999999999999999999999999",
    "1e999",
    "1e1000",
    "123456789012345.5",
    "1234567890123456.5",
    "0.1234567890123456789",
];

const TEXTS: &[&str] = &[
    "",
    "x",
    "1.5",
    "-0",
    "01",
    "1e5",
    " 1",
    "true",
    "null",
    "2018-08-16T17:34:21.000Z",
    "2023-02-29T00:00:00Z",
    "2018-08-16T17:34:21",
    "00000000-0000-0000-0000-00000000000g",
    "é",
    "ticker.sfox.btcusd",
    "success",
    "error",
    "B",
    "S",
    "\u{7f}",
    "\\",
    "\"",
];

/// Changes some bytes of a text.
pub(crate) fn damage(json: &mut Vec<u8>, random: &mut Random) {
    if json.is_empty() {
        return;
    }
    let at = random.below(json.len());
    match random.below(6) {
        0 => drop(json.remove(at)),
        1 => json[at] ^= 1 << random.below(8),
        2 => json.truncate(at),
        3 => json.insert(at, *random.pick(b"\"\\{}[],:0-.eE \n\x00\x1f\x7f\x80\xff")),
        4 => {
            let pieces: [&[u8]; 8] = [
                b"\\ud800",
                b"\\udc00",
                b"\xed\xa0\x80",
                b"\xc3\xa9",
                b"\\u00e9",
                b"\\\"",
                b" ",
                b"\t",
            ];
            let piece = random.pick(&pieces);
            json.splice(at..at, piece.iter().copied());
        }
        _ => {
            let to = random.below(json.len());
            let (from, to) = (at.min(to), at.max(to));
            let piece = json[from..to].to_vec();
            json.splice(from..from, piece);
        }
    }
}
