//! The messages of a wording: where each stands and which slots it has; what one language lacks beside another.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{
    CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement,
};

use super::Scope;
use super::needed::OF_LETTERS;
use crate::fault::{Fault, Faults, Place};

/// A message: where it stands, which slots it has itself, which messages it is put together of.
#[derive(Clone, Debug, Default)]
struct Message {
    file: String,
    line: u64,
    own: bool,
    slots: BTreeSet<String>,
    parts: BTreeSet<String>,
}

/// Every message of a wording by id.
#[derive(Clone, Debug, Default)]
pub(super) struct Messages(BTreeMap<String, Message>);

impl Messages {
    /// Adds the messages of a file; later ones replace earlier ones. `own`: it is the procedure's own file.
    pub fn add<'s>(
        &mut self,
        file: &str,
        text: &str,
        own: bool,
        entries: impl Iterator<Item = &'s Entry<&'s str>>,
    ) {
        for entry in entries {
            let Entry::Message(message) = entry else { continue };
            let Some(value) = &message.value else { continue };
            let id = message.id.name;
            let mut found = Message { file: file.to_owned(), own, ..Message::default() };
            found.line = line_of_message(text, id);
            found.pattern(value);
            self.0.insert(id.to_owned(), found);
        }
    }

    /// The slots of a message, with those of the messages it is put together of.
    fn slots(&self, id: &str) -> BTreeSet<&str> {
        let (mut slots, mut seen, mut open) = (BTreeSet::new(), BTreeSet::new(), vec![id]);
        while let Some(id) = open.pop() {
            if let (true, Some(message)) = (seen.insert(id), self.0.get(id)) {
                slots.extend(message.slots.iter().map(String::as_str));
                open.extend(message.parts.iter().map(String::as_str));
            }
        }
        slots
    }

    /// What this wording lacks beside the binding one, for the documents of its scope: messages (`L04`), and messages
    /// whose slots differ (`L05`). `whom` names this wording where it has no file to show.
    pub fn lacks(&self, binding: &Messages, scope: Scope, whom: &str) -> Faults {
        let mut faults = Faults::default();
        for (id, theirs) in &binding.0 {
            let Some(mine) = self.0.get(id) else {
                if theirs.own || scope != Scope::Letters || OF_LETTERS.contains(&id.as_str()) {
                    faults.push(Fault::new(
                        "L04",
                        Place::file(whom).field(id),
                        "no such message",
                        format!("a message of that name, as in {}", theirs.place()),
                        "Translate the message; the German text is in the file named here.",
                    ));
                }
                continue;
            };
            let (expected, found) = (binding.slots(id), self.slots(id));
            if expected != found {
                let list = |slots: &BTreeSet<&str>| match slots.len() {
                    0 => "no slot".to_owned(),
                    _ => slots
                        .iter()
                        .map(|slot| format!("{{ ${slot} }}"))
                        .collect::<Vec<_>>()
                        .join(", "),
                };
                faults.push(Fault::new(
                    "L05",
                    Place::file(&mine.file).line(mine.line).field(id),
                    list(&found),
                    format!("{}, as in {}", list(&expected), theirs.place()),
                    "Give the message the slots of the German one: no value may be lost or invented.",
                ));
            }
        }
        faults
    }
}

impl Message {
    fn place(&self) -> String {
        format!("{}, line {}", self.file, self.line)
    }

    fn pattern(&mut self, pattern: &Pattern<&str>) {
        for element in &pattern.elements {
            if let PatternElement::Placeable { expression } = element {
                self.expression(expression);
            }
        }
    }

    fn expression(&mut self, expression: &Expression<&str>) {
        match expression {
            Expression::Inline(inline) => self.inline(inline),
            Expression::Select { selector, variants } => {
                self.inline(selector);
                variants.iter().for_each(|variant| self.pattern(&variant.value));
            }
        }
    }

    fn inline(&mut self, inline: &InlineExpression<&str>) {
        match inline {
            InlineExpression::VariableReference { id } => {
                self.slots.insert(id.name.to_owned());
            }
            InlineExpression::MessageReference { id, .. } => {
                self.parts.insert(id.name.to_owned());
            }
            InlineExpression::Placeable { expression } => self.expression(expression),
            InlineExpression::FunctionReference { arguments, .. } => self.arguments(arguments),
            InlineExpression::TermReference { arguments, .. } => {
                arguments.iter().for_each(|arguments| self.arguments(arguments));
            }
            InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
        }
    }

    fn arguments(&mut self, arguments: &CallArguments<&str>) {
        arguments.positional.iter().for_each(|value| self.inline(value));
        arguments.named.iter().for_each(|argument| self.inline(&argument.value));
    }
}

/// The line where a message begins, from 1: ids stand at the start of a line.
fn line_of_message(text: &str, id: &str) -> u64 {
    let begins =
        |line: &str| line.strip_prefix(id).is_some_and(|rest| rest.trim_start().starts_with('='));
    text.lines().position(begins).map_or(1, |line| line as u64 + 1)
}

#[cfg(test)]
mod tests {
    use fluent_bundle::FluentResource;

    use super::*;

    fn of(file: &str, text: &str) -> Messages {
        let resource = FluentResource::try_new(text.to_owned()).unwrap();
        let mut messages = Messages::default();
        messages.add(file, text, false, resource.entries());
        messages
    }

    /// Promise: every missing message and every slot that differs, in one go, with file and id.
    #[test]
    fn what_a_language_lacks_is_said_in_one_go() {
        let german =
            of("de/letter.ftl", "a = Guten Tag { $name }\nb = Ende\nc = { a }, { $x }\nd = Text\n");
        let other = of(
            "xx/letter.ftl",
            "a = Hello\nc = { $name }, { $x }\nd = { $z ->\n   *[one] { $q }\n }\n",
        );
        let faults = other.lacks(&german, Scope::All, "xx").0;
        let seen: Vec<(&str, Option<&str>, Option<u64>)> =
            faults.iter().map(|f| (f.code, f.place.field.as_deref(), f.place.line)).collect();
        assert_eq!(
            seen,
            [("L05", Some("a"), Some(1)), ("L04", Some("b"), None), ("L05", Some("d"), Some(3))]
        );
        assert_eq!(faults[2].found, "{ $q }, { $z }");
        assert!(german.lacks(&german, Scope::All, "de").0.is_empty());
    }

    #[test]
    fn only_what_the_documents_of_a_language_need_is_asked_for() {
        let german = of("de/letter.ftl", "greet = x\nsheet-a-title = x\n");
        let none = Messages::default();
        let lacking = |scope| none.lacks(&german, scope, "xx").0.len();
        assert_eq!([Scope::All, Scope::Letters].map(lacking), [2, 1]);
    }
}
