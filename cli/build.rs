//! Reads the bundled specs once, when the command is built: a command that starts must not.
//!
//! Each API's model is written to a file of its own, without the texts of its spec, which travel in
//! `venue_schema` already.

use std::path::PathBuf;
use std::{env, error, fs};

fn main() -> Result<(), Box<dyn error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let mut list = String::from("&[\n");
    for id in venue_schema::bundled_ids() {
        let mut api = venue_schema::load_bundled(id)?;
        for file in &mut api.files {
            file.text = String::new();
        }
        let path = out.join(format!("{id}.postcard"));
        fs::write(&path, postcard::to_allocvec(&api)?)?;
        list.push_str(&format!(
            "    ({id:?}, include_bytes!({:?})),\n",
            path.display().to_string()
        ));
    }
    list.push_str("]\n");
    fs::write(out.join("models.rs"), list)?;
    Ok(())
}
