//! The words that every format for people shares: what happened, how often, since when, what it does
//! to the released types, and what to do.

use std::fmt::Write as _;

use jiff::Timestamp;

use crate::finding::{Finding, Verdict};
use crate::report::{Axis, Group, Report, Share, Totals};
use crate::rules;
use crate::text::visible;

/// What is wrong, without the part of the exchange, which [`whereabouts`] names.
pub fn sentence(finding: &Finding) -> &str {
    finding
        .message
        .strip_prefix(finding.part.as_str())
        .and_then(|rest| rest.strip_prefix(": "))
        .unwrap_or(&finding.message)
}

/// `sfox.create-order (POST /v1/orders/{side}), response 201`; empty where nothing claims the record.
pub fn whereabouts(finding: &Finding) -> String {
    let Some(target) = &finding.target else {
        return String::new();
    };
    let mut out = visible(target).into_owned();
    if !finding.about.is_empty() {
        let _ = write!(out, " ({})", visible(&finding.about));
    }
    if !finding.part.is_empty() {
        let _ = write!(out, ", {}", visible(&finding.part));
    }
    out
}

/// One line that can be acted on: which API's what, what is wrong with it, since when and how often,
/// and what that does to the released types.
pub fn headline(group: &Group) -> String {
    let finding = &group.sample;
    let mut out = String::new();
    if let Some(target) = &finding.target {
        let _ = write!(out, "{}: ", visible(target));
    }
    out.push_str(&visible(sentence(finding)));
    let _ = write!(out, ", {}", often(group));
    let effect = effect(finding);
    if !effect.is_empty() {
        let _ = write!(out, "; {effect}");
    }
    out
}

/// `once, at 2024-05-01 12:04:09 UTC` or `18,204 times, 12:04 to 12:09 …`.
pub fn often(group: &Group) -> String {
    let times = match group.count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{} times", thousands(n)),
    };
    match (group.since, group.until) {
        (Some(since), Some(until)) if since == until => format!("{times}, at {}", moment(since)),
        (Some(since), Some(_)) => format!("{times} since {}", moment(since)),
        _ => times,
    }
}

/// What the finding does to code that uses the released types; of what a client sent, what the venue
/// may do.
pub fn effect(finding: &Finding) -> &'static str {
    match finding.verdict {
        Verdict::Invalid if is_clients(finding) => "the venue may refuse it",
        Verdict::Drift if is_clients(finding) => "the venue may refuse it, or not look at it",
        _ => rules::rule(finding.rule).map_or("", |rule| rule.effect),
    }
}

/// What to do about the finding.
pub fn action(finding: &Finding) -> &'static str {
    match finding.verdict {
        Verdict::Invalid | Verdict::Drift if is_clients(finding) => {
            "correct what the client sends; if the venue takes it as it is, correct the spec"
        }
        _ => rules::rule(finding.rule).map_or("", |rule| rule.action),
    }
}

/// Whether it is about what a client sent: any part of an exchange but the response, or a command.
fn is_clients(finding: &Finding) -> bool {
    let is_command = || {
        let mut names = finding.target.iter().flat_map(|target| target.split('.'));
        names.nth(1) == Some("ws") && finding.part.is_empty()
    };
    match finding.part.as_str() {
        "" => is_command(),
        part => !part.starts_with("response"),
    }
}

/// To the second, in UTC: `2024-05-01 12:04:09 UTC`.
pub fn moment(at: Timestamp) -> String {
    let text = at.to_string();
    // RFC 3339 with a fraction as long as it has to be.
    let second = text.get(..19).unwrap_or(&text);
    format!("{} UTC", second.replace('T', " "))
}

/// `18,204`
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `3 records`, `1 record`
pub fn plural(count: u64, what: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{} {what}{s}", thousands(count))
}

/// `10 records: 6 valid, 2 drift, 2 invalid`
pub fn counts(totals: &Totals) -> String {
    let Totals {
        records,
        valid,
        drift,
        invalid,
        unmatched,
    } = *totals;
    if records == 0 {
        return "no records".to_owned();
    }
    if valid == records {
        return format!("{} valid", plural(records, "record"));
    }
    let parts = [
        (valid, "valid"),
        (drift, "drift"),
        (invalid, "invalid"),
        (unmatched, "unmatched"),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| format!("{} {what}", thousands(n)))
        .collect();
    format!("{}: {}", plural(records, "record"), parts.join(", "))
}

/// How much of an API was seen: `12 of 52 operations, messages and commands; 230 of 1,204 fields and
/// values, 1 more not in the spec; 2 of 15 error codes`.
pub fn shares(report: &Report, api: &str) -> String {
    let told = Axis::ALL.into_iter().filter_map(|axis| {
        let share = report.share(api, axis);
        (share != Share::default()).then(|| of(share, axis.counted()))
    });
    told.collect::<Vec<_>>().join("; ")
}

/// `230 of 1,204 fields, 1 more not in the spec`
pub fn of(share: Share, what: &str) -> String {
    let count = |n: usize| thousands(n as u64);
    let mut out = format!("{} of {}", count(share.seen), count(share.of));
    if !what.is_empty() {
        let _ = write!(out, " {what}");
    }
    if share.undocumented > 0 {
        let _ = write!(out, ", {} more not in the spec", count(share.undocumented));
    }
    out
}

/// What stands at the caret under an excerpt.
pub fn label(finding: &Finding) -> String {
    match finding.rule {
        "undocumented-field" | "undocumented-element" | "undocumented-message" => {
            "not in the spec".to_owned()
        }
        "duplicate-field" => "the second of this name".to_owned(),
        "missing-field" | "missing-element" => {
            format!("missing here: {}", visible(&finding.expected))
        }
        "unmatched-message" => "no spec has this".to_owned(),
        "exponent-notation" => "no example of the spec has an exponent here".to_owned(),
        "unsafe-number" => "a double does not hold this".to_owned(),
        "not-json" => format!("found {}", visible(&finding.found)),
        _ => format!("expected {}", visible(&finding.expected)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_moments_read_as_people_write_them() {
        assert_eq!(thousands(7), "7");
        assert_eq!(thousands(18_204), "18,204");
        assert_eq!(thousands(1_000_000), "1,000,000");
        assert_eq!(plural(1, "record"), "1 record");
        let at: Timestamp = "2024-05-01T12:04:09.123456789Z".parse().expect("a moment");
        assert_eq!(moment(at), "2024-05-01 12:04:09 UTC");
    }
}
