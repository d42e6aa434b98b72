//! What a request that was let in is answered with: an example of the spec, chosen by the request
//! or by what it prefers, else a value made from the type.

use venue_capture::Holes;
use venue_capture::record::{Body, Exchange, Headers, Part, Payload};
use venue_capture::request::{Problem, Request};
use venue_capture::{Address, finding};
use venue_schema::ir::{ErrorClass, Evidence, Response, Status, Target};
use venue_schema::sample::raw::{Raw, unquoted};

use crate::mock::{Admitted, Answer, Asked, Inner, class_of, visible};
use crate::prefer::Prefer;
use crate::refusal::Refusal;
use crate::venue::key;

/// Examples or statuses that a refusal lists.
const MOST_LISTED: usize = 20;

impl Inner {
    /// Reads a request by its operation; what contradicts the spec refuses it.
    pub(crate) fn read(
        &self,
        operation: usize,
        holes: &Holes,
        address: Address,
        asked: &Asked,
    ) -> Result<Request, Refusal> {
        let media = asked.header("content-type").unwrap_or_default();
        let media = media.split(';').next().unwrap_or_default().trim();
        let body = if asked.body.is_empty() {
            Body::Empty
        } else {
            Body::Bytes(Payload {
                bytes: asked.body.as_slice().into(),
                line: None,
            })
        };
        let exchange = Exchange {
            method: asked.method.clone(),
            address,
            request: Part {
                media: media.to_ascii_lowercase(),
                // That of the body's first line will do.
                boundary: None,
                // Header parameters are looked at below.
                headers: Headers::default(),
                body,
            },
            response: None,
            unanswered: false,
        };
        let candidate = &self.venue.candidate;
        let request = candidate.request(operation, holes, &exchange);
        let wrong = |problem: &&Problem| problem.verdict == finding::Verdict::Invalid;
        if let Some(problem) = request.problems.iter().find(wrong) {
            return Err(self.invalid(&problem_words(problem)));
        }
        let op = &self.venue.api().operations[operation];
        for field in &op.headers {
            let missing = asked.header(&field.wire.to_ascii_lowercase()).is_none();
            if missing && !field.presence.may_be_absent() {
                let words = format!("header: `{}` is missing", field.wire);
                return Err(self.invalid(&words));
            }
        }
        Ok(request)
    }

    pub(crate) fn invalid(&self, words: &str) -> Refusal {
        let code = self
            .roles
            .as_ref()
            .and_then(|roles| roles.refusals.parameter);
        Refusal::new(ErrorClass::Caller, words).code(code)
    }

    /// Answers a request that was let in.
    pub(crate) fn serve(&self, admitted: &Admitted<'_>) -> Result<Answer, Refusal> {
        if *admitted.prefer == Prefer::default()
            && let Some(played) = self.play(admitted)
        {
            return played;
        }
        let op = &self.venue.api().operations[admitted.operation];
        let (status, response) = choose(&op.responses, admitted.prefer.status);
        let target = response.map(|n| Target::Response(admitted.operation, n));
        let known = target.map_or(&[][..], |target| self.venue.examples(target));
        self.can_be_preferred(admitted, known, response.is_some())?;
        let (Some(n), Some(target)) = (response, target) else {
            let status = status.unwrap_or(200);
            if status >= 400 {
                let words = format!("status {status} was preferred");
                return Err(Refusal::new(class_of(status), words).status(status));
            }
            let body = if status == 204 { "" } else { "{}" };
            return Ok(Answer::json(status, body.into(), "undocumented"));
        };
        let status = status.unwrap_or(200);
        if status >= 400 && !admitted.prefer.dynamic && known.is_empty() {
            let words = format!("status {status} was preferred");
            return Err(Refusal::new(class_of(status), words).status(status));
        }
        let (body, by) = self.payload(target, admitted.prefer, &admitted.request);
        let mut answer = Answer::json(status, body, &by);
        // A file without content: no source shows what is in one.
        let media = op.responses[n].media.clone();
        answer
            .headers
            .extend(media.map(|media| ("content-type".to_owned(), media)));
        Ok(answer)
    }

    /// Refuses a preference for what there is not: another answer in its place would look like the one
    /// that was meant. Any venue can fail, so a status of failure need not be documented.
    fn can_be_preferred(
        &self,
        admitted: &Admitted<'_>,
        known: &[usize],
        is_documented: bool,
    ) -> Result<(), Refusal> {
        let prefer = admitted.prefer;
        if let Some(status) = prefer
            .status
            .filter(|status| *status < 400 && !is_documented)
        {
            let responses = &self.venue.api().operations[admitted.operation].responses;
            let statuses = responses.iter().map(|response| match response.status {
                Status::Code(code) => code.to_string(),
                Status::Class(class) => format!("{class}xx"),
            });
            let words = format!(
                "prefer: status {status} is not documented, but {}",
                listed(statuses)
            );
            return Err(self.invalid(&words));
        }
        if let Some(wanted) = prefer.example.as_ref().filter(|_| !prefer.dynamic)
            && self.example_of(known, wanted).is_none()
        {
            let examples = known.iter().enumerate().map(|(place, index)| {
                let source = &self.venue.api().examples[*index].provenance.source;
                format!("{} ({source})", place + 1)
            });
            let words = format!(
                "prefer: there is no example `{wanted}`, but {}",
                listed(examples)
            );
            return Err(self.invalid(&words));
        }
        Ok(())
    }

    /// The place of the example of that number, or in whose source or remark that text stands.
    fn example_of(&self, known: &[usize], wanted: &str) -> Option<usize> {
        let place = match wanted.parse::<usize>() {
            Ok(number) => number.checked_sub(1),
            Err(_) => known.iter().position(|index| {
                let example = &self.venue.api().examples[*index];
                let said = [&example.provenance.source, &example.doc];
                said.iter().any(|text| text.contains(wanted))
            }),
        };
        place.filter(|place| *place < known.len())
    }

    /// A payload for a target, and where it is from. Empty if the target has no body.
    pub(crate) fn payload(
        &self,
        target: Target,
        prefer: &Prefer,
        request: &Request,
    ) -> (String, String) {
        let known = self.venue.examples(target);
        if !prefer.dynamic
            && let Some((place, index)) = self.example(known, prefer, request)
        {
            let example = &self.venue.api().examples[index];
            let evidence = match example.provenance.evidence {
                Evidence::Documented => "documented",
                Evidence::Observed => "observed",
                Evidence::Inferred => "inferred",
            };
            let by = format!(
                "example={}; of={}; {evidence}; source={}",
                place + 1,
                known.len(),
                visible(&example.provenance.source)
            );
            return (example.payload.clone(), by);
        }
        let count = self.count(key(target));
        match self.venue.generate(target, self.seed, count, self.stamp()) {
            Some(value) => (value.to_string(), format!("generated; count={count}")),
            None => (String::new(), "no body".into()),
        }
    }

    /// The example that is preferred, or the one that has most of what the request says; its place
    /// among those of the target, and its index.
    fn example(
        &self,
        known: &[usize],
        prefer: &Prefer,
        request: &Request,
    ) -> Option<(usize, usize)> {
        let api = self.venue.api();
        let preferred = prefer.example.as_ref();
        if let Some(place) = preferred.and_then(|wanted| self.example_of(known, wanted)) {
            return Some((place, known[place]));
        }
        let said: Vec<(String, String)> = [
            Some(&request.path),
            Some(&request.query),
            request.body.as_ref(),
        ]
        .into_iter()
        .flatten()
        .filter_map(|text| Raw::parse(text))
        .flat_map(|value| scalars(&value))
        .collect();
        let score = |index: usize| {
            let payload = Raw::parse(&api.examples[index].payload);
            let held = payload.as_ref().map(scalars).unwrap_or_default();
            said.iter().filter(|pair| held.contains(pair)).count()
        };
        let scores: Vec<usize> = known.iter().map(|index| score(*index)).collect();
        let best = *scores.iter().max()?;
        let place = scores.iter().position(|score| *score == best)?;
        Some((place, known[place]))
    }
}

/// What there is; the first of many.
fn listed(all: impl Iterator<Item = String>) -> String {
    let mut all: Vec<String> = all.collect();
    let more = all.len().saturating_sub(MOST_LISTED);
    all.truncate(MOST_LISTED);
    if more > 0 {
        all.push(format!("{more} more"));
    }
    match all.is_empty() {
        true => "none".to_owned(),
        false => all.join(", "),
    }
}

/// What is wrong, for whoever sent it.
fn problem_words(problem: &Problem) -> String {
    let place = match problem.pointer.as_str() {
        "" => problem.part.clone(),
        pointer => format!("{} {pointer}", problem.part),
    };
    let mut words = format!("{place}: {}", problem.message);
    if !problem.expected.is_empty() {
        words.push_str(&format!("; expected {}", problem.expected));
    }
    words
}

/// The status to answer with and its response: the one preferred, else the first success.
pub(crate) fn choose(
    responses: &[Response],
    preferred: Option<u16>,
) -> (Option<u16>, Option<usize>) {
    if let Some(wanted) = preferred {
        let exact = responses
            .iter()
            .position(|r| r.status == Status::Code(wanted));
        let class = || {
            let of = |s| matches!(s, Status::Class(c) if u16::from(c) == wanted / 100);
            responses.iter().position(|r| of(r.status))
        };
        return (Some(wanted), exact.or_else(class));
    }
    let success = responses
        .iter()
        .position(|r| matches!(r.status, Status::Code(200..=299) | Status::Class(2)));
    match success {
        Some(n) => match responses[n].status {
            Status::Code(code) => (Some(code), Some(n)),
            Status::Class(_) => (Some(200), Some(n)),
        },
        None => (None, None),
    }
}

/// Names and texts of the scalars in a value, wherever they are.
fn scalars(value: &Raw) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut rest = vec![value];
    while let Some(value) = rest.pop() {
        match value {
            Raw::Token(_) => {}
            Raw::Array(items) => rest.extend(items),
            Raw::Object(members) => {
                for (name, value) in members {
                    if let Raw::Token(token) = value {
                        out.push((unquoted(name).into_owned(), unquoted(token).into_owned()));
                    } else {
                        rest.push(value);
                    }
                }
            }
        }
    }
    out
}
