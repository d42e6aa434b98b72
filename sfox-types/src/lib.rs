//! Exact wire types of the [sFOX](https://www.sfox.com/) APIs, generated from the bundled specs.

/// The API as first published, in 2018.
#[cfg(feature = "legacy")]
pub mod legacy {
    include!(concat!(env!("OUT_DIR"), "/sfox_legacy.rs"));
}

/// The API of today.
#[cfg(feature = "current")]
pub mod current {
    include!(concat!(env!("OUT_DIR"), "/sfox.rs"));
}

/// sFOX Connect, the API for partners.
#[cfg(feature = "connect")]
pub mod connect {
    include!(concat!(env!("OUT_DIR"), "/sfox_connect.rs"));
}
