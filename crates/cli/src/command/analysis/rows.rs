//! A matrix, written row by row on all cores.

use kmsim_analysis::ask::Ask;
use kmsim_analysis::can;
use kmsim_analysis::view::AnswerView;
use kmsim_analysis::who_can::Analysis;
use kmsim_authz::world::{Key, World};
use kmsim_policy::source::Sources;

use super::{csv, ordered};
use crate::outcome::Failure;

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
    let asks_of = |key: Option<&Key>| if key.is_some() { &on_key } else { &without };
    let analysis = Analysis::new(world);
    let keys: Vec<Option<&Key>> = if key.is_some() {
        vec![key]
    } else {
        let keys = can::keys(world).into_iter().map(Some);
        keys.chain([None]).collect()
    };
    let pieces = keys
        .into_iter()
        .flat_map(|key| analysis.pieces(key, asks_of(key)));
    let header = if as_csv { csv::HEADER } else { "" };
    ordered::write(header, pieces, |piece| {
        let mut out = Vec::new();
        analysis.rows(piece, asks_of(piece.key), |answer| {
            let view = AnswerView::of(answer, piece.key, sources);
            if as_csv {
                let mut line = String::new();
                csv::push(&mut line, &view);
                out.extend_from_slice(line.as_bytes());
            } else if serde_json::to_writer(&mut out, &view).is_ok() {
                out.push(b'\n');
            }
        })?;
        Ok(out)
    })
}
