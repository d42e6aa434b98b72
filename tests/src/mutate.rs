//! Small damages and novelties done to a payload, as venues and wires do them.

use crate::generate::Choices;
use crate::raw::{Raw, quoted, unquoted};

/// What can be done to a payload.
const DEEDS: [(&str, Deed); 22] = [
    ("a member or element is dropped", drop_one),
    ("a member or element is added", add_one),
    ("a value has another type", retype),
    ("a value is null", make_null),
    (
        "a number stands in a string, or the other way about",
        swap_form,
    ),
    ("a value nobody lists", unlist),
    ("a number in another spelling", respell),
    ("a huge number", make_huge),
    ("a member is there twice", repeat_member),
    ("a name differs in case", recase_name),
    ("a string is empty", empty_string),
    ("an element is appended to a row", append),
    ("the last element is dropped", pop),
    ("two elements are swapped", swap),
    ("containers inside one another", deepen),
    ("a flag or tag changes", flip),
    ("a string grows", grow),
    ("a lone surrogate", lone_surrogate),
    ("the text is cut off", nothing),
    ("bytes that are not UTF-8", nothing),
    ("text after the value", nothing),
    ("nothing", nothing),
];

type Deed = fn(&mut Raw, &mut Choices<'_>);

/// A payload with one or two things done to it, and what.
#[derive(Debug, Clone)]
pub struct Mutant {
    /// The bytes; they need not be JSON.
    pub bytes: Vec<u8>,
    /// What was done.
    pub deeds: Vec<&'static str>,
}

/// Does one or two things to a payload.
pub fn mutate(payload: &Raw, choices: &mut Choices<'_>) -> Mutant {
    let mut value = payload.clone();
    let mut deeds = Vec::new();
    let mut last = "";
    for _ in 0..=usize::from(choices.chance(4)) {
        let (name, deed) = DEEDS[choices.below(DEEDS.len())];
        let before = value.clone();
        // Most deeds are for one kind of value: look for one that it changes.
        for _ in 0..6 {
            let place = choices.below(value.count());
            if let Some(at) = value.nth(place) {
                deed(at, choices);
            }
            if value != before {
                break;
            }
        }
        deeds.push(name);
        last = name;
    }
    let mut bytes = value.print(["", " "][choices.below(2)]).into_bytes();
    match last {
        "the text is cut off" => bytes.truncate(choices.below(bytes.len())),
        "bytes that are not UTF-8" => {
            let at = choices.below(bytes.len());
            bytes[at] = 0xff;
        }
        "text after the value" => bytes.extend(b" {}"),
        _ => {}
    }
    Mutant { bytes, deeds }
}

fn nothing(_: &mut Raw, _: &mut Choices<'_>) {}

fn drop_one(at: &mut Raw, choices: &mut Choices<'_>) {
    match at {
        Raw::Object(members) if !members.is_empty() => {
            members.remove(choices.below(members.len()));
        }
        Raw::Array(items) if !items.is_empty() => {
            items.remove(choices.below(items.len()));
        }
        _ => {}
    }
}

fn some_value(choices: &mut Choices<'_>) -> Raw {
    let tokens = ["0", "\"x\"", "null", "true", "1.5", "-1", "\"\"", "\"1\""];
    match choices.below(tokens.len() + 2) {
        8 => Raw::Array(vec![]),
        9 => Raw::Object(vec![]),
        token => Raw::Token(tokens[token].into()),
    }
}

fn add_one(at: &mut Raw, choices: &mut Choices<'_>) {
    let value = some_value(choices);
    match at {
        Raw::Object(members) => {
            let place = choices.below(members.len() + 1);
            members.insert(place, (quoted("new member"), value));
        }
        Raw::Array(items) => items.insert(choices.below(items.len() + 1), value),
        Raw::Token(_) => {}
    }
}

fn append(at: &mut Raw, choices: &mut Choices<'_>) {
    if let Raw::Array(items) = at {
        items.push(some_value(choices));
    }
}

fn pop(at: &mut Raw, _: &mut Choices<'_>) {
    if let Raw::Array(items) = at {
        items.pop();
    }
}

fn swap(at: &mut Raw, choices: &mut Choices<'_>) {
    match at {
        Raw::Array(items) if !items.is_empty() => {
            let place = choices.below(items.len());
            items.swap(0, place);
        }
        Raw::Object(members) if !members.is_empty() => {
            let place = choices.below(members.len());
            let value = members[0].1.clone();
            members[0].1 = std::mem::replace(&mut members[place].1, value);
        }
        _ => {}
    }
}

fn retype(at: &mut Raw, choices: &mut Choices<'_>) {
    *at = some_value(choices);
}

fn make_null(at: &mut Raw, _: &mut Choices<'_>) {
    *at = Raw::null();
}

fn swap_form(at: &mut Raw, _: &mut Choices<'_>) {
    if let Some(number) = at.number() {
        *at = Raw::string(number);
    } else if let Some(text) = at.text()
        && let Some(Raw::Token(token)) = Raw::parse(&text)
    {
        *at = Raw::Token(token);
    }
}

fn unlist(at: &mut Raw, choices: &mut Choices<'_>) {
    if at.number().is_some() {
        *at = Raw::Token(["9", "31", "64", "200", "-5"][choices.below(5)].into());
    } else if at.text().is_some() {
        *at = Raw::string(["nobody lists this", "+", "S", "B", "a.b/c"][choices.below(5)]);
    }
}

fn respell(at: &mut Raw, choices: &mut Choices<'_>) {
    let Some(number) = at.number().map(str::to_owned) else {
        return;
    };
    let plain = !number.contains(['.', 'e', 'E']);
    *at = Raw::Token(match choices.below(5) {
        0 if plain => format!("{number}.0"),
        1 if plain => format!("{number}e0"),
        2 => "-0".into(),
        3 => format!("{number}0"),
        _ if plain => format!("{number}.5"),
        _ => number,
    });
}

fn make_huge(at: &mut Raw, choices: &mut Choices<'_>) {
    let numbers = [
        "18446744073709551615",
        "18446744073709551616",
        "9223372036854775808",
        "-9223372036854775809",
        "1e999",
        "-1e1000",
        "123456789012345678901234567890123456789",
        "0.0000000000000000000000000000000000000000000000001",
        "1e-1000",
        "4294967296",
        "65536",
        "256",
    ];
    let number = numbers[choices.below(numbers.len())];
    if at.text().is_some() {
        *at = Raw::string(number);
    } else if at.number().is_some() {
        *at = Raw::Token(number.into());
    }
}

fn repeat_member(at: &mut Raw, choices: &mut Choices<'_>) {
    if let Raw::Object(members) = at
        && !members.is_empty()
    {
        let (key, value) = members[choices.below(members.len())].clone();
        let value = if choices.chance(2) {
            some_value(choices)
        } else {
            value
        };
        members.push((key, value));
    }
}

fn recase_name(at: &mut Raw, choices: &mut Choices<'_>) {
    if let Raw::Object(members) = at
        && !members.is_empty()
    {
        let place = choices.below(members.len());
        let key = &mut members[place].0;
        *key = quoted(&unquoted(key).to_uppercase());
    }
}

fn empty_string(at: &mut Raw, _: &mut Choices<'_>) {
    *at = Raw::string("");
}

fn deepen(at: &mut Raw, choices: &mut Choices<'_>) {
    let levels = [1, 2, 100, 126, 127, 128, 140][choices.below(7)];
    let object = choices.chance(2);
    for _ in 0..levels {
        let inner = std::mem::replace(at, Raw::null());
        *at = if object {
            Raw::Object(vec![("\"a\"".into(), inner)])
        } else {
            Raw::Array(vec![inner])
        };
    }
}

fn flip(at: &mut Raw, choices: &mut Choices<'_>) {
    let word = match at {
        Raw::Token(token) if token == "true" => "false".into(),
        Raw::Token(token) if token == "false" => "true".into(),
        _ => match at.number() {
            Some(_) => choices.below(16).to_string(),
            None => return,
        },
    };
    *at = Raw::Token(word);
}

fn grow(at: &mut Raw, choices: &mut Choices<'_>) {
    if let Some(text) = at.text() {
        let more = [
            "x",
            "é",
            "0",
            " ",
            "Z",
            "\n",
            "1234567890123456789012345678901234567890",
        ];
        *at = Raw::string(&format!("{text}{}", more[choices.below(more.len())]));
    }
}

fn lone_surrogate(at: &mut Raw, choices: &mut Choices<'_>) {
    let surrogate = [
        "\"\\ud800\"",
        "\"a\\udc00\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ud800\\u0041\"",
    ];
    *at = Raw::Token(surrogate[choices.below(surrogate.len())].into());
}
