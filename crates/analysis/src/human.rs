//! Answers as text for people: what has the same reasons stands together.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;

use kmsim_authz::call::human_gaps;

use crate::view::{AnswerView, AnswersView, EvidenceView, OnlyIfView};

/// What stands in front of the reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The principals: the answers are about a key.
    Principal,
    /// The keys: the answers are about a principal.
    Key,
}

/// Answers with the same reasons and conditions.
struct Block<'v> {
    /// Principals or keys, in the order of the answers.
    names: Vec<Cow<'v, str>>,
    actions: Vec<&'static str>,
    answer: &'v AnswerView,
}

/// The answers as text, without a title.
pub fn answers(view: &AnswersView, by: By) -> String {
    let blocks = blocks(view, by);
    let mut out = String::new();
    for (answer, title) in [("allowed", "ALLOWED"), ("depends", "ONLY IF")] {
        let mut own = blocks
            .iter()
            .filter(|block| block.answer.answer == answer)
            .peekable();
        if own.peek().is_none() {
            continue;
        }
        // Writing to a String cannot fail.
        let _ = writeln!(out, "\n{title}");
        for (block, number) in own.zip(0..) {
            if number > 0 {
                out.push('\n');
            }
            write_block(&mut out, block, view);
        }
    }
    if view.answers.is_empty() {
        out.push_str(match by {
            By::Principal => "\nNobody, whatever the request brings along.\n",
            By::Key => "\nNothing, whatever the request brings along.\n",
        });
    }
    write_notes(&mut out, view);
    out
}

fn write_block(out: &mut String, block: &Block<'_>, view: &AnswersView) {
    for name in &block.names {
        let _ = writeln!(out, "  {name}");
    }
    if view.actions.len() > 1 {
        let _ = writeln!(out, "    {}", actions(&block.actions, &view.actions));
    }
    if let Some(only_if) = &block.answer.only_if {
        let _ = writeln!(out, "    only if {}", only_if.text);
        let mut places: Vec<String> = Vec::new();
        for requirement in only_if.alternatives.iter().flatten() {
            let place = format!("{} ({})", requirement.reference, requirement.location);
            if !places.contains(&place) {
                places.push(place);
            }
        }
        let _ = writeln!(out, "    as {} says", places.join(", "));
    }
    if !block.answer.because.is_empty() {
        let evidence: Vec<String> = block.answer.because.iter().map(evidence).collect();
        let _ = writeln!(out, "    because of {}", evidence.join(", "));
    }
}

/// Some of the actions that were asked about. Where it is shorter, those that are missing are told.
fn actions(some: &[&'static str], all: &[&'static str]) -> String {
    let short = |names: &mut dyn Iterator<Item = &&'static str>| {
        let names: Vec<&str> = names
            .map(|name| name.strip_prefix("kms:").unwrap_or(name))
            .collect();
        names.join(", ")
    };
    let missing = all.len().saturating_sub(some.len());
    if missing == 0 {
        format!("all {} actions", all.len())
    } else if missing < some.len() && missing <= 8 {
        let others = short(&mut all.iter().filter(|name| !some.contains(name)));
        format!("all {} actions but {others}", all.len())
    } else {
        short(&mut some.iter())
    }
}

/// A reference with its place, unless it is one of ours.
pub(crate) fn evidence(evidence: &EvidenceView) -> String {
    let place = evidence.location.to_string();
    if place.starts_with('<') {
        return evidence.reference.clone();
    }
    format!("{} ({place})", evidence.reference)
}

fn write_notes(out: &mut String, view: &AnswersView) {
    if !view.unknown_principals.is_empty() {
        out.push_str("\nNamed by the key's policies or grants, and nobody that the world has:\n");
        for principal in &view.unknown_principals {
            let _ = writeln!(out, "  {principal}");
        }
    }
    if !view.assumptions.is_empty() {
        out.push_str("\nTaken for granted (docs/assumptions.md):\n");
        for assumption in &view.assumptions {
            let _ = writeln!(out, "  {}: {}", assumption.id, assumption.text);
        }
    }
    out.push_str(&human_gaps(&view.gaps));
}

fn blocks<'v>(view: &'v AnswersView, by: By) -> Vec<Block<'v>> {
    let name = |answer: &'v AnswerView| match by {
        By::Principal => Cow::Borrowed(answer.label.as_str()),
        By::Key => {
            let key = answer.key.as_deref().unwrap_or("without a key");
            if answer.needs_iam_allow {
                Cow::Owned(format!("{key}, with an IAM allow"))
            } else {
                Cow::Borrowed(key)
            }
        }
    };
    // First the actions of each principal or key that have the same reasons, then the principals or keys.
    let mut rows: Vec<Block<'v>> = Vec::new();
    let mut row_of: HashMap<(Cow<'v, str>, Reasons<'v>), usize> = HashMap::new();
    for answer in &view.answers {
        let name = name(answer);
        let at = *row_of
            .entry((name.clone(), Reasons::of(answer)))
            .or_insert(rows.len());
        match rows.get_mut(at) {
            Some(row) => row.actions.push(answer.action),
            None => rows.push(Block {
                names: vec![name],
                actions: vec![answer.action],
                answer,
            }),
        }
    }
    let mut blocks: Vec<Block<'v>> = Vec::new();
    let mut block_of: HashMap<(Vec<&str>, Reasons<'v>), usize> = HashMap::new();
    for row in rows {
        let at = *block_of
            .entry((row.actions.clone(), Reasons::of(row.answer)))
            .or_insert(blocks.len());
        match blocks.get_mut(at) {
            Some(block) => block.names.extend(row.names),
            None => blocks.push(row),
        }
    }
    blocks
}

/// What answers in one block have in common.
#[derive(PartialEq, Eq, Hash)]
struct Reasons<'v> {
    answer: &'static str,
    because: &'v [EvidenceView],
    only_if: Option<&'v OnlyIfView>,
}

impl<'v> Reasons<'v> {
    fn of(answer: &'v AnswerView) -> Self {
        Self {
            answer: answer.answer,
            because: &answer.because,
            only_if: answer.only_if.as_ref(),
        }
    }
}
