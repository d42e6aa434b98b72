//! What an exchange has that stands beside its described parts: a status that no catalogue lists, a
//! request that is written in another way.

use std::borrow::Cow;

use venue_schema::ir::{Media, Status};
use venue_wire::Verdict;

use super::exchange::{described, is_page};
use super::{About, Judged, Piece};
use crate::candidate::Candidate;
use crate::record::{Body, Part};
use crate::seen;

impl<'p> Judged<'p> {
    /// Says so if the status of an error is in no catalogue, where the catalogue has others of its hundred:
    /// that an operation describes the body of all of them is no word about this one. What a proxy says
    /// on its own account is no news of the venue.
    pub(super) fn unlisted(
        &mut self,
        candidate: &Candidate,
        operation: usize,
        status: u16,
        part: &'p Part<'_>,
    ) {
        let api = &candidate.api;
        let op = &api.operations[operation];
        let is_proxys = matches!(status, 502 | 504 | 520..=530)
            || matches!(&part.body, Body::Bytes(payload) if is_page(part, &payload.bytes));
        let listed = || api.errors.iter().filter_map(|e| e.status);
        let index = described(op, status).map(|index| &op.responses[index]);
        let Some(response) = index.filter(|r| matches!(r.status, Status::Class(4 | 5))) else {
            return;
        };
        let hundred: Vec<u16> = listed().filter(|s| s / 100 == status / 100).collect();
        if is_proxys || hundred.is_empty() || hundred.contains(&status) {
            return;
        }
        let mut known: Vec<u16> = hundred;
        known.sort_unstable();
        known.dedup();
        let known: Vec<String> = known.iter().map(u16::to_string).collect();
        let texts = (
            format!("the error catalogue does not list status {status}"),
            known.join(", "),
            status.to_string(),
        );
        let piece = Piece {
            name: format!("response {status}"),
            prefix: "",
            bytes: Cow::Borrowed(&[]),
            line: None,
            about: About::Nothing,
        };
        let place = candidate.place(&response.at, &response.provenance);
        let own = op.meta.id.strip_prefix(&*candidate.id);
        let own = own.map_or(op.meta.id.as_str(), |own| own.trim_start_matches('.'));
        let news = Some(seen::error(format!("{own}/response/{status}")));
        self.whole(
            piece,
            "undocumented-error",
            Verdict::Drift,
            texts,
            place,
            news,
        );
    }

    /// Says so if a request is written in a way that the operation does not describe. Only of the three
    /// ways that a spec can name: under other names, venues and clients send JSON.
    pub(super) fn foreign_way(
        &mut self,
        candidate: &Candidate,
        operation: usize,
        told: &str,
        described: &[Media],
    ) {
        let way = match told {
            "application/json" => Media::Json,
            "multipart/form-data" => Media::Multipart,
            // A form may be what `curl -d` says of anything.
            _ => return,
        };
        if described.contains(&way) {
            return;
        }
        let name = |way: &Media| match way {
            Media::Json => "application/json",
            Media::Form => "application/x-www-form-urlencoded",
            Media::Multipart => "multipart/form-data",
        };
        let known: Vec<&str> = described.iter().map(name).collect();
        let texts = (
            "the body is of another media type than described".to_owned(),
            known.join(" or "),
            name(&way).to_owned(),
        );
        let piece = Piece::of_request();
        let meta = &candidate.api.operations[operation].meta;
        let place = candidate.place(&meta.at, &meta.provenance);
        self.whole(
            piece,
            "undocumented-media",
            Verdict::Drift,
            texts,
            place,
            None,
        );
    }
}
