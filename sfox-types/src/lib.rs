//! Exact wire types of the sFOX APIs: as first published, today, and Connect
