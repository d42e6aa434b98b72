//! Exact wire types of the Finery Markets API
