//! The engine takes any bytes, and its fast answer is never a wrong yes.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use venue_schema::program::{Compiled, compile};
use venue_wire::check::NodeId;

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

fuzz_target!(|json: &[u8]| {
    for (compiled, roots) in PROGRAMS.iter() {
        for &root in roots {
            let findings = compiled.program.explain(root, json);
            if compiled.program.accepts(root, json) {
                assert!(findings.is_empty(), "accepted, yet: {findings:?}");
                assert!(serde_json::from_slice::<serde_json::Value>(json).is_ok());
            }
        }
    }
});
