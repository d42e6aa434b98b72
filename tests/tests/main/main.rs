//! Whole-system tests, in one binary: each module holds one boundary.

mod exported_schemas;
