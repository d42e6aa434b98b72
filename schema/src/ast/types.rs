//! Named types and their fields.

use serde::Deserialize;

use super::{
    Bound, Condition, Evidence, FromText, Guard, ListedAs, Literal, Short, Sourced, Spanned,
    Stated, Table, Text,
};

words! {
    /// How a record stands on the wire.
    pub enum Layout {
        /// A JSON object.
        Object,
        /// A positional array: one element a field, in their order.
        Array,
    }
}

words! {
    /// What an undescribed member or appended element means.
    pub enum UnknownFields {
        /// It is kept and reported.
        Drift,
        /// The source shows only a part of the record: it is kept, nothing is reported.
        Expected,
    }
}

ast! {
    /// An object or a positional array.
    pub sourced struct Record {
        /// What it is.
        doc: Option<String>,
        /// How it stands on the wire; `object` if left out.
        layout: Option<Layout>,
        /// What an undescribed member or appended element means; `drift` if left out.
        unknown_fields: Option<UnknownFields>,
        /// Its fields by our name in snake_case; a string alone is the type.
        fields: Table<Short<Field>>,
        /// Rules across its fields.
        rules: Vec<Spanned<Rule>>,
        /// Replaces `type.NAME` in the id.
        id: Option<Text>,
        /// What `venue list` counts it as, where that is neither a type nor an enum.
        listed_as: Option<ListedAs>,
    }
}

words! {
    /// Whether a field may be absent or null.
    pub enum Presence {
        /// There, and not null.
        Required,
        /// May be absent. In an array, only at the tail.
        Optional,
        /// There, may be null.
        Nullable,
        /// May be absent, may be null.
        OptionalNullable,
    }
}

words! {
    /// What the empty string stands for.
    pub enum Empty {
        /// "None".
        None,
    }
}

words! {
    /// What must not be shown.
    pub enum Sensitivity {
        /// Grants access: keys, tokens, signatures.
        Secret,
        /// Names a person or their property: e-mail, address, account number.
        Personal,
    }
}

ast! {
    /// A member of an object, an element of a positional array, or a parameter.
    pub sourced struct Field {
        /// Type expression: `string`, `decimal`, `[Level]`, `{Balance}`, `Order`. May be left
        /// out beside `const`.
        #[serde(rename = "type")]
        ty: Option<Text>,
        /// The vendor's spelling, where it is not the key.
        wire: Option<Text>,
        /// What it means.
        doc: Option<String>,
        /// Unit for people: `base currency`.
        unit: Option<String>,
        /// Whether it may be absent or null; `required` if left out.
        presence: Option<Spanned<Presence>>,
        /// `"none"`: the empty string stands for "none".
        empty: Option<Spanned<Empty>>,
        /// The only value there is: a tag. Always required.
        #[serde(rename = "const")]
        constant: Option<Spanned<Literal>>,
        /// What the venue assumes when it is left out.
        default: Option<Spanned<Literal>>,
        /// Smallest value, inclusive: an integer, or a decimal in quotes.
        min: Option<Spanned<Bound>>,
        /// Largest value, inclusive: an integer, or a decimal in quotes.
        max: Option<Spanned<Bound>>,
        /// Fewest characters.
        min_length: Option<Spanned<u32>>,
        /// Most characters.
        max_length: Option<Spanned<u32>>,
        /// Fewest elements of a list or map.
        min_items: Option<Spanned<u32>>,
        /// Most elements of a list or map.
        max_items: Option<Spanned<u32>>,
        /// On a list: its elements stand or fall alone.
        batch: Option<Spanned<bool>>,
        /// Marks what must not be shown.
        sensitivity: Option<Sensitivity>,
    }
}

impl FromText for Field {
    const TEXT: &'static str = "a type";

    fn from_text(text: Text) -> Self {
        Field {
            ty: Some(text),
            ..Field::default()
        }
    }
}

ast! {
    /// A rule across the fields of a record or the parameters of a query: one of `all-of`, `none-of`, `exactly-one`,
    /// `at-most-one`, `at-least-one`, which name fields by our names.
    pub struct Rule {
        /// When it applies: a field and its values, or `true` for "it is present". Always, if
        /// left out.
        when: Table<Guard>,
        /// Each is present.
        all_of: Option<Spanned<Vec<Text>>>,
        /// None is present.
        none_of: Option<Spanned<Vec<Text>>>,
        /// Exactly one is present.
        exactly_one: Option<Spanned<Vec<Text>>>,
        /// At most one is present.
        at_most_one: Option<Spanned<Vec<Text>>>,
        /// At least one is present.
        at_least_one: Option<Spanned<Vec<Text>>>,
        /// The rule in words.
        doc: Option<String>,
    }
}

words! {
    /// What an unlisted value means.
    pub enum Openness {
        /// It is kept and reported.
        Open,
        /// It fails this message, not its siblings in a batch: state of orders, fills, balances.
        Strict,
        /// It fails this message: the vendor says that the list is complete.
        Closed,
    }
}

ast! {
    /// Named values.
    pub sourced struct Enum {
        /// What they are.
        doc: Option<String>,
        /// What stands on the wire: `string` (if left out), an integer type, or `flags:u16`.
        base: Option<Text>,
        /// What an unlisted value means; `open` if left out.
        openness: Option<Openness>,
        /// The values by our name in PascalCase; a string alone is the doc.
        values: Table<Short<EnumValue>>,
        /// Replaces `enum.NAME` in the id.
        id: Option<Text>,
        /// What `venue list` counts it as, where that is neither a type nor an enum.
        listed_as: Option<ListedAs>,
    }
}

ast! {
    /// One value of an enum.
    pub sourced struct EnumValue {
        /// What stands on the wire, where it is not the key: a string or an integer.
        wire: Option<Spanned<Literal>>,
        /// Flags: the bits that it is told by; those of `wire` if left out.
        mask: Option<Spanned<u64>>,
        /// This is another spelling of the value of that name.
        spelling_of: Option<Text>,
        /// What it means.
        doc: Option<String>,
    }
}

impl FromText for EnumValue {
    const TEXT: &'static str = "a doc";

    fn from_text(text: Text) -> Self {
        EnumValue {
            doc: Some(text.value),
            ..EnumValue::default()
        }
    }
}

ast! {
    /// A named scalar. Over an integer it is a type of its own; over anything else an alias with
    /// a meaning.
    pub sourced struct Scalar {
        /// What it is.
        doc: Option<String>,
        /// Type expression: never a list, a map or a record.
        #[serde(rename = "type")]
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        ty: Option<Text>,
        /// Decimal places of a scaled integer: 8 means units of 1e-8.
        scale: Option<Spanned<u8>>,
        /// Unit for people.
        unit: Option<String>,
        /// Smallest value, inclusive: an integer, or a decimal in quotes.
        min: Option<Spanned<Bound>>,
        /// Largest value, inclusive: an integer, or a decimal in quotes.
        max: Option<Spanned<Bound>>,
        /// Fewest characters.
        min_length: Option<Spanned<u32>>,
        /// Most characters.
        max_length: Option<Spanned<u32>>,
        /// Marks what must not be shown.
        sensitivity: Option<Sensitivity>,
        /// Replaces `type.NAME` in the id.
        id: Option<Text>,
        /// What `venue list` counts it as, where that is neither a type nor an enum.
        listed_as: Option<ListedAs>,
    }
}

ast! {
    /// One of several types; the first variant that matches is taken.
    pub sourced struct Union {
        /// What it is.
        doc: Option<String>,
        /// What a value means that no variant claims; `open` if left out.
        openness: Option<Spanned<Openness>>,
        /// The variants by our name in PascalCase, in order of trial; a string alone is the type.
        variants: Table<Short<Variant>>,
        /// Replaces `type.NAME` in the id.
        id: Option<Text>,
        /// What `venue list` counts it as, where that is neither a type nor an enum.
        listed_as: Option<ListedAs>,
    }
}

words! {
    /// A kind of JSON value.
    pub enum JsonKind {
        /// `null`
        Null,
        /// `true`, `false`
        Bool,
        /// A number.
        Number,
        /// A string.
        String,
        /// An array.
        Array,
        /// An object.
        Object,
    }
}

ast! {
    /// A variant of a union.
    pub struct Variant {
        /// Type expression.
        #[serde(rename = "type")]
        #[cfg_attr(feature = "spec-schema", schemars(extend("x-required" = true)))]
        ty: Option<Text>,
        /// What tells it from the others: conditions on members by name, or on elements by
        /// position. Left out: the constants of its type.
        #[serde(rename = "match")]
        matches: Option<Table<Spanned<Condition>>>,
        /// The JSON kind of the whole, beside or instead of `match`.
        kind: Option<JsonKind>,
        /// What it is.
        doc: Option<String>,
    }
}

impl FromText for Variant {
    const TEXT: &'static str = "a type";

    fn from_text(text: Text) -> Self {
        Variant {
            ty: Some(text),
            ..Variant::default()
        }
    }
}
