//! Changes for output: as JSON (docs/json.md) and as text for people.

use std::fmt::Write as _;

use kmsim_policy::source::Sources;
use serde::Serialize;

use super::{Change, KeyPair};
use crate::human;
use crate::view::AnswerView;

/// A change, for output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangeView {
    /// Who: an ARN, a service principal, an account id, or `*`.
    pub principal: String,
    /// What.
    pub action: &'static str,
    /// On which key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What it became: `allowed`, `depends` or `denied`.
    pub became: &'static str,
    /// Whether something may be allowed now that was not.
    pub opens: bool,
    /// What was allowed; nothing for what was denied.
    pub before: Option<AnswerView>,
    /// What is allowed now; nothing for what is denied.
    pub after: Option<AnswerView>,
    /// The principal for people.
    #[serde(skip)]
    pub label: String,
}

impl ChangeView {
    /// A change with the places of its reasons, in the sources of the world as it was and as it is now.
    pub fn of(
        change: &Change,
        key: KeyPair<'_, '_>,
        old: &Sources<'_>,
        new: &Sources<'_>,
    ) -> Option<Self> {
        let before = change.before.as_ref();
        let before = before.map(|answer| AnswerView::of(answer, key.old, old));
        let after = change.after.as_ref();
        let after = after.map(|answer| AnswerView::of(answer, key.new, new));
        let known = after.as_ref().or(before.as_ref())?;
        Some(Self {
            principal: known.principal.clone(),
            action: known.action,
            key: known.key.clone(),
            became: change.became(),
            opens: change.opens(),
            label: known.label.clone(),
            before,
            after,
        })
    }

    /// `+` for what opens, `-` for what closes, `~` for other conditions.
    fn mark(&self) -> char {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) if before.answer == after.answer => '~',
            _ if self.opens => '+',
            _ => '-',
        }
    }

    /// What came out of it, and what was so before.
    fn words(&self) -> String {
        let shown = |answer: Option<&AnswerView>| match answer {
            None => "denied".to_owned(),
            Some(answer) => match &answer.only_if {
                Some(only_if) => format!("allowed only if {}", only_if.text),
                None => "allowed".to_owned(),
            },
        };
        let (before, after) = (shown(self.before.as_ref()), shown(self.after.as_ref()));
        let mut text = format!("{after}; it was {before}");
        let evidence = self.after.as_ref().or(self.before.as_ref());
        let evidence = evidence.map_or(&[][..], |answer| &answer.because);
        let evidence: Vec<String> = evidence.iter().map(human::evidence).collect();
        if !evidence.is_empty() {
            let _ = write!(text, "\n      because of {}", evidence.join(", "));
        }
        text
    }
}

/// The changes of one subject on one key as text for people; what has the same reasons stands together.
pub fn text(changes: &[ChangeView]) -> String {
    let Some(first) = changes.first() else {
        return String::new();
    };
    let mut out = first.label.clone();
    if let Some(key) = &first.key {
        let _ = write!(out, " on {key}");
    }
    out.push('\n');
    let mut blocks: Vec<(char, String, Vec<&str>)> = Vec::new();
    for change in changes {
        let (mark, text) = (change.mark(), change.words());
        let action = change.action.strip_prefix("kms:").unwrap_or(change.action);
        let same = |block: &&mut (char, String, Vec<&str>)| block.0 == mark && block.1 == text;
        match blocks.iter_mut().find(same) {
            Some((.., actions)) => actions.push(action),
            None => blocks.push((mark, text, vec![action])),
        }
    }
    for (mark, text, actions) in blocks {
        let _ = writeln!(out, "  {mark} {}: {text}", actions.join(", "));
    }
    out.push('\n');
    out
}
