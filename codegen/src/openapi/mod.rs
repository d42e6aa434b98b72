//! OpenAPI 3.1 of what an API does over HTTP.
//!
//! [`document`] gives one document: every operation with its server, parameters, bodies and
//! responses, the types that they use as shared components, and what OpenAPI has no word for as
//! members that begin with `x-venue-`. Schemas are those of [`json_schema`](crate::json_schema), in
//! the tolerant strength.

mod bodies;
mod losses;
mod operations;
mod parameters;
mod paths;
mod security;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use venue_schema::ir::{Api, ServerId, TypeRef};

use crate::api_document::{self as shared, Options, Schemas, Unique};
use crate::json_schema::annotations::{self, About};
use crate::json_schema::{Draft, Members, Tree};
use crate::loss::Exported;

/// How to read the document, in its description.
const REMARK: &str = "Each operation says with `x-venue-idempotent` whether it can be sent twice, and with \
     `x-venue-ambiguous` whether a lost reply leaves open what happened: then look before sending again. Decimals have \
     `format: decimal`, whole numbers `int64` or `uint64`: read them without rounding.";

/// The API in OpenAPI 3.1; `None` if it has no HTTP operations.
pub fn document(api: &Api, options: &Options) -> Option<Exported<Tree>> {
    if api.operations.is_empty() {
        return None;
    }
    let writer = Writer {
        api,
        schemas: Schemas::new(api, Draft::D2020, options.reader),
        main_server: main_server(api),
    };
    let paths = paths::grouped(api);
    let losses = writer.losses(&paths);
    let license = |spdx: &str| Members::new().with("name", spdx).with("identifier", spdx);
    let mut out = Members::new().with("openapi", "3.1.0");
    out.set("info", shared::info(api, options, REMARK, &losses, license));
    out.set("servers", writer.servers(writer.main_server));
    out.set("tags", writer.tags());
    out.set("paths", writer.paths(&paths));
    out.set("components", writer.components());
    out.extend(shared::catalogues(api));
    Some(Exported {
        document: out.into(),
        losses,
    })
}

/// What every step reads.
struct Writer<'a> {
    api: &'a Api,
    schemas: Schemas<'a>,
    main_server: ServerId,
}

/// The server of most operations, the first of several: what tools take for all.
fn main_server(api: &Api) -> ServerId {
    let count = |server: ServerId| {
        let on_server = api.operations.iter().filter(|op| op.server == server);
        on_server.count()
    };
    (0..api.servers.len())
        .min_by_key(|&server| Reverse(count(server)))
        .unwrap_or_default()
}

impl Writer<'_> {
    /// The addresses of a server, the default first.
    fn servers(&self, id: ServerId) -> Vec<Tree> {
        let server = &self.api.servers[id];
        let each = server.urls.iter().enumerate().map(|(index, (name, url))| {
            let mut out = Members::new().with("url", url.trim_end_matches('/'));
            let description = match (index, server.meta.doc.as_str()) {
                (0, doc) if !doc.is_empty() => format!("{}, {name}: {doc}", server.name),
                _ => format!("{}, {name}", server.name),
            };
            out.set("description", description);
            out.set("x-venue-server", server.name.as_str());
            out.set("x-venue-environment", name.as_str());
            if index == 0 {
                out.extend(annotations::provenance(&server.meta.provenance));
                out.extend(annotations::remarks(
                    self.api,
                    About::Whole(&server.meta.id),
                ));
            }
            out.into()
        });
        each.collect()
    }

    /// The chapters that have operations.
    fn tags(&self) -> Vec<Tree> {
        let used = |section: usize| {
            let operations = self.api.operations.iter();
            operations.clone().any(|op| op.meta.section == section)
        };
        let sections = self.api.sections.iter().enumerate();
        sections
            .filter(|(id, _)| used(*id))
            .map(|(_, section)| shared::tag(self.api, section).into())
            .collect()
    }

    fn paths(&self, paths: &BTreeMap<usize, paths::Path>) -> Members {
        let mut out = Members::new();
        let mut ids = Unique::default();
        for path in paths.values() {
            let mut item = Members::new();
            for &operation in &path.operations {
                let method = self.api.operations[operation].method.to_ascii_lowercase();
                item.set(&method, self.operation(operation, path, &mut ids));
            }
            out.set(&path.template, item);
        }
        out
    }

    /// The types of parameters and bodies.
    fn roots(&self) -> Vec<&TypeRef> {
        let mut roots: Vec<&TypeRef> = Vec::new();
        for operation in &self.api.operations {
            let parameters = [&operation.path_params, &operation.query, &operation.headers];
            roots.extend(parameters.into_iter().flatten().map(|field| &field.ty));
            roots.extend(operation.body.iter().map(|body| &body.ty));
            roots.extend(operation.responses.iter().filter_map(|it| it.ty.as_ref()));
        }
        roots
    }

    fn components(&self) -> Members {
        let roots = self.roots();
        let mut out = Members::new();
        let mut schemas = self.schemas.components(&roots);
        self.mark_files(&mut schemas);
        if !schemas.is_empty() {
            out.set("schemas", schemas);
        }
        let security = self.security_schemes();
        if !security.is_empty() {
            out.set("securitySchemes", security);
        }
        out
    }
}
