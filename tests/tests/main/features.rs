//! What generated types have behind features: the exported schemas, and strategies whose values
//! the checker accepts.

use venue_codegen::json_schema::{Options, for_type, target_id};
use venue_schema::ir::Target;
use venue_schema::program::compile;
use venue_wire::support::{DrawText, SchemaOf};

mod legacy {
    include!(concat!(env!("OUT_DIR"), "/sfox_legacy_features.rs"));
}
mod current {
    include!(concat!(env!("OUT_DIR"), "/sfox_features.rs"));
}
mod connect {
    include!(concat!(env!("OUT_DIR"), "/sfox_connect_features.rs"));
}
mod finery {
    include!(concat!(env!("OUT_DIR"), "/finery_features.rs"));
}

/// A type's target, its `JsonSchema`, and a draw from its strategy as text.
type Behind = (&'static str, SchemaOf, DrawText);

/// What each API's types have behind features.
const FEATURES: &[(&str, &[Behind])] = &[
    ("sfox-legacy", legacy::FEATURES),
    ("sfox", current::FEATURES),
    ("sfox-connect", connect::FEATURES),
    ("finery", finery::FEATURES),
];

#[test]
fn the_schema_of_every_type_is_the_exported_one() {
    for (id, types) in FEATURES {
        let api = venue_schema::load_bundled(id).unwrap();
        let mut types = types.iter();
        for type_id in 0..api.types.len() {
            let target = target_id(&api, Target::Type(type_id));
            let rest = types.as_slice().first();
            if rest.is_none_or(|(name, ..)| *name != target) {
                continue;
            }
            let (_, schema, _) = types.next().unwrap();
            let exported = for_type(&api, type_id, &Options::default()).to_value();
            assert_eq!(schema(), exported, "{id}.{target}");
        }
        assert!(types.next().is_none(), "{id}");
    }
}

#[test]
fn strategies_give_values_that_the_checker_accepts() {
    let mut faults = Vec::new();
    for (id, types) in FEATURES {
        let api = venue_schema::load_bundled(id).unwrap();
        let compiled = compile(&api);
        for type_id in 0..api.types.len() {
            let target = target_id(&api, Target::Type(type_id));
            let Some((_, _, draw)) = types.iter().find(|(name, ..)| *name == target) else {
                continue;
            };
            let mut drawn = Vec::new();
            for seed in 0..DRAWS {
                match draw(&noise(seed, (seed as usize % 8) * 40)) {
                    Ok(text) => {
                        let node = compiled.types[type_id];
                        let found = compiled.program.explain(node, text.as_bytes());
                        if !found.is_empty() {
                            faults.push(format!("{id}.{target}: {text}: {found:?}"));
                        }
                    }
                    Err(text) => drawn.push(text),
                }
            }
            if drawn.len() > DRAWS as usize / 2 {
                let example = drawn.first().cloned().unwrap_or_default();
                faults.push(format!(
                    "{id}.{target}: {} of {DRAWS} refused: {example}",
                    drawn.len()
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// How many values of each type are drawn.
const DRAWS: u64 = 40;

/// The same bytes for the same seed.
fn noise(seed: u64, count: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(1);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..count).map(|_| next()).collect()
}
