//! Generates the clients of the APIs whose features are on.
#[rustfmt::skip]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let apis = [("LEGACY", "sfox-legacy", "::sfox_types::legacy"), ("CURRENT", "sfox", "::sfox_types::current"), ("CONNECT", "sfox-connect", "::sfox_types::connect")];
    let on = apis.iter().filter(|(it, ..)| std::env::var(format!("CARGO_FEATURE_{it}")).is_ok());
    for file in venue_codegen::rust::bundled_clients(on.map(|(_, api, types)| (*api, *types)))? {
        std::fs::write(format!("{}/{}", std::env::var("OUT_DIR")?, file.path), file.text)?;
    }
    Ok(())
}
