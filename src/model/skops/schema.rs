//! `schema.json` of a skops file: a tree of objects, each with the class it belongs to. Nothing of it is executed; what a
//! class means is known here by its name alone.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};

use super::npy::Cell;

/// A value of the schema.
#[derive(Debug, Default)]
pub(super) enum Item {
    /// `null`.
    #[default]
    Nothing,
    /// A text, a number or a truth value.
    Scalar(Cell),
    /// A list; its entries are nodes.
    List(Vec<Item>),
    /// Attributes of an object.
    Attributes(Vec<(Box<str>, Item)>),
    /// An object.
    Node(Box<Node>),
}

/// An object of the schema.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// Its class.
    pub class: Box<str>,
    /// The module of the class.
    pub module: Box<str>,
    /// How skops would restore it.
    pub loader: Box<str>,
    /// `numpy` or `json`, of an array.
    pub kind: Box<str>,
    /// The member of the archive that holds it, of an array.
    pub file: Box<str>,
    /// What it holds.
    pub content: Item,
    /// How many members of the archive stand in what is passed over, such as the arguments that a tree is made with.
    passed: usize,
}

impl Node {
    /// An attribute of an object, or the entry of a dictionary; none if it is absent or `None`.
    pub fn attribute(&self, name: &str) -> Option<&Item> {
        let entries = match &self.content {
            Item::Attributes(entries) => entries,
            Item::Node(inner) => match &inner.content {
                Item::Attributes(entries) => entries,
                _ => return None,
            },
            _ => return None,
        };
        let (_, item) = entries.iter().find(|(key, _)| **key == *name)?;
        (!matches!(item.cell(), Some(Cell::Missing)) && !matches!(item, Item::Nothing))
            .then_some(item)
    }

    /// How many members of the archive the object and what it holds name.
    pub fn members(&self) -> usize {
        usize::from(!self.file.is_empty()) + self.content.members() + self.passed
    }

    /// An attribute that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.attribute(name)? {
            Item::Node(node) => match (&*node.loader, &node.content) {
                ("JsonNode", Item::Scalar(Cell::Text(text))) => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    /// An attribute that is a truth value.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.attribute(name)?.cell()? {
            Cell::Flag(flag) => Some(flag),
            Cell::Number(number) => Some(number != 0.0),
            _ => None,
        }
    }

    /// An attribute that is an object.
    pub fn object(&self, name: &str) -> Option<&Node> {
        match self.attribute(name)? {
            Item::Node(node) => Some(node),
            _ => None,
        }
    }
}

impl Item {
    /// The value of a node that holds one text, number, truth value or `None`.
    pub fn cell(&self) -> Option<Cell> {
        match self {
            Item::Scalar(cell) => Some(cell.clone()),
            Item::Node(node) if &*node.loader == "JsonNode" => match &node.content {
                Item::Scalar(cell) => Some(cell.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    fn members(&self) -> usize {
        match self {
            Item::Nothing | Item::Scalar(_) => 0,
            Item::List(items) => items.iter().map(Item::members).sum(),
            Item::Attributes(entries) => entries.iter().map(|(_, item)| item.members()).sum(),
            Item::Node(node) => node.members(),
        }
    }

    /// In words, for faults.
    pub fn described(&self) -> String {
        match self {
            Item::Nothing => "nothing".to_owned(),
            Item::Scalar(_) => "a single value".to_owned(),
            Item::List(_) => "a list".to_owned(),
            Item::Attributes(_) => "a dictionary".to_owned(),
            Item::Node(node) if &*node.loader == "JsonNode" => match self.cell() {
                Some(Cell::Text(text)) => format!("`{text}`"),
                _ => "a single value".to_owned(),
            },
            Item::Node(node) => format!("`{}.{}`", node.module, node.class),
        }
    }
}

/// The value that a text of JSON states, as Python writes it (with `NaN` and `Infinity`).
fn stated(text: &str) -> Option<Cell> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Json {
        Flag(bool),
        Number(f64),
        Text(String),
        Nothing(()),
    }
    Some(match text {
        "NaN" => Cell::Number(f64::NAN),
        "Infinity" => Cell::Number(f64::INFINITY),
        "-Infinity" => Cell::Number(f64::NEG_INFINITY),
        "null" => Cell::Missing,
        _ => match serde_json::from_str(text).ok()? {
            Json::Flag(flag) => Cell::Flag(flag),
            Json::Number(number) => Cell::Number(number),
            Json::Text(text) => Cell::Text(text),
            Json::Nothing(()) => Cell::Missing,
        },
    })
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ItemVisitor)
    }
}

struct ItemVisitor;

impl<'de> Visitor<'de> for ItemVisitor {
    type Value = Item;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of a skops schema")
    }

    fn visit_unit<E>(self) -> Result<Item, E> {
        Ok(Item::Nothing)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Item, E> {
        Ok(Item::Scalar(Cell::Flag(flag)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Item, E> {
        Ok(Item::Scalar(Cell::Number(number as f64)))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Item, E> {
        Ok(Item::Scalar(Cell::Number(number as f64)))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Item, E> {
        Ok(Item::Scalar(Cell::Number(number)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Item, E> {
        Ok(Item::Scalar(Cell::Text(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Item, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = entries.next_element::<Item>()? {
            // A node takes some fifty bytes of text at least: a short file cannot become a large tree.
            if !matches!(item, Item::Node(_)) {
                return Err(de::Error::custom("a list of something else than objects"));
            }
            items.push(item);
        }
        Ok(Item::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Item, A::Error> {
        let mut node = Node::default();
        let mut attributes = Vec::new();
        let mut is_node = false;
        let mut first = true;
        while let Some(key) = entries.next_key::<std::borrow::Cow<'_, str>>()? {
            is_node |= first && key == "__class__";
            first = false;
            if !is_node {
                attributes.push((key.into(), entries.next_value()?));
                continue;
            }
            let text = |value: Option<String>| value.unwrap_or_default().into_boxed_str();
            match &*key {
                "__class__" => node.class = text(entries.next_value()?),
                "__module__" => node.module = text(entries.next_value()?),
                "__loader__" => node.loader = text(entries.next_value()?),
                "type" => node.kind = text(entries.next_value()?),
                "file" => node.file = text(entries.next_value()?),
                "content" => node.content = entries.next_value()?,
                _ => node.passed += entries.next_value::<Passed>()?.0,
            }
        }
        if !is_node {
            return Ok(Item::Attributes(attributes));
        }
        if node.loader.is_empty() {
            return Err(de::Error::custom("an object that does not say how it was saved"));
        }
        if &*node.loader == "JsonNode" {
            let Item::Scalar(Cell::Text(text)) = &node.content else {
                return Err(de::Error::custom("a value that is no text of JSON"));
            };
            // Lists and dictionaries in such a text are parameters that no prediction depends on.
            node.content = stated(text).map_or(Item::Nothing, Item::Scalar);
            (node.class, node.module) = (Box::default(), Box::default());
        }
        Ok(Item::Node(Box::new(node)))
    }
}

/// A value that is passed over: how many members of the archive it names.
struct Passed(usize);

impl<'de> Deserialize<'de> for Passed {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(PassedVisitor)
    }
}

struct PassedVisitor;

impl<'de> Visitor<'de> for PassedVisitor {
    type Value = Passed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_unit<E>(self) -> Result<Passed, E> {
        Ok(Passed(0))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Passed, E> {
        Ok(Passed(0))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Passed, E> {
        Ok(Passed(0))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Passed, E> {
        Ok(Passed(0))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Passed, E> {
        Ok(Passed(0))
    }

    fn visit_str<E>(self, _: &str) -> Result<Passed, E> {
        Ok(Passed(0))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Passed, A::Error> {
        let mut count = 0;
        while let Some(entry) = entries.next_element::<Passed>()? {
            count += entry.0;
        }
        Ok(Passed(count))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Passed, A::Error> {
        let mut count = 0;
        while let Some(key) = entries.next_key::<std::borrow::Cow<'_, str>>()? {
            let is_file = key == "file";
            count += entries.next_value::<Passed>()?.0 + usize::from(is_file);
        }
        Ok(Passed(count))
    }
}
