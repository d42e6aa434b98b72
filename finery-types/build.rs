//! Generates the types from the bundled spec.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    for file in venue_codegen::rust::bundled_types(["finery"])? {
        std::fs::write(
            format!("{}/{}", std::env::var("OUT_DIR")?, file.path),
            file.text,
        )?;
    }
    Ok(())
}
