//! The archive around a skops file: a ZIP of `schema.json` and arrays, read with limits.
//!
//! What a file declares is not believed: a member may unpack to [`LARGEST`] bytes, or to [`RATIO`] times what it takes in
//! the file where that is more; and all that is unpacked for one model stays within a few times the file.

use std::cell::{Cell, RefCell};
use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::npy::Array;
use super::schema::{Item, Node};
use crate::fault::Checked;
use crate::model::fault::{malformed, structure, unsupported};

/// Most bytes that a packed member may have without regard to its size in the file.
const LARGEST: u64 = 16 << 20;
/// Most bytes of a packed member for each byte that it takes in the file; schemas pack to a twentieth or so, that of
/// 5,000 small trees to a sixty-fifth.
const RATIO: u64 = 96;
/// Most members: a forest of 10,000 trees has fewer than half as many.
const MEMBERS: usize = 400_000;

/// The archive of one model, and what may still be unpacked.
#[derive(Debug)]
pub(super) struct Archive<'a> {
    /// The file's name in messages.
    pub file: &'a str,
    zip: RefCell<ZipArchive<Cursor<&'a [u8]>>>,
    left: Cell<u64>,
}

impl<'a> Archive<'a> {
    /// Opens the archive.
    ///
    /// # Errors
    /// M03 if it is none, or cut off.
    pub fn open(file: &'a str, bytes: &'a [u8]) -> Checked<Self> {
        let zip = ZipArchive::new(Cursor::new(bytes))
            .map_err(|e| malformed(file, "a whole ZIP archive (skops)", e.to_string()))?;
        if zip.len() > MEMBERS {
            return Err(unsupported(file, format!("an archive of {} members", zip.len())));
        }
        let listed = listed(bytes, zip.central_directory_start());
        if listed != zip.len() {
            let found = format!("an archive of {listed} members with {} names", zip.len());
            return Err(malformed(file, "an archive that has each name once", found));
        }
        let left = Cell::new((bytes.len() as u64).saturating_mul(RATIO).max(4 * LARGEST));
        Ok(Archive { file, zip: RefCell::new(zip), left })
    }

    /// That the archive has little else than what its schema names.
    ///
    /// # Errors
    /// M03 if it has.
    pub fn holds(&self, named: usize) -> Checked<()> {
        /// A model card or a requirements file may lie beside the schema.
        const OTHERS: usize = 100;
        let members = self.zip.borrow().len();
        if members <= named.saturating_add(OTHERS) {
            return Ok(());
        }
        let found = format!("an archive of {members} members of which the schema names {named}");
        Err(malformed(self.file, "what the schema names", found))
    }

    /// The bytes of a member.
    ///
    /// # Errors
    /// M03 for a member that is missing, packed in another way than stored or deflated, larger than it may be, or that
    /// does not unpack to the size and checksum that the archive declares.
    pub fn member(&self, name: &str) -> Checked<Vec<u8>> {
        let broken = |what: String| malformed(self.file, "a whole skops archive", what);
        let mut zip = self.zip.borrow_mut();
        let mut member =
            zip.by_name(name).map_err(|e| broken(format!("the member `{name}`: {e}")))?;
        let (size, packed) = (member.size(), member.compressed_size());
        let most = match member.compression() {
            zip::CompressionMethod::Stored => packed,
            _ => packed.saturating_mul(RATIO).max(LARGEST),
        };
        if size > most || size > self.left.get() {
            return Err(unsupported(
                self.file,
                format!("the member `{name}` that unpacks from {packed} to {size} bytes"),
            ));
        }
        self.left.set(self.left.get() - size);
        let mut bytes = Vec::new();
        let read = (&mut member).take(size + 1).read_to_end(&mut bytes);
        read.map_err(|e| broken(format!("the member `{name}`: {e}")))?;
        if bytes.len() as u64 != size {
            return Err(broken(format!(
                "the member `{name}` of {} bytes where {size} are declared",
                bytes.len()
            )));
        }
        Ok(bytes)
    }

    /// An array, a number, or a list of numbers or texts, as one array.
    ///
    /// # Errors
    /// M03, M04 for anything else.
    pub fn array(&self, what: &str, item: &Item) -> Checked<Array> {
        let other = || unsupported(self.file, format!("`{what}` that is {}", item.described()));
        let Item::Node(node) = item else { return Err(other()) };
        match (&*node.loader, &*node.kind) {
            ("NdArrayNode", "numpy") => Array::read(&self.member(&node.file)?)
                .map_err(|e| malformed(self.file, "a NumPy array", format!("{e} in `{what}`"))),
            ("NdArrayNode", "json") | ("ListNode" | "TupleNode", _) => {
                let Item::List(items) = &node.content else { return Err(other()) };
                let mut cells = Vec::with_capacity(items.len());
                for item in items {
                    cells.push(match item {
                        Item::Node(node) if &*node.loader == "NdArrayNode" => {
                            let array = self.array(what, item)?;
                            array.cells.into_iter().next().ok_or_else(other)?
                        }
                        item => item.cell().ok_or_else(other)?,
                    });
                }
                Ok(Array { shape: vec![cells.len()], cells, fields: Vec::new() })
            }
            _ => {
                let cell = item.cell().ok_or_else(other)?;
                Ok(Array { shape: Vec::new(), cells: vec![cell], fields: Vec::new() })
            }
        }
    }

    /// An attribute that a model must have.
    ///
    /// # Errors
    /// M05 if it has none: it was saved before it was fitted, or by a version that has other attributes.
    pub fn attribute<'n>(&self, node: &'n Node, name: &str) -> Checked<&'n Item> {
        node.attribute(name).ok_or_else(|| {
            structure(
                self.file,
                format!("a {} without `{name}`", node.class),
                "a fitted model of scikit-learn 0.24 to 1.9",
            )
        })
    }

    /// The numbers of an attribute.
    ///
    /// # Errors
    /// As [`Archive::attribute`] and [`Archive::array`]; M04 for anything but numbers.
    pub fn numbers(&self, node: &Node, name: &str) -> Checked<Vec<f64>> {
        let array = self.array(name, self.attribute(node, name)?)?;
        array.numbers().ok_or_else(|| {
            unsupported(self.file, format!("a {} whose `{name}` is not numbers", node.class))
        })
    }

    /// The one number of an attribute.
    ///
    /// # Errors
    /// As [`Archive::numbers`].
    pub fn number(&self, node: &Node, name: &str) -> Checked<f64> {
        match self.numbers(node, name)?.as_slice() {
            [number] => Ok(*number),
            numbers => Err(structure(
                self.file,
                format!("{} numbers in `{name}` of a {}", numbers.len(), node.class),
                "one number",
            )),
        }
    }

    /// A count that is an attribute.
    ///
    /// # Errors
    /// As [`Archive::number`].
    pub fn count(&self, node: &Node, name: &str) -> Checked<usize> {
        let number = self.number(node, name)?;
        if number >= 0.0 && number.fract() == 0.0 && number <= 1e9 {
            return Ok(number as usize);
        }
        Err(structure(self.file, format!("`{name}` = {number}"), "a count"))
    }

    /// The nodes of a list.
    ///
    /// # Errors
    /// M04 for anything else.
    pub fn list<'n>(&self, what: &str, item: &'n Item) -> Checked<&'n [Item]> {
        if let Item::Node(node) = item
            && let ("ListNode" | "TupleNode", _) | ("NdArrayNode", "json") =
                (&*node.loader, &*node.kind)
            && let Item::List(items) = &node.content
        {
            return Ok(items);
        }
        Err(unsupported(self.file, format!("`{what}` that is {}", item.described())))
    }
}

/// How many entries the directory at the archive's end has; the reader keeps one of several with the same name.
fn listed(bytes: &[u8], start: u64) -> usize {
    /// Signature of an entry, and its size without name, extra field and comment.
    const SIGNATURE: &[u8] = b"PK\x01\x02";
    const FIXED: usize = 46;
    let mut rest = usize::try_from(start).ok().and_then(|start| bytes.get(start..));
    let mut count = 0;
    while let Some(entry) = rest.filter(|rest| rest.starts_with(SIGNATURE)) {
        count += 1;
        let lengths = entry.get(28..34).unwrap_or_default().chunks_exact(2);
        let variable: usize = lengths
            .map(|two| two.try_into().map_or(0, |two| usize::from(u16::from_le_bytes(two))))
            .sum();
        rest = entry.get(FIXED + variable..);
    }
    count
}
