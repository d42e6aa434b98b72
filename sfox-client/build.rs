//! Generates the clients of the APIs whose features are on.

use venue_codegen::rust::{ClientOptions, bundled_clients};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let apis = [
        (
            "LEGACY",
            "sfox-legacy",
            "::sfox_types::legacy",
            "crate::dialect::legacy",
        ),
        ("CURRENT", "sfox", "::sfox_types::current", "crate::dialect"),
        (
            "CONNECT",
            "sfox-connect",
            "::sfox_types::connect",
            "crate::dialect",
        ),
    ];
    let is_on = |feature: &str| std::env::var_os(format!("CARGO_FEATURE_{feature}")).is_some();
    let on = apis.into_iter().filter(|(feature, ..)| is_on(feature));
    let clients = on.map(|(_, api, types, dialect)| {
        let options = ClientOptions {
            types,
            dialect,
            calls_over: None,
            updates_under: &[],
        };
        (api, options)
    });
    for file in bundled_clients(clients)? {
        std::fs::write(
            format!("{}/{}", std::env::var("OUT_DIR")?, file.path),
            file.text,
        )?;
    }
    Ok(())
}
