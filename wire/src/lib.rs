//! Exact wire types for exchange APIs: decimals, scaled integers, timestamps, open enums, positional records, and the check engine
