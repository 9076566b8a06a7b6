//! A surrogate tree as a model file of its own, for other programs: PMML and ONNX. Both are formats that this program reads
//! too, so that what was written can be held against the tree.

mod onnx;
mod pmml;
mod protobuf;

use super::tree::{Ask, Split, SurrogateTree};
use crate::fault::{Checked, Fault, Place};

impl SurrogateTree {
    /// Refuses questions that a file cannot hold: a category that has no name in the model's file.
    fn exportable(&self, format: &str) -> Checked<()> {
        let nameless = self.nodes.iter().filter_map(|node| node.split.as_ref()).find(|split| {
            let names = self.details.get(split.detail).map_or(0, |detail| detail.names().len());
            matches!(&split.ask, Ask::OneOf(places) if places.iter().any(|place| *place >= names))
        });
        let Some(Split { detail, .. }) = nameless else { return Ok(()) };
        let name = self.details.get(*detail).map(|detail| detail.name.as_str()).unwrap_or_default();
        Err(Fault::new(
            "R37",
            Place::default().field(name),
            format!("a question about a category of `{name}` that the model does not know"),
            format!("categories that {format} can name"),
            "Write the tree as text or JSON, or leave the rows with that category out.",
        )
        .into())
    }
}
