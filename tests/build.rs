//! Generates the tables that hold each type against the other judges.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = std::path::PathBuf::from(std::env::var("OUT_DIR")?);
    let crates = [
        ("sfox-legacy", "sfox_types::legacy"),
        ("sfox", "sfox_types::current"),
        ("sfox-connect", "sfox_types::connect"),
        ("finery", "finery_types"),
    ];
    for (api, root) in crates {
        let file = venue_codegen::rust::judges(&venue_schema::load_bundled(api)?, root);
        std::fs::write(out.join(file.path), file.text)?;
    }
    Ok(())
}
