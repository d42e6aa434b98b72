//! Lists that come in pages, as streams.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use venue_wire::Validate;
use venue_wire::describe::Catalogue;
use venue_wire::operation::{Reply, Request};

use crate::body;
use crate::error::{Error, Unreadable, unquoted};
use crate::rest::{Rest, read_for};

/// The pages of a list, asked for one by one as they are taken.
///
/// It ends after a page without rows, or where the venue gives the same place twice; or after an
/// error. Rows that come or go in the meantime may be seen twice or not at all, where the venue
/// pages by a count of rows.
pub struct Pages<T, C> {
    pages: Pin<Box<dyn Stream<Item = Result<T, Error<C>>> + Send>>,
}

impl<T, C> Pages<T, C> {
    /// The next page; none after the last.
    pub async fn next(&mut self) -> Option<Result<T, Error<C>>> {
        std::future::poll_fn(|context| self.pages.as_mut().poll_next(context)).await
    }
}

impl<T, C> Stream for Pages<T, C> {
    type Item = Result<T, Error<C>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().pages.as_mut().poll_next(context)
    }
}

impl<T, C> fmt::Debug for Pages<T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pages")
    }
}

/// Where the next page begins: generated for each list.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum Place {
    /// After so many rows; the query parameter that says so.
    Count(&'static str),
    /// At what the last row's member says.
    Member(&'static str),
    /// At what the last row's element says.
    Element(usize),
}

/// What is typed about a list.
#[doc(hidden)]
pub struct Paged<R: Request, T> {
    /// Where the next page begins.
    pub place: Place,
    /// Takes the page out of the reply.
    pub pick: fn(R::Response) -> Option<T>,
    /// Puts the place, a JSON text, into the request.
    pub advance: fn(&mut R, &str) -> Result<(), serde_json::Error>,
}

/// A list on its way.
struct Walk<R: Request, T> {
    rest: Rest,
    request: R,
    paged: Paged<R, T>,
    /// Rows seen, and those that the first request skips.
    count: u64,
    last: Option<String>,
}

impl Rest {
    /// The pages of a list, from the place that the request names.
    #[doc(hidden)]
    pub fn pages<R, T, C>(&self, request: R, paged: Paged<R, T>) -> Pages<T, C>
    where
        R: Request + Validate + Send + Sync + 'static,
        T: Send + 'static,
        C: Catalogue,
    {
        let skipped = match paged.place {
            Place::Count(name) => body::member(request.query().as_bytes(), name),
            _ => None,
        };
        let walk = Walk {
            rest: self.clone(),
            request,
            paged,
            count: skipped.and_then(|text| text.parse().ok()).unwrap_or(0),
            last: None,
        };
        let pages = futures_util::stream::unfold(Some(walk), |walk| async {
            let mut walk = walk?;
            match walk.step().await {
                Ok(Some((page, goes_on))) => Some((Ok(page), goes_on.then_some(walk))),
                Ok(None) => None,
                Err(error) => Some((Err(error), None)),
            }
        });
        Pages {
            pages: Box::pin(pages),
        }
    }
}

impl<R: Request + Validate, T> Walk<R, T> {
    /// A page, and whether there may be another; none if it has no rows and is not the first.
    async fn step<C: Catalogue>(&mut self) -> Result<Option<(T, bool)>, Error<C>> {
        let reply = self.rest.answered(&self.request).await?.reply;
        let rows = rows(&reply.body);
        let is_first = self.last.is_none();
        if rows.is_empty() && !is_first {
            return Ok(None);
        }
        self.count += rows.len() as u64;
        let place = match self.paged.place {
            Place::Count(_) => Some(self.count.to_string()),
            Place::Member(name) => rows.last().and_then(|row| member(row, name)),
            Place::Element(index) => rows.last().and_then(|row| element(row, index)),
        };
        let place = place.filter(|place| !rows.is_empty() && self.last.as_ref() != Some(place));
        if let Some(place) = &place {
            (self.paged.advance)(&mut self.request, place).map_err(|error| {
                Error::Unreadable(Box::new(Unreadable {
                    operation: R::OPERATION.id,
                    reply: Reply::new(reply.status, &reply.body),
                    error: Some(unquoted(error)),
                }))
            })?;
        }
        let goes_on = place.is_some();
        self.last = place.or(self.last.take());
        let page = read_for::<R, T, C>(reply, self.paged.pick)?;
        Ok(Some((page, goes_on)))
    }
}

/// The rows of a page: it is a list, or an object with one, under `data` if there are several.
fn rows(page: &[u8]) -> Vec<&RawValue> {
    if let Ok(rows) = serde_json::from_slice(page) {
        return rows;
    }
    let members: BTreeMap<String, &RawValue> = serde_json::from_slice(page).unwrap_or_default();
    let list = |text: &&RawValue| text.get().starts_with('[');
    let found = members.get("data").filter(|text| list(text));
    let found = found.or_else(|| members.values().find(|text| list(text)));
    let rows = found.and_then(|text| serde_json::from_str(text.get()).ok());
    rows.unwrap_or_default()
}

fn member(row: &RawValue, name: &str) -> Option<String> {
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(row.get()).ok()?;
    Some(members.get(name)?.get().to_owned())
}

fn element(row: &RawValue, index: usize) -> Option<String> {
    let elements: Vec<&RawValue> = serde_json::from_str(row.get()).ok()?;
    Some(elements.get(index)?.get().to_owned())
}
