//! One of several types.

use super::super::literal;
use super::super::table::{Choice, Run, StepTest, Tag, Text, Then};
use super::{CHUNK, Engine, Watch};
use crate::scan;
use crate::select::select;

/// Where a tag stands.
#[derive(Clone, Copy, Default)]
struct Place {
    from: usize,
    to: usize,
    /// In an array, which element it is.
    element: u32,
}

/// What became of the search for a member.
enum Search {
    /// Its value starts there.
    Found(usize),
    /// The object, if it is one, does not have it.
    Missing,
    /// There are escapes in a key.
    Unsure,
}

impl<W: Watch> Engine<'_, W> {
    #[inline(never)]
    pub(super) fn union(&self, index: u32, at: usize, depth: u32) -> Option<usize> {
        let kind = match self.byte(at) {
            b'n' => 0,
            b't' | b'f' => 1,
            b'"' => 3,
            b'[' => 4,
            b'{' => 5,
            _ => 2,
        };
        let choice = self.tables.union(index).choices[kind];
        if let Choice::Variant(variant) = choice {
            return self.variant(variant, at, depth);
        }
        match self.choose(choice, at, depth) {
            Outcome::End(end) => end,
            Outcome::Ask => self.ask(index, at, depth),
        }
    }

    fn choose(&self, choice: Choice, at: usize, depth: u32) -> Outcome {
        match choice {
            Choice::Nobody => Outcome::End(None),
            Choice::Variant(variant) => Outcome::End(self.variant(variant, at, depth)),
            Choice::Tag(tag) => {
                let tag = self.tables.tag(tag);
                if self.byte(at) == b'{' {
                    self.by_member(tag, at, depth)
                } else {
                    self.by_element(tag, at, depth)
                }
            }
            Choice::Steps(steps) => self.try_steps(steps, Place::default(), at, depth),
            Choice::Ask => Outcome::Ask,
        }
    }

    /// The exact answer, from a walk over the whole value.
    #[inline(never)]
    fn ask(&self, index: u32, at: usize, depth: u32) -> Option<usize> {
        let end = scan::value_end(self.json, at);
        let variant = select(self.tables.matches_of(index), self.json.get(at..end)?)?;
        if self.tables.variants_of(index)[variant].fallback {
            return None;
        }
        let first = self.tables.union(index).variants.first;
        self.variant(first + variant as u32, at, depth)
    }

    /// A value that is this variant, which is noted: of unions within one another the outermost is
    /// the last to note its own.
    #[inline(always)]
    fn variant(&self, index: u32, at: usize, depth: u32) -> Option<usize> {
        let node = self.tables.variants[index as usize].node;
        let end = self.value(self.node(node), at, depth);
        if depth == 0 {
            self.chosen.set(index);
        }
        end
    }

    fn by_member(&self, tag: &Tag, at: usize, depth: u32) -> Outcome {
        let value = match self.find_member(tag, at) {
            Search::Found(value) => value,
            Search::Missing => return self.choose(tag.missing, at, depth),
            Search::Unsure => return Outcome::Ask,
        };
        if self.byte(value) != b'"' {
            return Outcome::Ask;
        }
        // Prefixes and elements are compared as they are spelt, so there must be one spelling.
        let Some(end) = self.ascii_string(value) else {
            return Outcome::Ask;
        };
        let steps = self.group(tag, value, end).unwrap_or(tag.rest);
        self.try_steps(
            steps,
            Place {
                from: value,
                to: end,
                element: tag.element,
            },
            at,
            depth,
        )
    }

    /// The steps for the tag that stands from `at` to `end`.
    #[inline(always)]
    fn group(&self, tag: &Tag, at: usize, end: usize) -> Option<Run> {
        if tag.slots.shift == 0 {
            return None;
        }
        let groups = self.tables.groups(tag.groups);
        let len = end - at;
        let slot = literal::slot(literal::head(self.bytes(at), len), len, tag.slots);
        let wanted = self.tables.slots.get(tag.slots.first as usize + slot)?;
        let group = groups.get(usize::from(*wanted).checked_sub(1)?)?;
        // Mostly, no two literals want the same slot.
        if self.is_text(at, group.json, &group.head) {
            return Some(group.steps);
        }
        let group = self.lookup(tag.slots, at, end, |group| groups[group].json)?;
        Some(groups[group].steps)
    }

    /// Tries the variants that the tag leaves possible.
    fn try_steps(&self, steps: Run, tag: Place, at: usize, depth: u32) -> Outcome {
        // The last element that was looked for, and where it was.
        let mut seen = (u32::MAX, 0);
        for step in self.tables.steps(steps) {
            match &step.test {
                StepTest::Always => {}
                StepTest::Prefix { text, head } => {
                    if !self.is_text(tag.from, *text, head)
                        || (step.then != Then::Ask
                            && !self.is_hole(tag.from + text.len as usize, tag.to))
                    {
                        continue;
                    }
                }
                StepTest::Element { element, words } => {
                    let element = *element;
                    if seen.0 != element {
                        let Some(value) = self.find_other_element(element, tag, at) else {
                            return Outcome::Ask;
                        };
                        if self.byte(value) == b'"' && self.ascii_string(value).is_none() {
                            return Outcome::Ask;
                        }
                        seen = (element, value);
                    }
                    let mut words = self.tables.words(*words).iter();
                    if !words.any(|word| self.is_text(seen.1, word.json, &word.head)) {
                        continue;
                    }
                }
            }
            match step.then {
                Then::Refuse => return Outcome::End(None),
                Then::Ask => return Outcome::Ask,
                Then::Only => return Outcome::End(self.variant(step.variant, at, depth)),
                Then::OrNext | Then::OrAsk => {}
            }
            let place = self.watch.place();
            let end = self.variant(step.variant, at, depth);
            if end.is_some() {
                return Outcome::End(end);
            }
            self.watch.undo(place);
            if self.patience.get() == 0 {
                return Outcome::End(None);
            }
            self.patience.set(self.patience.get() - 1);
            if step.then == Then::OrAsk {
                return Outcome::Ask;
            }
        }
        Outcome::Ask
    }

    /// Whether from `at` to the quote before `end` one or more characters stand that are neither
    /// `.` nor `/`.
    fn is_hole(&self, at: usize, end: usize) -> bool {
        let quote = end - 1;
        let mut from = at;
        while from < quote {
            let chunk = self.chunk(from);
            let stops = chunk.is(b'.') | chunk.is(b'/');
            if stops != 0 {
                return from + stops.trailing_zeros() as usize >= quote && at < quote;
            }
            from += CHUNK;
        }
        at < quote
    }

    /// Looks for the tag among the members of the object at `at`. Values are stepped over unread:
    /// who takes the object reads them.
    fn find_member(&self, tag: &Tag, mut at: usize) -> Search {
        let key = tag.key;
        let name = Text {
            at: key.at + 1,
            len: key.len - 2,
        };
        loop {
            // At the brace or a comma.
            if self.chunk(at).starts_but(&tag.head, 1)
                && (key.len as usize <= CHUNK || self.rest_is(at, key))
            {
                return Search::Found(self.space(at + key.len as usize));
            }
            let start = self.space(at + 1);
            if self.byte(start) != b'"' {
                return Search::Missing;
            }
            let Some(end) = self.ascii_string(start) else {
                return Search::Unsure;
            };
            let value = self.space(self.space(end) + 1);
            if end - start == name.len as usize && self.is_whole(start, name) {
                return Search::Found(value);
            }
            at = self.space(self.skip(value));
            if self.byte(at) != b',' {
                return Search::Missing;
            }
        }
    }

    fn by_element(&self, tag: &Tag, at: usize, depth: u32) -> Outcome {
        let Some(value) = self.find_element(tag.element, at) else {
            return Outcome::Ask;
        };
        if self.byte(value) != b'"' {
            return Outcome::Ask;
        }
        let Some(end) = self.ascii_string(value) else {
            return Outcome::Ask;
        };
        let steps = self.group(tag, value, end).unwrap_or(tag.rest);
        self.try_steps(
            steps,
            Place {
                from: value,
                to: end,
                element: tag.element,
            },
            at,
            depth,
        )
    }

    /// Where an element of the array at `at` starts.
    fn find_element(&self, index: u32, at: usize) -> Option<usize> {
        let at = self.space(at + 1);
        if index == 0 {
            Some(at)
        } else {
            self.find_later_element(index, self.skip(at))
        }
    }

    /// The same where the tag has been found.
    fn find_other_element(&self, index: u32, tag: Place, at: usize) -> Option<usize> {
        match index.checked_sub(tag.element) {
            None => self.find_element(index, at),
            Some(0) => Some(tag.from),
            Some(more) => self.find_later_element(more, tag.to),
        }
    }

    /// Where an element starts that is so many after the one that ends before `at`.
    fn find_later_element(&self, more: u32, mut at: usize) -> Option<usize> {
        for left in (0..more).rev() {
            at = self.space(at);
            if self.byte(at) != b',' {
                return None;
            }
            at = self.space(at + 1);
            if left > 0 {
                at = self.skip(at);
            }
        }
        Some(at)
    }

    /// Steps over a value, reading no more of it than where it ends.
    fn skip(&self, at: usize) -> usize {
        if self.marks.are_set()
            && self.byte(at) | 0x20 != b'{'
            && let Some(end) = self.marks.scalar_end(at)
        {
            return end;
        }
        match self.byte(at) {
            b'"' => self
                .ascii_string(at)
                .unwrap_or_else(|| scan::string_end(self.json, at)),
            b'{' | b'[' => self.skip_container(at),
            _ => {
                let mut end = self.digits(at);
                if self.byte(end) == b'.' {
                    end = self.digits(end + 1);
                }
                match self.byte(end) {
                    b',' | b'}' | b']' => end,
                    _ => scan::value_end(self.json, at),
                }
            }
        }
    }

    /// Where the digits end that start at `at`; of very many, where some of them end.
    #[inline(always)]
    fn digits(&self, at: usize) -> usize {
        match self.chunk(at).not_digits().trailing_zeros() as usize {
            few @ ..CHUNK => at + few,
            _ => {
                let more = self.chunk(at + CHUNK).not_digits().trailing_zeros() as usize;
                at + CHUNK + more.min(CHUNK)
            }
        }
    }

    /// Steps over an object or array, 64 bytes at a time.
    fn skip_container(&self, start: usize) -> usize {
        let (mut at, mut depth, mut in_string) = (start, 0_u32, 0_u64);
        loop {
            let (mut quotes, mut opens, mut closes, mut escapes) = (0_u64, 0_u64, 0_u64, 0_u32);
            for part in 0..4 {
                let chunk = self.chunk(at + part * CHUNK);
                let shift = part * CHUNK;
                quotes |= u64::from(chunk.is(b'"')) << shift;
                opens |= u64::from(chunk.is_either_case(b'{')) << shift;
                closes |= u64::from(chunk.is_either_case(b'}')) << shift;
                escapes |= chunk.is(b'\\');
            }
            if escapes != 0 || at >= self.json.len() {
                return scan::value_end(self.json, start);
            }
            // Each bit becomes the exclusive or of all up to it: set from a quote to the next.
            let mut inside = quotes;
            for shift in [1, 2, 4, 8, 16, 32] {
                inside ^= inside << shift;
            }
            inside ^= in_string;
            in_string = ((inside as i64) >> 63) as u64;
            opens &= !inside;
            closes &= !inside;
            if closes.count_ones() < depth {
                depth += opens.count_ones();
                depth -= closes.count_ones();
                at += 64;
                continue;
            }
            let mut marks = opens | closes;
            while marks != 0 {
                let mark = marks & marks.wrapping_neg();
                if opens & mark != 0 {
                    depth += 1;
                } else {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return at + mark.trailing_zeros() as usize + 1;
                    }
                }
                marks ^= mark;
            }
            at += 64;
        }
    }
}

/// What a plan comes to.
enum Outcome {
    /// The value ends there, or is refused.
    End(Option<usize>),
    /// It is not to be told this way.
    Ask,
}
