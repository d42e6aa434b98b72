//! Decisions drawn from a seed. Zero is the simplest choice, and what an exhausted seed gives.

/// A source of decisions.
pub struct Choices<'a> {
    seed: &'a [u8],
}

impl<'a> Choices<'a> {
    /// Draws from the seed, byte by byte.
    pub fn new(seed: &'a [u8]) -> Self {
        Choices { seed }
    }

    fn byte(&mut self) -> usize {
        match self.seed.split_first() {
            Some((&byte, rest)) => {
                self.seed = rest;
                usize::from(byte)
            }
            None => 0,
        }
    }

    /// A number below `count`; 0 if `count` is.
    pub fn below(&mut self, count: usize) -> usize {
        match count {
            0 | 1 => 0,
            2..=256 => self.byte() % count,
            _ => (self.byte() << 8 | self.byte()) % count,
        }
    }

    /// True once in so many times.
    pub fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == one_in - 1
    }

    /// Eight bytes as a number.
    pub fn word(&mut self) -> u64 {
        (0..8).fold(0, |word, _| word << 8 | self.byte() as u64)
    }
}
