//! Other ways to validate as whole processes: every line of a file against the JSON Schema that `venue
//! export` writes, by the `jsonschema` crate or by `boon`. Counts lines that are not valid.

use std::fs::File;
use std::io::{BufRead, BufReader};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [crate_name, schema, path] = arguments.as_slice() else {
        return Err("schemas (jsonschema|boon) SCHEMA FILE".into());
    };
    let schema: serde_json::Value = serde_json::from_reader(BufReader::new(File::open(schema)?))?;
    let judge: Box<dyn Fn(&serde_json::Value) -> bool> = if crate_name == "boon" {
        let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
        compiler
            .add_resource("urn:traffic", schema)
            .map_err(|e| e.to_string())?;
        let index = compiler
            .compile("urn:traffic", &mut schemas)
            .map_err(|e| e.to_string())?;
        Box::new(move |value| schemas.validate(value, index).is_ok())
    } else {
        let validator = jsonschema::validator_for(&schema)?;
        Box::new(move |value| validator.is_valid(value))
    };
    let mut reader = BufReader::with_capacity(256 << 10, File::open(path)?);
    let mut line = Vec::new();
    let (mut lines, mut bad) = (0_u64, 0_u64);
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        lines += 1;
        let good = serde_json::from_slice(&line).is_ok_and(|value| judge(&value));
        bad += u64::from(!good);
    }
    println!("{lines} lines, {bad} bad");
    Ok(())
}
