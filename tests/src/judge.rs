//! The judges: the check program, the exported JSON Schema under the `jsonschema` crate, and the
//! generated types.

use jsonschema::Validator;
use venue_codegen::json_schema::{self, Options};
use venue_schema::ir::{Api, Target};
use venue_schema::program::{Compiled, compile};
use venue_wire::Verdict;
use venue_wire::check::{Finding, NodeId};

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
        let schema = |strict| {
            let document = json_schema::export(self.api, target, &Options { strict });
            let document = document.expect("a target with a body").to_value();
            jsonschema::options()
                .should_validate_formats(true)
                .build(&document)
                .unwrap_or_else(|error| panic!("{error} in {document:#}"))
        };
        Bench {
            court: self,
            target,
            id: json_schema::target_id(self.api, target),
            root,
            tolerant: schema(false),
            strict: schema(true),
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
    tolerant: Validator,
    strict: Validator,
}

impl Bench<'_> {
    /// What the check program says.
    ///
    /// # Panics
    /// If the program's fast path contradicts its exact one.
    pub fn checker(&self, json: &[u8]) -> Verdict {
        let program = &self.court.compiled.program;
        let accepted = program.accepts(self.root, json);
        let verdict = worst(&self.findings(json));
        assert!(
            !accepted || verdict == Verdict::Valid,
            "{}: accepted, yet {verdict:?}: {}",
            self.id,
            String::from_utf8_lossy(json)
        );
        verdict
    }

    /// Whether the check program needs no second look at the payload.
    pub fn accepts(&self, json: &[u8]) -> bool {
        self.court.compiled.program.accepts(self.root, json)
    }

    /// All that the check program finds.
    pub fn findings(&self, json: &[u8]) -> Vec<Finding> {
        self.court.compiled.program.explain(self.root, json)
    }

    /// What the two exported schemas say together.
    ///
    /// # Panics
    /// If the strict schema accepts what the tolerant one refuses.
    pub fn schema(&self, json: &[u8]) -> Verdict {
        let Ok(value) = serde_json::from_slice(json) else {
            return Verdict::Invalid;
        };
        match (self.strict.is_valid(&value), self.tolerant.is_valid(&value)) {
            (true, true) => Verdict::Valid,
            (false, true) => Verdict::Drift,
            (false, false) => Verdict::Invalid,
            (true, false) => panic!("{}: strict is more lenient than tolerant: {value}", self.id),
        }
    }

    /// Why the tolerant schema refuses, or the strict one.
    pub fn complaints(&self, json: &[u8]) -> Vec<String> {
        let Ok(value) = serde_json::from_slice(json) else {
            return vec!["not JSON for serde_json".into()];
        };
        let all = |validator: &Validator| -> Vec<String> {
            let errors = validator.iter_errors(&value);
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

/// The verdict that findings amount to.
pub fn worst<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Verdict {
    findings
        .into_iter()
        .map(|finding| finding.verdict)
        .max()
        .unwrap_or_default()
}
