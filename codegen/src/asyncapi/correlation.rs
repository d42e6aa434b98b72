//! What ties an answer to its command: a number that the caller gives and the answer repeats.
//!
//! The spec language has no word for it, so it is known by its name, which is much the same
//! everywhere, and by being in both.

use venue_schema::ir::{Api, Command, Field, MessageId, TypeKind, TypeRef};

/// Names of such members, in lower case and without anything between words; the best first.
const NAMES: [&str; 6] = [
    "correlationid",
    "requestid",
    "reqid",
    "messageid",
    "msgid",
    "id",
];

/// The member of a command that an answer repeats.
pub(super) fn of_command(api: &Api, command: &Command) -> Option<String> {
    let answers = command.answers.iter();
    let repeated = |name: &String| {
        let mut types = answers.clone().map(|&id| &api.messages[id].ty);
        types.any(|ty| members(api, ty).contains(name))
    };
    members(api, &command.ty).into_iter().find(repeated)
}

/// The member of a message that repeats one of a command that it answers.
pub(super) fn of_message(api: &Api, message: MessageId) -> Option<String> {
    let answered = api.commands.iter();
    let mut answered = answered.filter(|command| command.answers.contains(&message));
    let own = members(api, &api.messages[message].ty);
    answered.find_map(|command| {
        let given = members(api, &command.ty);
        own.iter().find(|name| given.contains(name)).cloned()
    })
}

/// Members of such a name that every form of the type has; wire names, the best first.
fn members(api: &Api, ty: &TypeRef) -> Vec<String> {
    let TypeRef::Named(id) = ty else {
        return Vec::new();
    };
    match &api.types[*id].kind {
        TypeKind::Record(record) => {
            let mut found: Vec<(usize, &str)> = record.fields.iter().filter_map(rank).collect();
            found.sort_by_key(|(rank, _)| *rank);
            found.into_iter().map(|(_, name)| name.to_owned()).collect()
        }
        TypeKind::Union(union) => {
            let mut forms = union.variants.iter().map(|it| members(api, &it.ty));
            let mut common = forms.next().unwrap_or_default();
            for form in forms {
                common.retain(|name| form.contains(name));
            }
            common
        }
        TypeKind::Enum(_) | TypeKind::Scalar(_) => Vec::new(),
    }
}

fn rank(field: &Field) -> Option<(usize, &str)> {
    let letters = field.wire.chars().filter(char::is_ascii_alphanumeric);
    let plain: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    let rank = NAMES.iter().position(|name| *name == plain)?;
    field.constant.is_none().then_some((rank, &field.wire))
}
