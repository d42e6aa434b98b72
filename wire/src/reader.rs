//! A JSON reader for decoding messages from memory.
//!
//! It is serde_json's peer for one case, whole texts in memory, and its errors are serde_json's.
//! What it gains, a third and more on order books full of decimals: UTF-8 is checked once, the
//! token of a number is handed out as it stands, without the detour that serde_json's `RawValue`
//! takes, and strings are scanned in words. What it is stricter in: values that are kept as text
//! or passed over are held against the depth limit and the rule on surrogates, too.

use serde::de::value::{BorrowedStrDeserializer, StrDeserializer, StringDeserializer};
use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer,
    MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::Error;

use crate::json::MAX_DEPTH;
use crate::number_token::RAW;
use crate::support::Watch;

type Result<T> = std::result::Result<T, Error>;

/// Decodes a JSON text: what `serde_json::from_slice` does, faster for generated types.
///
/// # Errors
///
/// If it is not JSON, nests deeper than [`MAX_DEPTH`], or is no `T`.
///
/// ```
/// use venue_wire::Decimal;
///
/// let level: [Decimal; 2] = venue_wire::from_slice(b"[8155.10, 1e-08]")?;
/// assert_eq!(level[0].to_string(), "8155.10");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn from_slice<'de, T: Deserialize<'de>>(json: &'de [u8]) -> Result<T> {
    from_slice_watched(json, None)
}

/// The same, noting where the names of the outermost object stand.
#[inline]
pub(crate) fn from_slice_watched<'de, T: Deserialize<'de>>(
    json: &'de [u8],
    watch: Option<&'de Watch>,
) -> Result<T> {
    match std::str::from_utf8(json) {
        Ok(text) => read(text, watch),
        Err(error) => Err(locate(
            &json[..error.valid_up_to()],
            &Error::custom("invalid UTF-8"),
        )),
    }
}

/// Decodes a JSON text: what `serde_json::from_str` does, faster for generated types.
///
/// # Errors
///
/// If it is not JSON, nests deeper than [`MAX_DEPTH`], or is no `T`.
pub fn from_str<'de, T: Deserialize<'de>>(json: &'de str) -> Result<T> {
    read(json, None)
}

fn read<'de, T: Deserialize<'de>>(json: &'de str, watch: Option<&'de Watch>) -> Result<T> {
    let mut reader = Reader {
        text: json,
        at: 0,
        depth: 0,
        scratch: String::new(),
        watch,
    };
    let result = T::deserialize(&mut reader).and_then(|value| match reader.peek() {
        None => Ok(value),
        Some(_) => Err(Error::custom("trailing characters")),
    });
    result.map_err(|error| match error.line() {
        0 => locate(&json.as_bytes()[..reader.at.min(json.len())], &error),
        _ => error,
    })
}

/// The same error with the place at the end of what was read.
#[cold]
fn locate(read: &[u8], error: &Error) -> Error {
    let line = 1 + read.iter().filter(|byte| **byte == b'\n').count();
    let column = read.iter().rev().take_while(|byte| **byte != b'\n').count();
    // serde_json takes the place back out of the message.
    Error::custom(format_args!("{error} at line {line} column {column}"))
}

struct Reader<'de> {
    text: &'de str,
    at: usize,
    depth: usize,
    /// Strings with escapes, unescaped.
    scratch: String,
    /// Who wants to know the names of the outermost object.
    watch: Option<&'de Watch>,
}

/// A string: as it stands in the text, or in the scratch.
enum Text<'de> {
    Borrowed(&'de str),
    Unescaped,
}

/// A number as visitors take it.
enum Number {
    Positive(u64),
    Negative(i64),
    Float(f64),
}

#[cold]
fn fail<T>(message: &str) -> Result<T> {
    Err(Error::custom(message))
}

impl<'de> Reader<'de> {
    #[inline]
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// The next byte that is not space.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        loop {
            match self.byte(self.at) {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                other => return other,
            }
        }
    }

    #[inline]
    fn word(&mut self, word: &str) -> Result<()> {
        if self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(())
        } else {
            fail("expected value")
        }
    }

    /// Reads a string from its opening quote on.
    #[inline]
    fn string(&mut self) -> Result<Text<'de>> {
        let start = self.at + 1;
        let end = find_special(self.text.as_bytes(), start);
        match self.byte(end) {
            Some(b'"') => {
                self.at = end + 1;
                // Between two ASCII bytes: always at the boundaries of characters.
                Ok(Text::Borrowed(
                    self.text.get(start..end).unwrap_or_default(),
                ))
            }
            _ => self.string_with_escapes(start, end),
        }
    }

    #[cold]
    fn string_with_escapes(&mut self, mut start: usize, mut end: usize) -> Result<Text<'de>> {
        self.scratch.clear();
        loop {
            self.at = end;
            self.scratch
                .push_str(self.text.get(start..end).unwrap_or_default());
            match self.byte(end) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Text::Unescaped);
                }
                Some(b'\\') => {
                    let character = self.escape()?;
                    self.scratch.push(character);
                }
                Some(_) => return fail("control character found while parsing a string"),
                None => return fail("EOF while parsing a string"),
            }
            start = self.at;
            end = find_special(self.text.as_bytes(), start);
        }
    }

    /// Reads an escape from its backslash on.
    fn escape(&mut self) -> Result<char> {
        let kind = self.byte(self.at + 1);
        self.at += 2;
        Ok(match kind {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => return fail("invalid escape"),
        })
    }

    /// Reads the digits of an escape, and a second escape if the first is half of a pair.
    fn unicode_escape(&mut self) -> Result<char> {
        let first = self.hex()?;
        let code = match first {
            0xD800..=0xDBFF => {
                if self.byte(self.at) != Some(b'\\') || self.byte(self.at + 1) != Some(b'u') {
                    return fail("lone leading surrogate in hex escape");
                }
                self.at += 2;
                match self.hex()? {
                    second @ 0xDC00..=0xDFFF => {
                        0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00)
                    }
                    _ => return fail("lone leading surrogate in hex escape"),
                }
            }
            other => other,
        };
        match char::from_u32(code) {
            Some(character) => Ok(character),
            None => fail("lone trailing surrogate in hex escape"),
        }
    }

    fn hex(&mut self) -> Result<u32> {
        let digits = self.text.get(self.at..self.at + 4).unwrap_or_default();
        // `from_str_radix` takes a sign, too.
        match u32::from_str_radix(digits, 16) {
            Ok(unit) if digits.len() == 4 && !digits.starts_with('+') => {
                self.at += 4;
                Ok(unit)
            }
            _ => fail("invalid escape"),
        }
    }

    /// Where a number ends.
    #[inline]
    fn number_end(&self) -> Result<usize> {
        let bytes = self.text.as_bytes();
        let digits = |mut at: usize| {
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            at
        };
        let start = self.at + usize::from(bytes.get(self.at) == Some(&b'-'));
        let whole = digits(start);
        if whole == start || (whole > start + 1 && bytes[start] == b'0') {
            return fail("invalid number");
        }
        let mut end = whole;
        if bytes.get(end) == Some(&b'.') {
            let fraction = digits(end + 1);
            if fraction == end + 1 {
                return fail("invalid number");
            }
            end = fraction;
        }
        if let Some(b'e' | b'E') = bytes.get(end) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let exponent = digits(end + 1 + sign);
            if exponent == end + 1 + sign {
                return fail("invalid number");
            }
            end = exponent;
        }
        Ok(end)
    }

    /// Reads a number as serde_json gives it to visitors: `-0` is a float.
    #[inline]
    fn number(&mut self) -> Result<Number> {
        let bytes = self.text.as_bytes();
        let is_negative = bytes.get(self.at) == Some(&b'-');
        let start = self.at + usize::from(is_negative);
        let (mut at, mut value) = (start, 0u64);
        while let Some(digit) = bytes.get(at).map(|byte| byte.wrapping_sub(b'0'))
            && digit < 10
        {
            value = value.wrapping_mul(10).wrapping_add(digit.into());
            at += 1;
        }
        let is_plain = !matches!(bytes.get(at), Some(b'.' | b'e' | b'E'))
            && (at == start + 1 || bytes.get(start) != Some(&b'0'));
        // 19 digits always fit.
        if is_plain && (1..=19).contains(&(at - start)) {
            let number = match (is_negative, value) {
                (false, _) => Some(Number::Positive(value)),
                (true, 0) => None,
                (true, _) => 0i64.checked_sub_unsigned(value).map(Number::Negative),
            };
            if let Some(number) = number {
                self.at = at;
                return Ok(number);
            }
        }
        self.other_number()
    }

    /// Twenty digits, or what is no integer.
    #[cold]
    fn other_number(&mut self) -> Result<Number> {
        let start = self.at;
        let end = self.number_end()?;
        self.at = end;
        let text = self.text.get(start..end).unwrap_or_default();
        match (text.parse::<u64>(), text.parse::<f64>()) {
            (Ok(value), _) => Ok(Number::Positive(value)),
            (_, Ok(float)) if float.is_finite() => Ok(Number::Float(float)),
            _ => fail("number out of range"),
        }
    }

    #[inline]
    fn enter(&mut self) -> Result<()> {
        self.at += 1;
        self.depth += 1;
        match self.depth > MAX_DEPTH {
            true => fail("recursion limit exceeded"),
            false => Ok(()),
        }
    }

    /// After the elements of an array or the members of an object.
    #[inline]
    fn leave(&mut self, close: u8) -> Result<()> {
        self.depth -= 1;
        match self.peek() {
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(())
            }
            Some(b',') => fail("trailing comma"),
            Some(_) => fail("trailing characters"),
            None => fail("EOF while parsing a value"),
        }
    }

    /// Steps over any value.
    fn skip(&mut self) -> Result<()> {
        // One bit for each array or object around: is it an object?
        let mut objects = 0u128;
        let outer = self.depth;
        loop {
            let closes = match self.peek() {
                Some(b'"') => {
                    self.string()?;
                    true
                }
                Some(b'-' | b'0'..=b'9') => {
                    self.at = self.number_end()?;
                    true
                }
                Some(b't') => self.word("true").map(|()| true)?,
                Some(b'f') => self.word("false").map(|()| true)?,
                Some(b'n') => self.word("null").map(|()| true)?,
                Some(open @ (b'[' | b'{')) => {
                    self.enter()?;
                    objects = objects << 1 | u128::from(open == b'{');
                    match (self.peek(), open) {
                        (Some(b']'), b'[') | (Some(b'}'), b'{') => true,
                        (_, b'{') => self.skip_key().map(|()| false)?,
                        _ => false,
                    }
                }
                Some(_) => return fail("expected value"),
                None => return fail("EOF while parsing a value"),
            };
            if !closes {
                continue;
            }
            // What ends here may end what is around it.
            loop {
                if self.depth == outer {
                    return Ok(());
                }
                let is_object = objects & 1 == 1;
                match (self.peek(), is_object) {
                    (Some(b']'), false) | (Some(b'}'), true) => {
                        self.at += 1;
                        self.depth -= 1;
                        objects >>= 1;
                    }
                    (Some(b','), true) => {
                        self.at += 1;
                        self.skip_key()?;
                        break;
                    }
                    (Some(b','), false) => {
                        self.at += 1;
                        break;
                    }
                    (Some(_), _) => return fail("expected `,` or the end"),
                    (None, _) => return fail("EOF while parsing a value"),
                }
            }
        }
    }

    fn skip_key(&mut self) -> Result<()> {
        match self.peek() {
            Some(b'"') => self.string()?,
            _ => return fail("key must be a string"),
        };
        self.colon()
    }

    #[inline]
    fn colon(&mut self) -> Result<()> {
        match self.peek() {
            Some(b':') => {
                self.at += 1;
                Ok(())
            }
            _ => fail("expected `:`"),
        }
    }

    #[inline]
    fn visit_string<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        match self.string()? {
            Text::Borrowed(text) => visitor.visit_borrowed_str(text),
            Text::Unescaped => visitor.visit_str(&self.scratch),
        }
    }

    #[inline]
    fn visit_number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        match self.number()? {
            Number::Positive(value) => visitor.visit_u64(value),
            Number::Negative(value) => visitor.visit_i64(value),
            Number::Float(value) => visitor.visit_f64(value),
        }
    }

    #[inline]
    fn visit_array<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        self.enter()?;
        let value = visitor.visit_seq(Items::new(self))?;
        self.leave(b']')?;
        Ok(value)
    }

    #[inline]
    fn visit_object<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        self.enter()?;
        let value = visitor.visit_map(Items::new(self))?;
        self.leave(b'}')?;
        Ok(value)
    }

    /// Hands out the text of a value in the way of serde_json's `RawValue`.
    #[inline]
    fn visit_raw<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        let first = self.peek();
        let start = self.at;
        match first {
            Some(b'-' | b'0'..=b'9') => self.at = self.number_end()?,
            _ => self.skip()?,
        }
        visitor.visit_map(RawMap(Some(
            self.text.get(start..self.at).unwrap_or_default(),
        )))
    }

    /// A value of a kind that the visitor does not take: it says so.
    #[cold]
    fn visit_other<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        self.deserialize_any(visitor)
    }
}

/// Where the first quote, backslash or control character stands, from `at` on.
#[inline]
pub(crate) fn find_special(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    // A high bit in each byte that is zero; bytes above the first such one may be wrong.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    while let Some(chunk) = bytes.get(at..at + 8) {
        let word = u64::from_le_bytes(chunk.try_into().unwrap_or_default());
        let below_space = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
        let found = zeros(word ^ (ONES * u64::from(b'"')))
            | zeros(word ^ (ONES * u64::from(b'\\')))
            | below_space;
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while bytes
        .get(at)
        .is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20))
    {
        at += 1;
    }
    at
}

macro_rules! deserialize_ints {
    ($($method:ident)*) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            match self.peek() {
                Some(b'-' | b'0'..=b'9') => self.visit_number(visitor),
                _ => self.visit_other(visitor),
            }
        }
    )*};
}

macro_rules! deserialize_strings {
    ($($method:ident)*) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            match self.peek() {
                Some(b'"') => self.visit_string(visitor),
                _ => self.visit_other(visitor),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.peek() {
            Some(b'"') => self.visit_string(visitor),
            Some(b'-' | b'0'..=b'9') => self.visit_number(visitor),
            Some(b'[') => self.visit_array(visitor),
            Some(b'{') => self.visit_object(visitor),
            Some(b't') => {
                self.word("true")?;
                visitor.visit_bool(true)
            }
            Some(b'f') => {
                self.word("false")?;
                visitor.visit_bool(false)
            }
            Some(b'n') => {
                self.word("null")?;
                visitor.visit_unit()
            }
            Some(_) => fail("expected value"),
            None => fail("EOF while parsing a value"),
        }
    }

    deserialize_ints! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    deserialize_strings! { deserialize_str deserialize_string deserialize_identifier }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.peek() {
            Some(b'n') => {
                self.word("null")?;
                visitor.visit_none()
            }
            _ => visitor.visit_some(self),
        }
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        match name == RAW {
            true => self.visit_raw(visitor),
            false => visitor.visit_newtype_struct(self),
        }
    }

    #[inline]
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.peek() {
            Some(b'[') => self.visit_array(visitor),
            _ => self.visit_other(visitor),
        }
    }

    #[inline]
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.peek() {
            Some(b'{') => self.visit_object(visitor),
            _ => self.visit_other(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        match self.peek() {
            Some(b'"') => match self.string()? {
                Text::Borrowed(text) => {
                    visitor.visit_enum(IntoDeserializer::<Error>::into_deserializer(text))
                }
                Text::Unescaped => {
                    let text = std::mem::take(&mut self.scratch);
                    visitor.visit_enum(StringDeserializer::<Error>::new(text))
                }
            },
            Some(b'{') => {
                self.enter()?;
                let value = visitor.visit_enum(Tagged(self))?;
                self.leave(b'}')?;
                Ok(value)
            }
            _ => self.visit_other(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.skip()?;
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i128 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct struct
    }
}

/// The elements of an array, or the members of an object.
struct Items<'r, 'de> {
    reader: &'r mut Reader<'de>,
    is_first: bool,
}

impl<'r, 'de> Items<'r, 'de> {
    fn new(reader: &'r mut Reader<'de>) -> Self {
        Items {
            reader,
            is_first: true,
        }
    }

    /// Whether there is another one; the reader then stands before it.
    #[inline]
    fn advance(&mut self, close: u8) -> Result<bool> {
        match self.reader.peek() {
            Some(byte) if byte == close => return Ok(false),
            Some(b',') if !self.is_first => self.reader.at += 1,
            Some(_) if self.is_first => self.is_first = false,
            Some(_) => return fail("expected `,` or the end"),
            None => return fail("EOF while parsing a value"),
        }
        Ok(true)
    }
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Error;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        match self.advance(b']')? {
            true => seed.deserialize(&mut *self.reader).map(Some),
            false => Ok(None),
        }
    }
}

impl<'de> MapAccess<'de> for Items<'_, 'de> {
    type Error = Error;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        if !self.advance(b'}')? {
            return Ok(None);
        }
        match self.reader.peek() {
            Some(b'"') => {
                if self.reader.depth == 1
                    && let Some(watch) = self.reader.watch
                {
                    watch.note(self.reader.at);
                }
                seed.deserialize(Key(self.reader)).map(Some)
            }
            _ => fail("key must be a string"),
        }
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        self.reader.colon()?;
        seed.deserialize(&mut *self.reader)
    }
}

/// Maps may have integers for names, which stand as strings.
macro_rules! key_ints {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            let text = match self.0.string()? {
                Text::Borrowed(text) => text,
                Text::Unescaped => return fail("expected an integer as the name of a member"),
            };
            match (text.parse::<u64>(), text.parse::<i64>()) {
                (Ok(value), _) => visitor.visit_u64(value),
                (_, Ok(value)) => visitor.visit_i64(value),
                _ => visitor.visit_borrowed_str(text),
            }
        }
    )*};
}

/// The name of a member: always a string.
struct Key<'r, 'de>(&'r mut Reader<'de>);

impl<'de> Deserializer<'de> for Key<'_, 'de> {
    type Error = Error;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.0.visit_string(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    key_ints! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    forward_to_deserialize_any! {
        bool i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

/// The one entry of the map that stands for the text of a value.
struct RawMap<'de>(Option<&'de str>);

impl<'de> MapAccess<'de> for RawMap<'de> {
    type Error = Error;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        match self.0 {
            Some(_) => seed
                .deserialize(StrDeserializer::<Error>::new(RAW))
                .map(Some),
            None => Ok(None),
        }
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        let text = self.0.take().unwrap_or_default();
        seed.deserialize(BorrowedStrDeserializer::<Error>::new(text))
    }
}

/// An enum that stands as an object of one member.
struct Tagged<'r, 'de>(&'r mut Reader<'de>);

impl<'de> EnumAccess<'de> for Tagged<'_, 'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self)> {
        let value = match self.0.peek() {
            Some(b'"') => seed.deserialize(Key(self.0))?,
            _ => return fail("key must be a string"),
        };
        self.0.colon()?;
        Ok((value, self))
    }
}

impl<'de> VariantAccess<'de> for Tagged<'_, 'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<()> {
        de::Deserialize::deserialize(self.0)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        self.0.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.0.deserialize_map(visitor)
    }
}
