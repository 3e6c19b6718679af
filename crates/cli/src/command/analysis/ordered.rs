//! Large answers, made in pieces on all cores and written in their order.
//!
//! A piece is one task; what it gives is written when what the pieces before it give is. The queue between
//! them is bounded, so that memory does not grow with the answer.

use std::io::Write;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use kmsim_authz::call::Unresolved;

use super::unresolved;
use crate::outcome::Failure;
use crate::output;

/// Pieces that may wait for each thread. More only costs memory.
const PIECES_PER_THREAD: usize = 4;

/// What a piece gives as text, or why there is none.
type Made = Result<Vec<u8>, Unresolved>;

/// Writes a header, and what `make` gives for each piece.
pub(crate) fn write<P: Send>(
    header: &str,
    pieces: impl Iterator<Item = P>,
    make: impl Fn(&P) -> Made + Sync,
) -> Result<(), Failure> {
    let (queue, queued) = sync_channel(rayon::current_num_threads() * PIECES_PER_THREAD);
    std::thread::scope(|threads| {
        let writer = threads.spawn(|| write_all(header, queued));
        rayon::in_place_scope(|scope| {
            for piece in pieces {
                let (sender, rows): (SyncSender<Made>, _) = sync_channel(1);
                if queue.send(rows).is_err() {
                    // The writer has stopped, and tells why.
                    break;
                }
                let make = &make;
                scope.spawn(move |_| {
                    // If nobody waits for it any more, it is not needed.
                    let _ = sender.send(make(&piece));
                });
            }
            drop(queue);
        });
        writer
            .join()
            .unwrap_or_else(|_| Err(Failure::new("the writer of the answer failed")))
    })
}

fn write_all(header: &str, queued: Receiver<Receiver<Made>>) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    if !output::written(out.write_all(header.as_bytes()))? {
        return Ok(());
    }
    for made in queued {
        let Ok(made) = made.recv() else {
            return Err(Failure::new("a part of the answer could not be made"));
        };
        let rows = made.map_err(unresolved)?;
        if !output::written(out.write_all(&rows).and_then(|()| out.flush()))? {
            break;
        }
    }
    Ok(())
}
