//! Bodies of `multipart/form-data` (RFC 7578): their parts, with names and file names.
//!
//! The well-kept parsers of this format read streams that arrive over time; a capture holds the body
//! whole. Nothing is copied but names. Lines may end in LF alone, for captures are passed through
//! editors; what cannot be told apart with certainty is refused.

use memchr::memmem;

/// More parts than any form has.
const PARTS: usize = 1_000;
/// More than the headers of a part need.
const HEADERS: usize = 16 << 10;
/// The longest boundary that RFC 2046 allows.
const BOUNDARY: usize = 70;

/// A part of a body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FormPart<'b> {
    /// The field.
    pub(crate) name: String,
    /// The file's name, if it is a file.
    pub(crate) file: Option<String>,
    /// Its content type without parameters, lower case; empty if it has none.
    pub(crate) media: String,
    /// What it holds.
    pub(crate) content: &'b [u8],
}

/// Takes a body apart. Without a boundary, which the `Content-Type` should name, its first line tells.
///
/// # Errors
/// What is wrong with it, in a sentence without a full stop that shows nothing of the body.
pub(crate) fn parts<'b>(
    body: &'b [u8],
    boundary: Option<&str>,
) -> Result<Vec<FormPart<'b>>, String> {
    let boundary = match boundary {
        Some(boundary) => boundary.as_bytes(),
        None => first_line(body).ok_or("the body does not start with a boundary")?,
    };
    if boundary.is_empty() || boundary.len() > BOUNDARY {
        return Err(format!("a boundary has 1 to {BOUNDARY} characters"));
    }
    let delimiter = [b"--", boundary].concat();
    let finder = memmem::Finder::new(&delimiter);
    let Some(mut rest) = after_delimiter(body, &finder).map(|(_, rest)| rest) else {
        return Err("the boundary of the content type does not stand in the body".to_owned());
    };
    let mut parts = Vec::new();
    loop {
        let number = parts.len() + 1;
        rest = match rest {
            Rest::End => return Ok(parts),
            Rest::Part(rest) => {
                if number > PARTS {
                    return Err(format!("it has more than {PARTS} parts"));
                }
                let (inside, next) = after_delimiter(rest, &finder)
                    .ok_or_else(|| format!("it ends within part {number}"))?;
                parts.push(part(inside).map_err(|what| format!("part {number}: {what}"))?);
                next
            }
        }
    }
}

/// What follows a delimiter.
enum Rest<'b> {
    /// Another part, from there.
    Part(&'b [u8]),
    /// No more: it was the last one.
    End,
}

/// The boundary that stands on the first line.
fn first_line(body: &[u8]) -> Option<&[u8]> {
    let line = body.split(|byte| *byte == b'\n').next()?;
    // A form without a part has only the last boundary.
    let is_all = body.trim_ascii().len() == line.trim_ascii().len();
    let line = line.trim_ascii_end().strip_prefix(b"--")?;
    match line.strip_suffix(b"--") {
        Some(last) if is_all => Some(last),
        _ => Some(line),
    }
}

/// What stands before the next delimiter, its line's end not counted, and what comes after.
fn after_delimiter<'b>(
    body: &'b [u8],
    finder: &memmem::Finder<'_>,
) -> Option<(&'b [u8], Rest<'b>)> {
    finder.find_iter(body).find_map(|at| {
        let (before, after) = (&body[..at], &body[at + finder.needle().len()..]);
        let before = match before {
            [] => before,
            [inside @ .., b'\r', b'\n'] | [inside @ .., b'\n'] => inside,
            _ => return None,
        };
        if after.starts_with(b"--") {
            return Some((before, Rest::End));
        }
        // Padding, then the line's end; anything else is another, longer boundary.
        let blank = after.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
        match &after[blank.count()..] {
            [b'\r', b'\n', rest @ ..] | [b'\n', rest @ ..] => Some((before, Rest::Part(rest))),
            _ => None,
        }
    })
}

fn part(bytes: &[u8]) -> Result<FormPart<'_>, &'static str> {
    let mut out = FormPart {
        name: String::new(),
        file: None,
        media: String::new(),
        content: &[],
    };
    let (mut rest, mut named) = (bytes, false);
    loop {
        let end = memchr::memchr(b'\n', rest).ok_or("its headers do not end")?;
        let line = &rest[..end];
        rest = &rest[end + 1..];
        if bytes.len() - rest.len() > HEADERS {
            return Err("its headers are too long");
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        let line = std::str::from_utf8(line).map_err(|_| "its headers are not UTF-8")?;
        let (header, value) = line.split_once(':').ok_or("a header of it has no colon")?;
        if header.eq_ignore_ascii_case("content-disposition") {
            for (parameter, value) in parameters(value)? {
                match parameter.as_str() {
                    "name" => (out.name, named) = (value, true),
                    // RFC 7578 forbids the second; some write it all the same.
                    "filename" | "filename*" => out.file = Some(value),
                    _ => {}
                }
            }
        } else if header.eq_ignore_ascii_case("content-type") {
            out.media = super::read::media(value);
        }
    }
    if !named {
        return Err("it has no name");
    }
    out.content = rest;
    Ok(out)
}

/// The parameters of a `Content-Disposition`, names in lower case.
fn parameters(value: &str) -> Result<Vec<(String, String)>, &'static str> {
    let mut out = Vec::new();
    let Some((kind, mut rest)) = value.split_once(';') else {
        return Ok(out);
    };
    if !kind.trim().eq_ignore_ascii_case("form-data") {
        return Err("it is not form data");
    }
    loop {
        rest = rest.trim_start();
        let Some((name, after)) = rest.split_once('=') else {
            return match rest {
                "" => Ok(out),
                _ => Err("a parameter of it has no value"),
            };
        };
        let after = after.trim_start();
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => quoted_text(quoted).ok_or("a name in it is not closed")?,
            None => {
                let end = after.find(';').unwrap_or(after.len());
                (after[..end].trim_end().to_owned(), &after[end..])
            }
        };
        out.push((name.trim().to_ascii_lowercase(), value));
        let after = after.trim_start();
        rest = match after.strip_prefix(';') {
            Some(rest) => rest,
            None if after.is_empty() => after,
            None => return Err("a parameter of it goes on after its value"),
        };
    }
}

/// Quoted text, and what comes after its second quote. Browsers write `%22` for a quote, others `\"`.
fn quoted_text(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => {
                let out = out.replace("%22", "\"");
                let out = out.replace("%0D", "\r").replace("%0A", "\n");
                return Some((out, &text[at + 1..]));
            }
            // A backslash before anything else is one of a Windows path.
            '\\' if text[at + 1..].starts_with(['"', '\\']) => out.push(chars.next()?.1),
            c => out.push(c),
        }
    }
    None
}

/// A body of these parts: field, file name if it is a file, content type, content.
pub(crate) fn compose<'p>(
    parts: impl Iterator<Item = (&'p str, Option<&'p str>, &'p str, &'p str)>,
) -> Vec<u8> {
    let quote = |text: &str| {
        let text = text.replace('"', "%22");
        text.replace('\r', "%0D").replace('\n', "%0A")
    };
    let parts: Vec<_> = parts.collect();
    // One that stands in none of the parts.
    let taken = |boundary: &String| parts.iter().any(|(.., content)| content.contains(boundary));
    let mut boundaries = (0..=parts.len()).map(|n| format!("venue-part-{n}"));
    let boundary = boundaries.find(|it| !taken(it)).unwrap_or_default();
    let mut out = String::new();
    for (name, file, media, content) in &parts {
        let name = quote(name);
        out.push_str(&format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\""
        ));
        if let Some(file) = file {
            out.push_str(&format!("; filename=\"{}\"", quote(file)));
        }
        if !media.is_empty() {
            out.push_str(&format!("\r\nContent-Type: {}", quote(media)));
        }
        out.push_str(&format!("\r\n\r\n{content}\r\n"));
    }
    out.push_str(&format!("--{boundary}--\r\n"));
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Name, file name, media type and content of each part.
    fn read(body: &str, boundary: Option<&str>) -> Result<Vec<String>, String> {
        let parts = parts(body.as_bytes(), boundary)?;
        let shown = parts.iter().map(|part| {
            let content = String::from_utf8_lossy(part.content);
            format!("{}|{:?}|{}|{content}", part.name, part.file, part.media)
        });
        Ok(shown.collect())
    }

    #[test]
    fn parts_are_told_apart_as_browsers_and_curl_write_them() {
        let body = "preamble\r\n--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n2\r\n--XY\r\n--X \r\n\
                    content-type: Application/PDF; q=1\r\nCONTENT-DISPOSITION: form-data; filename=\"a;%22b\\\"c.pdf\"; name=f\r\n\r\n\
                    \r\n--X--\r\nepilogue";
        let want = [
            "a|None||1\r\n2\r\n--XY",
            "f|Some(\"a;\\\"b\\\"c.pdf\")|application/pdf|",
        ];
        assert_eq!(read(body, Some("X")), Ok(want.map(str::to_owned).to_vec()));
        let lines = "--b\nContent-Disposition: form-data; name=\"C:\\x\"\n\nv\n--b--";
        assert_eq!(read(lines, None), Ok(vec!["C:\\x|None||v".to_owned()]));
        assert_eq!(read("--b--", None), Ok(vec![]));
    }

    #[test]
    fn what_is_no_form_is_refused_with_a_reason() {
        for (body, boundary, want) in [
            ("a=1&b=2", None, "does not start with a boundary"),
            ("--b\r\n", Some("c"), "does not stand in the body"),
            ("--b\r\n\r\nx", None, "ends within part 1"),
            ("--b\r\n\r\nx\r\n--b--", None, "part 1: it has no name"),
            ("--b\r\nname\r\n\r\nx\r\n--b--", None, "no colon"),
            ("--b\r\nx: y\r\n--b--", None, "its headers do not end"),
            (
                "--b\r\nContent-Disposition: form-data; name=\"a\r\n\r\n\r\n--b--",
                None,
                "is not closed",
            ),
            (
                "--b\r\nContent-Disposition: attachment; name=a\r\n\r\n\r\n--b--",
                None,
                "not form data",
            ),
            (
                "--b\r\nContent-Disposition: form-data; name\r\n\r\n\r\n--b--",
                None,
                "has no value",
            ),
            ("--\r\n", None, "1 to 70"),
        ] {
            let found = read(body, boundary).expect_err(body);
            assert!(found.contains(want), "{body:?}: {found}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), cut in 0_usize..80) {
            let _ = parts(&bytes, None);
            let body = b"--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\"\r\n\r\nx\r\n--b--\r\n";
            let mut torn = body.to_vec();
            torn.splice(cut.min(body.len()).., bytes);
            let _ = parts(&torn, Some("b"));
        }

        #[test]
        fn composed_parts_are_read_again(all in prop::collection::vec(("[a-z\"\n%&]{0,6}", prop::option::of("[a-z\\.; ]{1,6}"), "[ -~\r\n]{0,20}"), 0..5)) {
            let given = all.iter().map(|(name, file, content)| (name.as_str(), file.as_deref(), "", content.as_str()));
            let body = compose(given);
            let read = parts(&body, None).expect("a form");
            prop_assert_eq!(read.len(), all.len());
            for (part, (name, file, content)) in read.iter().zip(&all) {
                prop_assert_eq!((&part.name, &part.file), (name, file));
                prop_assert_eq!(part.content, content.as_bytes());
            }
        }
    }
}
