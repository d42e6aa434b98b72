//! The API's exported documents, with the mock's address where the venue's stood: who reads them to
//! try it out is not to reach the venue.

use venue_capture::Address;
use venue_codegen::api_document::Options;
use venue_codegen::{asyncapi, openapi};
use venue_schema::sample::raw::{Raw, unquoted};

use crate::mock::{Inner, Scheme};
use crate::tree::set_member;

/// OpenAPI, if the API has operations.
pub(crate) fn openapi(mock: &Inner, scheme: Scheme, host: &str) -> Option<String> {
    let exported = openapi::document(&mock.venue.described, &Options::default())?;
    let mut document = Raw::parse(&exported.document.to_string())?;
    readdress(&mut document, scheme, host);
    Some(document.to_string())
}

/// AsyncAPI, if the API has sockets.
pub(crate) fn asyncapi(mock: &Inner, scheme: Scheme, host: &str) -> Option<String> {
    let exported = asyncapi::document(&mock.venue.described, &Options::default())?;
    let mut document = Raw::parse(&exported.document.to_string())?;
    let servers = match &mut document {
        Raw::Object(members) => members
            .iter_mut()
            .find(|(key, _)| unquoted(key) == "servers"),
        _ => None,
    };
    if let Some((_, Raw::Object(servers))) = servers {
        for (_, server) in servers {
            set_member(server, "host", Raw::string(host));
            set_member(server, "protocol", Raw::string(scheme.websocket()));
        }
    }
    Some(document.to_string())
}

/// Puts the mock's address into every list of servers of an OpenAPI document: each path once.
fn readdress(value: &mut Raw, scheme: Scheme, host: &str) {
    match value {
        Raw::Token(_) => {}
        Raw::Array(items) => items
            .iter_mut()
            .for_each(|item| readdress(item, scheme, host)),
        Raw::Object(members) => {
            for (key, value) in members {
                match value {
                    Raw::Array(servers) if unquoted(key) == "servers" => {
                        let mut known: Vec<Raw> = Vec::new();
                        for server in servers.drain(..) {
                            let url = server.member("url").and_then(Raw::text);
                            let path = url.map(|url| Address::parse(&url).path);
                            let url =
                                format!("{}://{host}{}", scheme.http(), path.unwrap_or_default());
                            let members = vec![
                                ("\"url\"".to_owned(), Raw::string(&url)),
                                ("\"description\"".to_owned(), Raw::string("This mock.")),
                            ];
                            let server = Raw::Object(members);
                            if !known.contains(&server) {
                                known.push(server);
                            }
                        }
                        *servers = known;
                    }
                    value => readdress(value, scheme, host),
                }
            }
        }
    }
}
