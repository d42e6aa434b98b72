//! The engine takes any bytes, and its fast answer is never a wrong yes.
#![no_main]

use std::cell::RefCell;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use venue_schema::program::{Compiled, compile};
use venue_wire::check::{Coverage, NodeId};

static PROGRAMS: LazyLock<Vec<(Compiled, Vec<NodeId>)>> = LazyLock::new(|| {
    venue_schema::bundled_ids()
        .map(|id| {
            let api = venue_schema::load_bundled(id).expect("bundled specs are clean");
            let compiled = compile(&api);
            let roots = (0..api.sockets.len())
                .flat_map(|s| [compiled.socket_received(s), compiled.socket_sent(s)])
                .collect();
            (compiled, roots)
        })
        .collect()
});

thread_local! {
    // What texts have looked like so far.
    static SEEN: RefCell<Vec<Coverage>> = RefCell::new(
        PROGRAMS.iter().map(|(compiled, _)| compiled.program.coverage()).collect(),
    );
}

fuzz_target!(|json: &[u8]| {
    for (index, (compiled, roots)) in PROGRAMS.iter().enumerate() {
        for &root in roots {
            SEEN.with_borrow_mut(|seen| {
                // Often enough for strides to be made of it, which the next texts are held against.
                for _ in 0..160 {
                    let familiar = compiled.program.accepts_as_noting(root, json, &mut seen[index]);
                    assert_eq!(familiar, compiled.program.accepts_as(root, json));
                    seen[index].keep();
                    if familiar.is_none() {
                        break;
                    }
                }
            });
            let findings = compiled.program.explain(root, json);
            if compiled.program.accepts(root, json) {
                assert!(findings.is_empty(), "accepted, yet: {findings:?}");
                // JSON has numbers of any size, that reader has not.
                if let Err(e) = serde_json::from_slice::<serde_json::Value>(json) {
                    assert!(e.to_string().starts_with("number out of range"), "{e}");
                }
            }
        }
    }
});
