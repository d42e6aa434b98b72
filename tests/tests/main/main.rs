//! Whole-system tests, in one binary: each module holds one boundary.

mod api_documents;
mod catalogues;
mod differences;
mod examples;
mod exported_schemas;
mod features;
mod formats;
mod openness;
mod properties;
mod validators;
