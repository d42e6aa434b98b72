//! Lists the spec files that travel inside this package, for `bundled`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let package = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let specs = package.join("specs");
    println!("cargo::rerun-if-changed={}", specs.display());
    let mut list = String::from("&[\n");
    for folder in sorted(&specs)?.into_iter().filter(|path| path.is_dir()) {
        let files = sorted(&folder)?;
        let files: Vec<_> = files
            .into_iter()
            .filter(|path| path.extension().is_some_and(|e| e == "toml"))
            .collect();
        if files.is_empty() {
            continue;
        }
        let id = name(&folder);
        writeln!(list, "    Bundle {{ id: {id:?}, files: &[").map_err(io::Error::other)?;
        for file in files {
            let path = format!("{id}/{}", name(&file));
            writeln!(
                list,
                "        ({path:?}, include_str!({:?})),",
                file.display().to_string()
            )
            .map_err(io::Error::other)?;
        }
        list.push_str("    ] },\n");
    }
    list.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("bundled.rs"), list)
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = entries.collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
