//! Names and values in the order of the wire, each name once.

use std::collections::HashMap;

/// From so many entries on, names are looked up in an index.
const INDEXED: usize = 16;

/// A name that is there already.
pub(crate) struct Duplicate;

/// Names and values in order. Reading many of them takes no more than linear time, whatever the
/// sender chose for names.
#[derive(Debug, Clone)]
pub(crate) struct Entries<T> {
    list: Vec<(Box<str>, T)>,
    /// Position by name; only ever asked, never walked, so its order is of no consequence.
    index: Option<HashMap<Box<str>, usize>>,
}

impl<T> Entries<T> {
    pub(crate) const fn new() -> Self {
        Entries {
            list: Vec::new(),
            index: None,
        }
    }

    pub(crate) fn as_slice(&self) -> &[(Box<str>, T)] {
        &self.list
    }

    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        match &self.index {
            Some(index) => index.get(name).copied(),
            None => self.list.iter().position(|(own, _)| **own == *name),
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&T> {
        self.position(name).map(|at| &self.list[at].1)
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        self.position(name).map(|at| &mut self.list[at].1)
    }

    pub(crate) fn push(&mut self, name: &str, value: T) -> Result<(), Duplicate> {
        if self.position(name).is_some() {
            return Err(Duplicate);
        }
        let name: Box<str> = name.into();
        if let Some(index) = &mut self.index {
            index.insert(name.clone(), self.list.len());
        }
        self.list.push((name, value));
        if self.index.is_none() && self.list.len() >= INDEXED {
            let names = self.list.iter().enumerate();
            self.index = Some(names.map(|(at, (name, _))| (name.clone(), at)).collect());
        }
        Ok(())
    }

    pub(crate) fn into_vec(self) -> Vec<(Box<str>, T)> {
        self.list
    }
}
