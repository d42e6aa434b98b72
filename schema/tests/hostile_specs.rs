//! Whatever a spec file holds, the reader answers: it never panics, and what it points at is there.

use proptest::prelude::*;
use venue_schema::ir::SpecFile;
use venue_schema::{Color, Diagnostic, Label};

/// Words that mean something to the reader, to be put where they do not belong.
const WORDS: [&str; 40] = [
    "[record.A.fields]\n",
    "[[record.A.rules]]\n",
    "[enum.A.values]\n",
    "[union.A.variants]\n",
    "[operation.a]\n",
    "[feed.a.messages]\n",
    "[[example]]\n",
    "[[erratum]]\n",
    "[api]\n",
    "[auth.a]\n",
    "type = \"A\"\n",
    "type = \"[{A}]\"\n",
    "wire = -1\n",
    "mask = 18446744073709551615\n",
    "base = \"flags:u64\"\n",
    "const = 9223372036854775807\n",
    "min = \"-1e999999\"\n",
    "scale = 255\n",
    "path = \"/{a}{b}\"\n",
    "match = { 99999999999999999999 = 1 }\n",
    "match = { 0 = \"{}\" }\n",
    "of = \"a/response/2xx\"\n",
    "payload = '''\n{'''\n",
    "payload = \"\\u0000\\\"\"\n",
    "about = \"a#\"\n",
    "spelling-of = \"A\"\n",
    "all-of = []\n",
    "when = { a = true }\n",
    "id = \"\"\n",
    "\"\" = {}\n",
    "'''",
    "\"",
    "{",
    "}",
    "[",
    "]",
    "=",
    "\u{feff}",
    "\r\n",
    "é",
];

/// A change to a text, by parts of its length so that it fits any.
#[derive(Debug, Clone)]
enum Edit {
    Cut(u16, u8),
    Insert(u16, usize),
    Copy(u16, u16, u8),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let edit = prop_oneof![
        (any::<u16>(), any::<u8>()).prop_map(|(at, length)| Edit::Cut(at, length)),
        (any::<u16>(), 0..WORDS.len()).prop_map(|(at, word)| Edit::Insert(at, word)),
        (any::<u16>(), any::<u16>(), any::<u8>()).prop_map(|(from, to, n)| Edit::Copy(from, to, n)),
    ];
    prop::collection::vec(edit, 1..12)
}

fn apply(text: &mut String, edit: &Edit) {
    let place = |text: &str, part: u16| {
        let mut at = text.len() * usize::from(part) / 65536;
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let after = |text: &str, at: usize, length: u8| {
        let mut end = (at + usize::from(length)).min(text.len());
        while !text.is_char_boundary(end) {
            end += 1;
        }
        end
    };
    match *edit {
        Edit::Cut(at, length) => {
            let at = place(text, at);
            let end = after(text, at, length / 4);
            text.replace_range(at..end, "");
        }
        Edit::Insert(at, word) => text.insert_str(place(text, at), WORDS[word]),
        Edit::Copy(from, to, length) => {
            let from = place(text, from);
            let copy = text[from..after(text, from, length)].to_owned();
            text.insert_str(place(text, to), &copy);
        }
    }
}

/// Files to start from: a whole API, and the specs that break a rule each.
fn seeds() -> Vec<Vec<(String, String)>> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let bad = paths.iter().map(|path| {
        vec![(
            "bad/bad.toml".to_owned(),
            std::fs::read_to_string(path).unwrap(),
        )]
    });
    let whole = venue_schema::bundled("sfox-legacy")
        .into_iter()
        .map(|bundle| bundle.to_vec());
    bad.chain(whole).collect()
}

fn check_reading(files: Vec<(String, String)>) {
    let kept: Vec<SpecFile> = files
        .iter()
        .map(|(path, text)| SpecFile {
            path: path.clone(),
            text: text.clone(),
        })
        .collect();
    let parsed = files
        .iter()
        .map(|(path, text)| venue_schema::parse(path, text).0)
        .collect();
    let (model, _) = venue_schema::resolve(parsed);
    // However much is wrong with a model, it can be looked at.
    venue_schema::lint(&model);
    let (api, found) = venue_schema::read(files);
    let errors = found
        .iter()
        .any(|it| it.severity == venue_schema::Severity::Error);
    assert_eq!(api.is_none(), errors);
    for diagnostic in &found {
        check_place(&diagnostic.primary, &kept);
        diagnostic
            .secondary
            .iter()
            .for_each(|label| check_place(label, &kept));
        assert!(!diagnostic.message.is_empty());
        let drawn = venue_schema::render(diagnostic, &kept, Color::Never);
        assert!(drawn.contains(diagnostic.rule));
    }
    check_order(&found);
}

fn check_place(label: &Label, files: &[SpecFile]) {
    let file = files.iter().find(|file| file.path == *label.path).unwrap();
    let span = label.location.span.clone();
    assert!(
        file.text.get(span.clone()).is_some(),
        "{span:?} is not in {}",
        label.path
    );
    let lines = file.text[..span.start].matches('\n').count() + 1;
    assert_eq!(label.location.line as usize, lines);
}

fn check_order(found: &[Diagnostic]) {
    let places = found
        .iter()
        .map(|it| (it.primary.location.file, it.primary.location.span.start));
    assert!(places.is_sorted());
}

/// Few cases by default; `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => ProptestConfig::default(),
        None => ProptestConfig::with_cases(64),
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn arbitrary_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        check_reading(vec![("a.toml".to_owned(), text)]);
    }

    #[test]
    fn mangled_specs_are_read(seed in any::<prop::sample::Index>(), file in any::<prop::sample::Index>(), edits in edits()) {
        let seeds = seeds();
        let mut files = seeds[seed.index(seeds.len())].clone();
        let file = file.index(files.len());
        edits.iter().for_each(|edit| apply(&mut files[file].1, edit));
        check_reading(files);
    }
}

/// Cases that once went wrong, or easily could.
#[test]
fn extremes_are_read() {
    let deep = format!("a = {}{}", "[".repeat(50_000), "]".repeat(50_000));
    let dotted = format!("{}a = 1", "a.".repeat(50_000));
    let nested = format!("[record.A.fields]\na = \"{}\"", "[".repeat(50_000));
    let holes = format!(
        "[operation.a]\nmethod = \"GET\"\npath = \"/{}\"\n[operation.b]\nmethod = \"GET\"\npath = \"/{}\"",
        (0..300).map(|n| format!("{{a{n}}}x")).collect::<String>(),
        "xx".repeat(300),
    );
    let endless = "[union.X.variants]\nA = 'Y'\n[union.Y.variants]\nB = 'X'\n[scalar.S]\ntype = 'S'\n\
        [record.R.fields]\nr = 'R'\nx = 'X'\ns = 'S'\n[message.m]\ntype = 'R'\n\
        [[example]]\nof = 'type.r'\npayload = '{\"r\": {\"r\": {}}, \"x\": 1}'\n\
        [[example]]\nof = 'type.x'\npayload = '1'\n";
    let many = (0..2_000)
        .map(|n| format!("k{n} = 1\n"))
        .collect::<String>();
    for text in [
        deep,
        dotted,
        nested,
        holes,
        endless.to_owned(),
        many,
        "\u{feff}[api]\nid = 'a'".to_owned(),
    ] {
        check_reading(vec![("api.toml".to_owned(), text)]);
    }
    let (api, found) = venue_schema::read(Vec::new());
    assert!(api.is_none() && found.len() == 1);
}
