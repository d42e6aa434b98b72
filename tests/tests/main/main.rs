//! Whole-system tests, in one binary: each module holds one boundary.

mod catalogues;
mod differences;
mod examples;
mod exported_schemas;
mod features;
mod properties;
