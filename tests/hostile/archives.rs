//! ZIP archives: bombs, untrue declarations, names that point elsewhere, and skops' schema with any value anywhere.

use std::io::Write;

use crate::archive::{Entry, packed, unpacked};
use crate::{alone, corpus, harmless, text};

/// Deflated zeros, a mebibyte again and again: some megabytes of file that unpack to `mebibytes`.
fn zeros(mebibytes: usize) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&[b' '; 1 << 20]).unwrap();
    encoder.flush().unwrap();
    let start = encoder.get_ref().len();
    encoder.write_all(&[b' '; 1 << 20]).unwrap();
    encoder.flush().unwrap();
    // After a flush the stream stands at a byte; what is between two of them can be repeated.
    let between = encoder.get_ref()[start..].to_vec();
    let end = encoder.finish().unwrap();
    let split = start + between.len();
    [&end[..start], &between.repeat(mebibytes), &end[split..]].concat()
}

/// The files of the smallest skops seed, and one of them replaced.
fn with(name: &str, entry: Entry) -> Vec<u8> {
    let (_, bytes) = corpus("skops", true).swap_remove(0);
    let files = unpacked(&bytes).unwrap();
    let mut entries: Vec<_> =
        files.iter().filter(|(n, _)| n != name).map(|(n, c)| Entry::stored(n, c)).collect();
    entries.push(entry);
    packed(&entries)
}

#[test]
fn archives_that_lie_are_refused() {
    let _alone = alone();
    let (_, seed) = corpus("skops", true).swap_remove(0);
    let files = unpacked(&seed).unwrap();
    let schema = &files.iter().find(|(name, _)| name == "schema.json").unwrap().1;
    let array = files.iter().find(|(name, _)| name.ends_with(".npy")).unwrap();
    let stored = Entry::stored("schema.json", schema);
    let bomb =
        |size| Entry { packed: zeros(400), method: 8, size, ..Entry::stored("schema.json", b"") };
    let spaces = [vec![b' '; 1 << 20], schema.clone()].concat();
    let whole: Vec<_> = files.iter().map(|(name, content)| Entry::stored(name, content)).collect();
    let sound = packed(&whole);
    let mut wrong_offset = sound.clone();
    let at = wrong_offset.len() - 6;
    wrong_offset[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    let mut many = sound.clone();
    let at = many.len() - 14;
    many[at..at + 4].copy_from_slice(&[0xff; 4]);
    let npy = |header: &str, body: &[u8]| {
        let length = (header.len() as u16).to_le_bytes();
        let content = [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), body].concat();
        with(&array.0, Entry::stored(&array.0, &content))
    };
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("a bomb that declares its size", with("schema.json", bomb(400 << 20))),
        ("a bomb that declares little", with("schema.json", bomb(100))),
        ("a bomb in an array", with(&array.0, Entry { name: array.0.clone(), ..bomb(400 << 20) })),
        (
            "an array of 4 GB",
            with(&array.0, Entry { size: u32::MAX, ..Entry::stored(&array.0, &array.1) }),
        ),
        ("a wrong checksum", with("schema.json", Entry { crc: 1, ..stored.clone() })),
        ("an unknown compression", with("schema.json", Entry { method: 99, ..stored.clone() })),
        ("encryption", with("schema.json", Entry { flags: 1, ..stored.clone() })),
        (
            "a name above",
            with("schema.json", Entry { name: "../schema.json".to_owned(), ..stored.clone() }),
        ),
        (
            "a name from the root",
            with(&array.0, Entry { name: "/etc/passwd".to_owned(), ..stored.clone() }),
        ),
        ("a schema alone", packed(std::slice::from_ref(&stored))),
        (
            "two schemas",
            packed(&[whole.clone(), vec![Entry::stored("schema.json", b"{}")]].concat()),
        ),
        ("50,000 files", packed(&[whole.clone(), vec![Entry::stored("x", b""); 50_000]].concat())),
        ("nothing", packed(&[])),
        ("an archive in the archive", packed(&[Entry::stored("schema.json", &sound)])),
        ("a directory beyond the end", wrong_offset),
        ("65,535 files declared", many),
        ("no end", sound[..sound.len() - 22].to_vec()),
        (
            "a pickle",
            with("schema.json", Entry::stored("model.pkl", b"\x80\x04cos\nsystem\n(S'false'\ntR.")),
        ),
        ("no UTF-8", with("schema.json", Entry::stored("schema.json", b"\xff\xfe{}"))),
        (
            "an array of 10^9 numbers",
            npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000,), }", &[0; 64]),
        ),
        (
            "an array of 2^63 numbers",
            npy(
                "{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775808,), }",
                &[0; 64],
            ),
        ),
        (
            "an array whose size overflows",
            npy(
                "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }",
                &[],
            ),
        ),
        (
            "an array of -1 numbers",
            npy("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }", &[0; 64]),
        ),
        (
            "an array of pickles",
            npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", b"\x80\x04N."),
        ),
        (
            "an array that is short",
            npy("{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }", &[0; 23]),
        ),
        (
            "an array of nothing known",
            npy("{'descr': '<x9', 'fortran_order': False, 'shape': (3,), }", &[0; 27]),
        ),
        (
            "an array without header",
            with(&array.0, Entry::stored(&array.0, b"\x93NUMPY\x01\x00\xff\xff")),
        ),
        ("an array whose header nests", npy(&"[(".repeat(30_000), &[])),
    ];
    let read: Vec<&str> =
        files.iter().filter(|(name, file)| harmless(name, file)).map(|(name, _)| *name).collect();
    assert!(read.is_empty(), "read: {read:?}");
    harmless(
        "a schema after a mebibyte of blanks",
        &with("schema.json", Entry::deflated("schema.json", &spaces)),
    );
}

/// As `no_value_is_trusted`, in the schema and in the arrays within the archive.
#[test]
fn no_value_within_an_archive_is_trusted() {
    let _alone = alone();
    for (name, bytes) in corpus("skops", true) {
        let files = unpacked(&bytes).unwrap();
        let again = |changed: usize, content: &[u8]| {
            let entry = |(i, (name, whole)): (usize, &(String, Vec<u8>))| {
                Entry::stored(name, if i == changed { content } else { whole })
            };
            packed(&files.iter().enumerate().map(entry).collect::<Vec<_>>())
        };
        for (i, (within, content)) in files.iter().enumerate() {
            let Ok(whole) = std::str::from_utf8(content).map(str::to_owned) else {
                for (what, bad) in crate::binary::overwritten(content) {
                    harmless(&format!("{name}, {within} with {what}"), &again(i, &bad));
                }
                continue;
            };
            for range in text::members(&whole) {
                for bad in text::VALUES.iter().copied().chain([text::deep()]) {
                    let file = [&whole[..range.start], bad, &whole[range.end..]].concat();
                    let short: String = bad.chars().take(30).collect();
                    let place = range.start;
                    harmless(
                        &format!("{name}, {within} with {short} at {place}"),
                        &again(i, file.as_bytes()),
                    );
                }
            }
        }
    }
}
