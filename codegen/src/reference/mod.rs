//! The reference of an API in Markdown: what a vendor's own pages say, with sources, and where they
//! are wrong.
//!
//! One folder an API, named by its id: `README.md` with hosts, authentication, limits and errors,
//! and one page a section. The body of a request stands with the first operation that takes it, and a
//! type that one operation, feed, command or message alone uses with that; others stand at the end
//! of the page of their section.

mod links;
mod operations;
mod overview;
mod page;
mod remarks;
mod sockets;
mod types;
mod users;
mod words;

use venue_schema::ir::{
    Api, Example, FeedId, Meta, Provenance, SectionId, Target, TypeId, TypeRef,
};

use crate::OutputFile;
use crate::loss::{Exported, Losses};
use crate::markdown::{escape, source};
use links::Links;
use page::Page;
use users::Item;

/// The pages of the reference, below a folder named by the API's id. They link to each other, and
/// carry everything that the spec says.
pub fn pages(api: &Api) -> Exported<Vec<OutputFile>> {
    let book = Book {
        api,
        links: Links::of(api),
        owners: users::owners(api),
    };
    let mut files = vec![book.file(None)];
    let sections = (0..api.sections.len()).filter(|&id| book.links.has_page(id));
    files.extend(sections.map(|id| book.file(Some(id))));
    Exported {
        document: files,
        losses: Losses::new(),
    }
}

/// What every part of a page reads.
struct Book<'a> {
    api: &'a Api,
    links: Links,
    /// By type: with what it stands, if with anything.
    owners: Vec<Option<Item>>,
}

impl Book<'_> {
    fn file(&self, section: Option<SectionId>) -> OutputFile {
        let mut page = Page::new(section);
        match section {
            None => self.overview(&mut page),
            Some(id) => self.opening(id, &mut page),
        }
        self.section(section, &mut page);
        OutputFile {
            path: format!("{}/{}", self.links.folder, self.links.file(section)),
            text: page.finish(),
        }
    }

    fn opening(&self, id: SectionId, page: &mut Page) {
        let section = &self.api.sections[id];
        let title = words::title(section);
        page.block(&format!(
            "[{}](README.md) › {}",
            escape(&self.api.title),
            escape(title)
        ));
        page.heading(1, "", &escape(title));
        page.words(&section.doc);
        page.block(&words::provenance(&section.provenance));
        self.remarks(&format!("{}.section.{}", self.api.id, section.name), page);
        self.contents(page);
    }

    /// Everything that stands on the page, section by section: the first page holds what the API's
    /// own file says.
    fn section(&self, page_of: Option<SectionId>, page: &mut Page) {
        let here = |meta: &Meta| self.links.page(meta.section) == page_of;
        for (id, operation) in self.api.operations.iter().enumerate() {
            if here(&operation.meta) {
                self.operation(id, page);
            }
        }
        for (id, feed) in self.api.feeds.iter().enumerate() {
            if here(&feed.meta) {
                self.feed(id, page);
            }
        }
        for (id, command) in self.api.commands.iter().enumerate() {
            if here(&command.meta) {
                self.command(id, page);
            }
        }
        for (id, message) in self.api.messages.iter().enumerate() {
            if message.feed.is_none() && here(&message.meta) {
                self.message(id, page, &mut Vec::new());
            }
        }
        let types = (0..self.api.types.len())
            .filter(|&id| self.owners[id].is_none() && here(&self.api.types[id].meta));
        let types: Vec<usize> = types.collect();
        if !types.is_empty() {
            page.heading(2, "page.types", "Types");
            self.types(&types, page);
        }
    }

    /// What the page holds.
    fn contents(&self, page: &mut Page) {
        let mut lines = Vec::new();
        let mut add = |meta: &Meta, title: &str, what: String| {
            if self.links.page(meta.section) == page.section {
                let link = self.links.to(page.section, meta);
                lines.push(format!("- [{}]({link}): {what}", escape(title)));
            }
        };
        for operation in &self.api.operations {
            let what = words::line(&operation.method, &operation.path);
            add(&operation.meta, words::name_of(operation), what);
        }
        for feed in &self.api.feeds {
            add(
                &feed.meta,
                &feed.name,
                format!("feed {}", words::template(&feed.channel)),
            );
        }
        for command in &self.api.commands {
            add(&command.meta, &command.name, "command".to_owned());
        }
        for message in self.api.messages.iter().filter(|m| m.feed.is_none()) {
            add(&message.meta, &message.name, "message".to_owned());
        }
        let types = (0..self.api.types.len()).filter(|&ty| self.owners[ty].is_none());
        let here = |ty: &TypeId| self.links.page(self.api.types[*ty].meta.section) == page.section;
        let types = types.filter(here);
        let types: Vec<String> = types.map(|ty| self.links.named(page.section, ty)).collect();
        if !types.is_empty() {
            lines.push(format!("- [Types](#page.types): {}", types.join(", ")));
        }
        if lines.len() > 1 {
            page.list(&lines);
        }
    }

    /// Shows a type where it is named, if it belongs there and is not shown yet. What it is and where
    /// from stands there unless it is as with what it belongs to.
    fn in_place(
        &self,
        ty: &TypeRef,
        (item, of): (Item, &Meta),
        shown: &mut Vec<TypeId>,
        page: &mut Page,
    ) {
        if let TypeRef::Named(id) = *ty
            && self.owners[id] == Some(item)
            && !shown.contains(&id)
        {
            shown.push(id);
            let meta = &self.api.types[id].meta;
            page.anchor(&self.links.anchor(&meta.id));
            if meta.doc != of.doc {
                page.words(&meta.doc);
            }
            if meta.provenance != of.provenance {
                page.block(&words::provenance(&meta.provenance));
            }
            self.type_itself(id, page);
        }
    }

    /// The types that belong to something, but those that are shown already.
    fn owned_types(&self, item: Item, shown: &[TypeId], page: &mut Page) {
        for id in 0..self.api.types.len() {
            if self.owners[id] == Some(item) && !shown.contains(&id) {
                self.named_type(id, page);
            }
        }
    }

    fn examples(&self, target: Target, of: &str, page: &mut Page) {
        let examples = self.api.examples.iter().filter(|it| it.of == target);
        for example in examples {
            page.block(&words::example(example, of));
            page.code("json", &shown(example));
            if let Some(published) = &example.published {
                page.block("As published, which is not JSON:");
                page.code("", published);
            }
        }
    }

    /// Where a fact comes from, unless its page says so.
    fn origin(&self, meta: &Meta, page: &mut Page) {
        if meta.provenance != *self.of_page(page) {
            page.block(&words::provenance(&meta.provenance));
        }
    }

    /// Where the facts of a page come from.
    fn of_page(&self, page: &Page) -> &Provenance {
        match page.section {
            None => &self.api.provenance,
            Some(id) => &self.api.sections[id].provenance,
        }
    }

    fn feed_of(&self, id: FeedId) -> &str {
        &self.api.feeds[id].name
    }
}

/// The payload as published, or on several lines where one would be long. Digits stay as they are.
fn shown(example: &Example) -> String {
    const LONGEST: usize = 110;
    let text = example.payload.trim();
    if text.contains('\n') || text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    match crate::json_schema::Tree::parse(text) {
        Some(tree) => tree.to_string(),
        None => text.to_owned(),
    }
}

fn linked_source(provenance: &Provenance) -> String {
    source(&provenance.source)
}
