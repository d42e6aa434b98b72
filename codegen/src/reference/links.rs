//! Which page holds what, and how to link to it.

use venue_schema::ir::{Api, Meta, SectionId, TypeId, TypeRef};

use crate::markdown::{code, escape};

/// Files and anchors of one API's pages.
pub(super) struct Links {
    /// The API's id as a folder's name.
    pub(super) folder: String,
    prefix: String,
    /// By section: the file, or none if it stands on the first page.
    files: Vec<Option<String>>,
    /// By type: its name, its id, its section.
    types: Vec<(String, String, SectionId)>,
}

impl Links {
    pub(super) fn of(api: &Api) -> Self {
        let mut files: Vec<Option<String>> = Vec::new();
        for section in &api.sections {
            // `api` says what the API is: that is the first page.
            let file = (section.name != "api").then(|| {
                let mut stem = safe(&section.name);
                while stem.eq_ignore_ascii_case("readme")
                    || files.contains(&Some(format!("{stem}.md")))
                {
                    stem.push('-');
                }
                format!("{stem}.md")
            });
            files.push(file);
        }
        let types = api.types.iter();
        Links {
            folder: safe(&api.id),
            prefix: format!("{}.", api.id),
            files,
            types: types
                .map(|ty| (ty.name.clone(), ty.meta.id.clone(), ty.meta.section))
                .collect(),
        }
    }

    /// The page that a section stands on.
    pub(super) fn page(&self, section: SectionId) -> Option<SectionId> {
        self.files[section].as_ref().map(|_| section)
    }

    pub(super) fn has_page(&self, section: SectionId) -> bool {
        self.files[section].is_some()
    }

    pub(super) fn file(&self, page: Option<SectionId>) -> &str {
        page.and_then(|id| self.files[id].as_deref())
            .unwrap_or("README.md")
    }

    /// The anchor of an id: without the API's, of letters, digits, `.` and `-`.
    pub(super) fn anchor(&self, id: &str) -> String {
        let local = id.strip_prefix(self.prefix.as_str()).unwrap_or(id);
        local
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | '_'))
            .collect()
    }

    /// The address of something, seen from a page.
    pub(super) fn to(&self, from: Option<SectionId>, meta: &Meta) -> String {
        self.address(from, &meta.id, meta.section)
    }

    fn address(&self, from: Option<SectionId>, id: &str, section: SectionId) -> String {
        let page = self.page(section);
        let file = match page == from {
            true => "",
            false => self.file(page),
        };
        format!("{file}#{}", self.anchor(id))
    }

    /// A type's name as a link.
    pub(super) fn named(&self, from: Option<SectionId>, id: TypeId) -> String {
        let (name, id, section) = &self.types[id];
        format!("[{}]({})", escape(name), self.address(from, id, *section))
    }

    /// A type in words, with links.
    pub(super) fn ty(&self, from: Option<SectionId>, ty: &TypeRef) -> String {
        match ty {
            TypeRef::Named(id) => self.named(from, *id),
            TypeRef::List(of) => format!("list of {}", self.ty(from, of)),
            TypeRef::Map(of) => format!("map to {}", self.ty(from, of)),
            other => super::words::scalar(other).to_owned(),
        }
    }

    /// The address of what the first page holds: hosts, authentication, limits.
    pub(super) fn on_first(&self, from: Option<SectionId>, name: &str, meta: &Meta) -> String {
        let file = if from.is_none() { "" } else { self.file(None) };
        format!("[{}]({file}#{})", code(name), self.anchor(&meta.id))
    }

    /// Something by its name in code, as a link.
    pub(super) fn item(&self, from: Option<SectionId>, name: &str, meta: &Meta) -> String {
        format!("[{}]({})", code(name), self.to(from, meta))
    }
}

/// A file's stem from a name of the spec.
fn safe(name: &str) -> String {
    name.chars()
        .map(
            |c| match c.is_ascii_alphanumeric() || matches!(c, '-' | '_') {
                true => c,
                false => '-',
            },
        )
        .collect()
}
