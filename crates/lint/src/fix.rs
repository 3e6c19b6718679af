//! Making the changes that findings offer.
//!
//! Changes that touch the same place are made one after the other: those that come first in the text are
//! made, the policy is linted again, and so on until nothing is left to do. [`until_stable`] does that.

use std::collections::BTreeMap;

use kmsim_policy::diagnostic::{Edit, Fix};
use kmsim_policy::source::Span;

use crate::edit::{is_taken, unquoted};
use crate::path;
use crate::subject::Subject;

/// A text is linted this often at most: no chain of changes comes near it.
const MOST_ROUNDS: usize = 50;

/// Changes that are tried one by one, where they can't be made together.
const MOST_ALONE: usize = 100;

/// Whether the places of a fix stand in the text as they were read. Places in what a function of a
/// template makes, or a program's expression, do not.
pub(crate) fn is_possible(fix: &Fix, subject: &Subject<'_>) -> bool {
    let Some(root) = subject.node else {
        return true;
    };
    let free = |edit: &Edit| {
        let name = unquoted(&edit.text);
        name.is_none_or(|name| !is_taken(root, edit.span, &name))
    };
    if !fix.edits.iter().all(free) {
        return false;
    }
    let Some(text) = subject.text else {
        return true;
    };
    let possible = |edit: &Edit| {
        let Some(written) = text.get(edit.span.start as usize..edit.span.end as usize) else {
            return false;
        };
        let read = path::text_at(root, edit.span);
        read.is_none_or(|read| unquoted(written).is_some_and(|text| text == read))
    };
    fix.edits.iter().all(possible)
}

/// A text with changes made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The text.
    pub text: String,
    /// Which of the changes were made, by their places in the list.
    pub made: Vec<usize>,
}

/// Makes changes of a text. Those that touch what another one changes, which begins before them, are
/// left out; so are those that do not fit the text. Equal changes are made once.
///
/// ```
/// use kmsim_lint::fix::apply;
/// use kmsim_policy::diagnostic::{Edit, Fix, Safety};
/// use kmsim_policy::source::{SourceId, Span};
///
/// let span = Span { source: SourceId(0), start: 1, end: 3 };
/// let edits = vec![Edit { span, text: "-".to_owned() }];
/// let fix = Fix { title: String::new(), safety: Safety::Keeps, edits };
/// assert_eq!(apply("abcd", &[&fix]).text, "a-d");
/// ```
pub fn apply(text: &str, fixes: &[&Fix]) -> Applied {
    let mut order: Vec<usize> = (0..fixes.len()).collect();
    let start = |index: &usize| {
        let edits = fixes.get(*index).map(|fix| fix.edits.iter());
        edits.and_then(|edits| edits.map(|edit| (edit.span.start, edit.span.end)).min())
    };
    order.sort_by_key(start);
    let mut taken: BTreeMap<(u32, u32), &Edit> = BTreeMap::new();
    let mut made = Vec::new();
    for index in order {
        let Some(fix) = fixes.get(index) else {
            continue;
        };
        let same = |edit: &Edit| {
            taken
                .get(&range(edit.span))
                .is_some_and(|own| **own == *edit)
        };
        if !fix.edits.is_empty() && fix.edits.iter().all(same) {
            made.push(index);
            continue;
        }
        let free = |edit: &Edit| {
            let fits = text
                .get(edit.span.start as usize..edit.span.end as usize)
                .is_some();
            // Those that are taken share nothing, so that only the last ones can reach this one.
            let before = taken.range(..=(edit.span.end, u32::MAX)).rev().take(3);
            let mut others = before.map(|(other, _)| *other);
            fits && !others.any(|other| touch(other, range(edit.span)))
        };
        if !fix.edits.is_empty() && fix.edits.iter().all(free) {
            taken.extend(fix.edits.iter().map(|edit| (range(edit.span), edit)));
            made.push(index);
        }
    }
    let mut changed = text.to_owned();
    for edit in taken.values().rev() {
        let range = edit.span.start as usize..edit.span.end as usize;
        let new = in_style(text.get(range.clone()).unwrap_or(""), &edit.text);
        changed.replace_range(range, &new);
    }
    made.sort_unstable();
    Applied {
        text: changed,
        made,
    }
}

fn range(span: Span) -> (u32, u32) {
    (span.start, span.end)
}

/// Whether two ranges share something. An insertion touches what it stands in, and another insertion
/// at the same place.
fn touch(one: (u32, u32), other: (u32, u32)) -> bool {
    one == other || (one.0 < other.1 && other.0 < one.1)
}

/// A name in the notation of the one that it replaces: YAML has names without quotes, and others.
fn in_style(old: &str, new: &str) -> String {
    let plain = new.strip_prefix('"').and_then(|new| new.strip_suffix('"'));
    let Some(plain) = plain.filter(|plain| !plain.contains(['"', '\\', '\''])) else {
        return new.to_owned();
    };
    if old.starts_with('\'') {
        return format!("'{plain}'");
    }
    let simple = |c: char| c.is_ascii_alphanumeric() || "_-./:*?".contains(c);
    let word = plain.starts_with(|c: char| c.is_ascii_alphabetic())
        && plain.chars().all(simple)
        && !plain.ends_with(':')
        && !is_reserved(plain);
    let unquoted = old.starts_with(|c: char| c.is_ascii_alphanumeric());
    if unquoted && word {
        plain.to_owned()
    } else {
        new.to_owned()
    }
}

/// Words that some reader of YAML takes for something else than a text.
fn is_reserved(word: &str) -> bool {
    let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    words.iter().any(|own| own.eq_ignore_ascii_case(word))
}

/// What linting a text gives that is to be changed.
#[derive(Clone, Debug, Default)]
pub struct Round {
    /// The fixes to make, with the codes of their rules.
    pub fixes: Vec<(&'static str, Fix)>,
    /// Whether everything in the text could be read.
    pub readable: bool,
    /// What is left of the text where no fix helps, if there is something better.
    pub rewritten: Option<String>,
}

/// A text with all changes made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fixed {
    /// The text.
    pub text: String,
    /// How many changes were made for each rule.
    pub made: BTreeMap<&'static str, usize>,
    /// Whether the text was written anew, for want of a smaller change.
    pub rewritten: bool,
}

impl Fixed {
    /// How many changes were made.
    pub fn count(&self) -> usize {
        self.made.values().sum::<usize>() + usize::from(self.rewritten)
    }
}

/// Makes changes, lints again, and so on until there is nothing left to change. A change after which
/// the text could be read less well is not made.
pub fn until_stable(text: &str, mut lint: impl FnMut(&str) -> Round) -> Fixed {
    let mut fixed = Fixed {
        text: text.to_owned(),
        ..Fixed::default()
    };
    let mut round = lint(text);
    for _ in 0..MOST_ROUNDS {
        let Some((text, next)) = step(&mut fixed, &round, &mut lint) else {
            break;
        };
        fixed.text = text;
        round = next;
    }
    fixed
}

/// One round: the next text, and what linting it gives.
fn step(
    fixed: &mut Fixed,
    round: &Round,
    lint: &mut impl FnMut(&str) -> Round,
) -> Option<(String, Round)> {
    let all: Vec<&Fix> = round.fixes.iter().map(|(_, fix)| fix).collect();
    let applied = apply(&fixed.text, &all);
    if applied.text != fixed.text {
        let next = lint(&applied.text);
        if next.readable || !round.readable {
            for index in applied.made {
                if let Some((code, _)) = round.fixes.get(index) {
                    *fixed.made.entry(code).or_default() += 1;
                }
            }
            return Some((applied.text, next));
        }
        // One of the changes does not fit the notation: the others are made one by one.
        for (code, fix) in round.fixes.iter().take(MOST_ALONE) {
            let text = apply(&fixed.text, &[fix]).text;
            if text == fixed.text {
                continue;
            }
            let next = lint(&text);
            if next.readable {
                *fixed.made.entry(code).or_default() += 1;
                return Some((text, next));
            }
        }
    }
    let text = round.rewritten.clone().filter(|_| !fixed.rewritten)?;
    fixed.rewritten = true;
    let next = lint(&text);
    (text != fixed.text).then_some((text, next))
}

#[cfg(test)]
mod tests;
