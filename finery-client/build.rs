//! Generates the client.

use venue_codegen::rust::{ClientOptions, bundled_clients};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = ClientOptions {
        types: "::finery_types",
        dialect: "crate::dialect",
        calls_over: Some("main"),
        updates_under: &[("p", &["o", "s"]), ("i", &["c"])],
    };
    for file in bundled_clients([("finery", options)])? {
        std::fs::write(
            format!("{}/{}", std::env::var("OUT_DIR")?, file.path),
            file.text,
        )?;
    }
    Ok(())
}
