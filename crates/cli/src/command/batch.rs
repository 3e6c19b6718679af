//! `kmsim check --batch`: many questions, one a line, answered on all cores.
//!
//! The input is read in blocks of whole lines. A block is one task; its answers are written when
//! those of the blocks before it are. The queue between reader and writer is bounded, so memory
//! does not grow with the input, whatever is slowest. What a line asks is given from outside, so
//! that other commands answer their lines in the same way.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use kmsim_authz::call::human_gaps;
use kmsim_policy::source::Sources;

use super::check::Arguments;
use crate::diagnostics::{self, Messages, counted};
use crate::files;
use crate::outcome::{Exit, Failure, Stop};
use crate::output;
use crate::world_input::WorldInput;

mod blocks;
mod line;

pub(super) use blocks::Block;
use blocks::Blocks;
use line::Lines;
pub(super) use line::{push_field, push_finding, text_of};

/// Answers the lines of a block, and tells how many of them could not be read.
pub(super) trait Answering: Sync {
    /// Appends the answers to `out`.
    fn answer(&self, block: &Block, out: &mut Vec<u8>) -> u64;
}

/// Blocks that may wait for each thread. More only costs memory.
const BLOCKS_PER_THREAD: usize = 4;

/// Answers all lines of `input`. Lines that cannot be read are answered with an error, and the
/// exit code tells that there were some.
pub(crate) fn run(input: &Path, arguments: &Arguments, messages: &Messages) -> Result<Exit, Stop> {
    let world = if arguments.world.is_some() || !arguments.from.from.is_empty() {
        let input = WorldInput::read(arguments.world.as_deref(), &arguments.from)?;
        // One warning for each line would drown the answers; one for all says nothing about them.
        let world = input.load_quietly(&mut Sources::new(), messages)?;
        diagnostics::write(human_gaps(&world.contents().gaps).trim_start());
        Some(world)
    } else {
        None
    };
    let lines = Lines::new(input, arguments.strict, world);
    answer_lines(input, &lines, messages)
}

/// Answers all lines of `input`, each by itself.
pub(super) fn answer_lines(
    input: &Path,
    lines: &impl Answering,
    messages: &Messages,
) -> Result<Exit, Stop> {
    let unread = AtomicU64::new(0);
    let reader = files::open(input)?;
    answer_all(reader, lines, &unread)?;
    match unread.into_inner() {
        0 => Ok(Exit::Success),
        count => {
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            messages.failure(&Failure::new(format!(
                "{} could not be read",
                counted(count, "line")
            )));
            Ok(Exit::Error)
        }
    }
}

fn answer_all(input: impl Read, lines: &impl Answering, unread: &AtomicU64) -> Result<(), Failure> {
    let ahead = rayon::current_num_threads() * BLOCKS_PER_THREAD;
    let (queue, queued) = sync_channel(ahead);
    std::thread::scope(|threads| {
        let writer = threads.spawn(|| write_all(queued));
        let read = rayon::in_place_scope(|scope| {
            for block in Blocks::new(input) {
                let block = block
                    .map_err(|error| Failure::new(format!("cannot read the batch: {error}")))?;
                let (answered, answer) = sync_channel(1);
                if queue.send(answer).is_err() {
                    // The writer has stopped, and tells why.
                    break;
                }
                scope.spawn(move |_| answer_block(&block, lines, unread, &answered));
            }
            drop(queue);
            Ok(())
        });
        let written = writer
            .join()
            .unwrap_or_else(|_| Err(Failure::new("the writer of the batch failed")));
        read.and(written)
    })
}

fn answer_block(
    block: &Block,
    lines: &impl Answering,
    unread: &AtomicU64,
    answered: &SyncSender<Vec<u8>>,
) {
    // An answer is about a tenth of a case.
    let mut out = Vec::with_capacity(block.bytes.len() / 4);
    let errors = lines.answer(block, &mut out);
    unread.fetch_add(errors, Ordering::Relaxed);
    // If nobody waits for the answers any more, they are not needed.
    let _ = answered.send(out);
}

fn write_all(queued: Receiver<Receiver<Vec<u8>>>) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    for answer in queued {
        let Ok(answers) = answer.recv() else {
            return Err(Failure::new("a part of the batch could not be answered"));
        };
        if !output::written(out.write_all(&answers).and_then(|()| out.flush()))? {
            break;
        }
    }
    Ok(())
}
