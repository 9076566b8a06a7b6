//! PMML 4.4: a TreeModel with one child each for yes and no, and a default child for missing values.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::super::details::{Detail, DetailKind};
use super::super::tree::{Ask, Split, Subject, SurrogateTree};
use crate::fault::{Checked, Fault, Place};

type Out = Writer<Vec<u8>>;

impl SurrogateTree {
    /// The tree as PMML text. `columns` are the names of the model's columns; the file asks for those that the tree does.
    ///
    /// One-hot columns that say no category are not told from missing ones by PMML: a row in which more than one is 1
    /// may end elsewhere.
    ///
    /// # Errors
    /// R37 for a question that the file cannot hold.
    pub fn to_pmml(&self, columns: &[String]) -> Checked<String> {
        self.exportable("PMML")?;
        let mut out = Writer::new_with_indent(Vec::new(), b' ', 2);
        let writing = Writing { tree: self, columns };
        let written = writing.document(&mut out).map(|()| String::from_utf8(out.into_inner()));
        match written {
            Ok(Ok(text)) => Ok(text + "\n"),
            _ => {
                let mend = "Write the tree as JSON.";
                let found = "names that are no XML text";
                Err(Fault::new("R37", Place::default(), found, "names that XML can hold", mend)
                    .into())
            }
        }
    }
}

struct Writing<'a> {
    tree: &'a SurrogateTree,
    columns: &'a [String],
}

impl Writing<'_> {
    fn name(&self, column: usize) -> &str {
        self.columns.get(column).map(String::as_str).unwrap_or_default()
    }

    /// A name that no column has.
    fn target(&self) -> String {
        let mut name = "surrogate".to_owned();
        while self.columns.contains(&name) {
            name.push('_');
        }
        name
    }

    /// The details that are asked about, in their order.
    fn asked(&self) -> Vec<&Detail> {
        let splits = || self.tree.nodes().iter().filter_map(|node| node.split.as_ref());
        let is_asked = |at: usize| splits().any(|split| split.detail == at);
        let all = self.tree.details().iter().enumerate();
        all.filter(|(at, _)| is_asked(*at)).map(|(_, detail)| detail).collect()
    }

    fn document(&self, out: &mut Out) -> io::Result<()> {
        out.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let (function, data_type, optype) = match self.tree.subject() {
            Subject::Score { .. } => ("regression", "double", "continuous"),
            Subject::Decision { .. } => ("classification", "string", "categorical"),
        };
        let (target, asked) = (self.target(), self.asked());
        let count = asked.iter().map(|detail| detail.columns.len()).sum::<usize>() + 1;
        out.create_element("PMML")
            .with_attributes([("xmlns", "http://www.dmg.org/PMML-4_4"), ("version", "4.4")])
            .write_inner_content(|out| {
                let about = "A surrogate: a simplified picture of another model, not that model.";
                out.create_element("Header")
                    .with_attribute(("description", about))
                    .write_inner_content(|out| {
                        out.create_element("Application")
                            .with_attributes([
                                ("name", "klartext"),
                                ("version", env!("CARGO_PKG_VERSION")),
                            ])
                            .write_empty()?;
                        Ok(())
                    })?;
                out.create_element("DataDictionary")
                    .with_attribute(("numberOfFields", count.to_string().as_str()))
                    .write_inner_content(|out| {
                        asked.iter().try_for_each(|detail| self.field(out, detail))?;
                        let field = out.create_element("DataField").with_attributes([
                            ("name", target.as_str()),
                            ("optype", optype),
                            ("dataType", data_type),
                        ]);
                        match self.tree.subject() {
                            Subject::Score { .. } => field.write_empty()?,
                            Subject::Decision { classes } => {
                                field.write_inner_content(|out| values(out, classes))?
                            }
                        };
                        Ok(())
                    })?;
                out.create_element("TreeModel")
                    .with_attributes([
                        ("modelName", "surrogate"),
                        ("functionName", function),
                        ("missingValueStrategy", "defaultChild"),
                        ("splitCharacteristic", "binarySplit"),
                    ])
                    .write_inner_content(|out| {
                        self.schema(out, &asked, &target)?;
                        self.node(out, 0, None)
                    })?;
                Ok(())
            })?;
        Ok(())
    }

    fn field(&self, out: &mut Out, detail: &Detail) -> io::Result<()> {
        for column in &detail.columns {
            let field =
                out.create_element("DataField").with_attribute(("name", self.name(*column)));
            match &detail.kind {
                DetailKind::Category { names, .. } => field
                    .with_attributes([("optype", "categorical"), ("dataType", "string")])
                    .write_inner_content(|out| values(out, names))?,
                DetailKind::Number | DetailKind::OneHot { .. } => field
                    .with_attributes([("optype", "continuous"), ("dataType", "double")])
                    .write_empty()?,
            };
        }
        Ok(())
    }

    fn schema(&self, out: &mut Out, asked: &[&Detail], target: &str) -> io::Result<()> {
        out.create_element("MiningSchema").write_inner_content(|out| {
            for column in asked.iter().flat_map(|detail| &detail.columns) {
                // A category that the fit never saw is none of those that a question names.
                out.create_element("MiningField")
                    .with_attributes([
                        ("name", self.name(*column)),
                        ("invalidValueTreatment", "asIs"),
                    ])
                    .write_empty()?;
            }
            out.create_element("MiningField")
                .with_attributes([("name", target), ("usageType", "target")])
                .write_empty()?;
            Ok(())
        })?;
        Ok(())
    }

    /// A node and those below it. `from` is the question that leads to it, and the answer.
    fn node(&self, out: &mut Out, at: usize, from: Option<(&Split, bool)>) -> io::Result<()> {
        let Some(node) = self.tree.nodes().get(at) else { return Ok(()) };
        let classes: &[String] = match self.tree.subject() {
            Subject::Decision { classes } => classes,
            Subject::Score { .. } => &[],
        };
        let score = match classes.get(node.says) {
            Some(class) => class.clone(),
            None => node.mean.to_string(),
        };
        let mut element = out.create_element("Node").with_attributes([
            ("id", at.to_string().as_str()),
            ("score", score.as_str()),
            ("recordCount", node.rows.to_string().as_str()),
        ]);
        if let Some(split) = &node.split {
            let default = if split.missing_yes { split.yes } else { split.no };
            element = element.with_attribute(("defaultChild", default.to_string().as_str()));
        }
        element.write_inner_content(|out| {
            match from {
                None => out.create_element("True").write_empty().map(|_| ())?,
                Some((split, yes)) => self.predicate(out, split, yes)?,
            }
            for (class, count) in classes.iter().zip(&node.counts) {
                out.create_element("ScoreDistribution")
                    .with_attributes([
                        ("value", class.as_str()),
                        ("recordCount", count.to_string().as_str()),
                    ])
                    .write_empty()?;
            }
            if let Some(split) = &node.split {
                self.node(out, split.yes, Some((split, true)))?;
                self.node(out, split.no, Some((split, false)))?;
            }
            Ok(())
        })?;
        Ok(())
    }

    /// What holds of rows that answer yes, or no.
    fn predicate(&self, out: &mut Out, split: &Split, yes: bool) -> io::Result<()> {
        let Some(detail) = self.tree.details().get(split.detail) else { return Ok(()) };
        let first = detail.columns.first().map(|column| self.name(*column)).unwrap_or_default();
        match (&split.ask, &detail.kind) {
            (Ask::Below(threshold), _) => {
                let operator = if yes { "lessThan" } else { "greaterOrEqual" };
                simple(out, first, operator, &threshold.to_string())
            }
            (Ask::OneOf(places), DetailKind::OneHot { .. }) => {
                self.one_hot(out, detail, places, yes)
            }
            (Ask::OneOf(places), _) => {
                let named = places.iter().filter_map(|place| detail.names().get(*place));
                let quoted: Vec<String> = named
                    .map(|name| format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")))
                    .collect();
                let operator = if yes { "isIn" } else { "isNotIn" };
                out.create_element("SimpleSetPredicate")
                    .with_attributes([("field", first), ("booleanOperator", operator)])
                    .write_inner_content(|out| {
                        out.create_element("Array")
                            .with_attributes([
                                ("n", quoted.len().to_string().as_str()),
                                ("type", "string"),
                            ])
                            .write_text_content(BytesText::new(&quoted.join(" ")))?;
                        Ok(())
                    })?;
                Ok(())
            }
        }
    }

    /// One of several columns is 1, or none of all; for "no" the contrary of each.
    fn one_hot(
        &self,
        out: &mut Out,
        detail: &Detail,
        places: &[usize],
        yes: bool,
    ) -> io::Result<()> {
        let all = &detail.columns;
        let ones: Vec<usize> = places.iter().filter_map(|place| all.get(*place).copied()).collect();
        let none = places.contains(&all.len());
        let (operator, joins) =
            if yes { ("equal", ["or", "and"]) } else { ("notEqual", ["and", "or"]) };
        let zeros = |out: &mut Out| {
            several(out, joins[1], all.len(), |out| {
                all.iter().try_for_each(|column| simple(out, self.name(*column), operator, "0"))
            })
        };
        several(out, joins[0], ones.len() + usize::from(none), |out| {
            ones.iter().try_for_each(|column| simple(out, self.name(*column), operator, "1"))?;
            if none { zeros(out) } else { Ok(()) }
        })
    }
}

fn values(out: &mut Out, names: &[String]) -> io::Result<()> {
    names.iter().try_for_each(|name| {
        out.create_element("Value")
            .with_attribute(("value", name.as_str()))
            .write_empty()
            .map(|_| ())
    })
}

fn simple(out: &mut Out, field: &str, operator: &str, value: &str) -> io::Result<()> {
    out.create_element("SimplePredicate")
        .with_attributes([("field", field), ("operator", operator), ("value", value)])
        .write_empty()
        .map(|_| ())
}

/// Predicates in a compound one; a single one stands alone.
fn several(
    out: &mut Out,
    joined: &str,
    count: usize,
    parts: impl FnOnce(&mut Out) -> io::Result<()>,
) -> io::Result<()> {
    if count == 1 {
        return parts(out);
    }
    out.create_element("CompoundPredicate")
        .with_attribute(("booleanOperator", joined))
        .write_inner_content(parts)
        .map(|_| ())
}
