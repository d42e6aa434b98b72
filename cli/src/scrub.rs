//! `venue scrub`: a capture without secrets and personal data.

use std::fs::File;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use venue_capture::read::Limits;
use venue_capture::scrub::{Removed, Scrubber};
use venue_capture::{Candidate, Checker, visible};

use crate::args::Scrub;
use crate::check;
use crate::failure::Failure;
use crate::files::Draft;
use crate::specs::{self, Which};

pub(crate) fn run(args: &Scrub) -> Result<(), Failure> {
    let shown = args.output.to_string_lossy().into_owned();
    if args.output.exists() {
        let shown = visible(&shown);
        return Err(Failure::new(format!(
            "{shown} is there already: it is not overwritten"
        )));
    }
    let format = check::layout(args.input_format);
    let apis = specs::chosen(&args.api, &args.spec, Which::Current)?;
    let checker = Checker::new(apis.into_iter().map(Candidate::new).collect());
    let mut scrubber = Scrubber::new(&checker, &args.salt);
    let source = File::open(&args.input).map_err(|e| Failure::file(&args.input, &e))?;
    let mut draft = Draft::new(&args.output)?;
    let scrub = |out: &mut dyn Write| {
        let done = scrubber.scrub(source, format, Limits::default(), out);
        done.map_err(|e| Failure::file(&args.input, &e))
    };
    let fail = |e: std::io::Error| Failure::file(&args.output, &e);
    let layout = if shown.ends_with(".gz") {
        let mut packed = GzEncoder::new(&mut draft, Compression::default());
        let layout = scrub(&mut packed)?;
        packed.finish().map_err(fail)?;
        layout
    } else {
        scrub(&mut draft)?
    };
    draft.finish_new()?;
    anstream::eprintln!("{}: {}", visible(&shown), layout.name());
    print(scrubber.removed());
    Ok(())
}

fn print(removed: &Removed) {
    if removed.is_empty() {
        anstream::eprintln!("nothing was taken out");
    }
    for ((kind, name), count) in removed {
        let name = if name.is_empty() {
            String::new()
        } else {
            format!(" `{}`", visible(name))
        };
        anstream::eprintln!("{count:>8} × {kind}{name}");
    }
}
