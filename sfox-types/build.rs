//! Generates the types of the APIs whose features are on.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = std::path::PathBuf::from(std::env::var("OUT_DIR")?);
    let apis = [
        ("LEGACY", "sfox-legacy"),
        ("CURRENT", "sfox"),
        ("CONNECT", "sfox-connect"),
    ];
    for (_, api) in apis
        .iter()
        .filter(|(f, _)| std::env::var_os(format!("CARGO_FEATURE_{f}")).is_some())
    {
        for file in
            venue_codegen::rust::types(&venue_schema::load_bundled(api)?, &Default::default())
        {
            std::fs::write(out.join(file.path), file.text)?;
        }
    }
    Ok(())
}
