//! The spec reader takes any text: it returns diagnostics, it never panics.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (api, _) = venue_schema::read(vec![("fuzz/api.toml".to_owned(), text.to_owned())]);
    if let Some(api) = api {
        venue_schema::lint(&api);
        venue_schema::program::compile(&api);
    }
});
