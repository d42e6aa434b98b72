//! Exact wire types of the [Finery Markets](https://faq.finerymarkets.com/) API, generated from
//! the bundled spec.

include!(concat!(env!("OUT_DIR"), "/finery.rs"));
