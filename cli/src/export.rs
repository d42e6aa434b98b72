//! `venue export`: an API in a form that other tools read.

use std::io::Write;
use std::path::Path;

use venue_codegen::json_schema::{self, Options, Tree};
use venue_schema::ir::Api;

use crate::args::{ExportFormat, JsonSchema};
use crate::failure::Failure;
use crate::files;
use crate::specs;

pub(crate) fn run(format: &ExportFormat, out: &mut dyn Write) -> Result<(), Failure> {
    let ExportFormat::JsonSchema(args) = format;
    json_schema(args, out)
}

fn json_schema(args: &JsonSchema, out: &mut dyn Write) -> Result<(), Failure> {
    let api = specs::one(&args.source)?;
    let options = Options {
        strict: args.strict,
    };
    let document: Tree = match &args.target {
        None => match &args.out {
            Some(path) if path.extension().is_none_or(|e| e != "json") => {
                return folder(&api, &options, path);
            }
            _ => json_schema::bundle(&api, &options),
        },
        Some(given) => {
            let (_, target) = specs::target(std::slice::from_ref(&api), given)?;
            let schema = json_schema::export(&api, target, &options);
            schema.ok_or_else(|| Failure::new(format!("{given} has no body")))?
        }
    };
    let text = pretty(&document);
    match &args.out {
        None => out.write_all(text.as_bytes())?,
        Some(path) => {
            files::write(path, text.as_bytes())?;
        }
    }
    Ok(())
}

/// One file a target, and the bundle.
fn folder(api: &Api, options: &Options, folder: &Path) -> Result<(), Failure> {
    let mut count = files::Count::default();
    for target in json_schema::targets(api) {
        let Some(schema) = json_schema::export(api, target, options) else {
            continue;
        };
        let id = json_schema::target_id(api, target).replace('/', ".");
        let path = folder.join(format!("{}.{id}.json", api.id));
        count.add(files::write(&path, pretty(&schema).as_bytes())?);
    }
    let bundle = json_schema::bundle(api, options);
    count.add(files::write(
        &folder.join(format!("{}.json", api.id)),
        pretty(&bundle).as_bytes(),
    )?);
    anstream::eprintln!(
        "{count} in {}",
        venue_capture::visible(&folder.to_string_lossy())
    );
    Ok(())
}

fn pretty(document: &Tree) -> String {
    format!("{document}\n")
}
