//! Patterns: what valid texts look like.
//!
//! A venue's messages are written by a machine: of one kind, they have the same members in the same
//! order with the same space around them, and differ in their values. A pattern is what they share:
//! fixed text and, between, the fields whose values stand there. A text that fits one is valid, and
//! is the variant that the pattern was made of; to see that, no tag is looked for and no key looked up.
//!
//! Patterns are made of texts that were found valid. Those that begin alike share their first steps.
//!
//! Now and then a text that fits is looked at more closely. Of the fields whose values are as long
//! and of the same make time after time, such as times and prices, a stride is made: one step over
//! all of them and the text between, in which each byte has its bounds. A text that such a stride
//! does not fit goes step by step, as before.

mod draft;
mod layout;

use std::hash::{DefaultHasher, Hash, Hasher};

use super::literal::Span;
use super::simd::{self, Task, Wide};
use super::table::{Field, Lane, NONE, Node, Tables};
use super::{CHUNK, NodeId};
use draft::{Draft, Piece};
use layout::Layout;

/// Most steps that are kept: some 350 kB.
const MOST_STEPS: usize = 4096;
/// Most steps that are tried at one place.
const MOST_OTHERS: u32 = 16;
/// Longer texts gain little, and take long to take apart.
const LONGEST: usize = 64 << 10;
/// A list of so many objects or rows is taken for fixed text with values in it.
const MOST_ITEMS: usize = 4;
/// After so many texts it is seen whether patterns are of use.
const TRIAL: u32 = 4096;
/// So many texts are made patterns of in that time.
const MOST_LEARNED: u32 = 64;
/// For so many texts there are none if they are not: members come in ever new orders.
const PAUSE: u32 = 1 << 16;
/// One of so many texts is looked at more closely, and more of the first.
const CLOSELY: u32 = 512;
const CLOSELY_AT_FIRST: u32 = 16;
/// A field that had so many values of one make, one after the other, is taken to go on.
const STEADY: u8 = 8;
/// Most strides that are tried at one place.
const MOST_STRIDES: usize = 4;
/// Most bytes of bounds that are kept, but for the last text's. Once there are so many, all is forgotten
/// at the next trial.
const MOST_POOL: usize = 1 << 20;

/// The patterns of the texts that a thread has read.
#[derive(Debug, Clone, Default)]
pub(super) struct Patterns {
    /// The first step for texts that are held against a node.
    roots: Vec<(NodeId, u32)>,
    steps: Vec<Step>,
    /// Of each step, what was seen before it where that was looked at closely.
    habits: Vec<Habit>,
    /// Steps that are no longer in use.
    free: Vec<u32>,
    /// Of literals, what their steps do not hold.
    pool: Vec<u8>,
    /// Texts since the last trial, and how many of them fitted.
    asked: u32,
    fitted: u32,
    /// Texts that were made patterns since then.
    learned: u32,
    /// How many texts are left of a pause.
    pause: u32,
    /// Whether there was a trial.
    tried: bool,
}

/// Fixed text, or a stride, and what stands after it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    /// Bounds of the first bytes, those after them, and how many there are in all.
    pub(super) head: Span,
    pub(super) neck: Span,
    pub(super) len: u32,
    /// Where the bounds of all stand in the pool, if there are more than two chunks: the least bytes,
    /// then the greatest.
    pool: u32,
    pub(super) what: What,
    /// Of a field, how its value is read.
    pub(super) lane: Lane,
    pub(super) node: Node,
    /// The step after this one.
    pub(super) next: u32,
    /// The step to try if this one does not fit.
    pub(super) other: u32,
}

/// What the values before a step were like. Only one step leads to it, but that may lead to others, where
/// texts are of several kinds.
#[derive(Debug, Clone, Copy, Default)]
struct Habit {
    /// What the last of them was like.
    layout: u64,
    /// How many before it were the same, one after the other.
    times: u8,
    /// The step is a stride, and stands for several of which this is the last.
    stride: Option<u32>,
}

impl Habit {
    fn is_steady(self) -> bool {
        self.times >= STEADY
    }
}

/// Where a text fitted a step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) step: u32,
    /// Where the value starts and ends that stands after the step's text.
    pub(super) value: usize,
    pub(super) end: usize,
}

/// Who leads to a step.
#[derive(Debug, Clone, Copy)]
enum Link {
    Root(NodeId),
    Next(u32),
    Other(u32),
}

/// What stands after fixed text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A field's value: index into `Tables::fields`, and how deep it stands.
    Value { field: u32, depth: u32 },
    /// The rest of a string, up to its quote: plain characters other than `.` and `/`, at least one.
    Hole,
    /// Nothing: the text is this variant; index into `Tables::variants`.
    End(u32),
}

impl What {
    /// Whether the same may stand there: fields of several records can be alike.
    fn is_like(self, other: What, tables: &Tables) -> bool {
        let value = |what| match what {
            What::Value { field, depth } => {
                let Field { what, nullable, .. } = tables.fields[field as usize];
                Some((what, nullable, depth))
            }
            What::Hole | What::End(_) => None,
        };
        self == other || value(self).is_some_and(|mine| value(other) == Some(mine))
    }
}

impl Patterns {
    /// The first step for a text that is held against `root`.
    #[inline(always)]
    pub(super) fn first(&self, root: NodeId) -> Option<u32> {
        let mut roots = self.roots.iter();
        roots.find(|(node, _)| *node == root).map(|(_, step)| *step)
    }

    #[inline(always)]
    pub(super) fn step(&self, index: u32) -> Option<&Step> {
        self.steps.get(index as usize)
    }

    /// Whether the bytes at `at` fit a step's text, which is more than two chunks.
    #[inline(always)]
    pub(super) fn is_long_text(&self, step: &Step, json: &[u8], at: usize) -> bool {
        let (from, len) = (step.pool as usize, step.len as usize);
        let bounds = self.pool.get(from..).and_then(|rest| rest.get(..2 * len));
        match (json.get(at..).and_then(|rest| rest.get(..len)), bounds) {
            (Some(text), Some(bounds)) => simd::widest(Within { text, bounds }),
            _ => false,
        }
    }

    /// Whether a step is one over several others.
    pub(super) fn is_stride(&self, step: u32) -> bool {
        let habit = self.habits.get(step as usize);
        habit.is_some_and(|habit| habit.stride.is_some())
    }

    /// How many strides there are.
    pub(super) fn strides(&self) -> usize {
        let all = self.habits.iter().filter(|habit| habit.stride.is_some());
        all.count() - self.free.len()
    }

    /// How many texts fitted since the last trial.
    pub(super) fn fitted(&self) -> u32 {
        self.fitted
    }

    /// Whether few texts of late looked like one before.
    #[inline(always)]
    pub(super) fn are_useless(&self) -> bool {
        self.pause > 0
    }

    /// Counts a text, and whether it fitted.
    #[inline(always)]
    pub(super) fn count(&mut self, fitted: bool) {
        self.asked += 1;
        self.fitted += u32::from(fitted);
        if self.asked >= TRIAL {
            self.judge();
        }
    }

    /// Whether the last text is to be looked at more closely.
    #[inline(always)]
    pub(super) fn is_curious(&self) -> bool {
        let often = if self.tried {
            CLOSELY
        } else {
            CLOSELY_AT_FIRST
        };
        self.asked.is_multiple_of(often)
    }

    #[cold]
    #[inline(never)]
    fn judge(&mut self) {
        let pause = self.pause.saturating_sub(self.asked);
        let useless = self.pause == 0 && self.fitted < self.asked / 4;
        if useless || self.pool.len() >= MOST_POOL {
            *self = Patterns {
                pause: if useless { PAUSE } else { 0 },
                ..Patterns::default()
            };
        } else {
            (self.asked, self.fitted, self.learned, self.pause) = (0, 0, 0, pause);
        }
        self.tried = true;
    }

    /// Makes a pattern of a text that was found to be a variant of the union `root`.
    #[cold]
    #[inline(never)]
    pub(super) fn learn(&mut self, tables: &Tables, root: NodeId, variant: u32, json: &[u8]) {
        if self.pause > 0 || self.is_full() || self.learned >= MOST_LEARNED || json.len() > LONGEST
        {
            return;
        }
        self.learned += 1;
        if let Some(pieces) = Draft::of(tables, root, variant, json) {
            self.add(tables, root, &pieces, json);
        }
    }

    fn is_full(&self) -> bool {
        self.steps.len() >= MOST_STEPS || self.pool.len() >= MOST_POOL
    }

    fn add(&mut self, tables: &Tables, root: NodeId, pieces: &[Piece], json: &[u8]) {
        let mut link = Link::Root(root);
        for piece in pieces {
            let mut text = Layout::default();
            text.exactly(&json[piece.from..piece.to]);
            let mut count = 0;
            let known = loop {
                let Some((at, step)) = self.follow_link(link) else {
                    break None;
                };
                let stride = self.is_stride(at);
                if !stride && step.what.is_like(piece.what, tables) && self.has_text(step, &text) {
                    break Some(at);
                }
                count += u32::from(!stride);
                link = Link::Other(at);
            };
            if known.is_none() && count >= MOST_OTHERS {
                return;
            }
            let step = known.unwrap_or_else(|| {
                let new = self.put(Step::of(tables, &text, piece.what), &text);
                self.set_link(link, new);
                new
            });
            link = Link::Next(step);
        }
    }

    fn follow_link(&self, link: Link) -> Option<(u32, &Step)> {
        let step = |index: u32| self.step(index);
        let at = match link {
            Link::Root(root) => self.first(root)?,
            Link::Next(before) => step(before)?.next,
            Link::Other(before) => step(before)?.other,
        };
        Some((at, step(at)?))
    }

    fn set_link(&mut self, link: Link, to: u32) {
        match link {
            Link::Root(root) => match self.roots.iter_mut().find(|(node, _)| *node == root) {
                Some((_, first)) => *first = to,
                None => self.roots.push((root, to)),
            },
            Link::Next(before) => {
                self.steps[before as usize].next = to;
                for (step, habit) in self.steps.iter_mut().zip(&self.habits) {
                    if habit.stride == Some(before) {
                        step.next = to;
                    }
                }
            }
            Link::Other(before) => self.steps[before as usize].other = to,
        }
    }

    /// Puts a step where one is free.
    fn put(&mut self, mut step: Step, text: &Layout) -> u32 {
        if text.len() > 2 * CHUNK {
            step.pool = self.pool.len() as u32;
            self.pool.extend_from_slice(&text.low);
            self.pool.extend_from_slice(&text.high);
        }
        if let Some(free) = self.free.pop() {
            self.steps[free as usize] = step;
            self.habits[free as usize] = Habit::default();
            return free;
        }
        self.steps.push(step);
        self.habits.push(Habit::default());
        self.steps.len() as u32 - 1
    }

    /// Whether a step's text has these bounds.
    fn has_text(&self, step: &Step, text: &Layout) -> bool {
        let pool = self.pool.get(step.pool as usize..).unwrap_or_default();
        step.len as usize == text.len()
            && [step.head, step.neck] == Step::spans(text)
            && (text.len() <= 2 * CHUNK
                || pool.starts_with(&text.low) && pool[text.len()..].starts_with(&text.high))
    }

    /// Looks closely at where a text fitted that shows nothing new, step by step.
    #[cold]
    #[inline(never)]
    pub(super) fn study(&mut self, tables: &Tables, root: NodeId, places: &[Place], json: &[u8]) {
        let mut news = false;
        let mut layouts = Vec::with_capacity(places.len());
        for (place, next) in places.iter().zip(places.iter().skip(1)) {
            let what = self.steps[place.step as usize].what;
            let layout = json
                .get(place.value..place.end)
                .and_then(|value| Layout::of(tables, what, value));
            let habit = &mut self.habits[next.step as usize];
            let was = habit.is_steady();
            let mut hasher = DefaultHasher::new();
            layout.hash(&mut hasher);
            let same = layout.is_some() && habit.layout == hasher.finish();
            habit.layout = hasher.finish();
            habit.times = if same {
                habit.times.saturating_add(1)
            } else {
                0
            };
            news |= was != habit.is_steady();
            layouts.push(layout);
        }
        // Nothing stands after the last.
        layouts.push(None);
        if news {
            self.make_strides(tables, root, places, &layouts, json);
        }
    }

    /// Makes strides of the steps that are steady, and unmakes those that hold others.
    fn make_strides(
        &mut self,
        tables: &Tables,
        root: NodeId,
        places: &[Place],
        layouts: &[Option<Layout>],
        json: &[u8],
    ) {
        let mut link = Link::Root(root);
        let mut from = 0;
        let mut inside = false;
        let steady = |patterns: &Patterns, nth: usize| {
            let next: Option<&Place> = places.get(nth + 1);
            next.is_some_and(|next| patterns.habits[next.step as usize].is_steady())
        };
        for (nth, place) in places.iter().enumerate() {
            // Strides of this kind of text are somewhere before their first step, maybe among others.
            let mut count = 0;
            while let Some((at, step)) = self.follow_link(link)
                && at != place.step
            {
                let (end, other) = (self.habits[at as usize].stride, step.other);
                count += usize::from(end.is_some());
                if end.is_some_and(|end| places[nth..].iter().any(|place| place.step == end)) {
                    self.set_link(link, other);
                    self.free.push(at);
                    count -= 1;
                } else {
                    link = Link::Other(at);
                }
            }
            let is_steady = steady(self, nth);
            if is_steady && !inside && count < MOST_STRIDES && !self.is_full() {
                let mut text = Layout::default();
                let mut start = from;
                let mut last = nth;
                for (place, layout) in places[nth..].iter().zip(&layouts[nth..]) {
                    text.exactly(&json[start..place.value]);
                    if !steady(self, last) {
                        break;
                    }
                    let Some(layout) = layout else { break };
                    text.append(layout);
                    (start, last) = (place.end, last + 1);
                }
                if let Some(end) = places.get(last) {
                    let Step { what, next, .. } = self.steps[end.step as usize];
                    let mut step = Step::of(tables, &text, what);
                    (step.next, step.other) = (next, place.step);
                    let new = self.put(step, &text);
                    self.habits[new as usize].stride = Some(end.step);
                    self.set_link(link, new);
                }
            }
            inside = is_steady;
            from = place.end;
            link = Link::Next(place.step);
        }
    }
}

impl Step {
    fn of(tables: &Tables, text: &Layout, what: What) -> Self {
        let (lane, node) = match what {
            What::Value { field, .. } => {
                let Field { lane, what, .. } = tables.fields[field as usize];
                (lane, what)
            }
            What::Hole | What::End(_) => (Lane::Other, Node::Json),
        };
        let [head, neck] = Step::spans(text);
        Step {
            head,
            neck,
            len: text.len() as u32,
            pool: 0,
            what,
            lane,
            node,
            next: NONE,
            other: NONE,
        }
    }

    fn spans(text: &Layout) -> [Span; 2] {
        [0, CHUNK].map(|from| {
            Span::of(
                text.low.get(from..).unwrap_or_default(),
                text.high.get(from..).unwrap_or_default(),
            )
        })
    }
}

/// Whether each byte of a text of at least 32 has its bounds.
struct Within<'t> {
    text: &'t [u8],
    /// As many least bytes, then as many greatest.
    bounds: &'t [u8],
}

impl Task for Within<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<V: Wide>(self) -> bool {
        let (low, high) = self.bounds.split_at(self.text.len());
        let all = [self.text, low, &high[..self.text.len()]];
        let [(text, _), (low, _), (high, _)] = all.map(<[u8]>::as_chunks);
        for ((text, low), high) in text.iter().zip(low).zip(high) {
            if !V::within(text, low, high) {
                return false;
            }
        }
        // What is over, and some of what was looked at.
        match all.map(<[u8]>::last_chunk) {
            [Some(text), Some(low), Some(high)] => V::within(text, low, high),
            _ => false,
        }
    }
}
