//! What is known about the API: examples, errata, unknowns.

use serde::Deserialize;

use super::{Evidence, Sourced, Spanned, Stated, Text};

words! {
    /// What a checker should say of an example.
    pub enum ExampleVerdict {
        /// As described.
        Valid,
        /// Decodes, with something undescribed.
        Drift,
        /// Contradicts the spec.
        Invalid,
    }
}

ast! {
    /// A payload that a source shows.
    pub sourced struct Example {
        /// What it shows: `create-order/request`, `create-order/response/422`, `feed.ticker`,
        /// `feed.ticker.data`, `msg.ws-error`, `ws.subscribe`, `type.order`, `enum.side`.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        of: Option<Text>,
        /// The payload as JSON, byte for byte as published unless `published` is there.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        payload: Option<Text>,
        /// The original, where that is not JSON.
        published: Option<Text>,
        /// What is wrong with the original, or with what it says.
        defect: Option<String>,
        /// What a checker should say of the payload; `valid` if left out.
        verdict: Option<ExampleVerdict>,
        /// A remark.
        doc: Option<String>,
    }
}

ast! {
    /// Where a source is wrong, or two disagree.
    pub struct Erratum {
        /// Kebab-case name, unique in the API.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        id: Option<Text>,
        /// What it is about: an id without the API, with `#field` if it is about one.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        about: Option<Text>,
        /// What is claimed, and where.
        claims: Vec<Spanned<Claim>>,
        /// The reading that the spec takes, and why.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        reading: Option<String>,
    }
}

ast! {
    /// One source's claim.
    pub struct Claim {
        /// What it says, in our words or as a short quotation.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        says: Option<String>,
        /// Where it says so.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        source: Option<String>,
    }
}

ast! {
    /// What is known to be unknown.
    pub struct Unknown {
        /// What it is about: an id without the API, with `#field` if it is about one.
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        about: Option<Text>,
        /// What is not known.
        doc: Option<String>,
    }
}
