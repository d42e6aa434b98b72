//! The judges: the check program, the exported JSON Schema under the `jsonschema` crate, and the
//! generated types.

use std::collections::BTreeSet;

use jsonschema::Validator;
use serde_json::Value;
use venue_codegen::json_schema::{self, Draft, Options};
use venue_schema::ir::{Api, FeedId, Match, MessageId, Target};
use venue_schema::program::{Compiled, compile};
use venue_wire::Verdict;
use venue_wire::check::{Finding, NodeId, rule};
use venue_wire::support::Judged;

use crate::generate::first_claim;
use crate::raw::Raw;
use crate::{ledger, types};

/// One API, ready to be held against payloads.
pub struct Court<'a> {
    /// The API.
    pub api: &'a Api,
    compiled: Compiled,
}

impl<'a> Court<'a> {
    /// Compiles the API's check program.
    pub fn of(api: &'a Api) -> Self {
        Court {
            api,
            compiled: compile(api),
        }
    }

    /// Every target that payloads can be held against.
    pub fn targets(&self) -> Vec<Target> {
        json_schema::targets(self.api)
    }

    /// The judges of one target.
    ///
    /// # Panics
    /// If the target has no body, or its schema does not compile.
    pub fn bench(&self, target: Target) -> Bench<'_> {
        let root = self.compiled.root(target).expect("a target with a body");
        let schema = |strict, draft| {
            let options = Options {
                strict,
                draft,
                ..Options::default()
            };
            let exported = json_schema::export(self.api, target, &options);
            let document = exported.expect("a target with a body").document.to_value();
            jsonschema::options()
                .should_validate_formats(true)
                .build(&document)
                .unwrap_or_else(|error| panic!("{error} in {document:#}"))
        };
        let pair = |draft| Schemas {
            tolerant: schema(false, draft),
            strict: schema(true, draft),
        };
        Bench {
            court: self,
            target,
            id: json_schema::target_id(self.api, target),
            root,
            schemas: pair(Draft::D2020),
            draft7: pair(Draft::D7),
        }
    }
}

/// The judges of one target.
pub struct Bench<'a> {
    court: &'a Court<'a>,
    /// The target.
    pub target: Target,
    /// Its id, without the API's.
    pub id: String,
    root: NodeId,
    schemas: Schemas,
    draft7: Schemas,
}

/// The two strengths of a target's exported schema.
struct Schemas {
    tolerant: Validator,
    strict: Validator,
}

impl Schemas {
    fn verdict(&self, id: &str, value: &Value) -> Verdict {
        match (self.strict.is_valid(value), self.tolerant.is_valid(value)) {
            (true, true) => Verdict::Valid,
            (false, true) => Verdict::Drift,
            (false, false) => Verdict::Invalid,
            (true, false) => panic!("{id}: strict is more lenient than tolerant: {value}"),
        }
    }

    fn complaints(&self, value: &Value) -> Vec<String> {
        let all = |validator: &Validator| -> Vec<String> {
            let errors = validator.iter_errors(value);
            errors
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect()
        };
        let tolerant = all(&self.tolerant);
        if tolerant.is_empty() {
            all(&self.strict)
        } else {
            tolerant
        }
    }
}

impl Bench<'_> {
    /// What the check program says.
    pub fn checker(&self, json: &[u8]) -> Verdict {
        worst(&self.findings(json))
    }

    /// Whether the check program needs no second look at the payload.
    pub fn accepts(&self, json: &[u8]) -> bool {
        self.court.compiled.program.accepts(self.root, json)
    }

    /// All that the check program finds.
    pub fn findings(&self, json: &[u8]) -> Vec<Finding> {
        self.court.compiled.program.explain(self.root, json)
    }

    /// What the two strengths of the exported schema say together.
    ///
    /// # Panics
    /// If the strict schema accepts what the tolerant one refuses.
    pub fn schema(&self, json: &[u8]) -> Verdict {
        let value = serde_json::from_slice(json);
        value.map_or(Verdict::Invalid, |value| {
            self.schemas.verdict(&self.id, &value)
        })
    }

    /// The same in draft-07.
    ///
    /// # Panics
    /// As [`schema`](Self::schema) does.
    pub fn draft7(&self, json: &[u8]) -> Verdict {
        let value = serde_json::from_slice(json);
        value.map_or(Verdict::Invalid, |value| {
            self.draft7.verdict(&self.id, &value)
        })
    }

    /// What the generated type says.
    ///
    /// A feed of several messages has no type of its own: the type of the message that claims the
    /// payload speaks for it.
    pub fn types(&self, json: &[u8]) -> Option<Judged> {
        let api = self.court.api;
        let (target, fallback) = match self.target {
            Target::Feed(feed) => match self.claimant(feed, json) {
                Some(message) => (Target::Message(message), api.messages[message].fallback),
                None => return Some(refused("no message of the feed claims it")),
            },
            Target::Message(message) => (self.target, api.messages[message].fallback),
            other => (other, false),
        };
        let id = json_schema::target_id(api, target);
        let judge = types::judge(&api.id, &id);
        let mut judged = judge.unwrap_or_else(|| panic!("{}.{id} has no type", api.id))(json);
        if fallback {
            // The type does not know that it stands for what is not described.
            judged.verdict = judged.verdict.max(Verdict::Drift);
        }
        Some(judged)
    }

    fn claimant(&self, feed: FeedId, json: &[u8]) -> Option<MessageId> {
        let api = self.court.api;
        let value = Raw::parse(std::str::from_utf8(json).ok()?)?;
        let mut order = api.received(api.feeds[feed].socket);
        order.retain(|message| api.feeds[feed].messages.contains(message));
        let matches: Vec<_> = order.iter().map(|&id| &api.messages[id].matches).collect();
        first_claim(&matches, &value).map(|index| order[index])
    }

    /// What all judges say of the payload.
    ///
    /// # Errors
    /// If they do not agree, or the type does not write what it has read: both sides of it.
    pub fn agreed(&self, json: &[u8]) -> Result<Verdict, String> {
        let shown = String::from_utf8_lossy(json);
        let checker = self.checker(json);
        let findings = self.findings(json);
        if checker != Verdict::Valid && self.accepts(json) {
            return Err(format!("{shown}\naccepted fast, yet {findings:#?}"));
        }
        let schema = self.schema(json);
        if schema != checker && ledger::explain(self, json, schema).is_none() {
            let why = self.complaints(json);
            return Err(format!(
                "{shown}\nchecker {checker}: {findings:#?}\nschema {schema}: {why:#?}"
            ));
        }
        let draft7 = self.draft7(json);
        if draft7 != schema {
            return Err(format!("{shown}\n2020-12 {schema}, draft-07 {draft7}"));
        }
        if findings.iter().all(|one| one.rule != rule::NOT_JSON) {
            self.same_claimant(json)?;
        }
        let Some(types) = self.types(json) else {
            return Ok(checker);
        };
        if types.verdict != checker {
            return Err(format!(
                "{shown}\nchecker {checker}: {findings:#?}\ntype {types:#?}"
            ));
        }
        if let Some(encoded) = &types.encoded {
            let read = |text: &str| Raw::parse(text).map(|raw| raw.sorted());
            if read(encoded) != read(&shown) {
                return Err(format!("{shown}\nwritten as {encoded}"));
            }
            // Of an element that a batch could not read, its type knows only that.
            let unread: Vec<_> = types
                .violations
                .iter()
                .filter(|one| one.rule == "unreadable-element")
                .collect();
            let within = |pointer: &str| {
                let root = unread.iter().find(|one| {
                    pointer
                        .strip_prefix(&*one.pointer)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                });
                root.map(|one| (one.pointer.clone(), one.rule))
            };
            let said: BTreeSet<_> = types
                .violations
                .iter()
                .map(|one| (one.pointer.clone(), one.rule))
                .collect();
            let found: BTreeSet<_> = findings
                .iter()
                .map(|one| within(&one.pointer).unwrap_or((one.pointer.clone(), one.rule)))
                .collect();
            let json = findings.iter().all(|one| one.rule != rule::NOT_JSON);
            if said != found && json && self.speaks_for_itself() {
                return Err(format!("{shown}\nchecker {found:#?}\ntype {said:#?}"));
            }
        }
        Ok(checker)
    }

    /// Of all messages of the socket, the program and the model find the same to claim a payload.
    fn same_claimant(&self, json: &[u8]) -> Result<(), String> {
        let api = self.court.api;
        let compiled = &self.court.compiled;
        let Some(value) = std::str::from_utf8(json).ok().and_then(Raw::parse) else {
            return Ok(());
        };
        let (root, matches): (NodeId, Vec<&Match>) = match self.target {
            Target::Message(id) => {
                let socket = api.messages[id].socket;
                let order = compiled.received(socket).iter();
                (
                    compiled.socket_received(socket),
                    order.map(|&id| &api.messages[id].matches).collect(),
                )
            }
            Target::Command(id) => {
                let socket = api.commands[id].socket;
                let order = compiled.sent(socket).iter();
                (
                    compiled.socket_sent(socket),
                    order.map(|&id| &api.commands[id].matches).collect(),
                )
            }
            _ => return Ok(()),
        };
        let by_program = compiled.program.variant(root, json);
        let by_model = first_claim(&matches, &value);
        if by_program == by_model {
            return Ok(());
        }
        Err(format!(
            "{value}\nclaimed by {by_program:?} for the program, {by_model:?} for the model"
        ))
    }

    /// Whether the type of the target knows all that the target asks.
    fn speaks_for_itself(&self) -> bool {
        !matches!(self.target, Target::Feed(_) | Target::Message(_))
    }

    /// Why the tolerant schema refuses, or the strict one.
    pub fn complaints(&self, json: &[u8]) -> Vec<String> {
        let Ok(value) = serde_json::from_slice(json) else {
            return vec!["not JSON for serde_json".into()];
        };
        self.schemas.complaints(&value)
    }
}

fn refused(why: &str) -> Judged {
    Judged {
        verdict: Verdict::Invalid,
        error: Some(why.to_owned()),
        violations: Vec::new(),
        encoded: None,
    }
}

/// The verdict that findings amount to.
pub fn worst<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Verdict {
    findings
        .into_iter()
        .map(|finding| finding.verdict)
        .max()
        .unwrap_or_default()
}
