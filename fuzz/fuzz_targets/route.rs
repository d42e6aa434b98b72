//! Whatever is called, and however it is answered, the exchange is routed, its parameters, headers and bodies are
//! checked, and nothing panics. The lines of the input are method, address, status, two headers, and the bodies.
#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use venue_capture::record::{Body, Content, Exchange, Headers, Part, Payload, Record};
use venue_capture::Address;
use venue_capture::{Candidate, Checker};

static CHECKER: LazyLock<Checker> = LazyLock::new(|| {
    let mut candidates: Vec<Candidate> = venue_schema::bundled_ids()
        .map(|id| Candidate::new(venue_schema::load_bundled(id).expect("bundled specs are clean")))
        .collect();
    // Every path of every API is near.
    for candidate in &mut candidates {
        candidate.serve_at(&Address::parse("*"));
    }
    Checker::new(candidates)
});

fuzz_target!(|text: &str| {
    let mut lines = text.splitn(7, '\n');
    let mut next = || lines.next().unwrap_or_default();
    let (method, address, status) = (next(), Address::parse(next()), next().parse().ok());
    let headers = [next(), next()].map(|line| line.split_once(':').unwrap_or((line, "")));
    let part = |text: &str| Part {
        media: headers[0].1.trim().to_ascii_lowercase(),
        boundary: (!headers[1].0.is_empty()).then(|| headers[1].0.to_owned()),
        headers: Headers::new(headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()),
        body: match text {
            "" => Body::Empty,
            text => Body::Bytes(Payload {
                bytes: text.as_bytes().to_vec().into(),
                line: None,
            }),
        },
    };
    let exchange = Exchange {
        method: method.to_ascii_uppercase(),
        address,
        request: part(next()),
        unanswered: status.is_none(),
        response: status.map(|status| (status, part(next()))),
    };
    let record = Record {
        index: 0,
        line: 1,
        at: None,
        content: Content::Http(Box::new(exchange)),
    };
    let file: Arc<str> = "fuzz".into();
    CHECKER.check(&file, &record, &mut |_| {});
});
