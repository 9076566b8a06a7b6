//! ZIP archives taken apart and put together again, so that what is in them can be changed: a damaged archive is
//! refused for its checksum before anybody looks at the content.

use std::io::{Read, Write};

use flate2::{Compression, Crc, read::DeflateDecoder, write::DeflateEncoder};

/// One file of an archive as it is to be written; what it declares may be untrue.
#[derive(Clone)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// The bytes in the archive.
    pub packed: Vec<u8>,
    /// 0 stored, 8 deflated.
    pub method: u16,
    /// The size that it declares.
    pub size: u32,
    /// The checksum that it declares.
    pub crc: u32,
    /// Flags; bit 0 is encryption.
    pub flags: u16,
}

fn crc(content: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(content);
    crc.sum()
}

impl Entry {
    /// A file as it is.
    pub fn stored(name: &str, content: &[u8]) -> Self {
        let (packed, size) = (content.to_vec(), content.len() as u32);
        Entry { name: name.to_owned(), packed, method: 0, size, crc: crc(content), flags: 0 }
    }

    /// A file compressed.
    pub fn deflated(name: &str, content: &[u8]) -> Self {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(content).unwrap();
        let packed = encoder.finish().unwrap();
        Entry { packed, method: 8, ..Entry::stored(name, content) }
    }
}

/// The archive of some files.
pub fn packed(entries: &[Entry]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let offset = out.len() as u32;
        let mut head = Vec::new();
        for n in [20, entry.flags, entry.method, 0, 33] {
            head.extend(n.to_le_bytes());
        }
        for n in [entry.crc, entry.packed.len() as u32, entry.size] {
            head.extend(n.to_le_bytes());
        }
        head.extend((entry.name.len() as u16).to_le_bytes());
        head.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&head);
        out.extend(entry.name.as_bytes());
        out.extend(&entry.packed);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&head);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(entry.name.as_bytes());
    }
    let start = out.len() as u32;
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend((entries.len() as u16).to_le_bytes().repeat(2));
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

/// The files of an archive, name and content, if it is as simple as those that skops writes.
pub fn unpacked(bytes: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let two =
        |at: usize| Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?) as usize);
    let four =
        |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize);
    let end = bytes.len().checked_sub(22)?;
    if bytes.get(end..end + 4)? != b"PK\x05\x06" {
        return None;
    }
    let (count, mut at) = (two(end + 10)?, four(end + 16)?);
    let mut files = Vec::new();
    for _ in 0..count.min(200) {
        let (method, size, offset) = (two(at + 10)?, four(at + 20)?, four(at + 42)?);
        let names = two(at + 28)?;
        let name = String::from_utf8(bytes.get(at + 46..at + 46 + names)?.to_vec()).ok()?;
        let start = offset.checked_add(30 + two(offset + 26)? + two(offset + 28)?)?;
        let packed = bytes.get(start..start.checked_add(size)?)?;
        let mut content = Vec::new();
        match method {
            0 => content.extend(packed),
            8 => drop(DeflateDecoder::new(packed).take(1 << 20).read_to_end(&mut content).ok()?),
            _ => return None,
        }
        files.push((name, content));
        at += 46 + names + two(at + 30)? + two(at + 32)?;
    }
    Some(files)
}
