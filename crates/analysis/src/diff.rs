//! What changed between two worlds: what is allowed in one and not, or not under the same conditions, in the
//! other.
//!
//! Changes come key by key, in the order of the keys' ARNs, then of the subjects, then of the actions. They are
//! found in pieces, as the matrix is made, and nothing is kept but the piece at hand.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kmsim_authz::call::Unresolved;
use kmsim_authz::decision::Verdict;
use kmsim_authz::world::Key;

use crate::answer::Answer;
use crate::ask::Ask;
use crate::can;
use crate::candidates::{Candidate, Extent};
use crate::only_if::OnlyIf;
use crate::subject::Subject;
use crate::who_can::Analysis;

pub mod view;

/// How many subjects a piece has.
const SUBJECTS: usize = 128;

/// Two worlds with the same questions to both. The questions are read twice, since what they state has its
/// places in the sources of each world.
#[derive(Clone, Copy, Debug)]
pub struct Diff<'d, 'o, 'n> {
    /// The world as it was.
    pub old: Side<'d, 'o>,
    /// The world as it is now.
    pub new: Side<'d, 'n>,
}

/// One of the worlds.
#[derive(Clone, Copy, Debug)]
pub struct Side<'d, 'w> {
    /// Answers questions about the world.
    pub analysis: &'d Analysis<'w>,
    /// Asked on keys.
    pub on_key: &'d [Ask],
    /// Asked without a key.
    pub without: &'d [Ask],
}

/// A key, by what each world has of it; no key at all for actions without one.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeyPair<'o, 'n> {
    /// The key as it was.
    pub old: Option<&'o Key>,
    /// The key as it is now.
    pub new: Option<&'n Key>,
}

/// Some subjects of one key.
#[derive(Clone, Debug)]
pub struct Piece<'o, 'n> {
    /// The key.
    pub key: KeyPair<'o, 'n>,
    subjects: Arc<[Both]>,
    from: usize,
}

/// Who is asked in each world.
#[derive(Clone, Debug, Default)]
struct Both {
    old: Option<Candidate>,
    new: Option<Candidate>,
}

/// What changed for a subject and an action. Without answer it is denied, whatever else is so.
#[derive(Clone, Debug)]
pub struct Change {
    /// What was allowed.
    pub before: Option<Answer>,
    /// What is allowed now.
    pub after: Option<Answer>,
}

impl Change {
    /// What it became: `allowed`, `depends` or `denied`.
    pub fn became(&self) -> &'static str {
        match self.after.as_ref().map(|answer| answer.decision.verdict) {
            Some(Verdict::Allowed) => "allowed",
            Some(_) => "depends",
            None => "denied",
        }
    }

    /// Whether something may be allowed now that was not: what was denied is allowed, if only under
    /// conditions, or the conditions are others or gone.
    pub fn opens(&self) -> bool {
        let was_allowed = self.before.as_ref().is_some_and(is_allowed);
        self.after.is_some() && !was_allowed
    }

    /// Either answer: for what both have in common.
    pub fn answer(&self) -> Option<&Answer> {
        self.after.as_ref().or(self.before.as_ref())
    }
}

fn is_allowed(answer: &Answer) -> bool {
    answer.decision.verdict == Verdict::Allowed
}

impl<'o, 'n> Diff<'_, 'o, 'n> {
    /// The keys of either world, by ARN, and behind them what needs no key.
    pub fn keys(&self) -> Vec<KeyPair<'o, 'n>> {
        let mut pairs: BTreeMap<&str, KeyPair<'o, 'n>> = BTreeMap::new();
        for key in can::keys(self.old.analysis.world) {
            pairs.entry(key.arn.as_str()).or_default().old = Some(key);
        }
        for key in can::keys(self.new.analysis.world) {
            pairs.entry(key.arn.as_str()).or_default().new = Some(key);
        }
        pairs.into_values().chain([KeyPair::default()]).collect()
    }

    /// The pieces of one key.
    pub fn pieces(
        &self,
        key: KeyPair<'o, 'n>,
    ) -> impl Iterator<Item = Piece<'o, 'n>> + use<'o, 'n> {
        let mut subjects: BTreeMap<String, Both> = BTreeMap::new();
        for candidate in self.old.candidates(key.old, key.is_none()) {
            let both = subjects.entry(candidate.0.id()).or_default();
            both.old = Some(candidate);
        }
        for candidate in self.new.candidates(key.new, key.is_none()) {
            let both = subjects.entry(candidate.0.id()).or_default();
            both.new = Some(candidate);
        }
        let mut subjects: Vec<Both> = subjects.into_values().collect();
        subjects.sort_by_cached_key(Both::order);
        let subjects: Arc<[Both]> = subjects.into();
        let starts = (0..subjects.len()).step_by(SUBJECTS);
        starts.map(move |from| Piece {
            key,
            subjects: Arc::clone(&subjects),
            from,
        })
    }

    /// Finds the changes of a piece, those of one subject at a time. Fails if the circumstances name something
    /// that one of the worlds does not have.
    pub fn changes(
        &self,
        piece: &Piece<'o, 'n>,
        mut of_subject: impl FnMut(&[Change]),
    ) -> Result<(), Unresolved> {
        let count = self.old.asks(piece.key.is_none()).len();
        for both in piece.subjects.iter().skip(piece.from).take(SUBJECTS) {
            let mut changes = Vec::new();
            for number in 0..count {
                let no_key = piece.key.is_none();
                let was = self.old.question(both.old.as_ref(), no_key, number);
                let is = self.new.question(both.new.as_ref(), no_key, number);
                let (key, old_key) = (piece.key.new, piece.key.old);
                let verdicts = (self.old.verdict(was, old_key)?, self.new.verdict(is, key)?);
                // Most answers are the same, and reasons take most of the time.
                if verdicts.0 == verdicts.1 && verdicts.0 != Some(Verdict::Depends) {
                    continue;
                }
                let change = Change {
                    before: self.old.answer(was, old_key)?,
                    after: self.new.answer(is, key)?,
                };
                if !is_same(change.before.as_ref(), change.after.as_ref()) {
                    changes.push(change);
                }
            }
            if !changes.is_empty() {
                of_subject(&changes);
            }
        }
        Ok(())
    }
}

impl<'w> Side<'_, 'w> {
    fn asks(&self, no_key: bool) -> &[Ask] {
        if no_key { self.without } else { self.on_key }
    }

    /// Whoever might be allowed something. Of a key that this world does not have that is nobody.
    fn candidates(&self, key: Option<&'w Key>, no_key: bool) -> Vec<Candidate> {
        let asks = self.asks(no_key);
        if asks.is_empty() || key.is_none() && !no_key {
            return Vec::new();
        }
        let mut dangling = BTreeSet::new();
        self.analysis
            .candidates(key, asks, Extent::Possible, &mut dangling)
    }

    /// The question of a number to a candidate, unless nothing can allow it.
    fn question<'q>(
        &'q self,
        candidate: Option<&'q Candidate>,
        no_key: bool,
        number: usize,
    ) -> Option<Question<'q>> {
        let ((subject, actions), ask) = (candidate?, self.asks(no_key).get(number)?);
        actions.contains(ask.action).then_some((subject, ask))
    }

    /// What comes out; nothing for a denial.
    fn verdict(
        &self,
        question: Option<Question<'_>>,
        key: Option<&Key>,
    ) -> Result<Option<Verdict>, Unresolved> {
        let Some((subject, ask)) = question else {
            return Ok(None);
        };
        let verdict = self.analysis.planner.verdict(subject, ask, key)?;
        Ok(verdict.filter(|verdict| matches!(verdict, Verdict::Allowed | Verdict::Depends)))
    }

    /// The same with the reasons.
    fn answer(
        &self,
        question: Option<Question<'_>>,
        key: Option<&Key>,
    ) -> Result<Option<Answer>, Unresolved> {
        match question {
            Some((subject, ask)) => self.analysis.planner.answer(subject, ask, key),
            None => Ok(None),
        }
    }
}

/// Who is asked for what.
type Question<'q> = (&'q Subject, &'q Ask);

impl KeyPair<'_, '_> {
    /// Whether it stands for actions without a key.
    pub fn is_none(&self) -> bool {
        self.old.is_none() && self.new.is_none()
    }
}

impl Both {
    fn order(&self) -> (u8, String) {
        let subject: Option<&Subject> = match (&self.new, &self.old) {
            (Some((subject, _)), _) | (None, Some((subject, _))) => Some(subject),
            (None, None) => None,
        };
        subject.map(Subject::order).unwrap_or_default()
    }
}

/// Whether two answers allow the same. By which policies they do is no matter.
fn is_same(before: Option<&Answer>, after: Option<&Answer>) -> bool {
    match (before, after) {
        (None, None) => true,
        (Some(before), Some(after)) => {
            before.decision.verdict == after.decision.verdict
                && ways(before.only_if.as_ref()) == ways(after.only_if.as_ref())
        }
        _ => false,
    }
}

/// The conditions without an order.
fn ways(only_if: Option<&OnlyIf>) -> BTreeSet<BTreeSet<&str>> {
    let alternatives = only_if
        .into_iter()
        .flat_map(|only_if| &only_if.alternatives);
    alternatives
        .map(|all| all.iter().map(|one| one.text.as_str()).collect())
        .collect()
}
