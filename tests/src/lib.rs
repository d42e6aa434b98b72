//! Whole-system tests of Venue
