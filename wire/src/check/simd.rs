//! Sixteen bytes at a time: which of them are digits, quotes, or end a run of plain text.
//!
//! On x86-64 these are SSE2 instructions, which every such processor has; elsewhere the same
//! answers come from 64-bit arithmetic, and a test holds the two together. A mask has one bit for
//! each byte, the lowest for the first.

use super::literal::Head;

#[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
pub(super) use portable::Chunk;
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
pub(super) use sse2::Chunk;

/// A text of which sixteen bytes are read at a time.
pub(super) struct Windows<'t> {
    text: &'t [u8],
    /// From how many places sixteen bytes can be read.
    starts: usize,
}

impl<'t> Windows<'t> {
    pub(super) fn of(text: &'t [u8]) -> Self {
        Windows {
            text,
            starts: text.len().saturating_sub(15),
        }
    }

    /// Sixteen bytes from `at`; none if there are fewer.
    #[inline(always)]
    #[allow(unsafe_code)]
    pub(super) fn at(&self, at: usize) -> Option<&'t [u8; 16]> {
        // SAFETY: `at` is less than the length less fifteen, so that sixteen bytes from it are within the text.
        (at < self.starts).then(|| unsafe { &*self.text.as_ptr().add(at).cast() })
    }
}

impl Chunk {
    /// Whether it starts with a literal's first bytes.
    #[inline(always)]
    pub(super) fn starts(self, head: &Head) -> bool {
        self.starts_but(head, 0)
    }

    /// The same with some of the literal's bytes left out, a bit for each.
    #[inline(always)]
    pub(super) fn starts_but(self, head: &Head, but: u32) -> bool {
        let want = u32::from(head.want) & !but;
        self.same(Chunk::new(&head.bytes)) & want == want
    }
}

/// Bytes that are looked at together where there is much of one kind.
pub(super) const WIDE: usize = 32;

/// The same of thirty-two bytes as [`Chunk`] tells of sixteen.
pub(super) trait Wide {
    /// Which bytes are this one.
    fn is(bytes: &[u8; WIDE], byte: u8) -> u32;
    /// Which bytes are not `0` to `9`.
    fn not_digits(bytes: &[u8; WIDE]) -> u32;
    /// Which bytes are not plain text inside a string.
    fn stops(bytes: &[u8; WIDE]) -> u32;
    /// Whether each byte is between its least and its greatest.
    fn within(bytes: &[u8; WIDE], low: &[u8; WIDE], high: &[u8; WIDE]) -> bool;
}

/// Work that is done with the widest instructions that the processor has.
pub(super) trait Task {
    /// What comes of it.
    type Output;
    /// Does it; to be inlined with all that it calls.
    fn run<V: Wide>(self) -> Self::Output;
}

/// Does some work.
#[inline(always)]
pub(super) fn widest<T: Task>(task: T) -> T::Output {
    #[cfg(target_arch = "x86_64")]
    let task = match avx2::run(task) {
        Ok(output) => return output,
        Err(task) => task,
    };
    task.run::<Pair>()
}

/// Thirty-two bytes as two times sixteen.
struct Pair;

impl Pair {
    #[inline(always)]
    fn both(bytes: &[u8; WIDE], mask: impl Fn(Chunk) -> u32) -> u32 {
        let [low, high] = Pair::halves(bytes).map(|half| mask(Chunk::new(half)) & 0xffff);
        low | high << 16
    }

    #[inline(always)]
    fn halves(bytes: &[u8; WIDE]) -> [&[u8; 16]; 2] {
        let (halves, _) = bytes.as_chunks();
        [&halves[0], &halves[1]]
    }
}

impl Wide for Pair {
    #[inline(always)]
    fn is(bytes: &[u8; WIDE], byte: u8) -> u32 {
        Pair::both(bytes, |chunk| chunk.is(byte))
    }

    #[inline(always)]
    fn not_digits(bytes: &[u8; WIDE]) -> u32 {
        Pair::both(bytes, Chunk::not_digits)
    }

    #[inline(always)]
    fn stops(bytes: &[u8; WIDE]) -> u32 {
        Pair::both(bytes, Chunk::stops)
    }

    #[inline(always)]
    fn within(bytes: &[u8; WIDE], low: &[u8; WIDE], high: &[u8; WIDE]) -> bool {
        let [bytes, low, high] = [bytes, low, high].map(Pair::halves);
        (0..2).all(|half| Chunk::new(bytes[half]).within(low[half], high[half]))
    }
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
mod avx2 {
    use std::arch::x86_64::{
        __m256i, _mm256_add_epi8, _mm256_cmpeq_epi8, _mm256_cmpgt_epi8, _mm256_loadu_si256,
        _mm256_max_epu8, _mm256_min_epu8, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8,
    };

    #[cfg(test)]
    use super::tests::masks;
    use super::{Task, WIDE, Wide};

    /// No work is given it but by `compiled`.
    struct Avx2;

    /// Does some work if the processor has AVX2 and BMI1; gives it back otherwise.
    #[inline(always)]
    pub(super) fn run<T: Task>(task: T) -> Result<T::Output, T> {
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi1") {
            // SAFETY: the instructions are there.
            return Ok(unsafe { compiled(task) });
        }
        Err(task)
    }

    #[target_feature(enable = "avx2,bmi1")]
    fn compiled<T: Task>(task: T) -> T::Output {
        task.run::<Avx2>()
    }

    // SAFETY of the blocks below: they are inlined into `compiled`, which runs where AVX2 is. The one
    // instruction that touches memory reads the bytes of a reference to as many, at any alignment.

    impl Wide for Avx2 {
        #[inline(always)]
        fn is(bytes: &[u8; WIDE], byte: u8) -> u32 {
            unsafe { _mm256_movemask_epi8(_mm256_cmpeq_epi8(load(bytes), splat(byte))) as u32 }
        }

        #[inline(always)]
        fn not_digits(bytes: &[u8; WIDE]) -> u32 {
            unsafe {
                let shifted = _mm256_add_epi8(load(bytes), splat(0x7f - b'9'));
                _mm256_movemask_epi8(_mm256_cmpgt_epi8(splat(0x7f - 9), shifted)) as u32
            }
        }

        #[inline(always)]
        fn stops(bytes: &[u8; WIDE]) -> u32 {
            unsafe {
                let bytes = load(bytes);
                let quote = _mm256_cmpeq_epi8(bytes, splat(b'"'));
                let backslash = _mm256_cmpeq_epi8(bytes, splat(b'\\'));
                // As signed numbers, bytes from 0x80 on are below 0x20 too.
                let low = _mm256_cmpgt_epi8(splat(0x20), bytes);
                let all = _mm256_or_si256(_mm256_or_si256(quote, backslash), low);
                _mm256_movemask_epi8(all) as u32
            }
        }

        #[inline(always)]
        fn within(bytes: &[u8; WIDE], low: &[u8; WIDE], high: &[u8; WIDE]) -> bool {
            unsafe {
                let bytes = load(bytes);
                let (least, greatest) = (load(low), load(high));
                let raised = _mm256_max_epu8(bytes, least);
                let lowered = _mm256_min_epu8(bytes, greatest);
                _mm256_movemask_epi8(_mm256_cmpeq_epi8(raised, lowered)) == -1
            }
        }
    }

    #[inline(always)]
    unsafe fn load(bytes: &[u8; WIDE]) -> __m256i {
        unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
    }

    #[inline(always)]
    unsafe fn splat(byte: u8) -> __m256i {
        unsafe { _mm256_set1_epi8(byte as i8) }
    }

    #[cfg(test)]
    pub(super) struct Masks<'b>(pub(super) &'b [u8; WIDE]);

    #[cfg(test)]
    impl Task for Masks<'_> {
        type Output = ([u32; 3], [bool; 3]);

        #[inline(always)]
        fn run<V: Wide>(self) -> Self::Output {
            masks::<V>(self.0)
        }
    }
}

/// Measured by `cargo bench -p venue-tests --bench check`: against the portable way, the whole
/// checker is 2.5 times as fast on order books, 2.0 times on tickers and 1.8 times on trades.
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
#[allow(unsafe_code)]
mod sse2 {
    use std::arch::x86_64::{
        __m128i, _mm_add_epi8, _mm_cmpeq_epi8, _mm_cmplt_epi8, _mm_loadu_si128, _mm_max_epu8,
        _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8,
    };

    /// Sixteen bytes of text.
    #[derive(Clone, Copy)]
    pub(in crate::check) struct Chunk(__m128i);

    // SAFETY of all blocks below: the target has SSE2, as the module's condition says. The one
    // instruction that touches memory reads the sixteen bytes of a reference to as many, at any
    // alignment.

    impl Chunk {
        #[inline(always)]
        pub(in crate::check) fn new(bytes: &[u8; 16]) -> Self {
            Chunk(unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) })
        }

        /// Which bytes are this one.
        #[inline(always)]
        pub(in crate::check) fn is(self, byte: u8) -> u32 {
            unsafe { mask(_mm_cmpeq_epi8(self.0, splat(byte))) }
        }

        /// Which bytes are this one or, if it is a lower-case letter or `{`, `|`, `}`, its other case.
        #[inline(always)]
        pub(in crate::check) fn is_either_case(self, byte: u8) -> u32 {
            unsafe {
                mask(_mm_cmpeq_epi8(
                    _mm_or_si128(self.0, splat(0x20)),
                    splat(byte),
                ))
            }
        }

        /// Which bytes are the same as in another chunk.
        #[inline(always)]
        pub(in crate::check) fn same(self, other: Chunk) -> u32 {
            unsafe { mask(_mm_cmpeq_epi8(self.0, other.0)) }
        }

        /// Whether each byte is between its least and its greatest, which is not less.
        #[inline(always)]
        pub(in crate::check) fn within(self, low: &[u8; 16], high: &[u8; 16]) -> bool {
            let (low, high) = (Chunk::new(low), Chunk::new(high));
            // What is not within is moved by one of the two.
            unsafe {
                let (raised, lowered) = (_mm_max_epu8(self.0, low.0), _mm_min_epu8(self.0, high.0));
                mask(_mm_cmpeq_epi8(raised, lowered)) == 0xffff
            }
        }

        /// Which bytes are not `0` to `9`. Bits above the sixteenth are set.
        #[inline(always)]
        pub(in crate::check) fn not_digits(self) -> u32 {
            // Shifted so that `9` becomes the largest signed byte, and the digits the ten largest.
            let below = unsafe {
                let shifted = _mm_add_epi8(self.0, splat(0x7f - b'9'));
                mask(_mm_cmplt_epi8(shifted, splat(0x7f - 9)))
            };
            below | !0xffff
        }

        /// Which bytes are not plain text inside a string: `"`, `\`, control characters, and all
        /// that is not ASCII.
        #[inline(always)]
        pub(in crate::check) fn stops(self) -> u32 {
            unsafe {
                let quote = _mm_cmpeq_epi8(self.0, splat(b'"'));
                let backslash = _mm_cmpeq_epi8(self.0, splat(b'\\'));
                // As signed numbers, bytes from 0x80 on are below 0x20 too.
                let low = _mm_cmplt_epi8(self.0, splat(0x20));
                mask(_mm_or_si128(_mm_or_si128(quote, backslash), low))
            }
        }
    }

    #[inline(always)]
    fn splat(byte: u8) -> __m128i {
        unsafe { _mm_set1_epi8(byte as i8) }
    }

    #[inline(always)]
    fn mask(bytes: __m128i) -> u32 {
        unsafe { _mm_movemask_epi8(bytes) as u32 }
    }
}

#[cfg(any(test, not(all(target_arch = "x86_64", target_feature = "sse2"))))]
mod portable {
    const LOW: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;

    /// Sixteen bytes of text.
    #[derive(Clone, Copy)]
    pub(in crate::check) struct Chunk([u64; 2]);

    impl Chunk {
        #[inline(always)]
        pub(in crate::check) fn new(bytes: &[u8; 16]) -> Self {
            let bits = u128::from_le_bytes(*bytes);
            Chunk([bits as u64, (bits >> 64) as u64])
        }

        #[inline(always)]
        pub(in crate::check) fn is(self, byte: u8) -> u32 {
            self.each(|word| zeros(word ^ (LOW * u64::from(byte))))
        }

        #[inline(always)]
        pub(in crate::check) fn is_either_case(self, byte: u8) -> u32 {
            self.each(|word| zeros((word | (LOW * 0x20)) ^ (LOW * u64::from(byte))))
        }

        #[inline(always)]
        pub(in crate::check) fn same(self, other: Chunk) -> u32 {
            let [a, b] = [0, 1].map(|half| zeros(self.0[half] ^ other.0[half]));
            gather(a) | gather(b) << 8
        }

        #[inline(always)]
        pub(in crate::check) fn within(self, low: &[u8; 16], high: &[u8; 16]) -> bool {
            let bytes = self.0.map(u64::to_le_bytes);
            let bounds = low.iter().zip(high);
            let mut all = bytes.as_flattened().iter().zip(bounds);
            all.all(|(byte, (low, high))| (*low..=*high).contains(byte))
        }

        #[inline(always)]
        pub(in crate::check) fn not_digits(self) -> u32 {
            // A digit is 0x3n, and adding 6 to n does not carry.
            let digits = |word: u64| {
                zeros((word & (LOW * 0xf0)) ^ (LOW * 0x30))
                    & zeros((word.wrapping_add(LOW * 6) & (LOW * 0xf0)) ^ (LOW * 0x30))
            };
            let carries = |word: u64| zeros((word & (LOW * 0xf0)) ^ (LOW * 0xf0));
            let plain = |word: u64| {
                // Bytes of 0xfa and above would carry into the next: leave them out first.
                let safe = word & !(spread(carries(word)));
                digits(safe)
            };
            !self.each(plain)
        }

        #[inline(always)]
        pub(in crate::check) fn stops(self) -> u32 {
            self.each(|word| {
                let low = zeros(word & (LOW * 0xe0));
                zeros(word ^ (LOW * u64::from(b'"')))
                    | zeros(word ^ (LOW * u64::from(b'\\')))
                    | low
                    | (word & HIGH)
            })
        }

        #[inline(always)]
        fn each(self, test: impl Fn(u64) -> u64) -> u32 {
            gather(test(self.0[0])) | gather(test(self.0[1])) << 8
        }
    }

    /// The high bit of each byte that is zero.
    #[inline(always)]
    fn zeros(word: u64) -> u64 {
        !(((word & !HIGH) + !HIGH) | word) & HIGH
    }

    /// Whole bytes from their high bits.
    #[inline(always)]
    fn spread(high: u64) -> u64 {
        (high >> 7) * 0xff
    }

    /// One bit for each byte from its high bit.
    #[inline(always)]
    fn gather(high: u64) -> u32 {
        ((high >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::{Chunk, Pair, WIDE, Wide, portable};

    /// What each way tells of some bytes.
    pub(super) fn masks<V: Wide>(bytes: &[u8; WIDE]) -> ([u32; 3], [bool; 3]) {
        let within = [(b'0', b'9'), (0, 0x80), (0x7f, u8::MAX)]
            .map(|(low, high)| V::within(bytes, &[low; WIDE], &[high; WIDE]));
        let (not_digits, stops) = (V::not_digits(bytes), V::stops(bytes));
        ([not_digits, stops, V::is(bytes, b'9')], within)
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn wide_is_two_times_sixteen() {
        use super::{avx2, widest};
        for byte in 0..=255_u8 {
            for place in 0..WIDE {
                for around in [0, b'0', b'9', b'"', 0x7f, 0x80, 0xff] {
                    let mut bytes = [around; WIDE];
                    bytes[place] = byte;
                    assert_eq!(widest(avx2::Masks(&bytes)), masks::<Pair>(&bytes));
                }
            }
        }
    }

    /// Every byte at every place, beside bytes that could disturb it.
    #[test]
    fn both_ways_agree() {
        for byte in 0..=255_u8 {
            for place in 0..16 {
                for around in [0, b'0', b'9', b'"', 0x7f, 0x80, 0xff] {
                    let mut bytes = [around; 16];
                    bytes[place] = byte;
                    let (one, other) = (Chunk::new(&bytes), portable::Chunk::new(&bytes));
                    let bit = |mask: u32| mask >> place & 1 == 1;
                    assert_eq!(one.is(byte), other.is(byte));
                    assert!(bit(one.is(byte)));
                    assert_eq!(one.is_either_case(b'{'), other.is_either_case(b'{'));
                    assert_eq!(bit(one.is_either_case(b'{')), matches!(byte, b'{' | b'['));
                    assert_eq!(one.not_digits(), other.not_digits());
                    assert_eq!(bit(one.not_digits()), !byte.is_ascii_digit());
                    assert_eq!(one.stops(), other.stops());
                    let stops = matches!(byte, 0..0x20 | b'"' | b'\\' | 0x80..);
                    assert_eq!(bit(one.stops()), stops);
                    for (low, high) in [(b'0', b'9'), (0, 0x80), (0x7f, u8::MAX)] {
                        let inside = [around, byte].map(|byte| (low..=high).contains(&byte));
                        let (low, high) = (&[low; 16], &[high; 16]);
                        assert_eq!(one.within(low, high), inside == [true; 2]);
                        assert_eq!(other.within(low, high), inside == [true; 2]);
                    }
                    let plain = [around; 16];
                    let same = one.same(Chunk::new(&plain));
                    assert_eq!(same, other.same(portable::Chunk::new(&plain)));
                    assert_eq!(bit(same), byte == around);
                }
            }
        }
    }
}
