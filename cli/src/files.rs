//! Files: written whole or not at all, left alone when they would not change, and found by name,
//! folder or glob.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use venue_codegen::OutputFile;

use crate::failure::Failure;
use crate::interrupt;

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// It was not there.
    Created,
    /// It had other content.
    Changed,
    /// It had this content, and was not touched.
    Unchanged,
}

/// How many files had what become of them.
#[derive(Debug, Default)]
pub(crate) struct Count {
    created: usize,
    changed: usize,
    unchanged: usize,
}

impl Count {
    pub(crate) fn add(&mut self, what: Written) {
        match what {
            Written::Created => self.created += 1,
            Written::Changed => self.changed += 1,
            Written::Unchanged => self.unchanged += 1,
        }
    }

    pub(crate) fn touched(&self) -> usize {
        self.created + self.changed
    }
}

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Count {
            created,
            changed,
            unchanged,
        } = self;
        let files = created + changed + unchanged;
        let plural = if files == 1 { "" } else { "s" };
        write!(
            f,
            "{files} file{plural}: {created} new, {changed} changed, {unchanged} as they were"
        )
    }
}

/// What to do with generated files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Write those that differ.
    Write,
    /// Write nothing, and print which are missing or differ.
    Check,
}

/// Writes or compares generated files below a folder.
pub(crate) fn apply(
    folder: &Path,
    files: &[OutputFile],
    mode: Mode,
    out: &mut dyn Write,
) -> Result<Count, Failure> {
    let mut count = Count::default();
    for file in files {
        let path = folder.join(&file.path);
        let what = match mode {
            Mode::Write => write(&path, file.text.as_bytes())?,
            Mode::Check => compare(&path, file.text.as_bytes())?,
        };
        match (mode, what) {
            (Mode::Check, Written::Created) => writeln!(out, "missing  {}", shown(&path))?,
            (Mode::Check, Written::Changed) => writeln!(out, "differs  {}", shown(&path))?,
            _ => {}
        }
        count.add(what);
    }
    Ok(count)
}

/// A path for people, the same on every system.
pub(crate) fn shown(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    venue_capture::visible(&path).into_owned()
}

/// What would become of a file.
pub(crate) fn compare(path: &Path, content: &[u8]) -> Result<Written, Failure> {
    match fs::read(path) {
        Ok(old) if old == content => Ok(Written::Unchanged),
        Ok(_) => Ok(Written::Changed),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Written::Created),
        Err(e) => Err(Failure::file(path, &e)),
    }
}

/// Writes a file if it differs: to a temporary file beside it, which then takes its name.
pub(crate) fn write(path: &Path, content: &[u8]) -> Result<Written, Failure> {
    let what = match takes_bytes(path) {
        // There is nothing to compare with: `/dev/full` never ends, and a pipe waits for who writes it.
        true => Written::Changed,
        false => compare(path, content)?,
    };
    if what != Written::Unchanged {
        let mut file = Draft::new(path)?;
        file.write_all(content)
            .map_err(|e| Failure::file(path, &e))?;
        file.finish()?;
    }
    Ok(what)
}

/// Whether a path leads to a pipe or device, as `/dev/stdout` does: what takes bytes, and must not be
/// replaced by a file.
fn takes_bytes(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir())
}

/// A file that is being written, under another name until it is finished.
pub(crate) struct Draft {
    path: PathBuf,
    file: io::BufWriter<Place>,
}

/// Where a draft's bytes go.
enum Place {
    /// A file that gets its name in the end.
    Beside(tempfile::NamedTempFile),
    /// A pipe or device.
    There(fs::File),
}

impl Write for Place {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Place::Beside(file) => file.write(bytes),
            Place::There(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Place::Beside(file) => file.flush(),
            Place::There(file) => file.flush(),
        }
    }
}

impl Draft {
    pub(crate) fn new(path: &Path) -> Result<Self, Failure> {
        if takes_bytes(path) {
            let file = fs::OpenOptions::new().write(true).open(path);
            let file = file.map_err(|e| Failure::file(path, &e))?;
            return Ok(Draft {
                path: path.to_owned(),
                file: io::BufWriter::new(Place::There(file)),
            });
        }
        // A link stays one: what it leads to is written.
        let target = match path.is_symlink() {
            true => fs::canonicalize(path).ok(),
            false => None,
        };
        let path = target.as_deref().unwrap_or(path);
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(folder).map_err(|e| Failure::file(folder, &e))?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".venue-");
        #[cfg(unix)]
        {
            // As any new file: what the umask leaves of it.
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        interrupt::watch();
        let file = builder
            .tempfile_in(folder)
            .map_err(|e| Failure::file(folder, &e))?;
        drafts(|paths| paths.insert(file.path().to_owned()));
        Ok(Draft {
            path: path.to_owned(),
            file: io::BufWriter::new(Place::Beside(file)),
        })
    }

    /// Gives the file its name, unless another file has it.
    pub(crate) fn finish_new(self) -> Result<(), Failure> {
        self.named(|file, path| file.persist_noclobber(path))
    }

    /// Gives the file its name.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        self.named(|file, path| file.persist(path))
    }

    fn named(
        self,
        name: impl FnOnce(tempfile::NamedTempFile, &Path) -> Result<fs::File, tempfile::PersistError>,
    ) -> Result<(), Failure> {
        let path = self.path;
        let place = self.file.into_inner();
        match place.map_err(|e| Failure::file(&path, e.error()))? {
            Place::Beside(file) => {
                name(file, &path).map_err(|e| Failure::file(&path, &e.error))?;
            }
            Place::There(_) => {}
        }
        Ok(())
    }
}

/// Where the drafts are that have no name yet. A file that has got its name is not among them: what has
/// moved from here is not there to be removed.
static DRAFTS: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn drafts<T>(change: impl FnOnce(&mut BTreeSet<PathBuf>) -> T) -> T {
    // A set of paths is whole whenever another thread fell over.
    change(&mut DRAFTS.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Removes what has no name yet, for the command ends at once.
pub(crate) fn remove_drafts() {
    drafts(|paths| paths.iter().for_each(|path| drop(fs::remove_file(path))));
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A capture to be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Source {
    /// As findings name it: what was typed, with what a folder or glob added to it.
    pub(crate) label: String,
    /// None for standard input.
    pub(crate) path: Option<PathBuf>,
}

/// How names of captures in a folder end. A file that is named itself is read whatever its name.
const CAPTURES: [&str; 6] = [".har", ".json", ".jsonl", ".ndjson", ".log", ".txt"];

/// What arguments stand for.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    /// The captures, none twice.
    pub(crate) found: Vec<Source>,
    /// What could not be looked into: a folder, or something in one.
    pub(crate) unread: Vec<Failure>,
}

/// The captures that the arguments stand for: in the order of the arguments, within a folder or glob
/// by name.
pub(crate) fn sources(arguments: &[String]) -> Result<Sources, Failure> {
    let mut sources = Sources::default();
    for argument in arguments {
        let mut more = Sources::default();
        let path = Path::new(argument);
        if argument == "-" {
            more.found.push(Source {
                label: "<stdin>".into(),
                path: None,
            });
        } else if path.is_dir() {
            walk(path, &entries, &mut more);
        } else if path.exists() {
            more.found.push(source(path));
        } else if argument.contains(['*', '?', '[']) {
            globbed(argument, &mut more)?;
        } else {
            let shown = venue_capture::visible(argument);
            return Err(Failure::new(format!(
                "{shown}: there is no such file or folder"
            )));
        }
        let Sources { found, unread } = &mut sources;
        unread.append(&mut more.unread);
        for source in more.found {
            if !found.contains(&source) {
                found.push(source);
            }
        }
    }
    Ok(sources)
}

fn source(path: &Path) -> Source {
    // GitLab and GitHub know no file by a path that begins with `./`, and `a` and `./a` are one file.
    let path = path.strip_prefix(".").unwrap_or(path);
    Source {
        label: shown(path),
        path: Some(path.to_owned()),
    }
}

/// What a folder holds, each with whether it is a folder.
type Entries = Vec<(PathBuf, bool)>;

fn entries(folder: &Path) -> io::Result<Entries> {
    let entries = fs::read_dir(folder)?.map(|entry| {
        let entry = entry?;
        Ok((entry.path(), entry.file_type()?.is_dir()))
    });
    entries.collect()
}

/// Whether a file in a folder has a capture's name, given in lower case: one of [`CAPTURES`], perhaps
/// with a number, as a log has that was put aside; anything packed but an archive; or what cryptofeed
/// calls its dumps, `VENUE.ws.1.0`.
fn is_captures(name: &str) -> bool {
    let packed = [".gz", ".zst"].iter();
    if let Some(inside) = packed.filter_map(|end| name.strip_suffix(end)).next() {
        return !inside.ends_with(".tar");
    }
    let plain = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let (plain, is_numbered) = match plain.strip_suffix('.') {
        Some(plain) if plain.len() + 1 < name.len() => (plain, true),
        _ => (name, false),
    };
    let is_dump = |name: &str| [".ws.", ".http."].iter().any(|part| name.contains(part));
    CAPTURES.iter().any(|end| plain.ends_with(end)) || is_numbered && is_dump(plain)
}

/// What can be read of a folder, and of those in it.
fn walk(folder: &Path, entries: &dyn Fn(&Path) -> io::Result<Entries>, sources: &mut Sources) {
    let mut inside = match entries(folder) {
        Ok(inside) => inside,
        Err(e) => return sources.unread.push(Failure::file(folder, &e)),
    };
    inside.sort();
    for (path, is_folder) in inside {
        let name = path
            .file_name()
            .map(|n| n.to_string_lossy().to_lowercase())
            .unwrap_or_default();
        // A link to a folder is not followed: it may lead back here.
        if is_folder && !name.starts_with('.') {
            walk(&path, entries, sources);
        } else if !is_folder && !name.starts_with('.') && is_captures(&name) && path.is_file() {
            sources.found.push(source(&path));
        }
    }
}

fn globbed(pattern: &str, sources: &mut Sources) -> Result<(), Failure> {
    let shown = venue_capture::visible(pattern);
    let paths = glob::glob(pattern).map_err(|e| Failure::new(format!("{shown}: {e}")))?;
    for path in paths {
        match path {
            Err(e) => sources.unread.push(Failure::file(e.path(), e.error())),
            Ok(path) if path.is_dir() => walk(&path, &entries, sources),
            Ok(path) => sources.found.push(source(&path)),
        }
    }
    if sources.found.is_empty() && sources.unread.is_empty() {
        return Err(Failure::new(format!(
            "{shown}: nothing has a name of this form"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_cannot_be_read_leaves_the_others_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["a", "b", "c"] {
            let inside = folder.path().join(name);
            fs::create_dir(&inside).expect("a folder");
            fs::write(inside.join("x.har"), "").expect("a file");
        }
        // The superuser may read what others may not.
        let entries = |at: &Path| match at.ends_with("b") {
            true => Err(io::ErrorKind::PermissionDenied.into()),
            false => entries(at),
        };
        let mut sources = Sources::default();
        walk(folder.path(), &entries, &mut sources);
        let found: Vec<bool> = sources
            .found
            .iter()
            .zip(["a/x.har", "c/x.har"])
            .map(|(source, end)| source.label.ends_with(end))
            .collect();
        assert_eq!(found, [true, true]);
        let [unread] = &sources.unread[..] else {
            panic!("one folder is not read: {:?}", sources.unread)
        };
        let said = unread.to_string();
        assert!(
            said.contains("/b: ") && said.contains("permission"),
            "{said}"
        );
    }

    #[test]
    fn a_file_that_is_named_in_two_ways_is_one() {
        // The tests of a package run in its folder.
        let named = ["Cargo.toml", "./Cargo.toml", "./Cargo.tom[l]"].map(str::to_owned);
        let found = sources(&named).expect("it is there").found;
        assert_eq!(found, [source(Path::new("Cargo.toml"))]);
    }

    /// Devices stand behind a link here, so that a fault costs the link and not the machine's device.
    #[cfg(unix)]
    #[test]
    fn neither_a_device_nor_a_link_is_replaced_by_a_file() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().expect("a folder");
        let (null, link, file) = (
            folder.path().join("null"),
            folder.path().join("link"),
            folder.path().join("elsewhere/file"),
        );
        fs::create_dir(folder.path().join("elsewhere")).expect("a folder");
        fs::write(&file, "old").expect("a file");
        symlink("/dev/null", &null).expect("a link");
        symlink(&file, &link).expect("a link");
        for path in [&null, &link] {
            assert!(write(path, b"new").is_ok());
            assert!(path.is_symlink(), "{}", path.display());
        }
        assert_eq!(fs::read(&file).ok().as_deref(), Some(&b"new"[..]));
    }

    #[test]
    fn captures_in_a_folder_go_by_many_names() {
        for name in ["a.har", "a.ndjson.1", "day.gz", "a.log.2.gz", "sfox.ws.3.0"] {
            assert!(is_captures(name), "{name}");
        }
        for name in ["a.tar.gz", "readme.md", "a.har.png", "libx.so.6", "har"] {
            assert!(!is_captures(name), "{name}");
        }
    }

    #[test]
    fn names_of_files_begin_with_no_dot_and_slash() {
        let shown = |path: &str| source(Path::new(path)).label;
        assert_eq!(
            [shown("./a/b.har"), shown("../b.har")],
            ["a/b.har", "../b.har"]
        );
    }
}
