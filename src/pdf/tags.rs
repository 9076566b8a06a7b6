//! The structure tree: what every piece of content is, in reading order (ISO 32000-1, 14.7 and 14.8; ISO 14289-1, 7).

use lopdf::{Dictionary, Document as Pdf, Object, ObjectId, dictionary};

use super::archive::{literal, utf16};
use super::ink::PAGE_HEIGHT;

/// Standard structure types that documents use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the names are those of ISO 32000-1, 14.8.4
pub(crate) enum Role {
    Document,
    Sect,
    Div,
    Heading(u8),
    P,
    L,
    LI,
    Lbl,
    LBody,
    Table,
    Caption,
    THead,
    TBody,
    TR,
    ColumnHeader,
    RowHeader,
    TD,
    Figure,
    Span,
    Form,
}

impl Role {
    /// Name of the standard structure type.
    pub fn name(self) -> &'static str {
        match self {
            Role::Document => "Document",
            Role::Sect => "Sect",
            Role::Div => "Div",
            Role::Heading(1) => "H1",
            Role::Heading(2) => "H2",
            Role::Heading(_) => "H3",
            Role::P => "P",
            Role::L => "L",
            Role::LI => "LI",
            Role::Lbl => "Lbl",
            Role::LBody => "LBody",
            Role::Table => "Table",
            Role::Caption => "Caption",
            Role::THead => "THead",
            Role::TBody => "TBody",
            Role::TR => "TR",
            Role::ColumnHeader | Role::RowHeader => "TH",
            Role::TD => "TD",
            Role::Figure => "Figure",
            Role::Span => "Span",
            Role::Form => "Form",
        }
    }
}

/// An element of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Node(usize);

/// Content of an element: may lie on several pages, in several pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Leaf(usize);

#[derive(Clone, Copy)]
enum Kid {
    Node(Node),
    Leaf(Leaf),
}

struct Element {
    role: Role,
    parent: usize,
    kids: Vec<Kid>,
    alt: Option<String>,
    actual: Option<String>,
    /// Page and left, top, right, bottom on it.
    bounds: Option<(usize, [f32; 4])>,
    bulleted: bool,
    /// Language (BCP 47), where it is not that of the element around.
    language: Option<String>,
    /// The form field it stands for.
    field: Option<usize>,
}

/// A state of the tree.
pub(crate) struct Mark {
    under: Node,
    elements: usize,
    leaves: usize,
    kids: usize,
}

/// The tree while it grows.
pub(crate) struct Tags {
    elements: Vec<Element>,
    leaves: Vec<Node>,
}

/// Where the content of a leaf came to lie: page and marked-content identifier of each piece.
pub(crate) type Pieces = Vec<Vec<(usize, i64)>>;

impl Tags {
    /// A tree with its root element, `Document`.
    pub fn new() -> Tags {
        let mut tags = Tags { elements: Vec::new(), leaves: Vec::new() };
        tags.element(0, Role::Document);
        tags
    }

    /// The root element.
    pub fn root(&self) -> Node {
        Node(0)
    }

    fn element(&mut self, parent: usize, role: Role) -> Node {
        let kids = Vec::new();
        self.elements.push(Element {
            role,
            parent,
            kids,
            alt: None,
            actual: None,
            bounds: None,
            bulleted: false,
            language: None,
            field: None,
        });
        Node(self.elements.len() - 1)
    }

    /// A new element, last in its parent.
    pub fn node(&mut self, parent: Node, role: Role) -> Node {
        let node = self.element(parent.0, role);
        self.elements[parent.0].kids.push(Kid::Node(node));
        node
    }

    /// New content, last in its element.
    pub fn leaf(&mut self, node: Node) -> Leaf {
        let leaf = Leaf(self.leaves.len());
        self.leaves.push(node);
        self.elements[node.0].kids.push(Kid::Leaf(leaf));
        leaf
    }

    /// A new element with content, last in its parent.
    pub fn node_with_leaf(&mut self, parent: Node, role: Role) -> Leaf {
        let node = self.node(parent, role);
        self.leaf(node)
    }

    /// The tree as it is, to go back to while nothing but descendants of `under` was added.
    pub fn mark(&self, under: Node) -> Mark {
        Mark {
            under,
            elements: self.elements.len(),
            leaves: self.leaves.len(),
            kids: self.elements[under.0].kids.len(),
        }
    }

    /// Forgets what was added since the mark.
    pub fn rewind(&mut self, mark: Mark) {
        self.elements.truncate(mark.elements);
        self.leaves.truncate(mark.leaves);
        self.elements[mark.under.0].kids.truncate(mark.kids);
    }

    /// Alternative text of a figure.
    pub fn set_alt(&mut self, node: Node, alt: &str) {
        self.elements[node.0].alt = Some(alt.to_owned());
    }

    /// Text that is read in place of the content.
    pub fn set_actual(&mut self, node: Node, actual: &str) {
        self.elements[node.0].actual = Some(actual.to_owned());
    }

    /// Marks a list as bulleted.
    pub fn set_bulleted(&mut self, node: Node) {
        self.elements[node.0].bulleted = true;
    }

    /// Language of an element and all below it.
    pub fn set_language(&mut self, node: Node, language: &str) {
        self.elements[node.0].language = Some(language.to_owned());
    }

    /// The form field that an element stands for, by its number.
    pub fn set_field(&mut self, node: Node, field: usize) {
        self.elements[node.0].field = Some(field);
    }

    /// A text that is not stored in the order in which it is read: its characters stand on the page from left to right,
    /// the text to read is that of the Span around them.
    pub fn spoken(&mut self, leaf: Leaf, text: &str) -> Leaf {
        let span = self.node(self.leaves[leaf.0], Role::Span);
        self.set_actual(span, text);
        self.leaf(span)
    }

    /// Where a figure or a field stands.
    pub fn set_bounds(&mut self, node: Node, page: usize, bounds: [f32; 4]) {
        self.elements[node.0].bounds = Some((page, bounds));
    }

    /// Name of the element a leaf belongs to.
    pub fn name_of(&self, leaf: Leaf) -> &'static str {
        self.elements[self.leaves[leaf.0].0].role.name()
    }

    /// Room for the pieces of every leaf.
    pub fn no_pieces(&self) -> Pieces {
        vec![Vec::new(); self.leaves.len()]
    }

    /// Records a piece of a leaf.
    pub fn add_piece(pieces: &mut Pieces, leaf: Leaf, page: usize, id: i64) {
        pieces[leaf.0].push((page, id));
    }

    /// Writes the tree and the way back from content to element (ParentTree). Returns the root's id.
    /// `widgets` are the objects of the form fields, by their number.
    pub fn write(
        &self,
        pdf: &mut Pdf,
        pages: &[ObjectId],
        pieces: &Pieces,
        widgets: &[ObjectId],
    ) -> ObjectId {
        let root = pdf.new_object_id();
        let ids: Vec<ObjectId> = self.elements.iter().map(|_| pdf.new_object_id()).collect();
        let mut marked: Vec<Vec<Object>> = vec![Vec::new(); pages.len()];
        let mut of_widgets: Vec<Object> = vec![Object::Null; widgets.len()];
        for (page, _) in pieces.iter().flatten() {
            marked[*page].push(Object::Null);
        }
        for (element, id) in self.elements.iter().zip(&ids) {
            let mut home = None;
            let mut kids = Vec::with_capacity(element.kids.len());
            for kid in &element.kids {
                match kid {
                    Kid::Node(node) => kids.push(Object::Reference(ids[node.0])),
                    Kid::Leaf(leaf) => {
                        for (page, mcid) in &pieces[leaf.0] {
                            // Content on the page the element names is a bare number, elsewhere it names its page.
                            kids.push(if *home.get_or_insert(*page) == *page {
                                Object::Integer(*mcid)
                            } else {
                                dictionary! { "Type" => "MCR", "Pg" => pages[*page], "MCID" => *mcid }.into()
                            });
                            marked[*page][*mcid as usize] = Object::Reference(*id);
                        }
                    }
                }
            }
            if let (Some(number), Some((page, _))) = (element.field, element.bounds) {
                kids.push(
                    dictionary! { "Type" => "OBJR", "Pg" => pages[page], "Obj" => widgets[number] }
                        .into(),
                );
                of_widgets[number] = Object::Reference(*id);
            }
            let parent = if *id == ids[0] { root } else { ids[element.parent] };
            let mut entry =
                dictionary! { "Type" => "StructElem", "S" => element.role.name(), "P" => parent };
            entry.set("K", kids);
            if let Some(page) = home.or(element.bounds.map(|(page, _)| page)) {
                entry.set("Pg", pages[page]);
            }
            element.attributes(&mut entry);
            pdf.objects.insert(*id, entry.into());
        }
        let mut numbers: Vec<Object> = Vec::with_capacity(2 * pages.len());
        for (page, owners) in marked.into_iter().enumerate() {
            numbers.push(Object::Integer(page as i64));
            numbers.push(pdf.add_object(owners).into());
        }
        for (number, element) in of_widgets.into_iter().enumerate() {
            numbers.push(Object::Integer((pages.len() + number) as i64));
            numbers.push(element);
        }
        let parent_tree = pdf.add_object(dictionary! { "Nums" => numbers });
        let entry = dictionary! {
            "Type" => "StructTreeRoot",
            "K" => vec![Object::Reference(ids[0])],
            "ParentTree" => parent_tree,
            "ParentTreeNextKey" => (pages.len() + widgets.len()) as i64,
        };
        pdf.objects.insert(root, entry.into());
        root
    }
}

impl Element {
    fn attributes(&self, entry: &mut Dictionary) {
        if let Some(alt) = &self.alt {
            entry.set("Alt", utf16(alt));
        }
        if let Some(actual) = &self.actual {
            entry.set("ActualText", utf16(actual));
        }
        if let Some(language) = &self.language {
            entry.set("Lang", literal(language));
        }
        let attributes = match (self.role, self.bounds) {
            (Role::Figure, Some((_, [left, top, right, bottom]))) => {
                let bounds = [left, PAGE_HEIGHT - bottom, right, PAGE_HEIGHT - top]
                    .map(Object::Real)
                    .to_vec();
                Some(dictionary! { "O" => "Layout", "Placement" => "Block", "BBox" => bounds })
            }
            (Role::ColumnHeader, _) => Some(dictionary! { "O" => "Table", "Scope" => "Column" }),
            (Role::RowHeader, _) => Some(dictionary! { "O" => "Table", "Scope" => "Row" }),
            (Role::L, _) => {
                let numbering = if self.bulleted { "Disc" } else { "None" };
                Some(dictionary! { "O" => "List", "ListNumbering" => numbering })
            }
            _ => None,
        };
        if let Some(attributes) = attributes {
            entry.set("A", attributes);
        }
    }
}
