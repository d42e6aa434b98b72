//! Generates the types of the APIs whose features are on.
#[rustfmt::skip]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let apis = [("LEGACY", "sfox-legacy"), ("CURRENT", "sfox"), ("CONNECT", "sfox-connect")];
    let on = apis.iter().filter(|(it, _)| std::env::var(format!("CARGO_FEATURE_{it}")).is_ok());
    for file in venue_codegen::rust::bundled_types(on.map(|(_, api)| *api))? {
        std::fs::write(format!("{}/{}", std::env::var("OUT_DIR")?, file.path), file.text)?;
    }
    Ok(())
}
