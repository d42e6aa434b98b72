//! `venue export`: an API in a form that other tools read.

use std::io::Write;
use std::path::Path;

use venue_codegen::OutputFile;
use venue_codegen::api_document::{self, Publisher, Reader};
use venue_codegen::asyncapi;
use venue_codegen::json_schema::{self, Draft, Options, Tree};
use venue_codegen::loss::{Exported, Losses};
use venue_codegen::openapi;
use venue_codegen::reference;
use venue_schema::ir::Api;

use crate::args::{DraftName, ExportFormat, ExportTo, JsonSchema, Openapi, ReaderName};
use crate::failure::Failure;
use crate::files;
use crate::specs;

/// Whether files differ, under `--check`.
pub(crate) fn run(format: &ExportFormat, out: &mut dyn Write) -> Result<bool, Failure> {
    match format {
        ExportFormat::JsonSchema(args) => json_schema(args, out),
        ExportFormat::Markdown(args) => markdown(&args.to, out),
        ExportFormat::Openapi(args) => openapi(args, out),
        ExportFormat::Asyncapi(args) => asyncapi(&args.to, out),
    }
}

fn openapi(args: &Openapi, out: &mut dyn Write) -> Result<bool, Failure> {
    let to = &args.to;
    let api = specs::one(&to.source)?;
    let reader = match args.reader {
        Some(ReaderName::Java) => Reader::Java,
        None => Reader::Any,
    };
    let options = api_document::Options {
        reader,
        ..described(to)
    };
    let exported = openapi::document(&api, &options);
    let exported = exported.ok_or_else(|| {
        Failure::new(format!(
            "{} has no HTTP operations: OpenAPI has nothing to say of it",
            api.id
        ))
    })?;
    one_document(to, &format!("{}.openapi.json", api.id), &exported, out)
}

fn asyncapi(to: &ExportTo, out: &mut dyn Write) -> Result<bool, Failure> {
    let api = specs::one(&to.source)?;
    let exported = asyncapi::document(&api, &described(to));
    let exported = exported.ok_or_else(|| {
        Failure::new(format!(
            "{} has no sockets: AsyncAPI has nothing to say of it",
            api.id
        ))
    })?;
    one_document(to, &format!("{}.asyncapi.json", api.id), &exported, out)
}

/// Pages below a folder; on standard output one after the other.
fn markdown(to: &ExportTo, out: &mut dyn Write) -> Result<bool, Failure> {
    let api = specs::one(&to.source)?;
    let exported = reference::pages(&api);
    if let Some(folder) = &to.out {
        return many_files(to, folder, &exported.document, &exported.losses, out);
    }
    if to.losses {
        losses(&exported.losses, out)?;
        return Ok(false);
    }
    let pages = exported.document.iter().map(|file| file.text.as_str());
    out.write_all(pages.collect::<Vec<_>>().join("\n").as_bytes())?;
    Ok(false)
}

/// For a spec of somebody else's, nobody is named.
fn described(to: &ExportTo) -> api_document::Options {
    api_document::Options {
        publisher: to.source.api.as_ref().map(|_| Publisher::of_bundled()),
        ..api_document::Options::default()
    }
}

fn json_schema(args: &JsonSchema, out: &mut dyn Write) -> Result<bool, Failure> {
    let api = specs::one(&args.to.source)?;
    let options = Options {
        strict: args.strict,
        draft: match args.draft {
            DraftName::Draft2020 => Draft::D2020,
            DraftName::Draft7 => Draft::D7,
        },
        ..Options::default()
    };
    if let Some(given) = &args.target {
        let (_, target) = specs::target(std::slice::from_ref(&api), given)?;
        let exported = json_schema::export(&api, target, &options);
        let exported = exported.ok_or_else(|| Failure::new(format!("{given} has no body")))?;
        let name = file_name(&api, &json_schema::target_id(&api, target));
        return one_document(&args.to, &name, &exported, out);
    }
    let bundle = json_schema::bundle(&api, &options);
    let name = format!("{}.json", api.id);
    match &args.to.out {
        Some(path) if is_folder(path) => {
            let mut files: Vec<OutputFile> = json_schema::targets(&api)
                .into_iter()
                .filter_map(|target| {
                    let exported = json_schema::export(&api, target, &options)?;
                    let id = json_schema::target_id(&api, target);
                    Some(file(file_name(&api, &id), &exported.document))
                })
                .collect();
            files.push(file(name, &bundle.document));
            many_files(&args.to, path, &files, &bundle.losses, out)
        }
        _ => one_document(&args.to, &name, &bundle, out),
    }
}

/// One document, to standard output or to a file; into a folder under the name given.
fn one_document(
    to: &ExportTo,
    name: &str,
    exported: &Exported<Tree>,
    out: &mut dyn Write,
) -> Result<bool, Failure> {
    let Some(path) = &to.out else {
        if to.losses {
            losses(&exported.losses, out)?;
        } else {
            writeln!(out, "{}", exported.document)?;
        }
        return Ok(false);
    };
    let (folder, name) = match path.file_name() {
        Some(name) if !is_folder(path) => {
            let folder = path.parent().unwrap_or(Path::new(""));
            (folder, name.to_string_lossy().into_owned())
        }
        _ => (path.as_path(), name.to_owned()),
    };
    let files = [file(name, &exported.document)];
    many_files(to, folder, &files, &exported.losses, out)
}

/// Files below a folder: written or compared, then the losses if they are asked for.
fn many_files(
    to: &ExportTo,
    folder: &Path,
    files: &[OutputFile],
    lost: &Losses,
    out: &mut dyn Write,
) -> Result<bool, Failure> {
    let mode = match to.check {
        true => files::Mode::Check,
        false => files::Mode::Write,
    };
    let count = files::apply(folder, files, mode, out)?;
    if to.losses {
        losses(lost, out)?;
    }
    let stale = to.check && count.touched() > 0;
    match stale {
        true => anstream::eprintln!("to write them, leave out --check"),
        false => anstream::eprintln!("{count} in {}", files::shown(folder)),
    }
    Ok(stale)
}

/// What could not be carried, for people.
fn losses(losses: &Losses, out: &mut dyn Write) -> Result<(), Failure> {
    if losses.is_empty() {
        writeln!(out, "nothing is lost")?;
    }
    for (about, lost, instead) in losses.grouped() {
        writeln!(out, "{}", about.join(", "))?;
        writeln!(out, "  lost     {lost}")?;
        writeln!(out, "  instead  {instead}")?;
    }
    Ok(())
}

/// A path is a folder unless it has the name of a file.
fn is_folder(path: &Path) -> bool {
    path.is_dir() || path.extension().is_none_or(|e| e != "json" && e != "md")
}

fn file_name(api: &Api, id: &str) -> String {
    format!("{}.{}.json", api.id, id.replace('/', "."))
}

fn file(path: String, document: &Tree) -> OutputFile {
    OutputFile {
        path,
        text: format!("{document}\n"),
    }
}
