//! A request as an HTTP client sends it.

use std::fmt;

use venue_wire::MASKED;
use venue_wire::describe::Operation;
use venue_wire::operation::Body;

/// A request as an HTTP client sends it.
#[derive(Clone)]
pub struct HttpRequest {
    /// The operation.
    pub operation: &'static Operation,
    /// `GET`, `POST`, …
    pub method: &'static str,
    /// The whole address.
    pub url: String,
    /// Headers, those that authenticate included.
    pub headers: Vec<Header>,
    /// The body; empty if there is none.
    pub body: Vec<u8>,
}

impl fmt::Debug for HttpRequest {
    /// Leaves out what may hold what must not be shown: the parameters and the body.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("operation", &self.operation.id)
            .field("method", &self.method)
            .field("path", &self.operation.path)
            .field("headers", &self.headers)
            .field("body", &format_args!("({} bytes)", self.body.len()))
            .finish()
    }
}

/// A header of a request.
#[derive(Clone, PartialEq, Eq)]
pub struct Header {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// The value must not be shown.
    pub is_sensitive: bool,
}

impl Header {
    pub(crate) fn plain(name: &'static str, value: String) -> Self {
        Header {
            name,
            value,
            is_sensitive: false,
        }
    }

    pub(crate) fn sensitive(name: &'static str, value: String) -> Self {
        Header {
            name,
            value,
            is_sensitive: true,
        }
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = if self.is_sensitive {
            MASKED
        } else {
            &self.value
        };
        write!(f, "{}: {value}", self.name)
    }
}

/// The bytes of a body, and what to say of them in `Content-Type`.
pub(crate) fn encode(body: Body) -> (Option<String>, Vec<u8>) {
    let content_type = body.content_type();
    match body {
        Body::Empty => (None, Vec::new()),
        Body::Json(bytes) | Body::Form(bytes) => (content_type.map(str::to_owned), bytes),
        Body::Multipart(parts) => {
            let boundary = boundary(&parts);
            let mut text = String::new();
            for (name, value) in &parts {
                // As browsers write names: what would end the name is escaped.
                let name = name
                    .replace('"', "%22")
                    .replace('\r', "%0D")
                    .replace('\n', "%0A");
                text.push_str(&format!(
                    "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
                ));
            }
            text.push_str(&format!("--{boundary}--\r\n"));
            let content_type = format!("multipart/form-data; boundary={boundary}");
            (Some(content_type), text.into_bytes())
        }
    }
}

/// Text that stands in none of the parts; the same for the same parts.
fn boundary(parts: &[(String, String)]) -> String {
    let mut number = 0;
    loop {
        let boundary = format!("venue-part-{number}");
        if !parts.iter().any(|(_, value)| value.contains(&boundary)) {
            return boundary;
        }
        number += 1;
    }
}
