//! What records have shown of each API: fields, values of enums and error codes; and those of them
//! that no spec describes.
//!
//! The check engine sets a bit for each field and value that it meets. Names are put to the bits once,
//! when the report is made.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use venue_schema::ir::{Api, EnumBase, EnumValue, ErrorClass, Literal, Type, TypeId, TypeKind};
use venue_wire::check::{Coverage, Finding, NodeId, Program, rule, shown};

use crate::candidate::Candidate;
use crate::misplaced;
use crate::record::Exchange;
use crate::report::{Details, Listing, Report};
use crate::text;

/// How many undescribed names of one type are remembered.
const NAMES: usize = 100;

/// What records have shown of the APIs of a [`Checker`](crate::Checker), which makes it. What was
/// seen of the parts of a capture adds up to what was seen of the whole.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// By candidate.
    apis: Vec<OfApi>,
}

#[derive(Debug, Clone, Default)]
struct OfApi {
    coverage: Coverage,
    /// Indices into the API's catalogue.
    errors: BTreeSet<usize>,
    undocumented: BTreeMap<(Axis, Arc<str>), BTreeMap<Arc<str>, u64>>,
}

/// What a name that no spec describes is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Axis {
    Field,
    Value,
    Error,
}

/// A name that was seen and that no spec describes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct News {
    axis: Axis,
    /// The record or enum; empty for errors.
    owner: Arc<str>,
    name: String,
}

impl Seen {
    pub(crate) fn new(candidates: &[Candidate]) -> Self {
        let of = |candidate: &Candidate| OfApi {
            coverage: candidate.program().coverage(),
            ..OfApi::default()
        };
        Seen {
            apis: candidates.iter().map(of).collect(),
        }
    }

    /// Adds what was seen of the same APIs elsewhere.
    pub fn merge(&mut self, other: &Seen) {
        for (mine, other) in self.apis.iter_mut().zip(&other.apis) {
            mine.coverage.merge(&other.coverage);
            mine.errors.extend(&other.errors);
            for (place, names) in &other.undocumented {
                let known = mine.undocumented.entry(place.clone()).or_default();
                for (name, count) in names {
                    add(known, name, *count);
                }
            }
        }
    }
}

/// Counts a name. Of too many the last go, in the order of the alphabet: so which are kept does not
/// depend on the order in which they came.
pub(crate) fn add(names: &mut BTreeMap<Arc<str>, u64>, name: &Arc<str>, times: u64) {
    match names.get_mut(name) {
        Some(count) => *count += times,
        None => {
            names.insert(name.clone(), times);
            if names.len() > NAMES {
                names.pop_last();
            }
        }
    }
}

/// Takes note of what a record shows while it is held against the APIs that may claim it; nothing, if
/// nobody wants to know.
pub(crate) struct Notes<'s>(pub(crate) Option<&'s mut Seen>);

impl Notes<'_> {
    /// The note of one API.
    pub(crate) fn of(&mut self, index: usize) -> Note<'_> {
        let apis = self.0.as_mut().map(|seen| &mut seen.apis);
        Note(apis.and_then(|apis| Some(&mut apis.get_mut(index)?.coverage)))
    }

    /// Keeps what was noted of the API that speaks for the record, and drops the rest.
    pub(crate) fn settle(&mut self, winner: Option<usize>) {
        let Some(seen) = &mut self.0 else { return };
        for (index, api) in seen.apis.iter_mut().enumerate() {
            if Some(index) == winner {
                api.coverage.keep();
            } else {
                api.coverage.undo();
            }
        }
    }

    /// Notes what the spec does not describe.
    pub(crate) fn news(&mut self, index: usize, news: &News) {
        let seen = self.0.as_mut().and_then(|seen| seen.apis.get_mut(index));
        let Some(api) = seen else { return };
        let place = (news.axis, news.owner.clone());
        let name = text::short(&news.name, 60).as_str().into();
        add(api.undocumented.entry(place).or_default(), &name, 1);
    }

    /// Notes the errors of the catalogue that a response is.
    pub(crate) fn response(&mut self, index: usize, api: &Api, exchange: &Exchange<'_>) {
        let seen = self.0.as_mut().and_then(|seen| seen.apis.get_mut(index));
        let Some((seen, (status, part))) = seen.zip(exchange.response.as_ref()) else {
            return;
        };
        for (n, error) in api.errors.iter().enumerate() {
            if error.code.is_none()
                && !seen.errors.contains(&n)
                && misplaced::told(error, *status, part)
            {
                seen.errors.insert(n);
            }
        }
    }
}

/// Where the notes on one API go, if they are wanted.
pub(crate) struct Note<'c>(pub(crate) Option<&'c mut Coverage>);

impl Note<'_> {
    /// [`Program::accepts`], with notes.
    pub(crate) fn accepts(&mut self, program: &Program, root: NodeId, json: &[u8]) -> bool {
        match &mut self.0 {
            Some(coverage) => program.accepts_noting(root, json, coverage),
            None => program.accepts(root, json),
        }
    }

    /// [`Program::accepts_as`], with notes.
    pub(crate) fn accepts_as(
        &mut self,
        program: &Program,
        root: NodeId,
        json: &[u8],
    ) -> Option<usize> {
        match &mut self.0 {
            Some(coverage) => program.accepts_as_noting(root, json, coverage),
            None => program.accepts_as(root, json),
        }
    }

    /// Whether what was accepted holds a number that is worth a remark.
    pub(crate) fn is_odd(&self) -> bool {
        self.0.as_ref().is_some_and(|coverage| coverage.is_odd())
    }

    /// [`Program::explain`], with notes.
    pub(crate) fn explain(&mut self, program: &Program, root: NodeId, json: &[u8]) -> Vec<Finding> {
        match &mut self.0 {
            Some(coverage) => program.explain_noting(root, json, coverage),
            None => program.explain(root, json),
        }
    }
}

/// The names of an API's types in coverage, and which of them lists its error codes.
#[derive(Debug, Default)]
pub(crate) struct Owners {
    /// By type: its id without the API, `type.order`; for parameters `create-order/query`.
    names: Vec<Arc<str>>,
    /// The enum that has every code of the catalogue.
    codes: Option<TypeId>,
}

impl Owners {
    /// Of an API whose types from `parameters` on are parameters of these places.
    pub(crate) fn new(api: &Api, parameters: &[(TypeId, &'static str)]) -> Self {
        let own = |id: &str| {
            let rest = id.strip_prefix(api.id.as_str());
            rest.and_then(|rest| rest.strip_prefix('.'))
                .unwrap_or(id)
                .to_owned()
        };
        let mut names: Vec<String> = api.types.iter().map(|ty| own(&ty.meta.id)).collect();
        for (id, place) in parameters {
            names[*id].push_str(place);
        }
        let wanted = || api.errors.iter().filter_map(|error| error.code);
        let lists = |ty: &Type| match &ty.kind {
            TypeKind::Enum(of) if matches!(of.base, EnumBase::Int(_)) => {
                let has = |code| of.values.iter().any(|it| it.wire == Literal::Int(code));
                wanted().all(has).then_some(of.values.len())
            }
            _ => None,
        };
        let types = api.types.iter().enumerate();
        let lists = types.filter_map(|(id, ty)| Some((lists(ty)?, id)));
        let smallest = lists.min().map(|(_, id)| id);
        let codes = smallest.filter(|_| wanted().next().is_some());
        Owners {
            names: names.into_iter().map(Arc::from).collect(),
            codes,
        }
    }

    /// Whether a type is the list of the API's error codes.
    pub(crate) fn is_codes(&self, ty: Option<TypeId>) -> bool {
        ty.is_some() && ty == self.codes
    }

    fn name(&self, ty: TypeId) -> Arc<str> {
        self.names.get(ty).cloned().unwrap_or_default()
    }
}

/// What a finding says that was seen and is not described.
pub(crate) fn news(candidate: &Candidate, finding: &Finding) -> Option<News> {
    let compiled = &candidate.compiled;
    let last = || finding.pointer.rsplit('/').next().unwrap_or_default();
    match finding.rule {
        rule::UNDOCUMENTED_FIELD | rule::UNDOCUMENTED_ELEMENT => Some(News {
            axis: Axis::Field,
            owner: candidate.owners.name(compiled.type_of(finding.node)?),
            name: match finding.rule {
                rule::UNDOCUMENTED_ELEMENT => format!("[{}]", last()),
                _ => shown::named(&last().replace("~1", "/").replace("~0", "~")).into_owned(),
            },
        }),
        rule::UNDOCUMENTED_VALUE | rule::UNKNOWN_VALUE => {
            let ty = compiled.type_of(finding.judge)?;
            if candidate.owners.is_codes(Some(ty)) {
                return Some(error(finding.found.clone()));
            }
            Some(News {
                axis: Axis::Value,
                owner: candidate.owners.name(ty),
                name: finding.found.trim_matches('"').to_owned(),
            })
        }
        _ => None,
    }
}

/// An error that the catalogue does not list: a code, or the status of an operation.
pub(crate) fn error(name: String) -> News {
    News {
        axis: Axis::Error,
        owner: "".into(),
        name,
    }
}

impl Report {
    /// Adds what was seen, with its names, of each API that a record of this report belongs to.
    pub fn cover(&mut self, checker: &crate::Checker, seen: &Seen) {
        for (candidate, seen) in checker.candidates().iter().zip(&seen.apis) {
            let targets = self.coverage.get(candidate.id());
            if targets.is_none_or(|targets| targets.values().all(|count| *count == 0)) {
                continue;
            }
            let mut details = details(candidate, seen);
            for ((axis, owner), names) in &seen.undocumented {
                let listing = match axis {
                    Axis::Field => details.fields.entry(owner.clone()).or_default(),
                    Axis::Value => details.values.entry(owner.clone()).or_default(),
                    Axis::Error => &mut details.errors,
                };
                listing.undocumented = names.clone();
            }
            self.details
                .entry(candidate.id().clone())
                .or_default()
                .merge(details);
        }
    }
}

/// What an API describes, and what of it was seen.
fn details(candidate: &Candidate, seen: &OfApi) -> Details {
    let (api, owners) = (&candidate.api, &candidate.owners);
    let mut details = Details::default();
    for (id, ty) in api.types.iter().enumerate() {
        let shown = match candidate.compiled.types.get(id) {
            Some(node) => candidate.program().shown(&seen.coverage, *node),
            None => continue,
        };
        let (axis, names): (_, Vec<String>) = match &ty.kind {
            TypeKind::Record(record) => {
                let names = record.fields.iter().map(|field| field.wire.clone());
                (&mut details.fields, names.collect())
            }
            TypeKind::Enum(of) => {
                // However a value is spelt, it is one value.
                let names = of.values.iter().map(|value| {
                    let canonical = value.spelling_of.and_then(|index| of.values.get(index));
                    let value = canonical.unwrap_or(value);
                    value_name(value)
                });
                (&mut details.values, names.collect())
            }
            TypeKind::Union(_) | TypeKind::Scalar(_) => continue,
        };
        if owners.is_codes(Some(id)) || names.is_empty() {
            continue;
        }
        let listing = axis.entry(owners.name(id)).or_default();
        for (name, shown) in names.iter().zip(shown) {
            listing.document(name, shown);
        }
    }
    details.errors = errors(candidate, seen);
    details
}

/// Text as it is, a number with its name.
fn value_name(value: &EnumValue) -> String {
    match &value.wire {
        Literal::Str(text) => text.clone(),
        Literal::Int(int) => format!("{int}={}", value.name),
        Literal::Bool(bool) => bool.to_string(),
    }
}

/// The catalogue, and what the enum of its codes has beside.
fn errors(candidate: &Candidate, seen: &OfApi) -> Listing {
    let api = &candidate.api;
    let codes = candidate.owners.codes.and_then(|id| {
        let TypeKind::Enum(of) = &api.types.get(id)?.kind else {
            return None;
        };
        let node = candidate.compiled.types.get(id)?;
        let shown = candidate.program().shown(&seen.coverage, *node);
        Some((&of.values, shown))
    });
    let code_seen = |code: i64| {
        codes.as_ref().is_some_and(|(values, shown)| {
            let mut both = values.iter().zip(shown);
            both.any(|(value, shown)| *shown && value.wire == Literal::Int(code))
        })
    };
    let mut listing = Listing::default();
    for (n, error) in api.errors.iter().enumerate() {
        if error.class != ErrorClass::Success {
            let shown = seen.errors.contains(&n) || error.code.is_some_and(code_seen);
            listing.document(&error.name, shown);
        }
    }
    let listed = |wire: &Literal| {
        let mut errors = api.errors.iter();
        errors.any(|error| error.code.is_some_and(|code| *wire == Literal::Int(code)))
    };
    for (value, shown) in codes
        .iter()
        .flat_map(|(values, shown)| values.iter().zip(shown))
    {
        if !listed(&value.wire) {
            listing.document(&value_name(value), *shown);
        }
    }
    listing
}
