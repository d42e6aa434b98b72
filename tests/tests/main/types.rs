//! Every example of every bundled spec, held against the generated type of its target.

use venue_schema::ir::{ExampleVerdict, Target};
use venue_wire::Verdict;
use venue_wire::support::Judge;

mod legacy {
    include!(concat!(env!("OUT_DIR"), "/sfox_legacy_judges.rs"));
}
mod current {
    include!(concat!(env!("OUT_DIR"), "/sfox_judges.rs"));
}
mod connect {
    include!(concat!(env!("OUT_DIR"), "/sfox_connect_judges.rs"));
}
mod finery {
    include!(concat!(env!("OUT_DIR"), "/finery_judges.rs"));
}

/// Id of the API, and what its types say by target.
pub(crate) const APIS: &[(&str, &[(&str, Judge)])] = &[
    ("sfox-legacy", legacy::JUDGES),
    ("sfox", current::JUDGES),
    ("sfox-connect", connect::JUDGES),
    ("finery", finery::JUDGES),
];

#[test]
fn every_example_decodes_validates_and_encodes_to_the_same_value() {
    let mut faults = Vec::new();
    for (id, judges) in APIS {
        let api = venue_schema::load_bundled(id).unwrap();
        for example in &api.examples {
            let target = venue_codegen::json_schema::target_id(&api, example.of);
            let Some((_, judge)) = judges.iter().find(|(name, _)| *name == target) else {
                assert!(matches!(example.of, Target::Feed(_)), "{id}.{target}");
                continue;
            };
            let expected = match example.verdict {
                ExampleVerdict::Valid => Verdict::Valid,
                ExampleVerdict::Drift => Verdict::Drift,
                ExampleVerdict::Invalid => Verdict::Invalid,
            };
            let judged = judge(example.payload.as_bytes());
            let place = format!("{}:{}", api.files[example.at.file].path, example.at.line);
            if judged.verdict != expected {
                faults.push(format!(
                    "{place} {target}: {expected:?} expected, {judged:?}"
                ));
            }
            if let Some(encoded) = &judged.encoded
                && canonical(encoded) != canonical(&example.payload)
            {
                faults.push(format!("{place} {target}: written as {encoded}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The text without insignificant space, members sorted by name, numbers as they are spelt.
fn canonical(json: &str) -> String {
    let raw: Box<serde_json::value::RawValue> = serde_json::from_str(json).unwrap();
    match raw.get().as_bytes()[0] {
        b'{' => {
            let members: std::collections::BTreeMap<String, &serde_json::value::RawValue> =
                serde_json::from_str(raw.get()).unwrap();
            let members = members.iter();
            let members =
                members.map(|(name, value)| format!("{name:?}:{}", canonical(value.get())));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        b'[' => {
            let elements: Vec<&serde_json::value::RawValue> =
                serde_json::from_str(raw.get()).unwrap();
            let elements = elements.iter().map(|element| canonical(element.get()));
            format!("[{}]", elements.collect::<Vec<_>>().join(","))
        }
        b'"' => serde_json::from_str::<serde_json::Value>(raw.get())
            .unwrap()
            .to_string(),
        _ => raw.get().to_owned(),
    }
}
