//! Declarative specs of exchange APIs, and their reader: parse, resolve, lint.

pub mod ir;
pub mod program;
