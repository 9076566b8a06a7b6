//! The attached record comes back out of a file, and no file brings the reader down.

use klartext::pdf;
use lopdf::Document as Pdf;

use crate::samples::{self, written};

// The record comes back out of the file, and nothing hostile brings the reader down.
#[test]
fn the_attachment_comes_back() {
    let document = samples::letter();
    let bytes = written(&document);
    let (marker, json) = pdf::attachment(&bytes).expect("attachment");
    assert_eq!((marker, json), (document.marker.clone(), document.attachment.bytes.clone()));

    for hostile in [
        &b""[..],
        b"%PDF-1.7",
        b"no pdf",
        b"%PDF-1.7\ntrailer <</Root 1 0 R>>\nstartxref\n0\n%%EOF",
    ] {
        assert_eq!(pdf::attachment(hostile).expect_err("refused").0[0].code, "F31");
    }
    let nested = [b"%PDF-1.7\n1 0 obj\n".to_vec(), vec![b'['; 200_000]].concat();
    assert!(pdf::attachment(&nested).is_err());
    // A cross-reference table that points to itself, and one that claims four thousand million objects.
    let text = |from: &str, to: &str| {
        let at = bytes
            .windows(from.len())
            .rposition(|window| window == from.as_bytes())
            .expect("in the file");
        [&bytes[..at], to.as_bytes(), &bytes[at + from.len()..]].concat()
    };
    let table = bytes
        .windows(5)
        .rposition(|window| window == b"xref\n" || window == b"\nxref")
        .expect("table");
    for hostile in [
        text("trailer\n<<", &format!("trailer\n<</Prev {}", table + 1)),
        text("trailer\n<<", &format!("trailer\n<</Prev {table}")),
        text("xref\n0 ", "xref\n0 4000000000\n0 "),
        text("/Size ", "/Size 4000000000"),
    ] {
        let _ = pdf::attachment(&hostile);
    }
    for cut in (0..bytes.len()).step_by(997) {
        let _ = pdf::attachment(&bytes[..cut]);
        let mut flipped = bytes.clone();
        flipped[cut] ^= 0x55;
        let _ = pdf::attachment(&flipped);
    }
}

// A stream that unpacks to a thousand times its size is not unpacked.
#[test]
fn a_decompression_bomb_is_refused() {
    use std::io::Write;
    let mut pdf = Pdf::load_mem(&written(&samples::shortest())).expect("readable");
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    let zeros = vec![0u8; 1 << 20];
    (0..80).for_each(|_| packer.write_all(&zeros).expect("packed"));
    let bomb = packer.finish().expect("packed");
    let stream = pdf.objects.values_mut().filter_map(|object| object.as_stream_mut().ok());
    let stream = stream
        .into_iter()
        .find(|stream| stream.dict.has_type(b"EmbeddedFile"))
        .expect("embedded file");
    stream.set_content(bomb);
    let mut bytes = Vec::new();
    pdf.save_to(&mut bytes).expect("saved");
    assert!(bytes.len() < 1 << 20);
    assert_eq!(
        pdf::attachment(&bytes).expect_err("refused").0[0].found,
        "a stream of more than 64 MiB"
    );
}
