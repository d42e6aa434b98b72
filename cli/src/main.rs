//! The `venue` command: arguments, files, colours and exit codes around the libraries that do the
//! work.

mod args;
mod baseline;
mod check;
mod explain;
mod export;
mod failure;
mod files;
mod generate;
mod human;
mod interrupt;
mod lint;
mod list;
mod memory;
#[cfg(feature = "mock")]
mod mock;
mod progress;
mod report;
mod scrub;
mod specs;
mod style;
mod unmatched;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Cli, Command};
use failure::Failure;

/// Clean, or findings that matter.
const CLEAN: u8 = 0;
const FINDINGS: u8 = 1;
const TROUBLE: u8 = 2;

fn main() -> ExitCode {
    memory::return_at_once();
    let cli = Cli::parse();
    style::choose(cli.color);
    let mut out = io::BufWriter::new(anstream::AutoStream::new(
        // Not locked: threads of a check write to it in turn.
        io::stdout(),
        anstream::ColorChoice::global(),
    ));
    let status = run(&cli.command, &mut out).and_then(|status| Ok(out.flush().map(|()| status)?));
    match status {
        Ok(status) => ExitCode::from(status),
        Err(Failure::BrokenPipe) => ExitCode::from(CLEAN),
        Err(failure) => {
            // What was written before it belongs before it.
            let _ = out.flush();
            anstream::eprintln!("{}error{:#}: {failure}", style::ERROR, style::ERROR);
            ExitCode::from(TROUBLE)
        }
    }
}

fn run(command: &Command, out: &mut (dyn Write + Send)) -> Result<u8, Failure> {
    let found = match command {
        Command::List(args) => list::run(args, out).map(|()| false)?,
        Command::Lint(args) => lint::run(args, out)?,
        Command::Generate(args) => generate::run(args, out)?,
        Command::Export(args) => export::run(&args.format, out)?,
        Command::Check(args) => return check::run(args, out),
        Command::Report(args) => return report::run(args, out),
        Command::Scrub(args) => scrub::run(args).map(|()| false)?,
        #[cfg(feature = "mock")]
        Command::Mock(args) => mock::run(args, out).map(|()| false)?,
        Command::Rules(args) => explain::rules(args, out).map(|()| false)?,
        Command::Explain(args) => explain::explain(args, out).map(|()| false)?,
        Command::Completions(args) => {
            let mut script = Vec::new();
            clap_complete::generate(args.shell, &mut Cli::command(), "venue", &mut script);
            out.write_all(&script).map(|()| false)?
        }
        Command::Man => man(out).map(|()| false)?,
    };
    Ok(if found { FINDINGS } else { CLEAN })
}

/// One page for the command and all its subcommands.
fn man(out: &mut dyn Write) -> Result<(), Failure> {
    let mut page = Vec::new();
    let mut command = Cli::command();
    command.build();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    sections(&command, &mut page)?;
    out.write_all(&page)?;
    Ok(())
}

/// A section for each subcommand, and for each of its own.
fn sections(command: &clap::Command, page: &mut Vec<u8>) -> io::Result<()> {
    for sub in command
        .get_subcommands()
        .filter(|sub| sub.get_name() != "help")
    {
        let man = clap_mangen::Man::new(sub.clone());
        let name = sub.get_bin_name().unwrap_or(sub.get_name()).to_uppercase();
        page.extend(format!(".SH {name}\n").bytes());
        man.render_description_section(page)?;
        man.render_options_section(page)?;
        sections(sub, page)?;
    }
    Ok(())
}
