//! The page of a list that a request asks for, by the spec's way of paging.

use venue_capture::request::Request;
use venue_schema::ir::Pagination;
use venue_schema::sample::raw::Raw;

use super::render::Scene;

/// Rows of a page where neither the request nor the spec says how many.
const ROWS: u32 = 100;

/// What of a scene is on the page. Lists that are paged by what was seen before begin with the
/// latest; without paging all of it is shown, the latest last. `after` is a second bound that some lists
/// take, which leads to the page of what is newer.
pub(crate) fn page(
    pagination: Option<&Pagination>,
    request: &Request,
    after: Option<u64>,
    mut scene: Scene,
) -> Scene {
    let Some(pagination) = pagination else {
        return scene;
    };
    let number = |name: &Option<String>| said(request, name.as_deref()?)?.parse::<u64>().ok();
    let most = pagination.max_size.unwrap_or(u32::MAX);
    let size = number(&pagination.size).map(|size| u32::try_from(size).unwrap_or(u32::MAX));
    let size = size.or(pagination.default_size).unwrap_or(ROWS).min(most) as usize;
    let position = number(&pagination.position);
    let way = Way {
        style: &pagination.style,
        size,
        position,
        after,
    };
    way.cut(&mut scene.orders, |order| order.id);
    way.cut(&mut scene.deals, |deal| deal.id);
    scene
}

/// How a list is cut.
struct Way<'a> {
    style: &'a str,
    size: usize,
    position: Option<u64>,
    after: Option<u64>,
}

impl Way<'_> {
    /// Leaves what is on the page of rows that come with rising ids.
    fn cut<T>(&self, rows: &mut Vec<T>, id: impl Fn(&T) -> u64) {
        rows.retain(|row| self.after.is_none_or(|at| id(row) > at));
        match (self.style, self.position) {
            ("offset", position) => {
                let skipped = usize::try_from(position.unwrap_or(0)).unwrap_or(usize::MAX);
                rows.reverse();
                rows.drain(..skipped.min(rows.len()));
            }
            ("after-id", position) => rows.retain(|row| position.is_none_or(|at| id(row) > at)),
            (_, position) => {
                rows.retain(|row| position.is_none_or(|at| id(row) < at));
                // The next newer ones, not the newest, or pages would leave some out.
                if position.is_none() && self.after.is_some() {
                    rows.truncate(self.size);
                }
                rows.reverse();
            }
        }
        rows.truncate(self.size);
    }
}

/// What a request says of a name, in its query or body.
fn said(request: &Request, name: &str) -> Option<String> {
    let parts = [Some(&request.query), request.body.as_ref()];
    parts.into_iter().flatten().find_map(|part| {
        let value = Raw::parse(part)?;
        let value = value.member(name)?;
        Some(value.text().unwrap_or_else(|| value.to_string()))
    })
}
