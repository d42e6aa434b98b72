//! What there is to watch in the messages of an API, worked out once: where their number, their time
//! and their channel stand, and what answers what.

use venue_schema::ir::{
    Api, Command, CommandId, Condition, Feed, FeedId, Field, Layout, Literal, Message, MessageId,
    Place, Recipe, Semantics, Sequence, Template, Test, TimeForm, TypeKind, TypeRef,
};

/// What there is to watch in an API.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// By message.
    pub(super) heard: Vec<Heard>,
    /// By command.
    pub(super) said: Vec<Said>,
    /// By operation: whether a limit counts its requests.
    pub(super) limited: Vec<bool>,
}

/// What there is to watch in a message that is received.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// Where to look, for what follows: indices into it.
    pub(super) places: Vec<Place>,
    pub(super) number: Option<(usize, Counted)>,
    pub(super) sent_at: Option<(usize, TimeForm)>,
    pub(super) channel: Option<usize>,
    /// Members that commands have too, by their number among the API's.
    pub(super) keys: Vec<(usize, usize)>,
    pub(super) feed: Option<FeedId>,
    /// Its feed has to be asked for.
    pub(super) asked_for: bool,
    pub(super) part: FeedPart,
    /// Commands that it answers.
    pub(super) answers: Vec<CommandId>,
    /// Channels whose subscription brings it too.
    pub(super) carriers: Vec<Box<str>>,
}

/// Where a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    Connection,
    Feed,
}

/// What a message is to a feed that begins with a snapshot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum FeedPart {
    #[default]
    Other,
    Snapshot,
    Update,
}

/// What there is to watch in a command.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) places: Vec<Place>,
    /// Where channels may stand.
    pub(super) channels: Vec<usize>,
    pub(super) keys: Vec<(usize, usize)>,
    /// Feeds that it starts.
    pub(super) starts: Vec<FeedId>,
    /// Feeds that it stops.
    pub(super) stops: Vec<FeedId>,
    pub(super) logs_in: bool,
    pub(super) is_answered: bool,
    /// What comes over its connection is counted from the start.
    pub(super) numbered: bool,
    /// A limit counts it.
    pub(super) limited: bool,
}

impl Plan {
    pub(crate) fn new(api: &Api) -> Self {
        let names = key_names(api);
        Plan {
            heard: (0..api.messages.len())
                .map(|id| heard(api, id, &names))
                .collect(),
            said: (0..api.commands.len())
                .map(|id| said(api, id, &names))
                .collect(),
            limited: api
                .operations
                .iter()
                .map(|op| op.limits.iter().any(|id| counts_requests(api, *id)))
                .collect(),
        }
    }
}

pub(super) fn counts_requests(api: &Api, limit: usize) -> bool {
    let limit = &api.limits[limit];
    limit.what == "request" && limit.per_s.is_some_and(|s| s > 0)
}

/// Adds a place to look at, once.
fn look(places: &mut Vec<Place>, place: Place) -> usize {
    match places.iter().position(|known| *known == place) {
        Some(known) => known,
        None => {
            places.push(place);
            places.len() - 1
        }
    }
}

fn heard(api: &Api, id: MessageId, names: &[String]) -> Heard {
    let message = &api.messages[id];
    let fields = fields(api, &message.ty);
    let feed = message.feed.map(|id| &api.feeds[id]);
    let mut out = Heard {
        feed: message.feed,
        asked_for: feed.is_some_and(|feed| feed.subscribe.is_some()),
        answers: answers(api, id),
        ..Heard::default()
    };
    // Answers to commands have no feed; where a connection has one counter, it counts them too.
    let on_socket = || api.feeds.iter().filter(|f| f.socket == message.socket);
    let sequence = match feed {
        Some(feed) => feed.sequence.as_ref(),
        None => on_socket()
            .filter_map(|f| f.sequence.as_ref())
            .find(|s| s.scope == "connection"),
    };
    if let Some(sequence) = sequence
        && let Some(place) = place_of(&fields, |field| field.wire == sequence.field)
    {
        let counted = match sequence.scope.as_str() {
            "feed" => Counted::Feed,
            _ => Counted::Connection,
        };
        out.number = Some((look(&mut out.places, place), counted));
    }
    let sent_at = match feed {
        Some(feed) => feed.sent_at.as_ref(),
        None => on_socket().find_map(|f| f.sent_at.as_ref()),
    };
    if let Some(name) = sent_at
        && let Some((place, field)) = fields.iter().find(|(_, field)| field.wire == *name)
        && let Some(form) = time_form(api, &field.ty)
    {
        out.sent_at = Some((look(&mut out.places, place.clone()), form));
    }
    if let Some(feed) = feed {
        let carriers = feed.also_with.iter();
        out.carriers = carriers
            .map(|id| api.feeds[*id].channel.to_string().into())
            .collect();
        if let Some(place) = channel_place(feed, message) {
            out.channel = Some(look(&mut out.places, place));
        }
        let is_snapshot = message.name.contains("snapshot");
        let begins = feed.messages.iter().any(|m| {
            feed.semantics == Semantics::SnapshotThenUpdates
                && api.messages[*m].name.contains("snapshot")
        });
        out.part = match (begins, is_snapshot) {
            (true, true) => FeedPart::Snapshot,
            (true, false) if out.answers.is_empty() => FeedPart::Update,
            _ => FeedPart::Other,
        };
    }
    for (number, name) in names.iter().enumerate() {
        if let Some(place) = place_of(&fields, |field| field.name == *name) {
            let at = look(&mut out.places, place);
            out.keys.push((number, at));
        }
    }
    out
}

fn said(api: &Api, id: CommandId, names: &[String]) -> Said {
    let command = &api.commands[id];
    let of = |which: fn(&Feed) -> Option<CommandId>| -> Vec<FeedId> {
        let ids = 0..api.feeds.len();
        ids.filter(|feed| which(&api.feeds[*feed]) == Some(id))
            .collect()
    };
    let mut out = Said {
        starts: of(|feed| feed.subscribe),
        stops: of(|feed| feed.unsubscribe),
        logs_in: is_login(api, id),
        is_answered: !command.answers.is_empty(),
        numbered: api.feeds.iter().any(|feed| {
            let counts = |s: &Sequence| s.scope == "connection";
            feed.socket == command.socket && feed.sequence.as_ref().is_some_and(counts)
        }),
        limited: api.sockets[command.socket]
            .limits
            .iter()
            .any(|limit| counts_requests(api, *limit)),
        ..Said::default()
    };
    let names_feeds = !out.starts.is_empty() || !out.stops.is_empty();
    for (place, field) in fields(api, &command.ty) {
        if names_feeds && field.constant.is_none() && may_name_feeds(api, &field.ty) {
            let at = look(&mut out.places, place.clone());
            out.channels.push(at);
        }
        let number = names.iter().position(|name| *name == field.name);
        if let (Some(number), None) = (number, &field.constant) {
            let at = look(&mut out.places, place);
            if !out.keys.contains(&(number, at)) {
                out.keys.push((number, at));
            }
        }
    }
    out
}

/// Whether a command is how to log in.
pub(super) fn is_login(api: &Api, command: CommandId) -> bool {
    api.auth
        .iter()
        .any(|auth| matches!(&auth.recipe, Recipe::Login { command: c, .. } if *c == command))
}

/// Whether a feed can be had only after a login by message. Names the way.
pub(super) fn needs_login(api: &Api, feed: &Feed) -> Option<usize> {
    let by_message = |ways: &[usize]| {
        let is_message = |id: &usize| matches!(api.auth[*id].recipe, Recipe::Login { .. });
        ways.first()
            .copied()
            .filter(|_| ways.iter().all(is_message))
    };
    by_message(&feed.auth).or_else(|| by_message(&api.sockets[feed.socket].auth))
}

/// Commands that a message answers: those that name it, or a message that looks the same but says
/// less: "any snapshot" names the snapshot of each feed.
fn answers(api: &Api, id: MessageId) -> Vec<CommandId> {
    let message = &api.messages[id];
    let unasked = message
        .feed
        .is_some_and(|feed| api.feeds[feed].subscribe.is_none());
    let answers = |command: &Command| {
        command.socket == message.socket
            && command
                .answers
                .iter()
                .any(|answer| *answer == id || !unasked && is_like(api, *answer, id))
    };
    let ids = 0..api.commands.len();
    ids.filter(|command| answers(&api.commands[*command]))
        .collect()
}

/// Whether a message looks like another, and may say more.
pub(super) fn is_like(api: &Api, other: MessageId, message: MessageId) -> bool {
    let conditions = |id: MessageId| &api.messages[id].matches.conditions;
    says_no_more(conditions(other), conditions(message))
}

fn says_no_more(less: &[Condition], more: &[Condition]) -> bool {
    !less.is_empty() && less.iter().all(|condition| more.contains(condition))
}

/// Where the channel stands in a feed's message, if what tells the message apart is its channel.
fn channel_place(feed: &Feed, message: &Message) -> Option<Place> {
    let is_channel = |condition: &&Condition| match &condition.test {
        Test::Template(template) => *template == feed.channel,
        Test::Equals(values) => {
            matches!(values.as_slice(), [Literal::Str(text)] if is_text(&feed.channel, text))
        }
        _ => false,
    };
    let conditions = message.matches.conditions.iter();
    let found = conditions.filter(|c| c.at != Place::Whole).find(is_channel);
    found.map(|condition| condition.at.clone())
}

fn is_text(template: &Template, text: &str) -> bool {
    template.to_string() == text && !template.parts.is_empty()
}

/// Names of fields that a command and what answers or follows it have in common: by their values, an
/// answer is told to be that of one command and not of another.
fn key_names(api: &Api) -> Vec<String> {
    let mut names = Vec::new();
    for (id, command) in api.commands.iter().enumerate() {
        let messages = api.messages.iter().enumerate().filter(|(number, message)| {
            let feed = message.feed.map(|feed| &api.feeds[feed]);
            message.socket == command.socket
                && (command.answers.contains(number)
                    || feed.is_some_and(|feed| feed.subscribe == Some(id)))
        });
        let theirs: Vec<&str> = messages
            .flat_map(|(_, message)| fields(api, &message.ty))
            .map(|(_, field)| field.name.as_str())
            .collect();
        for (_, field) in fields(api, &command.ty) {
            if field.constant.is_none()
                && field.sensitivity.is_none()
                && is_key(api, &field.ty)
                && theirs.contains(&field.name.as_str())
                && !names.contains(&field.name)
            {
                names.push(field.name.clone());
            }
        }
    }
    names
}

fn is_key(api: &Api, ty: &TypeRef) -> bool {
    match ty {
        TypeRef::String | TypeRef::Uuid | TypeRef::Int(_) => true,
        TypeRef::Named(id) => match &api.types[*id].kind {
            TypeKind::Scalar(scalar) => scalar.sensitivity.is_none() && is_key(api, &scalar.base),
            TypeKind::Enum(_) | TypeKind::Union(_) => true,
            TypeKind::Record(_) => false,
        },
        _ => false,
    }
}

fn time_form(api: &Api, ty: &TypeRef) -> Option<TimeForm> {
    match ty {
        TypeRef::Time(form) => Some(*form),
        TypeRef::Named(id) => match &api.types[*id].kind {
            TypeKind::Scalar(scalar) => time_form(api, &scalar.base),
            _ => None,
        },
        _ => None,
    }
}

fn may_name_feeds(api: &Api, ty: &TypeRef) -> bool {
    match ty {
        TypeRef::String => true,
        TypeRef::List(of) => may_name_feeds(api, of),
        TypeRef::Named(id) => match &api.types[*id].kind {
            TypeKind::Scalar(scalar) => may_name_feeds(api, &scalar.base),
            TypeKind::Enum(_) => true,
            TypeKind::Record(_) | TypeKind::Union(_) => false,
        },
        _ => false,
    }
}

fn place_of(fields: &[(Place, &Field)], is_it: impl Fn(&Field) -> bool) -> Option<Place> {
    let found = fields.iter().find(|(_, field)| is_it(field));
    found.map(|(place, _)| place.clone())
}

/// The members or elements of a type: of a union, those of each variant.
fn fields<'a>(api: &'a Api, ty: &TypeRef) -> Vec<(Place, &'a Field)> {
    let mut out = Vec::new();
    gather(api, ty, &mut vec![], &mut out);
    out
}

fn gather<'a>(
    api: &'a Api,
    ty: &TypeRef,
    seen: &mut Vec<usize>,
    out: &mut Vec<(Place, &'a Field)>,
) {
    let TypeRef::Named(id) = ty else { return };
    if seen.contains(id) {
        return;
    }
    seen.push(*id);
    match &api.types[*id].kind {
        TypeKind::Record(record) => {
            for (n, field) in record.fields.iter().enumerate() {
                let place = match record.layout {
                    Layout::Object => Place::Member(field.wire.clone()),
                    Layout::Array => Place::Element(n),
                };
                out.push((place, field));
            }
        }
        TypeKind::Union(union) => {
            for variant in &union.variants {
                gather(api, &variant.ty, seen, out);
            }
        }
        TypeKind::Enum(_) | TypeKind::Scalar(_) => {}
    }
}
