//! The API as a whole and its sections: heads of files.

use super::{Resolver, Scope, stem, trimmed};
use crate::ast::Sourced;
use crate::ir::{Evidence, Provenance, Section, SpecFile};
use crate::lint::{bad_value, duplicate_name, missing_key};
use crate::resolve::names::Case;

impl Resolver<'_> {
    /// Files, API head, sections.
    pub(super) fn apis(&mut self) {
        let file = |file: &crate::ast::File| SpecFile {
            path: file.path.to_string(),
            text: file.text.to_string(),
        };
        self.api.files = self.files.iter().map(file).collect();
        self.api_head();
        for (file, source) in self.files.iter().enumerate() {
            let name = stem(&source.path).to_owned();
            if let Some(first) = self
                .api
                .sections
                .iter()
                .find(|section| section.name == name)
            {
                let first = self.label(first.file, &(0..0), "first here");
                let again = self.label(file, &(0..0), "again here");
                self.report(duplicate_name::of("the section", &name, again, first));
            }
            let api = self.api.provenance.clone();
            let (mut title, mut doc, mut provenance) = (None, String::new(), api.clone());
            if let Some(head) = &source.spec.section {
                title = head.value.title.clone();
                doc = trimmed(head.value.doc.as_ref());
                provenance = self.provenance(file, &api, head.value.stated());
            }
            let title = title.unwrap_or_else(|| match source.spec.api {
                Some(_) => self.api.title.clone(),
                None => name.clone(),
            });
            self.api.sections.push(Section {
                name,
                title,
                doc,
                provenance,
                file,
            });
        }
    }

    fn api_head(&mut self) {
        let mut heads = self
            .files
            .iter()
            .enumerate()
            .filter_map(|(file, source)| source.spec.api.as_ref().map(|api| (file, api)));
        let Some((file, head)) = heads.next() else {
            let pruned = self.files.iter().any(|file| file.pruned.contains("api"));
            if !pruned {
                let label = self.label(0, &(0..0), "");
                let diagnostic = missing_key::at("the spec", "[api]", label);
                self.report(diagnostic.help("`api.toml` starts with `[api]` and an `id`"));
            }
            self.api.id = self.folder();
            return;
        };
        for (other, again) in heads {
            let again = self.label(other, &again.span, "again here");
            let first = self.label(file, &head.span, "first here");
            self.report(duplicate_name::of("the table", "[api]", again, first));
        }
        let none = Provenance {
            evidence: Evidence::Documented,
            ..Provenance::default()
        };
        let scope = Scope {
            file,
            path: "api".to_owned(),
            provenance: none.clone(),
        };
        match &head.value.id {
            Some(id) => {
                self.check_name(file, "the id", Case::Kebab, id);
                self.api.id = id.value.clone();
                if id.value.is_empty() {
                    let label = self.label(file, &id.span, "");
                    self.report(bad_value::at("the id is empty", label));
                }
            }
            None => {
                self.missing(&scope, "id", "`[api]`", &head.span);
                self.api.id = self.folder();
            }
        }
        self.api.title = head
            .value
            .title
            .clone()
            .unwrap_or_else(|| self.api.id.clone());
        self.api.doc = trimmed(head.value.doc.as_ref());
        self.api.provenance = self.provenance(file, &none, head.value.stated());
    }

    /// What to call an API without an id: the folder of its first file.
    fn folder(&self) -> String {
        let path = self.files.first().map_or("", |file| &file.path);
        let mut parts = path.rsplit('/').skip(1);
        parts
            .next()
            .filter(|folder| !folder.is_empty())
            .unwrap_or("unnamed")
            .to_owned()
    }

    /// The provenance of an entry below another.
    pub(super) fn inherit(&mut self, scope: &Scope, entry: &impl Sourced) -> Scope {
        let provenance = self.provenance(scope.file, &scope.provenance, entry.stated());
        Scope {
            provenance,
            ..scope.clone()
        }
    }
}
