//! Everything that is allowed in a world: principals × actions × keys, row by row.
//!
//! Rows come key by key, in the order of the keys' ARNs, then of the subjects, then of the actions.
//! What is denied whatever else is so has no row. A key's rows can be made in pieces, on as many threads
//! as there are; whoever puts the pieces together in their order gets the order above.

use std::collections::BTreeSet;
use std::sync::Arc;

use kmsim_authz::call::Unresolved;
use kmsim_authz::world::Key;

use crate::answer::Answer;
use crate::ask::Ask;
use crate::candidates::{Candidate, Extent};
use crate::who_can::Analysis;

/// How many subjects a piece has. Its rows are all that is in memory of it.
const SUBJECTS: usize = 128;

/// The rows of some subjects of one key.
#[derive(Clone, Debug)]
pub struct Piece<'w> {
    /// The key; none for actions without one.
    pub key: Option<&'w Key>,
    subjects: Arc<[Candidate]>,
    from: usize,
}

impl<'w> Analysis<'w> {
    /// The pieces of one key's part of the matrix.
    pub fn pieces(
        &self,
        key: Option<&'w Key>,
        asks: &[Ask],
    ) -> impl Iterator<Item = Piece<'w>> + use<'w> {
        let subjects = self.candidates(key, asks, Extent::Possible, &mut BTreeSet::new());
        let subjects: Arc<[Candidate]> = subjects.into();
        let starts = (0..subjects.len()).step_by(SUBJECTS);
        starts.map(move |from| Piece {
            key,
            subjects: Arc::clone(&subjects),
            from,
        })
    }

    /// Makes the rows of a piece. Fails if the circumstances name something that the world does not have.
    pub fn rows(
        &self,
        piece: &Piece<'w>,
        asks: &[Ask],
        mut row: impl FnMut(&Answer),
    ) -> Result<(), Unresolved> {
        let subjects = piece.subjects.iter().skip(piece.from).take(SUBJECTS);
        for (subject, actions) in subjects {
            for ask in asks.iter().filter(|ask| actions.contains(ask.action)) {
                if let Some(answer) = self.planner.answer(subject, ask, piece.key)? {
                    row(&answer);
                }
            }
        }
        Ok(())
    }
}
