//! Generates what the tests hold the generated types by: for each API in the box a table of its
//! types' judgements, and for each small spec of the tests the types as well.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use venue_codegen::rust;
use venue_schema::ir::Api;

/// Ids of the APIs in the box, and where their types stand.
const BUNDLED: [(&str, &str); 4] = [
    ("sfox-legacy", "sfox_types::legacy"),
    ("sfox", "sfox_types::current"),
    ("sfox-connect", "sfox_types::connect"),
    ("finery", "finery_types"),
];

/// Ids of the APIs in the box, where their clients stand, and the socket that takes operations too.
const CLIENTS: [(&str, &str, Option<&str>); 4] = [
    ("sfox-legacy", "::sfox_client::legacy", None),
    ("sfox", "::sfox_client::current", None),
    ("sfox-connect", "::sfox_client::connect", None),
    ("finery", "::finery_client", Some("main")),
];

/// Folders of small specs, each a file.
const FOLDERS: [&str; 2] = ["hard-cases", "cases"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    for folder in FOLDERS {
        println!("cargo::rerun-if-changed={folder}");
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut modules = String::new();
    let mut table = String::from("&[\n");
    for (id, root) in BUNDLED {
        let api = venue_schema::load_bundled(id)?;
        let file = write(&out, rust::judges(&api, root))?;
        write(&out, rust::feature_table(&api, root))?;
        let module = module_name(id);
        writeln!(modules, "mod {module} {{ include!({file:?}); }}")?;
        writeln!(table, "    ({id:?}, {module}::JUDGES),")?;
    }
    for (name, api) in small_specs()? {
        let module = module_name(&name);
        let types = rust::types(&api, &rust::Options::default());
        let types: Vec<PathBuf> = types
            .into_iter()
            .map(|file| write(&out, file))
            .collect::<Result<_, _>>()?;
        // The first file is the module; it includes the others.
        let included = types.first().ok_or("no types")?;
        let judges = write(
            &out,
            rust::judges(&api, &format!("venue_tests::types::{module}")),
        )?;
        writeln!(
            modules,
            "#[allow(missing_docs)] pub mod {module} {{ include!({included:?}); pub mod judged {{ include!({judges:?}); }} }}"
        )?;
        writeln!(table, "    ({:?}, {module}::judged::JUDGES),", api.id)?;
    }
    table.push(']');
    fs::write(out.join("clients.rs"), clients(&out)?)?;
    fs::write(out.join("modules.rs"), modules)?;
    fs::write(out.join("table.rs"), table)?;
    Ok(())
}

/// Calls of everything that the clients can do, and a table of the tables.
fn clients(out: &Path) -> Result<String, Box<dyn Error>> {
    let mut modules = String::new();
    let mut table = String::new();
    for (id, client, calls_over) in CLIENTS {
        let options = rust::ClientOptions {
            types: "",
            dialect: "",
            calls_over,
            updates_under: &[],
        };
        let api = venue_schema::load_bundled(id)?;
        let calls = rust::client_calls(&api, client, "crate::drive", &options);
        let file = write(out, calls)?;
        let module = module_name(id);
        writeln!(modules, "mod {module} {{ include!({file:?}); }}")?;
        writeln!(
            table,
            "    crate::drive::Tables {{ api: {id:?}, calls: {module}::CALLS, pages: {module}::PAGES, \
             feeds: {module}::FEEDS, others: {module}::OTHERS, commands: {module}::COMMANDS, \
             calls_over_socket: {module}::CALLS_OVER_SOCKET }},"
        )?;
    }
    Ok(format!(
        "{modules}\npub(crate) static CLIENTS: &[crate::drive::Tables] = &[\n{table}];\n"
    ))
}

fn module_name(id: &str) -> String {
    format!("of_{}", id.replace('-', "_"))
}

fn write(out: &Path, file: venue_codegen::OutputFile) -> Result<PathBuf, std::io::Error> {
    let path = out.join(file.path);
    fs::write(&path, file.text)?;
    Ok(path)
}

fn small_specs() -> Result<Vec<(String, Api)>, Box<dyn Error>> {
    let package = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let mut paths: Vec<PathBuf> = Vec::new();
    for folder in FOLDERS {
        for entry in fs::read_dir(package.join(folder))? {
            paths.push(entry?.path());
        }
    }
    paths.sort();
    let mut cases = Vec::new();
    for path in paths {
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(&path)?;
        // One that cannot be read is for a test to report.
        if let (Some(api), _) = venue_schema::read(vec![(format!("{name}/api.toml"), text)]) {
            cases.push((name, api));
        }
    }
    Ok(cases)
}
