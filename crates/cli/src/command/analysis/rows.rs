//! A matrix, written row by row on all cores.
//!
//! A piece of the matrix is one task; its rows are written when those of the pieces before it are. The
//! queue between them is bounded, so that memory does not grow with the matrix.

use std::io::Write;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use kmsim_analysis::ask::Ask;
use kmsim_analysis::can;
use kmsim_analysis::matrix::Piece;
use kmsim_analysis::view::AnswerView;
use kmsim_analysis::who_can::Analysis;
use kmsim_authz::call::Unresolved;
use kmsim_authz::world::{Key, World};
use kmsim_policy::source::Sources;

use super::{csv, unresolved};
use crate::outcome::Failure;
use crate::output;

/// Pieces that may wait for each thread. More only costs memory.
const PIECES_PER_THREAD: usize = 4;

/// The rows of a piece as text, or why there are none.
type Rows = Result<Vec<u8>, Unresolved>;

/// What a matrix is made of.
struct Matrix<'m, 'w> {
    analysis: &'m Analysis<'w>,
    /// Asked on keys, and without.
    asks: [Vec<Ask>; 2],
    sources: &'m Sources<'m>,
    as_csv: bool,
}

/// Writes the answers to `asks` on one key, or on all keys and without one.
pub(crate) fn write(
    world: &World,
    asks: &[Ask],
    key: Option<&Key>,
    sources: &Sources<'_>,
    as_csv: bool,
) -> Result<(), Failure> {
    let (on_key, without): (Vec<Ask>, Vec<Ask>) = asks
        .iter()
        .cloned()
        .partition(|ask| ask.action.info().on_key);
    let matrix = Matrix {
        analysis: &Analysis::new(world),
        asks: [on_key, without],
        sources,
        as_csv,
    };
    let keys: Vec<Option<&Key>> = if key.is_some() {
        vec![key]
    } else {
        let keys = can::keys(world).into_iter().map(Some);
        keys.chain([None]).collect()
    };
    let (queue, queued) = sync_channel(rayon::current_num_threads() * PIECES_PER_THREAD);
    std::thread::scope(|threads| {
        let writer = threads.spawn(|| write_all(queued, as_csv));
        rayon::in_place_scope(|scope| {
            let pieces = keys
                .into_iter()
                .flat_map(|key| matrix.analysis.pieces(key, matrix.asks_of(key)));
            for piece in pieces {
                let (made, rows) = sync_channel(1);
                if queue.send(rows).is_err() {
                    // The writer has stopped, and tells why.
                    break;
                }
                let matrix = &matrix;
                scope.spawn(move |_| matrix.make(&piece, &made));
            }
            drop(queue);
        });
        writer
            .join()
            .unwrap_or_else(|_| Err(Failure::new("the writer of the matrix failed")))
    })
}

impl<'w> Matrix<'_, 'w> {
    fn asks_of(&self, key: Option<&Key>) -> &[Ask] {
        let [on_key, without] = &self.asks;
        if key.is_some() { on_key } else { without }
    }

    fn make(&self, piece: &Piece<'w>, made: &SyncSender<Rows>) {
        let mut out = Vec::new();
        let found = self
            .analysis
            .rows(piece, self.asks_of(piece.key), |answer| {
                let view = AnswerView::of(answer, piece.key, self.sources);
                if self.as_csv {
                    let mut line = String::new();
                    csv::push(&mut line, &view);
                    out.extend_from_slice(line.as_bytes());
                } else if serde_json::to_writer(&mut out, &view).is_ok() {
                    out.push(b'\n');
                }
            });
        // If nobody waits for the rows any more, they are not needed.
        let _ = made.send(found.map(|()| out));
    }
}

fn write_all(queued: Receiver<Receiver<Rows>>, as_csv: bool) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    if as_csv && !output::written(out.write_all(csv::HEADER.as_bytes()))? {
        return Ok(());
    }
    for rows in queued {
        let Ok(rows) = rows.recv() else {
            return Err(Failure::new("a part of the matrix could not be made"));
        };
        let rows = rows.map_err(unresolved)?;
        if !output::written(out.write_all(&rows).and_then(|()| out.flush()))? {
            break;
        }
    }
    Ok(())
}
