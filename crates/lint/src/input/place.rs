//! Places in other documents, and findings that point into them.

use kmsim_policy::diagnostic::{Diagnostic, Fix};
use kmsim_policy::json::{Node, Value};
use kmsim_policy::source::{Sources, Span};

use crate::finding::Finding;

impl Finding {
    /// Moves every place out of strings into the file. A change stays if it can be made there.
    pub fn move_outside(&mut self, sources: &Sources<'_>) {
        self.span = sources.outside(self.span);
        for note in &mut self.notes {
            note.span = note.span.map(|span| sources.outside(span));
        }
        self.fix = self.fix.take().and_then(|fix| {
            let edits = fix.edits.iter().map(|edit| sources.outside_edit(edit));
            Some(Fix {
                edits: edits.collect::<Option<_>>()?,
                ..fix
            })
        });
    }

    /// Drops a change of anything but strings in quotes, without what is special in HCL.
    pub(super) fn keep_changes_of_strings(&mut self, sources: &Sources<'_>) {
        let is_string = |text: &str| {
            text.len() > 1 && text.starts_with('"') && text.ends_with('"') && !text.contains('{')
        };
        let keeps = |fix: &Fix| {
            let mut edits = fix.edits.iter();
            edits.all(|edit| is_string(&edit.text) && is_string(sources.slice(edit.span)))
        };
        self.fix = self.fix.take().filter(keeps);
    }
}

pub(super) fn covers(outer: Span, inner: Span) -> bool {
    outer.source == inner.source && outer.start <= inner.start && inner.end <= outer.end
}

/// Takes the findings out that are about what stands at a place.
pub(super) fn take_within(found: &mut Vec<Diagnostic>, span: Span) -> Vec<Diagnostic> {
    let (own, others) = std::mem::take(found)
        .into_iter()
        .partition(|found| covers(span, found.span));
    *found = others;
    own
}

/// The objects and lists around a place, from the outermost on.
pub(super) fn around<'n, 'a>(root: &'n Node<'a>, span: Span) -> Vec<&'n Node<'a>> {
    let mut path = Vec::new();
    let mut next = Some(root);
    while let Some(node) = next {
        path.push(node);
        let covering = |node: &&Node<'_>| covers(node.span, span);
        next = match &node.value {
            Value::Array(items) => items.iter().find(covering),
            Value::Object(members) => members.iter().map(|member| &member.value).find(covering),
            _ => None,
        };
    }
    path
}

/// The name of the member of an object that a place is in.
pub(super) fn member_at<'n>(object: &'n Node<'_>, span: Span) -> Option<&'n str> {
    let members = object.as_object()?;
    let at = members
        .iter()
        .find(|member| covers(member.value.span, span))?;
    Some(&at.key)
}
