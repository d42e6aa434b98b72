//! What a caller prefers: `Prefer: status=422`, `Prefer: example=2`, `Prefer: dynamic`.

/// The preferences of a request (RFC 7240). Those that are not known are ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Prefer {
    /// `status=422`, or `code=422` as another mock server calls it.
    pub(crate) status: Option<u16>,
    /// `example=2`, counted from 1, or a part of an example's source or remark.
    pub(crate) example: Option<String>,
    /// `dynamic`: a generated value although there are examples.
    pub(crate) dynamic: bool,
}

impl Prefer {
    /// Reads the headers of that name.
    pub(crate) fn read<'a>(headers: impl Iterator<Item = &'a str>) -> Self {
        let mut prefer = Prefer::default();
        for part in headers.flat_map(|header| header.split([',', ';'])) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let value = value.trim().trim_matches('"');
            match name.trim().to_ascii_lowercase().as_str() {
                "status" | "code" => {
                    prefer.status = value.parse().ok().filter(|n| (100..600).contains(n));
                }
                "example" => prefer.example = Some(value.to_owned()),
                "dynamic" => prefer.dynamic = value != "false",
                _ => {}
            }
        }
        prefer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferences_are_read_and_nonsense_is_not() {
        let read = |text: &str| Prefer::read([text].into_iter());
        assert_eq!(read("status=422, example=\"2\"").status, Some(422));
        assert_eq!(read("code=404; dynamic=true").status, Some(404));
        assert_eq!(read("status=9999"), Prefer::default());
        assert_eq!(read("example=2").example.as_deref(), Some("2"));
        assert!(read("dynamic").dynamic && !read("dynamic=false").dynamic);
        assert_eq!(read("return=minimal"), Prefer::default());
    }
}
