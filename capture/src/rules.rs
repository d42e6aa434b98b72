//! What a check can find: every rule's id, what it makes of a record, and its documentation.

use crate::finding::{Severity, Verdict};

/// A rule, for `venue rules` and `venue explain`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleDoc {
    /// Stable kebab-case id.
    pub id: &'static str,
    /// What it makes of a record; `valid` where it is about the connection, and the record is as
    /// described.
    pub verdict: Verdict,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence.
    pub summary: &'static str,
    /// What it does to code that uses the released types.
    pub effect: &'static str,
    /// What to do, in a line.
    pub action: &'static str,
    /// What it means and what to do, in a few short paragraphs.
    pub doc: &'static str,
}

const REFUSED: &str = "the released types refuse the message";
const CHECKED: &str = "the released types decode it, `validate` refuses it";

/// The rule of that id.
pub fn rule(id: &str) -> Option<&'static RuleDoc> {
    RULES.iter().find(|r| r.id == id)
}

/// Every rule, those that break a client first.
pub const RULES: &[RuleDoc] = &[
    invalid(
        "not-json",
        "The message or body is not JSON.",
        REFUSED,
        "look at both ends of the text: a proxy's page, or a capture that was cut off",
        "The text breaks JSON's grammar (RFC 8259), is not UTF-8, holds a lone surrogate, goes on after the value, or \
         nests more than 127 deep. No client that asks for JSON can read it.

A body like this is often an HTML page of a proxy, or a capture that was cut off: look at the start and the end of it.",
    ),
    invalid(
        "wrong-kind",
        "A value is of another JSON kind than described: a list where an object should be.",
        REFUSED,
        "if the venue now sends both, widen the type in the spec; until a release has it, decode this part by hand",
        "JSON has six kinds of value: null, boolean, number, string, array and object. The spec says which one stands \
         here; typed clients fail on any other.

If the venue now sends both, widen the type in the spec: `decimal-any` takes a number or a string.",
    ),
    invalid(
        "number-as-string",
        "A number came in a string.",
        REFUSED,
        "if the venue now sends both, make the type `decimal-any` in the spec; until a release has it, decode this part by hand",
        "Where the spec has numbers, `\"0.5\"` is another kind of value than `0.5`. Readers of a loose language may add the two \
         as text and not notice; typed ones refuse it.

Venues change to strings to keep digits, often feed by feed: look whether the documentation says so by now.",
    ),
    invalid(
        "string-as-number",
        "A bare number came where the spec has strings.",
        REFUSED,
        "if the venue now sends both, widen the type in the spec (`decimal-any` for amounts); look whether digits are lost on the way",
        "Venues put numbers in strings so that no reader rounds them. A bare number goes through a double in most readers: \
         an id beyond 2^53 becomes another id, an amount loses its last digits.",
    ),
    invalid(
        "missing-field",
        "A member that the spec calls required is not there.",
        REFUSED,
        "if it can be left out, say `presence = \"optional\"` in the spec and release",
        "The generated type has no place for its absence, so the whole message fails to decode.

If the venue leaves it out at times, the spec should say `presence = \"optional\"`.",
    ),
    invalid(
        "missing-element",
        "A positional array ends before an element that the spec calls required.",
        REFUSED,
        "look whether elements were dropped or moved; the places of all others are in doubt",
        "In a positional array the place is the meaning. One that is too short has lost an element at the end, or one in \
         the middle, which would shift all that follow.",
    ),
    invalid(
        "null-value",
        "A value is null where the spec does not allow it.",
        REFUSED,
        "if null is normal here, say `presence = \"nullable\"` in the spec and release",
        "Absent and null are different on the wire. If null is normal here, the spec should say `presence = \
         \"nullable\"`, or `\"optional-nullable\"` if the member may also be absent.",
    ),
    invalid(
        "unknown-value",
        "An enum that is strict or closed got a value that the spec does not list.",
        REFUSED,
        "find out what the value means, then add it to the enum in the spec",
        "The state of orders, fills and balances is `strict`: acting on a state that nobody understands costs money, so the \
         message fails instead. `closed` means that the venue calls its list complete.

Find out what the value means and add it to the enum in the spec.",
    ),
    invalid(
        "const-mismatch",
        "A member that has only one possible value has another.",
        REFUSED,
        "find out whether the venue renamed it or this is another message",
        "Such members are tags: they tell messages apart. Another value means that this is another message than it was \
         taken for, or that the venue renamed it.",
    ),
    invalid(
        "out-of-range",
        "A number is beyond its bounds or the width of its type.",
        "the released types refuse the message, or `validate` does",
        "find out whether the bound was too narrow or the number is wrong",
        "The bounds stand in the spec, or follow from the integer type: a `u32` ends at 4294967295. A number that does not \
         fit would wrap or be cut, so it is refused.",
    ),
    invalid(
        "too-short",
        "A string, list or map has fewer characters or elements than the spec allows.",
        CHECKED,
        "find out whether the bound was too narrow or the value is cut",
        "The spec gives `min-length` or `min-items`.",
    ),
    invalid(
        "too-long",
        "A string, list or map has more characters or elements than the spec allows.",
        CHECKED,
        "find out whether the bound was too narrow",
        "The spec gives `max-length` or `max-items`.",
    ),
    invalid(
        "wrong-media",
        "A file in a form is of another media type than those that the venue takes.",
        "the venue may refuse the request",
        "send a file of a kind that is taken; if the venue took it, add the kind to `parts` in the spec",
        "The spec lists the media types of a multipart body's files, where a source does (`parts` of a body). Looked at is \
         the `Content-Type` of the part; one that tells nothing (none, or `application/octet-stream`) is passed over.",
    ),
    invalid(
        "bad-integer",
        "A number that counts is written with a fraction, an exponent, or as `-0`.",
        REFUSED,
        "if the venue writes it so, make the type `decimal` in the spec",
        "`1.0` and `1e2` are not integers in the exact sense used here, and neither is `-0`: readers differ on whether they \
         are accepted. If the venue writes them so, the type in the spec should be `decimal`.",
    ),
    invalid(
        "bad-decimal",
        "The text is not a decimal as JSON spells numbers, or has an exponent beyond 999.",
        REFUSED,
        "look at the text: it is no number",
        "Among them `.5`, `1.`, `+1`, `1,000`, `NaN` and the empty string, in a string that should hold a number.",
    ),
    invalid(
        "too-many-digits",
        "A decimal has more digits than can be held exactly.",
        REFUSED,
        "look at the number: it cannot be held exactly",
        "Money is never rounded here. A decimal holds 38 significant digits, of which 999 places may be after the point; \
         what has more is refused.",
    ),
    invalid(
        "bad-time",
        "The text is not a date and time of the described form.",
        REFUSED,
        "if the venue changed the form, change the type in the spec",
        "`datetime` is RFC 3339 with a zone (`2018-08-16T17:34:21.000Z`), `datetime-local` the same without one. The day has \
         to exist.",
    ),
    invalid("bad-uuid", "The text is not a UUID.",
        REFUSED,
        "if the venue changed the form, make the type `string` in the spec", "Thirty-two hexadecimal digits in groups of 8-4-4-4-12."),
    invalid(
        "duplicate-field",
        "An object has two members of one name.",
        REFUSED,
        "tell the venue: readers differ on which of the two counts",
        "Readers differ: some take the first, some the last. Where money is concerned neither is right.",
    ),
    invalid(
        "broken-rule",
        "A rule across several members does not hold.",
        CHECKED,
        "look whether the rule in the spec is too strict, or the message wrong",
        "Such as \"a limit order needs a price\" or \"size or volume, not both\". The message quotes the rule.",
    ),
    invalid(
        "unmatched-variant",
        "No variant of a closed union claims the value.",
        REFUSED,
        "add the form to the union in the spec, or make the union open",
        "The spec lists every form that the value can have and calls the list complete; this is none of them.",
    ),
    invalid(
        "missing-body",
        "A body is empty where the spec describes one.",
        "there is nothing to decode",
        "if that is normal, say `may-be-empty = true` in the spec",
        "A client that expects an answer gets nothing to decode. If that is normal, the response should say \
         `may-be-empty = true`.",
    ),
    invalid(
        "bad-multipart",
        "A body that is said to be `multipart/form-data` cannot be taken apart.",
        "it is the request: the venue cannot read it either",
        "look at what wrote it: often `Content-Type` was set by hand, without the boundary or with another",
        "RFC 7578: parts that start with a boundary, each with a `Content-Disposition` that names its field, and a last \
         boundary with `--` after it. The boundary is the one that the `Content-Type` names, or, where a capture has none, \
         that of the first line.",
    ),
    invalid(
        "bad-form",
        "A body that should be a form is none: it has more than 10,000 fields.",
        "it is the request: the venue will not read it either",
        "look at what wrote it: often it is another body, sent as a form",
        "A form (`application/x-www-form-urlencoded`) has some fields with `&` between them. What has many thousand is \
         mostly another kind of body, which the `Content-Type` calls a form. It is not taken apart.",
    ),
    drift(
        "undocumented-field",
        "An object has a member that the spec does not describe.",
        "the released types keep it in `extra` and go on",
        "add the member to the spec once you know what it means",
        "Generated types keep it and go on. It is the usual first sign of a change at the venue: look whether its \
         documentation says more by now, and add the member to the spec.",
    ),
    drift(
        "undocumented-element",
        "A positional array goes on after the last element that the spec describes.",
        "the released types keep it in `tail` and go on",
        "add the element to the end of the record in the spec",
        "Venues append elements over time; generated types keep them and go on. Add the element to the end of the record in \
         the spec.",
    ),
    drift(
        "undocumented-value",
        "An open enum got a value that the spec does not list, or a flag an unknown bit.",
        "the released types keep it as `Unknown` and go on",
        "check what your code does with an unknown value, and add it to the spec",
        "Generated types keep it as `Unknown` and go on. Code that matches on the enum takes its default branch: check that \
         this is what you want, and add the value to the spec.",
    ),
    drift(
        "undocumented-variant",
        "No variant of an open union claims the value.",
        "the released types keep it as JSON text and go on",
        "add the form to the union in the spec",
        "Generated types keep it as JSON text and go on. The venue may have added a form that the spec should list.",
    ),
    drift(
        "undocumented-message",
        "Only a fallback claims the message: its kind is known, its content is not described.",
        "the released types hand it on as JSON text",
        "describe the message in the spec",
        "Often a message of a feed that the spec does not describe yet. Generated types hand it on as JSON text.",
    ),
    drift(
        "undocumented-status",
        "An operation answered with a status that neither it nor the error catalogue lists.",
        "the released types have no body for it",
        "add the status to the operation's responses in the spec",
        "The body was not looked at, for nothing says what it should be. Add the status to the operation's responses.",
    ),
    drift(
        "undocumented-error",
        "An error code, or the status of an error, that the API's catalogue does not list.",
        "the released types keep it as `Unknown` and go on",
        "find out whether it is safe to send the request again, and add the code to the catalogue",
        "The catalogue says of each code who must act and whether sending the same again can help. Of a code that it does \
         not list nobody has said so: until it is known, treat the outcome of an order as open.

Which enum lists an API's codes shows in the spec: the one that has every code of the catalogue. A status is held \
against the catalogue where an operation describes the body of its whole hundred, as `4xx`, and the catalogue lists \
others of that hundred; 502, 504 and 520 to 530 are a proxy's own.",
    ),
    drift(
        "undocumented-body",
        "There is a body where the spec describes none.",
        "the released types do not look at it",
        "add the body to the spec",
        "Nothing says what it should be, so it was not looked at further.",
    ),
    drift(
        "undocumented-media",
        "A body is of another media type than the spec describes: HTML where a CSV file or an error should be.",
        "the released types hand the bytes on as they are; of an error, clients still have the status",
        "look what came instead; if the venue changed the form, correct `media` in the spec",
        "A response with a `media` is a file of that kind, and its content is not looked at. The media type is that of \
         the `Content-Type`. Where the capture has none, or one that tells nothing (`application/octet-stream`), only a \
         body that is a JSON object or list is taken for something else.

It is often an error or a proxy's page under a status of success: look at the body before it is read as rows.

An error (a status from 400 on) whose `Content-Type` is not JSON's and whose body is no JSON is a page of what stands \
before the venue, a proxy or a content network: nothing is known of what the venue itself would have said. Under a status \
of success the same is `not-json`.

Of a request: it is written as JSON or multipart where the spec has it written in another way.",
    ),
    connection(
        "sequence-gap",
        "Numbers of messages are missing on a connection or in a feed.",
        "what was built from the feed may be wrong from here on",
        "connect anew, or ask for a new snapshot; if the recorder leaves messages out, nothing is wrong",
        "The spec says which member counts the messages, and whether over the connection or in each feed (`sequence`). A \
         number is taken for missing once 16 others have come, or the connection has ended.

The messages were lost on the way, or the recorder did not keep them. Of a capture that holds a choice of a connection's \
feeds nothing else can be expected: check whole connections, or leave `connection` out of its records.",
    ),
    connection(
        "repeated-sequence",
        "A message came with a number that had come before.",
        "code that adds up what a feed sends counts it twice",
        "skip numbers that have come; if it happens often, tell the venue",
        "The spec says which member counts the messages (`sequence`). A connection whose numbers begin again is taken for a \
         new one, and not reported.",
    ),
    connection(
        "out-of-order",
        "A message came after one with a higher number.",
        "code that takes messages as they come ends with the older state",
        "order by number, or connect anew as the venue advises",
        "The spec says which member counts the messages (`sequence`). The finding stands at the message that came late.",
    ),
    connection(
        "venue-time-backwards",
        "The venue's own time went back from one message of a channel to the next.",
        "code that orders by the venue's time takes them the wrong way round",
        "order by number where there is one; tell the venue",
        "The spec says which member holds the moment at which the venue sent the message (`sent-at`). Channels are looked at \
         one by one, for their clocks may differ.",
    ),
    connection(
        "capture-time-backwards",
        "A message was recorded earlier than the one that stands ahead of it on the same connection.",
        "nothing is wrong with the venue; times and order of this capture are in doubt",
        "look at the recorder's clock, and at how the capture was put together",
        "A clock that was set back, or a file put together from several. Less than a millisecond is let go.",
    ),
    connection(
        "missing-login",
        "A feed was subscribed to that needs a login, and none was sent before.",
        "the venue may refuse the feed, now or later",
        "send the login first; if the venue sends the feed without one, correct `auth` in the spec",
        "Looked at only where the capture has the connection from its start, with what was sent, and neither a login nor an \
         answer to one was seen.",
    ),
    connection(
        "unanswered-command",
        "A command was not answered by the end of the connection.",
        "code that waits for the answer waits for ever",
        "set a time for the answer; look whether the command did what it should",
        "The spec lists the answers of each command (`answers`). A command counts as unanswered where a later one was answered, \
         ten seconds of traffic follow, or a hundred messages; and where other answers are in the capture at all.",
    ),
    connection(
        "update-before-snapshot",
        "A change of a state came before the state itself.",
        "an order book built from it is wrong until the next snapshot",
        "keep changes back until the snapshot is there, and drop what it already holds",
        "The feed is a snapshot followed by changes (`semantics = \"snapshot-then-updates\"`). Looked at only where the capture \
         has the subscription, and snapshots at all.",
    ),
    connection(
        "unexplained-message",
        "A feed's message came, and nothing that was sent asked for it.",
        "code that has no place for the feed drops it or fails",
        "look whether the venue now sends it unasked, or the capture lacks a command",
        "Looked at only where the capture has the connection from its start, with what was sent. It is said once a channel. Where \
         one feed's subscription brings another, the spec says so (`also-with`).",
    ),
    connection(
        "still-sending",
        "A feed's message came after the venue had confirmed that the feed was unsubscribed.",
        "code that has dropped the feed's state meets changes of it",
        "ignore what comes after; if it goes on, tell the venue",
        "Within a second of the confirmation nothing is said, for messages may be on their way. It is said once a subscription.",
    ),
    connection(
        "rate-limit-exceeded",
        "A client sent more requests than a limit of the spec allows.",
        "the venue may refuse requests, or block the client for a while",
        "spread the requests; the generated client does",
        "Requests over HTTP are counted by the limits of their operation, commands by those of their socket, by the times of the \
         capture, as if one client had sent all of them. It is said when the limit is passed, not for each request beyond it.",
    ),
    remark(
        "unrecorded-body",
        "The capture has a response, and not the body that the spec describes for it.",
        "status and parameters were checked, and nothing else of it",
        "have the recorder keep bodies: export \"HAR with content\", and look at its limits of size",
        "A browser drops the bodies of a page that it has left, and of large ones; some recorders keep headers alone. What \
         was not recorded cannot be checked: that nothing is found there says nothing.

The same is said of a body, of a request too, that was recorded and cannot be read: what is marked as base64 and is \
         none, and what is still packed. gzip is unpacked.",
    ),
    remark(
        "unanswered-request",
        "A HAR file has a request, and no response to it.",
        "the request was checked, and no answer",
        "see in the recorder why it failed: blocked, cancelled, or no connection",
        "A browser writes status 0 where a request was blocked, cancelled or never got through. Nothing is known of what \
         the venue would have answered, nor whether the request reached it.",
    ),
    remark(
        "misplaced-error",
        "An operation answers with an error that the spec has for other operations.",
        "the released types read it",
        "see whether the documentation has it by now, then name the operation in the error's `operations`",
        "A source shows some errors at some operations: their texts or codes stand on those pages and in no general list. \
         Where another answers so, its callers may not be ready for it. What the catalogue does not tie to operations may \
         come from any.",
    ),
    remark(
        "exponent-notation",
        "A decimal is written with an exponent, where no example of the spec has one.",
        "the released types read it exactly",
        "look at what else reads it: a pattern, a spreadsheet or a fixed-point parser may take `1e-8` for 1",
        "Many libraries switch to an exponent below 1e-5 or so, and so does a venue that changes its own: the value is the \
         same, the text is not. Where an example of the spec has an exponent in that field, nothing is said.",
    ),
    remark(
        "unsafe-number",
        "A bare number that readers with doubles round.",
        "the released types read it exactly",
        "read it with exact numbers everywhere, JavaScript and spreadsheets included",
        "Most readers of JSON hold numbers as doubles: integers beyond 2^53 and what has more than 17 significant digits \
         come out as another number. Nothing is said of fields whose type is an integer of 64 bits, for there the spec says \
         so, nor where an example of the spec has such a number in that field.",
    ),
    unmatched(
        "unmatched-host",
        "The record went to a host that no spec names.",
        "it was not checked",
        "if it is the venue under another name, a mock or a proxy, give it with `--server`, or add it to the spec",
        "Browser captures are full of them; nothing is wrong with that. If it is the venue under another name, add the \
         address to the spec's `server` or `socket`.",
    ),
    unmatched(
        "unmatched-operation",
        "The host belongs to an API, but no operation has this method and path.",
        "it was not checked",
        "add the operation to the spec, or correct the client",
        "Either the spec lacks the operation, or the client calls something that does not exist.",
    ),
    unmatched(
        "unmatched-message",
        "No message, feed or command of the API claims what was sent or received.",
        "it was not checked",
        "describe the message in the spec",
        "What tells messages apart are tags such as `type` or `recipient`, or the first elements of an array. Those of this \
         message are none that the spec lists.",
    ),
    unmatched(
        "unreadable-record",
        "A place in the capture cannot be read as a record.",
        "it was not checked",
        "look at the capture at that place; `--input-format` says what the file is",
        "Nothing is said about the venue: it is the file that is damaged or cut off at that place, or not of the format it \
         seemed to be. `--input-format` says what it is.",
    ),
    unmatched(
        "record-too-large",
        "A record is larger than what is read at once.",
        "it was not checked",
        "record less in one message",
        "Lines, messages and bodies of up to 16 MiB are checked, and beside these URLs of up to 64 KiB and headers of up to \
         1 MiB.",
    ),
];

/// What the rules of a kind have in common.
macro_rules! kinds {
    ($($kind:ident: $verdict:ident, $severity:ident;)*) => {$(
        const fn $kind(
            id: &'static str,
            summary: &'static str,
            effect: &'static str,
            action: &'static str,
            doc: &'static str,
        ) -> RuleDoc {
            RuleDoc {
                id,
                verdict: Verdict::$verdict,
                severity: Severity::$severity,
                summary,
                effect,
                action,
                doc,
            }
        }
    )*};
}

kinds! {
    invalid: Invalid, Error;
    drift: Drift, Warning;
    connection: Valid, Warning;
    remark: Valid, Info;
    unmatched: Unmatched, Warning;
}

#[cfg(test)]
mod tests {
    use super::*;
    use venue_wire::check::rule as wire;

    #[test]
    fn every_rule_of_the_engine_is_documented_with_its_verdict() {
        for id in [
            wire::NOT_JSON,
            wire::WRONG_KIND,
            wire::UNMATCHED_VARIANT,
            wire::MISSING_ELEMENT,
            wire::BAD_TIME,
        ] {
            assert_eq!(rule(id).map(|r| r.verdict), Some(Verdict::Invalid), "{id}");
        }
        for id in [
            wire::UNDOCUMENTED_FIELD,
            wire::UNDOCUMENTED_MESSAGE,
            wire::UNDOCUMENTED_VARIANT,
        ] {
            assert_eq!(rule(id).map(|r| r.verdict), Some(Verdict::Drift), "{id}");
        }
        let mut ids: Vec<_> = RULES.iter().map(|r| r.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), RULES.len());
    }
}
