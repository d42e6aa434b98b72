//! Generates the types from the bundled spec.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = std::path::PathBuf::from(std::env::var("OUT_DIR")?);
    let api = venue_schema::load_bundled("finery")?;
    for file in venue_codegen::rust::types(&api, &Default::default()) {
        std::fs::write(out.join(file.path), file.text)?;
    }
    Ok(())
}
