//! Content streams as tokens (ISO 32000-1, 7.2 and 7.8). Brackets are tokens of their own: no nesting can go too deep.

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'a> {
    /// A whole number; others are operators to nobody and come as [`Token::Word`].
    Integer(i64),
    /// A name without its slash.
    Name(&'a [u8]),
    /// A string, literal or hexadecimal.
    Text(Vec<u8>),
    /// `[`, `]`, `<<` or `>>`.
    Bracket,
    /// An operator, a real number, `true`, `null`.
    Word(&'a [u8]),
}

/// Reads tokens one after the other.
pub(super) struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

impl<'a> Scanner<'a> {
    /// From the beginning.
    pub fn new(bytes: &'a [u8]) -> Self {
        Scanner { bytes, at: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Bytes up to the next space or delimiter.
    fn regular(&mut self) -> &'a [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let end = rest.iter().position(|byte| is_space(*byte) || is_delimiter(*byte));
        let word = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        self.at += word.len();
        word
    }

    /// A string in parentheses; the first one is read already.
    fn literal(&mut self) -> Vec<u8> {
        let mut text = vec![];
        let mut open = 1;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'\\' => self.escaped(&mut text),
                b'(' => {
                    open += 1;
                    text.push(byte);
                }
                b')' => {
                    open -= 1;
                    if open == 0 {
                        break;
                    }
                    text.push(byte);
                }
                // An end of line in a string is a line feed, however it is written.
                b'\r' => {
                    self.at += usize::from(self.peek() == Some(b'\n'));
                    text.push(b'\n');
                }
                _ => text.push(byte),
            }
        }
        text
    }

    fn escaped(&mut self, text: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.at += 1;
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' => text.push(8),
            b'f' => text.push(12),
            b'\n' => {}
            b'\r' => self.at += usize::from(self.peek() == Some(b'\n')),
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    code = 8 * code + u32::from(digit - b'0');
                    self.at += 1;
                }
                text.push((code & 0xff) as u8);
            }
            other => text.push(other),
        }
    }

    /// A string of hexadecimal digits; the first bracket is read already.
    fn hexadecimal(&mut self) -> Vec<u8> {
        let mut digits = vec![];
        while let Some(byte) = self.peek() {
            self.at += 1;
            if byte == b'>' {
                break;
            }
            digits.extend(char::from(byte).to_digit(16));
        }
        let pair = |pair: &[u32]| match pair {
            [high, low] => (16 * high + low) as u8,
            [high] => (16 * high) as u8,
            _ => 0,
        };
        digits.chunks(2).map(pair).collect()
    }
}

impl<'a> Iterator for Scanner<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let byte = self.peek()?;
            if is_space(byte) {
                self.at += 1;
                continue;
            }
            if !is_delimiter(byte) {
                let word = self.regular();
                let whole = std::str::from_utf8(word).ok().and_then(|word| word.parse().ok());
                return Some(whole.map_or(Token::Word(word), Token::Integer));
            }
            self.at += 1;
            return Some(match byte {
                b'%' => {
                    while self.peek().is_some_and(|byte| byte != b'\n' && byte != b'\r') {
                        self.at += 1;
                    }
                    continue;
                }
                b'(' => Token::Text(self.literal()),
                b'/' => Token::Name(self.regular()),
                b'<' | b'>' if self.peek() == Some(byte) => {
                    self.at += 1;
                    Token::Bracket
                }
                b'<' => Token::Text(self.hexadecimal()),
                _ => Token::Bracket,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_every_kind() {
        let tokens: Vec<Token> =
            Scanner::new(b"/P <</MCID 7>> BDC % a note\n[(a\\)\\101(b))-3 <4142 5>]TJ -1.5 0 Td")
                .collect();
        let text = |bytes: &[u8]| Token::Text(bytes.to_vec());
        assert_eq!(
            tokens,
            [
                Token::Name(b"P"),
                Token::Bracket,
                Token::Name(b"MCID"),
                Token::Integer(7),
                Token::Bracket,
                Token::Word(b"BDC"),
                Token::Bracket,
                text(b"a)A(b)"),
                Token::Integer(-3),
                text(b"ABP"),
                Token::Bracket,
                Token::Word(b"TJ"),
                Token::Word(b"-1.5"),
                Token::Integer(0),
                Token::Word(b"Td"),
            ]
        );
    }

    #[test]
    fn no_bytes_break_it() {
        for bytes in [&b"("[..], b"(\\", b"<", b"<<", b"/", b"(\\7", b"[[[[", b")", b"<a", b"%"] {
            assert!(Scanner::new(bytes).count() < 9);
        }
    }
}
