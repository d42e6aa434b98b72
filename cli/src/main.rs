//! The `venue` command.

fn main() {}
