//! The error catalogue as an enum.

/// Lets an error be found, and say who must act.
#[macro_export]
#[doc(hidden)]
macro_rules! __error_codes {
    ($name:ident, $entries:expr, $($variant:ident)*) => {
        impl $name {
            /// What the catalogue lists, in its order.
            pub const LISTED: &'static [Self] = &[$($name::$variant),*];

            /// The error that an HTTP status, an application code and a text tell; those that
            /// are not known are left out.
            pub fn find(
                status: ::core::option::Option<u16>,
                code: ::core::option::Option<i64>,
                text: ::core::option::Option<&str>,
            ) -> Self {
                match $crate::describe::find_error($entries, status, code, text) {
                    ::core::option::Option::Some(index) => Self::LISTED[index],
                    ::core::option::Option::None => $name::Unlisted { status, code },
                }
            }

            /// The error of a text that the venue is known to answer with.
            pub fn from_text(text: &str) -> Self {
                Self::find(::core::option::Option::None, ::core::option::Option::None, ::core::option::Option::Some(text))
            }

            /// The error of an HTTP status.
            pub fn from_status(status: u16) -> Self {
                Self::find(::core::option::Option::Some(status), ::core::option::Option::None, ::core::option::Option::None)
            }

            /// The error of an application code.
            pub fn from_code(code: i64) -> Self {
                Self::find(::core::option::Option::None, ::core::option::Option::Some(code), ::core::option::Option::None)
            }

            /// What the catalogue says of it.
            pub fn entry(self) -> ::core::option::Option<&'static $crate::describe::ErrorEntry> {
                let index = Self::LISTED.iter().position(|listed| *listed == self)?;
                $entries.get(index)
            }

            /// Who must act.
            pub fn class(self) -> $crate::describe::ErrorClass {
                match (self.entry(), self) {
                    (::core::option::Option::Some(entry), _) => entry.class,
                    (_, $name::Unlisted { status: ::core::option::Option::Some(status), .. }) => {
                        $crate::describe::ErrorClass::of_status(status)
                    }
                    _ => $crate::describe::ErrorClass::Ambiguous,
                }
            }

            /// Whether sending the same again can help.
            pub fn is_retryable(self) -> bool {
                self.entry().is_some_and(|entry| entry.is_retryable)
            }

            /// Seconds to wait before sending again.
            pub fn wait_s(self) -> ::core::option::Option<u32> {
                self.entry()?.wait_s
            }

            /// How long to wait before sending again.
            pub fn wait(self) -> ::core::option::Option<::core::time::Duration> {
                self.wait_s().map(|seconds| ::core::time::Duration::from_secs(seconds.into()))
            }
        }

        impl ::core::fmt::Display for $name {
            /// What it means, in the catalogue's words.
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match (self.entry(), self) {
                    (_, $name::Unlisted { status, code }) => {
                        $crate::describe::write_unlisted(f, *status, *code)
                    }
                    (entry, _) => f.write_str(entry.map_or("", |entry| entry.doc.trim_end_matches('.'))),
                }
            }
        }

        impl ::std::error::Error for $name {}

        impl $crate::describe::Catalogue for $name {
            fn find(
                status: ::core::option::Option<u16>,
                code: ::core::option::Option<i64>,
                text: ::core::option::Option<&str>,
            ) -> Self {
                $name::find(status, code, text)
            }

            fn entry(self) -> ::core::option::Option<&'static $crate::describe::ErrorEntry> {
                $name::entry(self)
            }

            fn class(self) -> $crate::describe::ErrorClass {
                $name::class(self)
            }
        }
    };
}
