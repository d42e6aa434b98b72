//! JSON's grammar (RFC 8259), exactly: what is not JSON, and where.

/// Most containers inside one another, as in serde_json.
pub(super) const MAX_DEPTH: u32 = crate::MAX_DEPTH as u32;

/// Where a text stops being JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) what: &'static str,
}

fn fault<T>(at: usize, what: &'static str) -> Result<T, Fault> {
    Err(Fault { at, what })
}

/// Reads a whole text: one value and space around it.
pub(super) fn document(json: &[u8]) -> Result<(), Fault> {
    let end = value(json, crate::scan::skip_space(json, 0), 0)?;
    let end = crate::scan::skip_space(json, end);
    if end < json.len() {
        fault(end, "text after the value")
    } else {
        Ok(())
    }
}

/// Reads the value at `at`, inside `depth` containers. Gives the index after it.
pub(super) fn value(json: &[u8], mut at: usize, mut depth: u32) -> Result<usize, Fault> {
    // One bit for each container that was opened here: 1 for an object. There are never more
    // than MAX_DEPTH.
    let base = depth;
    let mut objects = 0_u128;
    loop {
        match json.get(at) {
            Some(&open @ (b'{' | b'[')) => {
                if depth >= MAX_DEPTH {
                    return fault(at, "more than 127 containers inside one another");
                }
                depth += 1;
                objects = objects << 1 | u128::from(open == b'{');
                let first = crate::scan::skip_space(json, at + 1);
                let close = if open == b'{' { b'}' } else { b']' };
                if json.get(first) != Some(&close) {
                    at = if open == b'{' {
                        key(json, first)?
                    } else {
                        first
                    };
                    continue;
                }
                at = first + 1;
                depth -= 1;
                objects >>= 1;
            }
            _ => at = scalar(json, at)?,
        }
        // A value has ended: close what ends with it, up to the next value.
        loop {
            if depth == base {
                return Ok(at);
            }
            at = crate::scan::skip_space(json, at);
            let object = objects & 1 == 1;
            match (json.get(at), object) {
                (Some(b','), true) => {
                    at = key(json, crate::scan::skip_space(json, at + 1))?;
                    break;
                }
                (Some(b','), false) => {
                    at = crate::scan::skip_space(json, at + 1);
                    break;
                }
                (Some(b'}'), true) | (Some(b']'), false) => {
                    at += 1;
                    depth -= 1;
                    objects >>= 1;
                }
                (_, true) => return fault(at, "expected `,` or `}`"),
                (_, false) => return fault(at, "expected `,` or `]`"),
            }
        }
    }
}

/// Reads a key and its colon; gives the index of the value.
fn key(json: &[u8], at: usize) -> Result<usize, Fault> {
    if json.get(at) != Some(&b'"') {
        return fault(at, "expected a member's name in double quotes");
    }
    let colon = crate::scan::skip_space(json, string(json, at)?);
    if json.get(colon) != Some(&b':') {
        return fault(colon, "expected `:`");
    }
    Ok(crate::scan::skip_space(json, colon + 1))
}

fn scalar(json: &[u8], at: usize) -> Result<usize, Fault> {
    let word = |word: &[u8]| match json.get(at..at + word.len()) {
        Some(found) if found == word => Ok(at + word.len()),
        _ => fault(at, "expected a JSON value"),
    };
    match json.get(at) {
        Some(b'"') => string(json, at),
        Some(b'-' | b'0'..=b'9') => number(json, at),
        Some(b't') => word(b"true"),
        Some(b'f') => word(b"false"),
        Some(b'n') => word(b"null"),
        Some(_) => fault(at, "expected a JSON value"),
        None => fault(at, "the text ends where a value should be"),
    }
}

/// Reads the number at `at`.
pub(super) fn number(json: &[u8], at: usize) -> Result<usize, Fault> {
    let digits = |at: usize| {
        let tail = json.get(at..).unwrap_or_default();
        at + tail.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let first = at + usize::from(json.get(at) == Some(&b'-'));
    let mut end = digits(first);
    if end == first {
        return fault(first, "expected a digit");
    }
    if end > first + 1 && json[first] == b'0' {
        return fault(first, "a number with a leading zero");
    }
    if json.get(end) == Some(&b'.') {
        let fraction = end + 1;
        end = digits(fraction);
        if end == fraction {
            return fault(end, "expected a digit after the point");
        }
    }
    if let Some(b'e' | b'E') = json.get(end) {
        let sign = matches!(json.get(end + 1), Some(b'+' | b'-'));
        let exponent = end + 1 + usize::from(sign);
        end = digits(exponent);
        if end == exponent {
            return fault(end, "expected a digit in the exponent");
        }
    }
    Ok(end)
}

/// Reads the string whose opening quote is at `at`.
pub(super) fn string(json: &[u8], at: usize) -> Result<usize, Fault> {
    let start = at + 1;
    let mut at = start;
    let mut ascii = true;
    loop {
        match json.get(at) {
            None => return fault(at, "the text ends inside a string"),
            Some(b'"') => break,
            Some(b'\\') => at = escape(json, at)?,
            Some(0..0x20) => return fault(at, "a control character inside a string"),
            Some(&byte) => {
                ascii &= byte < 0x80;
                at += 1;
            }
        }
    }
    if !ascii && let Err(error) = std::str::from_utf8(&json[start..at]) {
        return fault(start + error.valid_up_to(), "bytes that are not UTF-8");
    }
    Ok(at + 1)
}

/// Reads the escape whose backslash is at `at`.
fn escape(json: &[u8], at: usize) -> Result<usize, Fault> {
    match json.get(at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
        Some(b'u') => match hex4(json, at + 2) {
            None => fault(at, "expected four hexadecimal digits after `\\u`"),
            Some(0xDC00..=0xDFFF) => fault(at, "a lone surrogate"),
            Some(0xD800..=0xDBFF) => {
                let low = (json.get(at + 6..at + 8) == Some(b"\\u")).then(|| hex4(json, at + 8));
                match low.flatten() {
                    Some(0xDC00..=0xDFFF) => Ok(at + 12),
                    _ => fault(at, "a lone surrogate"),
                }
            }
            Some(_) => Ok(at + 6),
        },
        Some(_) => fault(at, "an escape that JSON does not have"),
        None => fault(at + 1, "the text ends inside a string"),
    }
}

fn hex4(json: &[u8], at: usize) -> Option<u32> {
    json.get(at..at + 4)?.iter().try_fold(0, |code, &digit| {
        Some(code * 16 + char::from(digit).to_digit(16)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_json_and_what_is_not() {
        let deep = |n: usize| "[".repeat(n) + &"]".repeat(n);
        let deepest = format!("{{\"a\":{}}}", deep(126));
        let too_deep = format!("{{\"a\":{}}}", deep(127));
        for json in [
            " { } ",
            "[ ]",
            "[1 , 2]",
            "{\"a\" : [ {} , [] ] , \"b\":null}",
            "-0",
            "0.5e+1",
            "1E-08",
            r#""é \ud83d\ude00 \u00e9 \/""#,
            "\ttrue\r\n",
            &deep(127),
            &deepest,
        ] {
            assert_eq!(document(json.as_bytes()), Ok(()), "{json}");
        }
        for json in [
            "",
            " ",
            "{",
            "[1,]",
            "{\"a\":1,}",
            "{,}",
            "[,]",
            "{\"a\"}",
            "{a:1}",
            "01",
            "-",
            "1.",
            ".5",
            "1e",
            "+1",
            "nul",
            "nulls",
            "\"",
            "\"\\",
            "\"\\u12",
            "\"\\ud800\"",
            "\"\\udc00\"",
            "\"\\ud800\\u0041\"",
            "\"\n\"",
            "\"\\x\"",
            "1 2",
            "[}",
            "{]",
            "[1}",
            "\u{feff}1",
            &deep(128),
            &too_deep,
            "NaN",
        ] {
            assert!(document(json.as_bytes()).is_err(), "{json}");
        }
        for bytes in [
            &b"\"\xff\""[..],
            b"\"\xed\xa0\x80\"",
            b"\"\xc0\x80\"",
            b"\"\xe2\x82\"",
        ] {
            assert!(document(bytes).is_err());
        }
    }

    #[test]
    fn agrees_with_serde_json_on_every_prefix() {
        let json = "{\"a\":[1.5e3,-0,\"x\\u00e9\\\"é\"],\"b\":{\"c\":[true,false,null]}, \"d\":[]}";
        for end in 0..=json.len() {
            let bytes = &json.as_bytes()[..end];
            let serde = serde_json::from_slice::<serde_json::Value>(bytes).is_ok();
            assert_eq!(document(bytes).is_ok(), serde, "{end}");
        }
    }
}
