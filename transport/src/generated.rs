//! What generated clients have alike, as macros. Not for use by hand.

/// A kind of key: a type that shows nothing.
#[doc(hidden)]
#[macro_export]
macro_rules! __key {
    ($(#[$doc:meta])* $name:ident, $kind:expr, key) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name($crate::Credential);

        impl $name {
            /// Takes the key over.
            pub fn new(key: impl Into<String>) -> Self {
                $name($crate::Credential::key(key))
            }
        }

        $crate::__key! { @key $name, $kind }
    };
    ($(#[$doc:meta])* $name:ident, $kind:expr, pair) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name($crate::Credential);

        impl $name {
            /// Takes over the key that names the caller, and the secret that signs for it.
            pub fn new(key: impl Into<String>, secret: impl Into<String>) -> Self {
                $name($crate::Credential::pair(key, secret))
            }
        }

        $crate::__key! { @key $name, $kind }
    };
    (@key $name:ident, $kind:expr) => {
        impl $crate::Key for $name {
            const KIND: Option<&'static str> = $kind;

            fn credential(&self) -> Option<$crate::Credential> {
                Some(self.0.clone())
            }
        }
    };
}

/// The client of an API.
#[doc(hidden)]
#[macro_export]
macro_rules! __client {
    ($client:ident, $key:ty, $api:path, $code:ty) => {
        /// Why a call has no answer, by who must act.
        pub type Error = $crate::Error<$code>;

        /// The pages of a list, one after the other.
        pub type Pages<T> = $crate::Pages<T, $code>;

        /// Makes the API's calls, with a key of the kind `K`. Clones share connections, limits and
        /// nonces.
        pub struct $client<K = $key> {
            rest: $crate::Rest,
            key: ::core::marker::PhantomData<fn() -> K>,
        }

        impl<K: $crate::Key> $client<K> {
            /// A client of the venue's default environment; with [`NoKey`]($crate::NoKey) it makes
            /// those calls that need none.
            ///
            /// # Errors
            ///
            /// If TLS cannot be set up.
            pub fn new(key: K) -> Result<Self, $crate::CallerError> {
                Self::with_config(key, $crate::Config::new())
            }

            /// A client that is told more.
            ///
            /// # Errors
            ///
            /// If TLS cannot be set up: a certificate given as trusted cannot be read.
            pub fn with_config(
                key: K,
                config: $crate::Config,
            ) -> Result<Self, $crate::CallerError> {
                Ok($client {
                    rest: $crate::Rest::new(&$api, &key, config)?,
                    key: ::core::marker::PhantomData,
                })
            }

            /// What makes the calls; it takes the typed requests of all operations, and finds out
            /// when called whether the key suits.
            pub fn rest(&self) -> &$crate::Rest {
                &self.rest
            }
        }

        impl<K> Clone for $client<K> {
            fn clone(&self) -> Self {
                $client {
                    rest: self.rest.clone(),
                    key: ::core::marker::PhantomData,
                }
            }
        }

        impl<K> ::core::fmt::Debug for $client<K> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_tuple(stringify!($client))
                    .field(&self.rest)
                    .finish()
            }
        }
    };
}

/// The session of a socket.
#[doc(hidden)]
#[macro_export]
macro_rules! __session {
    ($session:ident, $key:ty, $received:ty, $dialect:expr, $spec:expr) => {
        /// One WebSocket connection, kept up: a stream for each feed, a method for each command.
        /// Clones share it; it closes when they and all streams are gone.
        pub struct $session<K = $key> {
            inner: $crate::socket::Session,
            key: ::core::marker::PhantomData<fn() -> K>,
        }

        impl<K> $session<K> {
            pub(crate) async fn open(rest: &$crate::Rest) -> Result<Self, Error> {
                static SPEC: $crate::socket::SocketSpec = $spec;
                Ok($session {
                    inner: $crate::socket::Session::open(rest, &SPEC, $dialect).await?,
                    key: ::core::marker::PhantomData,
                })
            }

            /// What the session is made of.
            pub fn inner(&self) -> &$crate::socket::Session {
                &self.inner
            }

            /// The stream of all that belongs to no feed: status messages, answers to nobody, what
            /// nothing describes.
            ///
            /// # Errors
            ///
            /// If the session has ended.
            pub async fn received(
                &self,
            ) -> Result<$crate::socket::Subscription<$received>, $crate::CallerError> {
                self.inner.others().await
            }
        }

        impl<K> Clone for $session<K> {
            fn clone(&self) -> Self {
                $session {
                    inner: self.inner.clone(),
                    key: ::core::marker::PhantomData,
                }
            }
        }

        impl<K> ::core::fmt::Debug for $session<K> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_tuple(stringify!($session))
                    .field(&self.inner)
                    .finish()
            }
        }
    };
}
