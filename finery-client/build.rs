//! Generates the client.
#[rustfmt::skip]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    for file in venue_codegen::rust::bundled_clients([("finery", "::finery_types")])? {
        std::fs::write(format!("{}/{}", std::env::var("OUT_DIR")?, file.path), file.text)?;
    }
    Ok(())
}
