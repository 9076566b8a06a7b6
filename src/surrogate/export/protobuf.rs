//! Protobuf messages as bytes: the three kinds of fields that ONNX needs ("Protocol Buffers: encoding").

/// A message that is being written.
#[derive(Clone, Debug, Default)]
pub(super) struct Message(Vec<u8>);

impl Message {
    /// Its bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    fn varint(&mut self, mut x: u64) {
        while x >= 0x80 {
            self.0.push((x & 0x7f) as u8 | 0x80);
            x >>= 7;
        }
        self.0.push(x as u8);
    }

    /// A whole number.
    pub fn int(mut self, field: u64, x: i64) -> Self {
        self.varint(field << 3);
        // Negative numbers are ten bytes long, as two's complement of 64 bits.
        self.varint(x as u64);
        self
    }

    /// Bytes with their length: a text, a message, packed numbers.
    pub fn bytes(mut self, field: u64, bytes: &[u8]) -> Self {
        self.varint(field << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
        self
    }

    /// A text.
    pub fn text(self, field: u64, text: &str) -> Self {
        self.bytes(field, text.as_bytes())
    }

    /// A message inside.
    pub fn message(self, field: u64, inner: Message) -> Self {
        self.bytes(field, &inner.0)
    }

    /// Whole numbers, packed.
    pub fn ints(self, field: u64, all: &[i64]) -> Self {
        let mut packed = Message::default();
        all.iter().for_each(|x| packed.varint(*x as u64));
        self.bytes(field, &packed.0)
    }
}
