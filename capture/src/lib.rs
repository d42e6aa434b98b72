//! Reads captured exchange traffic, routes it, and checks it against specs
