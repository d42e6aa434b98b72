//! Which operation or socket a request is for. The mock stands at one address for all of the venue's:
//! the path decides, and where several servers have that, the host.

use venue_capture::{Address, Holes, Route};
use venue_schema::ir::{ErrorClass, Operation, SocketId};

use crate::mock::{Answer, Asked, Inner};
use crate::refusal::Refusal;

/// Where a request went.
pub(crate) enum Located {
    Operation {
        operation: usize,
        holes: Holes,
        /// The venue's own address of it.
        address: Address,
        url: String,
    },
    OtherMethod(Vec<String>),
    Nothing,
}

impl Inner {
    /// The operation that a request is, by its path and, where several servers have that, its
    /// host.
    pub(crate) fn locate(&self, method: &str, host: Option<&str>, target: &str) -> Located {
        let mut others: Vec<String> = Vec::new();
        for (scheme, authority) in self.authorities(host) {
            let url = format!("{scheme}://{authority}{target}");
            let address = Address::parse(&url);
            match self.venue.candidate.route(method, &address) {
                Route::Operation(operation, holes) => {
                    let methods = self.written_out(operation, &address);
                    if !methods.is_empty() {
                        others.extend(methods);
                        continue;
                    }
                    return Located::Operation {
                        operation,
                        holes,
                        address,
                        url,
                    };
                }
                Route::OtherMethod(methods) => {
                    for method in methods {
                        if !others.contains(&method) {
                            others.push(method);
                        }
                    }
                }
                Route::OtherPath | Route::OtherHost => {}
            }
        }
        if others.is_empty() {
            Located::Nothing
        } else {
            Located::OtherMethod(others)
        }
    }

    /// Methods of operations whose path is this one, word for word, where the operation found has
    /// it as a value of a parameter: `DELETE /orders/open` is no `DELETE /orders/{id}`.
    fn written_out(&self, found: usize, address: &Address) -> Vec<String> {
        let operations = &self.venue.api().operations;
        if operations[found].path_params.is_empty() {
            return Vec::new();
        }
        let is_this = |(id, op): &(usize, &Operation)| {
            op.path_params.is_empty()
                && address.path.ends_with(&op.path.to_string())
                && matches!(self.venue.candidate.route(&op.method, address),
                            Route::Operation(routed, _) if routed == *id)
        };
        let same = operations.iter().enumerate().filter(is_this);
        same.map(|(_, op)| op.method.clone()).collect()
    }

    /// Scheme and host of the API's servers, the one that was asked for first.
    pub(crate) fn authorities(&self, host: Option<&str>) -> Vec<(String, String)> {
        let mut out: Vec<(String, String)> = Vec::new();
        for (_, url) in self.venue.api().servers.iter().flat_map(|s| &s.urls) {
            let address = Address::parse(url);
            let pair = (address.scheme, address.host);
            if !out.contains(&pair) {
                out.push(pair);
            }
        }
        // Stable: the rest keep the order of the spec.
        out.sort_by_key(|(_, authority)| Some(authority.as_str()) != host);
        out
    }

    /// The socket at a path, with its own address.
    pub(crate) fn socket_at(&self, host: Option<&str>, path: &str) -> Option<(SocketId, String)> {
        let path = path.trim_end_matches('/');
        let sockets = self.venue.api().sockets.iter().enumerate();
        let mut found: Vec<(SocketId, Address, &String)> = sockets
            .flat_map(|(id, socket)| {
                let urls = socket.urls.iter();
                urls.map(move |(_, url)| (id, Address::parse(url), url))
            })
            .filter(|(_, address, _)| address.path == path)
            .collect();
        found.sort_by_key(|(_, address, _)| Some(address.host.as_str()) != host);
        let (id, _, url) = found.into_iter().next()?;
        Some((id, url.clone()))
    }

    pub(crate) fn nowhere(&self, asked: &Asked, located: &Located) -> Answer {
        let path = asked.target.split('?').next().unwrap_or_default();
        let (status, words, allow) = match located {
            Located::OtherMethod(methods) => {
                let words = format!(
                    "there is no such operation; the path takes {}",
                    methods.join(", ")
                );
                (405, words, Some(methods.join(", ")))
            }
            _ if self.socket_at(asked.header("host"), path).is_some() => {
                (426, "this is a WebSocket's path".to_owned(), None)
            }
            _ => (404, "the spec describes no such path".to_owned(), None),
        };
        let refusal = Refusal::new(ErrorClass::Caller, words).status(status);
        let mut answer = self.refused(None, &refusal);
        if let Some(allow) = allow {
            answer.headers.push(("allow".into(), allow));
        }
        if status == 426 {
            answer.headers.push(("upgrade".into(), "websocket".into()));
        }
        if asked.method == "HEAD" {
            answer.body.clear();
        }
        answer
    }
}
