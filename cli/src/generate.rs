//! `venue generate`: the Rust types of an API as files.

use std::io::Write;

use crate::args::Generate;
use crate::failure::Failure;
use crate::files::{self, Mode};
use crate::specs;

/// Whether files differ, under `--check`.
pub(crate) fn run(args: &Generate, out: &mut dyn Write) -> Result<bool, Failure> {
    let api = specs::one(&args.source)?;
    let options = venue_codegen::rust::Options::default();
    let files = if args.whole_crate {
        venue_codegen::rust::crate_files(&api, &options)
    } else {
        venue_codegen::rust::types(&api, &options)
    };
    let mode = match args.check {
        true => Mode::Check,
        false => Mode::Write,
    };
    let count = files::apply(&args.out, &files, mode, out)?;
    let stale = args.check && count.touched() > 0;
    if stale {
        let source = match (&args.source.api, &args.source.spec) {
            (Some(id), _) => format!("--api {id}"),
            (None, path) => format!("--spec {}", path.as_deref().unwrap_or(&args.out).display()),
        };
        let whole = if args.whole_crate { " --crate" } else { "" };
        anstream::eprintln!(
            "to write them: venue generate {source} --out {}{whole}",
            args.out.display()
        );
    } else {
        anstream::eprintln!("{count} in {}", args.out.display());
    }
    Ok(stale)
}
