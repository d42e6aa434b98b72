//! The README's example is the crate's own, which is compiled.

use std::path::Path;

#[test]
fn the_readme_shows_what_compiles() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(here.join(path)).unwrap();
    let (readme, own) = (read("../README.md"), read("src/lib.rs"));
    let own: String = own
        .lines()
        .filter_map(|line| line.strip_prefix("//!"))
        .map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line)))
        .collect();
    let blocks = readme.split("```rust\n").skip(1);
    let blocks = blocks.filter_map(|block| block.split("```").next());
    let mut shown = blocks.filter(|block| block.contains("sfox_client"));
    let block = shown.next().expect("an example of the client");
    assert!(
        own.contains(block),
        "the crate's documentation lacks\n{block}"
    );
}
