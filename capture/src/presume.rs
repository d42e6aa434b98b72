//! What a capture leaves out of an exchange, as what fits best: a recorder may write down an answer and
//! neither by what method it was asked for nor with what status it came.

use std::borrow::Cow;

use venue_schema::ir::Status;
use venue_wire::Verdict;

use crate::candidate::Candidate;
use crate::judge;
use crate::record::Exchange;
use crate::route::Route;
use crate::seen::Note;

/// Between methods of which one is meant. No method has a space in it.
pub(crate) const OR: &str = " or ";

/// In place of a status that was not recorded.
pub(crate) const NO_STATUS: u16 = 0;

/// The exchange with the method, of those that it may have, and the status, of those that are
/// described, under which an API says least against it; the first of several. As it is, if nothing is
/// left out or no API has an operation there.
pub(crate) fn whole<'e, 'a>(
    candidates: &[Candidate],
    exchange: &'e Exchange<'a>,
) -> Cow<'e, Exchange<'a>> {
    let unsaid = |(status, _): &(u16, _)| *status == NO_STATUS;
    if !exchange.method.contains(OR) && !exchange.response.as_ref().is_some_and(unsaid) {
        return Cow::Borrowed(exchange);
    }
    let mut trial = exchange.clone();
    /// How little is said against it, the method, the status.
    type Best = ((bool, Verdict, usize), String, u16);
    let mut best: Option<Best> = None;
    for candidate in candidates {
        for method in exchange.method.split(OR) {
            let routed = candidate
                .routes
                .operation(&candidate.api, method, &exchange.address);
            let Route::Operation(operation, holes) = routed else {
                continue;
            };
            method.clone_into(&mut trial.method);
            let responses = candidate.api.operations[operation].responses.iter();
            let described = responses.map(|response| match response.status {
                Status::Code(code) => code,
                Status::Class(class) => u16::from(class) * 100,
            });
            let said = exchange.response.as_ref().map(|(status, _)| *status);
            let statuses: Vec<u16> = match said {
                Some(NO_STATUS) => described.collect(),
                said => vec![said.unwrap_or_default()],
            };
            for status in statuses {
                if let Some((of, _)) = &mut trial.response {
                    *of = status;
                }
                let judged = judge::exchange(candidate, operation, &holes, &trial, &mut Note(None));
                let rank = judged.rank();
                if best.as_ref().is_none_or(|(least, ..)| rank < *least) {
                    best = Some((rank, trial.method.clone(), status));
                }
            }
        }
    }
    if let Some((_, method, status)) = best {
        trial.method = method;
        if let Some((of, _)) = &mut trial.response {
            *of = status;
        }
        return Cow::Owned(trial);
    }
    Cow::Borrowed(exchange)
}
