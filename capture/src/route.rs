//! Which operation or socket of an API an address belongs to.

use venue_schema::ir::{Api, Part, SocketId, Template};

use crate::url::{Address, decode};

/// An address of a server or socket, ready to be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Base {
    /// [`ANY_HOST`] is every host.
    host: String,
    /// Without a slash at the end.
    path: String,
}

/// Stands for every host.
const ANY_HOST: &str = "*";

impl Base {
    fn new(url: &str) -> Self {
        let address = Address::parse(url);
        Base {
            host: address.host,
            path: address.path,
        }
    }

    /// The path of an address below it. Between the two may stand more than one slash: where each had one.
    fn below<'p>(&self, path: &'p str) -> Option<&'p str> {
        Some(one_slash(one_slash(path).strip_prefix(&self.path)?))
    }

    fn is_on(&self, host: &str) -> bool {
        self.host == host || self.host == ANY_HOST
    }
}

/// A path with one slash where it starts with several.
fn one_slash(path: &str) -> &str {
    match path.trim_start_matches('/').len() {
        rest if rest < path.len() => &path[path.len() - rest - 1..],
        _ => path,
    }
}

/// The addresses of one API.
#[derive(Debug)]
pub(crate) struct Routes {
    /// By server.
    servers: Vec<Vec<Base>>,
    /// By socket.
    sockets: Vec<Vec<Base>>,
}

/// Values of a path's holes, by name.
pub type Holes = Vec<(String, String)>;

/// What an exchange is, to one API.
#[derive(Debug, PartialEq, Eq)]
pub enum Route {
    /// An operation, with the values of its path's holes by name.
    Operation(usize, Holes),
    /// The path is known, under other methods.
    OtherMethod(Vec<String>),
    /// The host is known, the path is not.
    OtherPath,
    /// The host is not known.
    OtherHost,
}

impl Routes {
    pub(crate) fn new(api: &Api) -> Self {
        let bases =
            |urls: &[(String, String)]| urls.iter().map(|(_, url)| Base::new(url)).collect();
        Routes {
            servers: api.servers.iter().map(|s| bases(&s.urls)).collect(),
            sockets: api.sockets.iter().map(|s| bases(&s.urls)).collect(),
        }
    }

    /// Takes what goes to that address for traffic of the API, whichever server or socket it is for.
    /// What serves an API elsewhere keeps the path that an address of the spec has, or puts its own
    /// in its place: either is looked for below it.
    pub(crate) fn serve_at(&mut self, address: &Address) {
        for bases in self.servers.iter_mut().chain(&mut self.sockets) {
            let paths: Vec<String> = bases.iter().map(|base| base.path.clone()).collect();
            for path in paths.iter().map(String::as_str).chain([""]) {
                let base = Base {
                    host: address.host.clone(),
                    path: format!("{}{path}", address.path),
                };
                if !bases.contains(&base) {
                    bases.push(base);
                }
            }
        }
    }

    /// Whether any address of the API is on that host.
    pub(crate) fn knows(&self, host: &str) -> bool {
        self.servers
            .iter()
            .chain(&self.sockets)
            .flatten()
            .any(|base| base.is_on(host))
    }

    /// The sockets at an address; all of them if it is not known.
    pub(crate) fn sockets<'a>(
        &'a self,
        address: Option<&'a Address>,
    ) -> impl Iterator<Item = SocketId> + 'a {
        self.sockets
            .iter()
            .enumerate()
            .filter_map(move |(id, bases)| {
                let here = address.is_none_or(|a| {
                    bases
                        .iter()
                        .any(|b| b.is_on(&a.host) && b.path == one_slash(&a.path))
                });
                here.then_some(id)
            })
    }

    /// Whether an operation or socket has the path of an address, on whatever host.
    pub(crate) fn has_path(&self, api: &Api, address: &Address) -> bool {
        let operations = api.operations.iter().any(|operation| {
            let bases = self.servers.get(operation.server).into_iter().flatten();
            let paths = bases.filter_map(|base| base.below(&address.path));
            // Nobody is known by a bare `/`.
            let is_root = |path: &str| path.trim_matches('/').is_empty();
            paths
                .filter(|path| !is_root(path))
                .any(|path| fit(&operation.path, path).is_some())
        });
        let is_here = |base: &Base| !base.path.is_empty() && base.path == one_slash(&address.path);
        operations || self.sockets.iter().flatten().any(is_here)
    }

    /// The operation that an exchange is. Where several paths match, literal text beats a hole.
    pub(crate) fn operation(&self, api: &Api, method: &str, address: &Address) -> Route {
        // What is left of the path below each address of a server: once, and not for each operation.
        let below = |bases: &Vec<Base>| -> Vec<&str> {
            let here = bases.iter().filter(|base| base.is_on(&address.host));
            here.filter_map(|base| base.below(&address.path)).collect()
        };
        if !self
            .servers
            .iter()
            .flatten()
            .any(|base| base.is_on(&address.host))
        {
            return Route::OtherHost;
        }
        let paths: Vec<Vec<&str>> = self.servers.iter().map(below).collect();
        let mut best: Option<(usize, Holes)> = None;
        let mut other_methods: Vec<String> = Vec::new();
        let mut other_holes = usize::MAX;
        for (index, operation) in api.operations.iter().enumerate() {
            let below = paths.get(operation.server).into_iter().flatten();
            let matched = below
                .into_iter()
                .find_map(|path| fit(&operation.path, path));
            let Some(holes) = matched else { continue };
            if operation.method != method {
                // Here, too, literal text beats a hole.
                if holes.len() < other_holes {
                    other_holes = holes.len();
                    other_methods.clear();
                }
                if holes.len() == other_holes && !other_methods.contains(&operation.method) {
                    other_methods.push(operation.method.clone());
                }
            } else if best
                .as_ref()
                .is_none_or(|(_, other)| holes.len() < other.len())
            {
                best = Some((index, holes));
            }
        }
        match best {
            Some((index, holes)) => Route::Operation(index, holes),
            None if !other_methods.is_empty() => Route::OtherMethod(other_methods),
            None => Route::OtherPath,
        }
    }
}

/// The decoded values of the holes, if the path is of that form. In a path a hole ends at the next
/// slash; unlike in a channel's name it may hold dots, for ids do.
fn fit(template: &Template, path: &str) -> Option<Holes> {
    // A trailing slash says nothing.
    let path = if path.is_empty() { "/" } else { path };
    if !may_fit(&template.parts, path) {
        return None;
    }
    let mut holes = Vec::new();
    fit_parts(&template.parts, path, &mut holes).then_some(holes)
}

/// Whether a path may be of a form, by one byte of it: most operations are not the one, and have their
/// first difference there.
#[inline]
fn may_fit(parts: &[Part], path: &str) -> bool {
    match parts {
        [Part::Text(text)] => path.len() == unslashed(text).len(),
        [Part::Text(text), ..] => {
            let last = text.len().wrapping_sub(1);
            path.as_bytes().get(last) == text.as_bytes().get(last)
        }
        _ => true,
    }
}

/// The end of a template as that of a path, which was cut off its last slash.
fn unslashed(text: &str) -> &str {
    match text {
        "/" => text,
        text => text.strip_suffix('/').unwrap_or(text),
    }
}

fn fit_parts(parts: &[Part], rest: &str, holes: &mut Holes) -> bool {
    let Some((part, parts)) = parts.split_first() else {
        return rest.is_empty();
    };
    match part {
        Part::Text(text) => {
            let text = if parts.is_empty() {
                unslashed(text)
            } else {
                text
            };
            rest.strip_prefix(text)
                .is_some_and(|rest| fit_parts(parts, rest, holes))
        }
        Part::Hole(name) => {
            let segment = rest.find('/').unwrap_or(rest.len());
            // The longest value first; shorter ones only where text follows within the segment.
            for end in (1..=segment)
                .rev()
                .filter(|end| rest.is_char_boundary(*end))
            {
                holes.push((name.clone(), decode(&rest[..end], false)));
                if fit_parts(parts, &rest[end..], holes) {
                    return true;
                }
                holes.pop();
                if matches!(parts.first(), None | Some(Part::Hole(_))) {
                    break;
                }
            }
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use venue_schema::ir::{Meta, Operation, Server};

    fn template(text: &str) -> Template {
        let mut parts = Vec::new();
        for piece in text.split_inclusive('}') {
            let (literal, hole) = piece.split_once('{').unwrap_or((piece, ""));
            if !literal.is_empty() {
                parts.push(Part::Text(literal.into()));
            }
            if !hole.is_empty() {
                parts.push(Part::Hole(hole.trim_end_matches('}').into()));
            }
        }
        Template { parts }
    }

    fn api() -> Api {
        let operation = |name: &str, method: &str, path: &str| Operation {
            name: name.into(),
            title: String::new(),
            method: method.into(),
            path: template(path),
            server: 0,
            auth: vec![],
            path_params: vec![],
            query: vec![],
            rules: vec![],
            headers: vec![],
            body: None,
            responses: vec![],
            limits: vec![],
            idempotent: true,
            ambiguous: false,
            find_out: None,
            pagination: None,
            meta: Meta::default(),
        };
        let urls = vec![
            ("a".into(), "https://H/api/".into()),
            ("b".into(), "https://test.h:8443/api".into()),
        ];
        Api {
            servers: vec![Server {
                name: "rest".into(),
                urls,
                meta: Meta::default(),
            }],
            operations: vec![
                operation("get", "GET", "/v1/order/{id}"),
                operation("open", "GET", "/v1/order/open"),
                operation("cancel", "DELETE", "/v1/order/{id}"),
                operation("report", "GET", "/v1/{kind}/{id}.csv"),
                operation("root", "GET", "/"),
            ],
            ..Api::default()
        }
    }

    #[test]
    fn an_api_can_be_served_elsewhere() {
        let api = api();
        let mut routes = Routes::new(&api);
        routes.serve_at(&Address::parse("http://127.0.0.1:4010"));
        routes.serve_at(&Address::parse("*/proxy/venue"));
        for (url, is_known) in [
            ("http://127.0.0.1:4010/api/v1/order/open", true),
            ("http://127.0.0.1:4010/v1/order/open", true),
            ("https://anywhere.h/proxy/venue/v1/order/open", true),
            ("https://anywhere.h/v1/order/open", false),
            ("http://127.0.0.1:4011/v1/order/open", false),
        ] {
            let route = routes.operation(&api, "GET", &Address::parse(url));
            assert_eq!(matches!(route, Route::Operation(1, _)), is_known, "{url}");
        }
    }

    #[test]
    fn exchanges_find_their_operation() {
        let api = api();
        let routes = Routes::new(&api);
        for (call, expected) in [
            ("GET https://h/api/v1/order/open", "open []"),
            ("GET https://h/api/v1/order/42/", r#"get [("id", "42")]"#),
            (
                "GET https://test.h:8443/api/v1/order/a.b%2Fc?x=1",
                r#"get [("id", "a.b/c")]"#,
            ),
            (
                "GET https://h/api/v1/tax/2024.csv",
                r#"report [("kind", "tax"), ("id", "2024")]"#,
            ),
            (
                "DELETE https://h/api/v1/order/42",
                r#"cancel [("id", "42")]"#,
            ),
            ("GET https://h/api", "root []"),
            // An address and a path that were put together, each with its slash.
            ("GET https://h/api//v1/order/open", "open []"),
            ("GET https://h//api/v1/order/open", "open []"),
            // An id that is not there is none.
            ("GET https://h/api/v1/order//open", "OtherPath"),
            (
                "PUT https://h/api/v1/order/42",
                r#"OtherMethod(["GET", "DELETE"])"#,
            ),
            ("GET https://h/api/v1/order", "OtherPath"),
            ("GET https://h/v1/order/42", "OtherPath"),
            ("GET https://test.h/api/v1/order/42", "OtherHost"),
            ("GET rubbish", "OtherHost"),
        ] {
            let (method, url) = call.split_once(' ').expect("a method");
            let shown = match routes.operation(&api, method, &Address::parse(url)) {
                Route::Operation(index, holes) => {
                    format!("{} {holes:?}", api.operations[index].name)
                }
                other => format!("{other:?}"),
            };
            assert_eq!(shown, expected, "{call}");
        }
    }
}
