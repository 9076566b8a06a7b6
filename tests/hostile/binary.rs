//! Binary files made by hand: overwritten places, UBJSON from JSON, protobuf messages.

use serde_json::Value;

/// The file with extreme numbers of several widths and byte orders written over each place.
pub fn overwritten(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    const NUMBERS: &[&[u8]] = &[
        &[0xff; 4],
        &[0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        &[0, 0, 0, 0],
        &[0xff, 0xff, 0xff, 0x7f],
        // 10^9: as a varint, little-endian, big-endian behind UBJSON's marker
        &[0x80, 0x94, 0xeb, 0xdc, 0x03],
        &[0, 0xca, 0x9a, 0x3b],
        b"l\x3b\x9a\xca\x00",
        // NaN and infinity in single precision
        &[0, 0, 0xc0, 0x7f],
        &[0x7f, 0x80, 0, 0],
        b"[[[[",
    ];
    let stride = 1 + bytes.len() / 400;
    let mut files = Vec::new();
    for (i, at) in (0..bytes.len()).step_by(stride).enumerate() {
        // Two of the numbers at each place, all of them within five places.
        for number in [NUMBERS[2 * i % NUMBERS.len()], NUMBERS[(2 * i + 1) % NUMBERS.len()]] {
            let mut bad = bytes.to_vec();
            let end = bad.len().min(at + number.len());
            bad[at..end].copy_from_slice(&number[..end - at]);
            files.push((format!("{number:x?} at {at}"), bad));
        }
    }
    files
}

/// A JSON value as UBJSON, as XGBoost writes it: lengths and integers in eight bytes, numbers in single precision.
pub fn ubjson(value: &Value) -> Vec<u8> {
    fn text(text: &str, out: &mut Vec<u8>) {
        out.push(b'L');
        out.extend((text.len() as i64).to_be_bytes());
        out.extend(text.as_bytes());
    }
    fn write(value: &Value, out: &mut Vec<u8>) {
        match value {
            Value::Null => out.push(b'Z'),
            Value::Bool(is) => out.push(if *is { b'T' } else { b'F' }),
            Value::Number(n) => match n.as_i64() {
                Some(n) => {
                    out.push(b'L');
                    out.extend(n.to_be_bytes());
                }
                None => {
                    out.push(b'd');
                    out.extend((n.as_f64().unwrap() as f32).to_be_bytes());
                }
            },
            Value::String(s) => {
                out.push(b'S');
                text(s, out);
            }
            Value::Array(list) => {
                out.push(b'[');
                list.iter().for_each(|value| write(value, out));
                out.push(b']');
            }
            Value::Object(members) => {
                out.push(b'{');
                for (name, value) in members {
                    text(name, out);
                    write(value, out);
                }
                out.push(b'}');
            }
        }
    }
    let mut out = Vec::new();
    write(value, &mut out);
    out
}

/// A protobuf varint.
pub fn varint(mut n: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while n > 0x7f {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
    out
}

/// A protobuf field of a number.
pub fn number(tag: u64, n: i64) -> Vec<u8> {
    [varint(tag << 3), varint(n.cast_unsigned())].concat()
}

/// A protobuf field of bytes, a text or a message.
pub fn field(tag: u64, content: &[u8]) -> Vec<u8> {
    [varint(tag << 3 | 2), varint(content.len() as u64), content.to_vec()].concat()
}

/// A message within messages, `tags` around each other again and again, `times` deep.
pub fn nested(tags: &[u64], times: usize) -> Vec<u8> {
    // From the inside, backwards: each layer is its length's and tag's bytes before what there is.
    let mut backwards = Vec::new();
    for tag in tags.iter().rev().cycle().take(tags.len() * times) {
        let head = [varint(tag << 3 | 2), varint(backwards.len() as u64)].concat();
        backwards.extend(head.iter().rev());
    }
    backwards.reverse();
    backwards
}

/// An attribute of an ONNX operator.
pub enum Attribute<'a> {
    Floats(&'a [f32]),
    Ints(&'a [i64]),
    Texts(&'a [&'a str]),
    Int(i64),
    Text(&'a str),
}

/// An ONNX operator.
pub fn node(
    operator: &str,
    domain: &str,
    inputs: &[&str],
    output: &str,
    attributes: &[(&str, Attribute)],
) -> Vec<u8> {
    let mut node: Vec<u8> = inputs.iter().flat_map(|input| field(1, input.as_bytes())).collect();
    node.extend([field(2, output.as_bytes()), field(4, operator.as_bytes())].concat());
    for (name, value) in attributes {
        let content = match value {
            Attribute::Floats(list) => {
                let bytes: Vec<u8> = list.iter().flat_map(|x| x.to_le_bytes()).collect();
                [field(7, &bytes), number(20, 6)].concat()
            }
            Attribute::Ints(list) => {
                let bytes: Vec<u8> = list.iter().flat_map(|n| varint(n.cast_unsigned())).collect();
                [field(8, &bytes), number(20, 7)].concat()
            }
            Attribute::Texts(list) => {
                let bytes: Vec<u8> = list.iter().flat_map(|s| field(9, s.as_bytes())).collect();
                [bytes, number(20, 8)].concat()
            }
            Attribute::Int(n) => [number(3, *n), number(20, 2)].concat(),
            Attribute::Text(s) => [field(4, s.as_bytes()), number(20, 3)].concat(),
        };
        node.extend(field(5, &[field(1, name.as_bytes()), content].concat()));
    }
    node.extend(field(7, domain.as_bytes()));
    node
}

/// An ONNX file from a tensor X of some columns to a tensor Y; `content` is the graph's nodes and initialisers.
pub fn onnx_graph(content: &[u8], columns: i64) -> Vec<u8> {
    let tensor = |name: &[u8], columns: i64| {
        let shape = [field(1, b""), field(1, &number(1, columns))].concat();
        let tensor = [number(1, 1), field(2, &shape)].concat();
        field(1, name).into_iter().chain(field(2, &field(1, &tensor))).collect::<Vec<u8>>()
    };
    let graph = [
        content,
        &field(2, b"g"),
        &field(11, &tensor(b"X", columns)),
        &field(12, &tensor(b"Y", 1)),
    ];
    let opset = |domain: &[u8], version| field(8, &[field(1, domain), number(2, version)].concat());
    [number(1, 8), field(7, &graph.concat()), opset(b"", 17), opset(b"ai.onnx.ml", 3)].concat()
}

/// An ONNX file with one operator of ai.onnx.ml on one tensor of `columns` columns.
pub fn onnx(operator: &str, columns: i64, attributes: &[(&str, Attribute)]) -> Vec<u8> {
    onnx_graph(&field(1, &node(operator, "ai.onnx.ml", &["X"], "Y", attributes)), columns)
}
