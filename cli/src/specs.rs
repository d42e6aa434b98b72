//! The APIs that a command works on: bundled ones by id, and folders of spec files.

use std::path::Path;

use venue_schema::ir::{Api, SpecFile, Status, Target};
use venue_schema::{Bundle, Diagnostic, Severity};

use crate::args::OneApi;
use crate::failure::Failure;

/// Whether a bundled API is a candidate only when asked for: by its name, a newer one has taken its
/// hosts.
pub(crate) fn is_replaced(id: &str) -> bool {
    id.ends_with("-legacy")
}

/// What reading a spec gave.
pub(crate) struct Read {
    /// The API, if it could be made out.
    pub(crate) api: Option<Api>,
    /// All that is wrong with it.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Its files.
    pub(crate) files: Vec<SpecFile>,
}

/// The models of the bundled APIs by id, as the build script read them: reading their specs anew would
/// take a command longer than most of what it does.
static MODELS: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/models.rs"));

/// A bundled API. Those in the box have been linted when they were put there.
pub(crate) fn bundled(id: &str) -> Result<Api, Failure> {
    let files = known(id)?.files();
    let model = MODELS.iter().find(|(of, _)| *of == id);
    let bytes = model.map_or(&[][..], |(_, bytes)| bytes);
    let mut api: Api = postcard::from_bytes(bytes)
        .map_err(|e| Failure::new(format!("the model of {id} in this program is damaged: {e}")))?;
    for file in &mut api.files {
        let text = files.iter().find(|(path, _)| *path == file.path);
        file.text = text.map_or_else(String::new, |(_, text)| (*text).to_owned());
    }
    Ok(api)
}

/// Reads a bundled API with what is wrong with it.
pub(crate) fn read_bundled(id: &str) -> Result<Read, Failure> {
    Ok(read(known(id)?.to_vec()))
}

fn known(id: &str) -> Result<Bundle, Failure> {
    venue_schema::bundled(id).ok_or_else(|| {
        let ids: Vec<&str> = venue_schema::bundled_ids().collect();
        let more = format!(
            "\nbundled: {}. For a spec of your own, give its folder with --spec",
            ids.join(", ")
        );
        Failure::unknown("bundled API", id, ids, &more)
    })
}

/// Reads a folder of spec files with what is wrong with them.
pub(crate) fn read_folder(folder: &Path) -> Result<Read, Failure> {
    let fail = |e: std::io::Error| Failure::file(folder, &e);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        if path.extension().is_some_and(|e| e == "toml") {
            let text = std::fs::read_to_string(&path).map_err(|e| Failure::file(&path, &e))?;
            files.push((path.to_string_lossy().replace('\\', "/"), text));
        }
    }
    if files.is_empty() {
        let shown = folder.to_string_lossy();
        return Err(Failure::new(format!(
            "{}: there are no .toml files in it",
            venue_capture::visible(&shown)
        )));
    }
    files.sort();
    Ok(read(files))
}

/// A folder's API.
pub(crate) fn folder(folder: &Path) -> Result<Api, Failure> {
    usable(read_folder(folder)?)
}

fn read(texts: Vec<(String, String)>) -> Read {
    let (api, diagnostics) = venue_schema::read(texts.clone());
    let files = texts
        .into_iter()
        .map(|(path, text)| SpecFile { path, text })
        .collect();
    Read {
        api,
        diagnostics,
        files,
    }
}

/// The API, unless its spec has an error: then those are drawn on standard error.
fn usable(read: Read) -> Result<Api, Failure> {
    let errors: Vec<&Diagnostic> = read
        .diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Error)
        .collect();
    match read.api {
        Some(api) if errors.is_empty() => Ok(api),
        _ => {
            for error in &errors {
                anstream::eprintln!("{}\n", draw(error, &read.files));
            }
            let count = errors.len();
            Err(Failure::new(format!(
                "the spec has {count} error{}; see `venue lint`",
                if count == 1 { "" } else { "s" }
            )))
        }
    }
}

/// A diagnostic for people. Styled, as all output is until it is written.
pub(crate) fn draw(diagnostic: &Diagnostic, files: &[SpecFile]) -> String {
    venue_schema::render(diagnostic, files, venue_schema::Color::Always)
}

/// The APIs of `--api` and `--spec`; without either, every bundled one that is current.
pub(crate) fn chosen(
    ids: &[String],
    folders: &[std::path::PathBuf],
    all: Which,
) -> Result<Vec<Api>, Failure> {
    let ids = self::ids(ids, folders, all);
    let mut apis = ids
        .into_iter()
        .map(bundled)
        .collect::<Result<Vec<_>, _>>()?;
    for path in folders {
        apis.push(folder(path)?);
    }
    Ok(apis)
}

/// The bundled APIs among them.
pub(crate) fn ids<'a>(
    ids: &'a [String],
    folders: &[std::path::PathBuf],
    all: Which,
) -> Vec<&'a str> {
    if !ids.is_empty() || !folders.is_empty() {
        return ids.iter().map(String::as_str).collect();
    }
    venue_schema::bundled_ids()
        .filter(|id| all == Which::All || !is_replaced(id))
        .collect()
}

/// Which bundled APIs stand in for those that were not named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    /// Every one.
    All,
    /// Those that no newer one has replaced.
    Current,
}

/// The one API of `--api` or `--spec`.
pub(crate) fn one(source: &OneApi) -> Result<Api, Failure> {
    match (&source.api, &source.spec) {
        (Some(id), _) => bundled(id),
        (None, Some(path)) => folder(path),
        (None, None) => Err(Failure::new(
            "give an API with --api, or a folder of spec files with --spec",
        )),
    }
}

/// What an id such as `finery.feed.b` or `sfox.create-order/response/422` stands for. The API's id may
/// be left out where there is one API.
pub(crate) fn target(apis: &[Api], given: &str) -> Result<(usize, Target), Failure> {
    let mut known = Vec::new();
    for (index, api) in apis.iter().enumerate() {
        for target in venue_codegen::json_schema::targets(api) {
            let id = venue_codegen::json_schema::target_id(api, target);
            let full = format!("{}.{id}", api.id);
            if full == given || (apis.len() == 1 && id == given) {
                return Ok((index, target));
            }
            // The suggestion has the form that was typed.
            known.push(
                if apis.len() == 1 && !given.starts_with(&format!("{}.", api.id)) {
                    id
                } else {
                    full
                },
            );
        }
    }
    if let Some(found) = by_class(apis, given) {
        return Ok(found);
    }
    if let Some(found) = only_response(apis, given) {
        return found;
    }
    let more = "\n`venue list` prints the ids; for an operation add /request or /response/STATUS";
    Err(Failure::unknown(
        "target",
        given,
        known.iter().map(String::as_str),
        more,
    ))
}

/// The operation of that id, which may leave the API's out where there is one API.
fn operation(apis: &[Api], name: &str) -> Option<(usize, usize)> {
    apis.iter().enumerate().find_map(|(index, api)| {
        let local = |id: &str| {
            let id = id.strip_prefix(api.id.as_str())?;
            Some(apis.len() == 1 && id.strip_prefix('.')? == name)
        };
        let operation = api.operations.iter().position(|operation| {
            let id = operation.meta.id.as_str();
            id == name || local(id).unwrap_or(false)
        })?;
        Some((index, operation))
    })
}

/// `sfox.get-balances/response/403`, where the spec describes 4xx.
fn by_class(apis: &[Api], given: &str) -> Option<(usize, Target)> {
    let (name, status) = given.split_once("/response/")?;
    let status: u16 = status.parse().ok().filter(|n| (100..600).contains(n))?;
    let (index, operation) = operation(apis, name)?;
    let responses = &apis[index].operations[operation].responses;
    let response = responses.iter().position(|response| {
        matches!(response.status, Status::Class(class) if u16::from(class) == status / 100)
            && response.ty.is_some()
    })?;
    let exact = responses
        .iter()
        .any(|response| response.status == Status::Code(status));
    (!exact).then_some((index, Target::Response(operation, response)))
}

/// An operation alone, or with `/response`, where it has one body that can be meant: the only one,
/// or the only one of a success.
fn only_response(apis: &[Api], given: &str) -> Option<Result<(usize, Target), Failure>> {
    let (name, part) = match given.split_once('/') {
        None => (given, None),
        Some((name, "response")) => (name, Some("response")),
        _ => return None,
    };
    let (index, operation) = operation(apis, name)?;
    let op = &apis[index].operations[operation];
    let mut bodies: Vec<Target> = (0..op.responses.len())
        .filter(|n| op.responses[*n].ty.is_some())
        .map(|n| Target::Response(operation, n))
        .collect();
    let mut successes = bodies.iter().filter(|body| {
        let Target::Response(_, n) = body else {
            return false;
        };
        matches!(
            op.responses[*n].status,
            Status::Code(200..=299) | Status::Class(2)
        )
    });
    if (part.is_some() || op.body.is_none())
        && let (Some(only), None) = (successes.next(), successes.next())
    {
        return Some(Ok((index, *only)));
    }
    if part.is_none() && op.body.is_some() {
        bodies.push(Target::Request(operation));
    }
    if let [only] = bodies[..] {
        return Some(Ok((index, only)));
    }
    let names: Vec<String> = bodies
        .iter()
        .map(|t| {
            format!(
                "{}.{}",
                apis[index].id,
                venue_codegen::json_schema::target_id(&apis[index], *t)
            )
        })
        .collect();
    Some(Err(Failure::new(match names.as_slice() {
        [] => format!("{name} has no body"),
        _ => format!("{given} has several bodies: {}", names.join(", ")),
    })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_in_the_program_is_what_its_spec_says() {
        for id in venue_schema::bundled_ids() {
            let kept = bundled(id).unwrap_or_else(|_| panic!("{id} is there"));
            let read = venue_schema::load_bundled(id).expect("a sound spec");
            assert!(format!("{kept:?}") == format!("{read:?}"), "{id} differs");
        }
    }
}
