//! The explaining reader of a program: finds every violation and every drift, with its place.

use super::coverage::Watch;
use super::table::{Field, NONE, Need, Node, Record, Run, Size, Tables, Unknown};
use super::{Finding, NodeId, grammar, rule, scalar, words};
use crate::scan::{self, kind};
use crate::select::{Kind, select};
use crate::{MASKED, Verdict};

/// Every finding in a text, in its order.
pub(super) fn explain(
    tables: &Tables,
    root: NodeId,
    json: &[u8],
    watch: &dyn Watch,
    remarks: bool,
) -> Vec<Finding> {
    let mut explainer = Explainer {
        tables,
        json,
        watch,
        remarks,
        path: Vec::new(),
        place: (root, None),
        masked: false,
        findings: Vec::new(),
        enough: None,
    };
    match grammar::document(json) {
        Ok(()) => {
            let start = scan::skip_space(json, 0);
            explainer.value(root, (start, scan::value_end(json, start)));
        }
        Err(fault) => explainer.findings.push(Finding {
            pointer: String::new(),
            offset: fault.at,
            rule: rule::NOT_JSON,
            verdict: Verdict::Invalid,
            message: format!("not JSON: {}", fault.what),
            expected: words::expected(tables, root),
            found: words::byte_at(json, fault.at),
            node: root,
            field: None,
            judge: root,
        }),
    }
    explainer.findings.sort_by_key(|finding| finding.offset);
    explainer.findings
}

/// Bytes of a pointer after which it is cut: names are as long as a stranger makes them.
const LONGEST_POINTER: usize = 1_000;

/// First byte of a value and the byte after it.
type Span = (usize, usize);

enum Step {
    Name(String),
    Index(usize),
}

/// Walks a text that is known to be JSON.
struct Explainer<'p> {
    tables: &'p Tables,
    json: &'p [u8],
    watch: &'p dyn Watch,
    /// Whether to say what is valid and yet worth knowing.
    remarks: bool,
    path: Vec<Step>,
    /// The record that the value is a field of, and which.
    place: (NodeId, Option<u32>),
    masked: bool,
    findings: Vec<Finding>,
    /// Once there are as many as are told: what is no worse is not.
    enough: Option<Verdict>,
}

impl<'p> Explainer<'p> {
    fn value(&mut self, node: NodeId, span: Span) {
        let token = self.token(span);
        let what = self.tables.node(node);
        if token == b"null" && !matches!(what, Node::Json | Node::Union(_) | Node::Masked(_)) {
            return self.invalid(
                rule::NULL_VALUE,
                node,
                span,
                "null is not allowed here".into(),
            );
        }
        match what {
            Node::Json => {}
            Node::Masked(inner) => {
                let masked = std::mem::replace(&mut self.masked, true);
                self.value(inner, span);
                self.masked = masked;
            }
            Node::Blank(inner) if scalar_text(token).as_deref() != Some("") => {
                self.value(inner, span)
            }
            Node::Blank(_) => {}
            Node::Union(union) => self.union(node, union, span),
            _ if !words::kinds(what).contains(&kind(token[0]).unwrap_or(Kind::Null)) => {
                let message = format!(
                    "{} instead of {}",
                    words::a_kind(token),
                    words::a_kind_of(what)
                );
                self.invalid(words::mistaken(what, token), node, span, message);
            }
            Node::Object(record) => self.object(node, record, span),
            Node::Row(record) => self.row(node, record, span),
            Node::List { item, size } => self.list(node, item, size, span),
            Node::Map { item, size } => self.map(node, item, size, span),
            Node::Bool => {}
            Node::String(size) => {
                let length = scan::text(token).chars().count();
                self.length(node, size, length, "characters", span);
            }
            Node::Uuid if scalar_text(token).is_some_and(|text| scalar::uuid(&text)) => {}
            Node::Uuid => self.invalid(rule::BAD_UUID, node, span, "not a UUID".into()),
            Node::DateTime => self.time(node, true, span),
            Node::LocalDateTime => self.time(node, false, span),
            Node::Int { range, .. } => {
                self.integer(node, range, span);
            }
            Node::Decimal { bounds, .. } => self.decimal(node, bounds, span),
            Node::Words(index) => self.text_enum(node, index, span),
            Node::Codes(index) => self.int_enum(node, index, span),
            Node::Flags(index) => self.flags(node, index, span),
            Node::Constant(word) if self.tables.word_is(word, token) => {}
            Node::Constant(_) => {
                let message = "not the only value that the spec gives".into();
                self.invalid(rule::CONST_MISMATCH, node, span, message);
            }
        }
    }

    fn object(&mut self, node: NodeId, index: u32, span: Span) {
        let record = self.tables.record(index);
        let fields = self.tables.fields(record.fields);
        let mut values: Vec<Option<Span>> = vec![None; fields.len()];
        let (_, repeated) = self.names(span);
        for member in scan::members(self.json, span.0) {
            let name = scan::text(self.token(member.key));
            let known = fields
                .iter()
                .position(|field| self.tables.field_name(field) == name);
            self.path.push(Step::Name(name.clone().into_owned()));
            let place = std::mem::replace(&mut self.place, (node, known.map(|index| index as u32)));
            match known {
                _ if repeated.binary_search(&member.key.0).is_ok() => {
                    let message = "a member of this name was there before".to_owned();
                    self.undescribed(rule::DUPLICATE_FIELD, node, member.value, message);
                }
                Some(index) => {
                    values[index] = Some(member.value);
                    self.field(&fields[index], member.value);
                }
                None if record.unknown == Unknown::Expected => {}
                None => {
                    let message = "a member that the spec does not describe".to_owned();
                    self.undescribed(rule::UNDOCUMENTED_FIELD, node, member.value, message);
                }
            }
            self.place = place;
            self.path.pop();
        }
        self.note(index, &values);
        self.missing(node, fields, &values, rule::MISSING_FIELD, span);
        self.rules(node, record, fields, &values, span);
    }

    fn row(&mut self, node: NodeId, index: u32, span: Span) {
        let record = self.tables.record(index);
        let fields = self.tables.fields(record.fields);
        let mut values: Vec<Option<Span>> = vec![None; fields.len()];
        for (index, element) in scan::elements(self.json, span.0).enumerate() {
            self.path.push(Step::Index(index));
            let known = (index < fields.len()).then_some(index as u32);
            let place = std::mem::replace(&mut self.place, (node, known));
            if let Some(field) = fields.get(index) {
                values[index] = Some(element);
                self.field(field, element);
            } else if record.unknown != Unknown::Expected {
                let message = format!("the spec describes {} elements", fields.len());
                self.undescribed(rule::UNDOCUMENTED_ELEMENT, node, element, message);
            }
            self.place = place;
            self.path.pop();
        }
        self.note(index, &values);
        self.missing(node, fields, &values, rule::MISSING_ELEMENT, span);
        self.rules(node, record, fields, &values, span);
    }

    /// Takes note of the fields that are there.
    fn note(&self, record: u32, values: &[Option<Span>]) {
        for (part, values) in values.chunks(64).enumerate() {
            let there = values.iter().enumerate();
            let there = there.filter(|(_, value)| value.is_some());
            let seen = there.fold(0, |seen, (bit, _)| seen | 1 << bit);
            self.watch.fields(record, part, seen);
        }
    }

    fn field(&mut self, field: &Field, span: Span) {
        let masked = self.masked;
        self.masked |= field.masked;
        if !(field.nullable && self.token(span) == b"null") {
            self.value(field.node, span);
        }
        self.masked = masked;
    }

    fn missing(
        &mut self,
        node: NodeId,
        fields: &[Field],
        values: &[Option<Span>],
        rule: &'static str,
        span: Span,
    ) {
        for (index, field) in fields.iter().enumerate() {
            if field.required && values[index].is_none() && self.wants(Verdict::Invalid) {
                let name = words::short(&self.tables.field_name(field));
                let what = if rule == rule::MISSING_FIELD {
                    "field"
                } else {
                    "element"
                };
                let place = std::mem::replace(&mut self.place, (node, Some(index as u32)));
                self.push(Finding {
                    message: format!("required {what} `{name}` is missing"),
                    expected: words::expected(self.tables, field.node),
                    found: "nothing".to_owned(),
                    judge: field.node,
                    ..self.finding(rule, Verdict::Invalid, node, span)
                });
                self.place = place;
            }
        }
    }

    fn rules(
        &mut self,
        node: NodeId,
        record: &'p Record,
        fields: &[Field],
        values: &[Option<Span>],
        span: Span,
    ) {
        // Neither null nor the empty string that stands for none is there to a rule.
        let present = |index: u16| {
            let value = values.get(usize::from(index)).copied().flatten()?;
            let token = self.token(value);
            let blank = token == b"\"\"" && {
                let field = fields.get(usize::from(index))?;
                matches!(self.tables.node(field.node), Node::Blank(_))
            };
            (token != b"null" && !blank).then_some(token)
        };
        let mut broken = Vec::new();
        for rule in self.tables.rules(record.rules) {
            let applies = self.tables.guards(rule.when).iter().all(|guard| {
                present(guard.field).is_some_and(|token| {
                    let Run { first, count } = guard.values;
                    count == 0
                        || guard.is_not
                            != (first..first + count).any(|word| self.tables.word_is(word, token))
                })
            });
            let operands = self.tables.operands(rule.operands);
            let there = operands
                .iter()
                .filter(|&&index| present(index).is_some())
                .count();
            let holds = match rule.need {
                Need::AllOf => there == operands.len(),
                Need::NoneOf => there == 0,
                Need::ExactlyOne => there == 1,
                Need::AtMostOne => there <= 1,
                Need::AtLeastOne => there >= 1,
            };
            if applies && !holds {
                broken.push((rule, there));
            }
        }
        for (rule, there) in broken {
            let names = self.tables.operands(rule.operands).iter();
            let names = names.filter_map(|&index| fields.get(usize::from(index)));
            let names: Vec<_> = names
                .map(|field| words::short(&self.tables.field_name(field)))
                .collect();
            let place = std::mem::replace(&mut self.place, (node, None));
            self.push(Finding {
                message: self.tables.text(rule.doc).trim_end_matches('.').to_owned(),
                expected: words::need(rule.need, &names),
                found: format!("{there} of them"),
                ..self.finding(rule::BROKEN_RULE, Verdict::Invalid, node, span)
            });
            self.place = place;
        }
    }

    fn list(&mut self, node: NodeId, item: NodeId, size: u32, span: Span) {
        let mut count = 0;
        for element in scan::elements(self.json, span.0) {
            self.path.push(Step::Index(count));
            self.value(item, element);
            self.path.pop();
            count += 1;
        }
        self.length(node, size, count, "elements", span);
    }

    fn map(&mut self, node: NodeId, item: NodeId, size: u32, span: Span) {
        let (count, repeated) = self.names(span);
        for member in scan::members(self.json, span.0) {
            let name = scan::text(self.token(member.key));
            self.path.push(Step::Name(name.into_owned()));
            if repeated.binary_search(&member.key.0).is_ok() {
                let message = "a member of this name was there before".to_owned();
                self.undescribed(rule::DUPLICATE_FIELD, node, member.value, message);
            } else {
                self.value(item, member.value);
            }
            self.path.pop();
        }
        self.length(node, size, count, "members", span);
    }

    /// How many names an object's members have, and where the keys stand, in order, whose names were there
    /// before. What is kept of a name while this is found out is where it stands: an object may have
    /// millions.
    fn names(&self, span: Span) -> (usize, Vec<usize>) {
        let token = |at: usize| self.token((at, scan::string_end(self.json, at)));
        let members = scan::members(self.json, span.0);
        let mut keys: Vec<usize> = members.map(|member| member.key.0).collect();
        let escaped = keys.iter().any(|key| token(*key).contains(&b'\\'));
        let order = |a: usize, b: usize| match escaped {
            false => token(a).cmp(token(b)),
            true => scan::text(token(a)).cmp(&scan::text(token(b))),
        };
        // Members of one name stay in their order.
        keys.sort_unstable_by(|a, b| order(*a, *b).then(a.cmp(b)));
        let (count, mut first) = (keys.len(), None);
        keys.retain(|key| {
            let repeated = first.is_some_and(|first| order(first, *key).is_eq());
            if !repeated {
                first = Some(*key);
            }
            repeated
        });
        keys.sort_unstable();
        (count - keys.len(), keys)
    }

    fn union(&mut self, node: NodeId, union: u32, span: Span) {
        let token = self.token(span);
        let matches = self.tables.matches_of(union);
        if let Some(index) = select(matches, token) {
            let variant = self.tables.variants_of(union)[index];
            if variant.fallback {
                let found = words::tags(matches, token);
                let message = "a message that the spec does not describe".to_owned();
                let finding = self.finding(rule::UNDOCUMENTED_MESSAGE, Verdict::Drift, node, span);
                self.push(Finding {
                    message,
                    found: self.shown(found),
                    ..finding
                });
            }
            return self.value(variant.node, span);
        }
        let (rule, verdict) = match self.tables.union(union).unknown {
            Unknown::Refused => (rule::UNMATCHED_VARIANT, Verdict::Invalid),
            Unknown::Drift => (rule::UNDOCUMENTED_VARIANT, Verdict::Drift),
            Unknown::Expected => return,
        };
        if !self.wants(verdict) {
            return;
        }
        let found = self.shown(words::tags(matches, token));
        let message = "a value that none of the described variants claims".to_owned();
        self.push(Finding {
            message,
            found,
            ..self.finding(rule, verdict, node, span)
        });
    }

    fn text_enum(&mut self, node: NodeId, index: u32, span: Span) {
        let token = self.token(span);
        let one = self.tables.one_enum(index);
        let Run { first, count } = one.words;
        let mut words = first..first + count;
        match words.find(|word| self.tables.word_is(*word, token)) {
            Some(word) => self.watch.word(word as usize),
            None => self.unlisted(
                node,
                one.unknown,
                span,
                "a value that the spec does not list".into(),
            ),
        }
    }

    fn int_enum(&mut self, node: NodeId, index: u32, span: Span) {
        let one = self.tables.one_enum(index);
        let Some(value) = self.integer(node, one.range, span) else {
            return;
        };
        let mut words = self.tables.words(one.words).iter();
        match words.position(|word| i128::from(word.int) == value) {
            Some(word) => self.watch.word(one.words.first as usize + word),
            None => self.unlisted(
                node,
                one.unknown,
                span,
                "a value that the spec does not list".into(),
            ),
        }
    }

    fn flags(&mut self, node: NodeId, index: u32, span: Span) {
        let one = self.tables.one_enum(index);
        let Some(value) = self.integer(node, one.range, span) else {
            return;
        };
        let words = self.tables.words(one.words);
        one.set(words, value as u64)
            .for_each(|word| self.watch.word(word));
        if !one.describes(words, value as u64) {
            let message = "bits that the spec does not describe".to_owned();
            self.unlisted(node, one.unknown, span, message);
        }
    }

    fn unlisted(&mut self, node: NodeId, unknown: Unknown, span: Span, message: String) {
        match unknown {
            Unknown::Refused => self.invalid(rule::UNKNOWN_VALUE, node, span, message),
            Unknown::Drift if self.wants(Verdict::Drift) => {
                let finding = self.finding(rule::UNDOCUMENTED_VALUE, Verdict::Drift, node, span);
                self.push(Finding { message, ..finding });
            }
            Unknown::Drift | Unknown::Expected => {}
        }
    }

    fn time(&mut self, node: NodeId, zoned: bool, span: Span) {
        let text = scan::text(self.token(span));
        if !scalar::date_time(&text, zoned) {
            self.invalid(
                rule::BAD_TIME,
                node,
                span,
                "not a date and time of this form".into(),
            );
        }
    }

    /// The integer that stands there, if it is one and in range.
    fn integer(&mut self, node: NodeId, range: u32, span: Span) -> Option<i128> {
        let Some(value) = scalar::integer(self.token(span)) else {
            let token = self.token(span);
            let message = if scalar::has_exponent(token) {
                "an integer written with an exponent"
            } else if token.contains(&b'.') {
                "an integer written with a fraction"
            } else {
                "an integer zero with a sign"
            };
            self.invalid(rule::BAD_INTEGER, node, span, message.into());
            return None;
        };
        let range = self.tables.range(range);
        if (range.min..=range.max).contains(&value) {
            return Some(value);
        }
        let bound = if value < range.min {
            "below the smallest"
        } else {
            "above the largest"
        };
        self.invalid(
            rule::OUT_OF_RANGE,
            node,
            span,
            format!("{bound} value allowed"),
        );
        None
    }

    fn decimal(&mut self, node: NodeId, bounds: u32, span: Span) {
        let token = self.token(span);
        let text = scalar_text(token).unwrap_or_else(|| String::from_utf8_lossy(token));
        let value = match scalar::decimal(&text) {
            Ok(value) => value,
            Err((rule, message)) => return self.invalid(rule, node, span, message.into()),
        };
        self.remark(node, &text, span);
        if bounds == NONE {
            return;
        }
        let bounds = self.tables.bounds(bounds);
        let bound = |text| scalar::decimal(self.tables.text(text)).ok();
        if bound(bounds.min).is_some_and(|min| value < min) {
            self.invalid(
                rule::OUT_OF_RANGE,
                node,
                span,
                "below the smallest value allowed".into(),
            );
        } else if bound(bounds.max).is_some_and(|max| value > max) {
            self.invalid(
                rule::OUT_OF_RANGE,
                node,
                span,
                "above the largest value allowed".into(),
            );
        }
    }

    /// Says what other readers may make of a decimal.
    fn remark(&mut self, node: NodeId, text: &str, span: Span) {
        if !self.remarks || !self.wants(Verdict::Valid) {
            return;
        }
        let is_text = self.json[span.0] == b'"';
        let mut say = |rule, message: &str| {
            self.push(Finding {
                message: message.to_owned(),
                ..self.finding(rule, Verdict::Valid, node, span)
            });
        };
        if scalar::has_exponent(text.as_bytes()) {
            say(rule::EXPONENT_NOTATION, "written with an exponent");
        }
        if !is_text && scalar::is_unsafe(text.as_bytes()) {
            let message = "which readers that use doubles round";
            say(rule::UNSAFE_NUMBER, message);
        }
    }

    fn length(&mut self, node: NodeId, size: u32, length: usize, what: &str, span: Span) {
        if size == NONE {
            return;
        }
        let Size { min, max } = self.tables.size(size);
        if length < min as usize {
            let message = format!("{length} {what} where at least {min} are needed");
            self.invalid(rule::TOO_SHORT, node, span, message);
        } else if length > max as usize {
            let message = format!("{length} {what} where at most {max} are allowed");
            self.invalid(rule::TOO_LONG, node, span, message);
        }
    }

    fn token(&self, span: Span) -> &'p [u8] {
        &self.json[span.0..span.1]
    }

    fn shown(&self, found: String) -> String {
        if self.masked {
            MASKED.to_owned()
        } else {
            found
        }
    }

    /// A finding at the current path, to be completed.
    fn finding(&self, rule: &'static str, verdict: Verdict, judge: NodeId, span: Span) -> Finding {
        let mut pointer = String::new();
        for step in &self.path {
            pointer.push('/');
            match step {
                Step::Name(name) if pointer.len() + name.len() > LONGEST_POINTER => {
                    let start = name.chars().take(60).collect::<String>();
                    pointer.push_str(&start.replace('~', "~0").replace('/', "~1"));
                    pointer.push('…');
                    break;
                }
                Step::Name(name) => pointer.push_str(&name.replace('~', "~0").replace('/', "~1")),
                Step::Index(index) => pointer.push_str(&index.to_string()),
            }
        }
        Finding {
            pointer,
            offset: span.0,
            rule,
            verdict,
            message: String::new(),
            expected: words::expected(self.tables, judge),
            found: self.shown(words::found(self.token(span))),
            node: self.place.0,
            field: self.place.1,
            judge,
        }
    }

    /// Whether another finding of this verdict is told. To write one takes long, and there may be millions.
    fn wants(&self, verdict: Verdict) -> bool {
        self.enough.is_none_or(|worst| worst < verdict)
    }

    fn push(&mut self, finding: Finding) {
        if self.wants(finding.verdict) {
            self.findings.push(finding);
            if self.findings.len() >= super::MOST_FINDINGS {
                self.enough = self.findings.iter().map(|it| it.verdict).max();
            }
        }
    }

    fn invalid(&mut self, rule: &'static str, node: NodeId, span: Span, message: String) {
        if !self.wants(Verdict::Invalid) {
            return;
        }
        self.push(Finding {
            message,
            ..self.finding(rule, Verdict::Invalid, node, span)
        });
    }

    /// Something whose sensitivity is unknown: it is named by its kind alone.
    fn undescribed(&mut self, rule: &'static str, record: NodeId, span: Span, message: String) {
        let verdict = if rule == rule::DUPLICATE_FIELD {
            Verdict::Invalid
        } else {
            Verdict::Drift
        };
        if !self.wants(verdict) {
            return;
        }
        let found = words::a_kind(self.token(span)).to_owned();
        let expected = "nothing of this name".to_owned();
        let expected = if rule == rule::UNDOCUMENTED_ELEMENT {
            "the array's end".to_owned()
        } else {
            expected
        };
        self.push(Finding {
            message,
            expected,
            found,
            ..self.finding(rule, verdict, record, span)
        });
    }
}

fn scalar_text(token: &[u8]) -> Option<std::borrow::Cow<'_, str>> {
    (token.first() == Some(&b'"')).then(|| scan::text(token))
}
