//! Deciding allocates nothing: no strings, no lists, however a request comes out.
//!
//! A binary of its own, since counting replaces the allocator.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot run should stop, and say what it tried"
)]

use std::fs;
use std::hint::black_box;
use std::path::Path;

use kmsim_authz::case::Case;
use kmsim_authz::decide::decide;
use kmsim_authz::reader::Reader;
use kmsim_policy::document::parse_any;
use kmsim_policy::source::Sources;

use files::{Disk, below, root};

#[expect(dead_code, reason = "the other test binary uses the rest")]
#[path = "suite/files.rs"]
mod files;

/// The cases of a file, apart from questions to worlds.
fn cases(path: &Path) -> Vec<Case> {
    let name = path.to_string_lossy().into_owned();
    let text = fs::read_to_string(path).expect("a readable file");
    let mut sources = Sources::new();
    let source = sources.add(name.clone(), text.as_str());
    let mut reader = Reader::new(&mut sources, &Disk);
    let node = parse_any(&text, source, &name, &mut reader.diagnostics).expect("a document");
    let list = node.member("cases").unwrap_or(&node).as_list();
    let own_layers = list.iter().filter(|node| node.member("request").is_some());
    own_layers.filter_map(|node| reader.case(node)).collect()
}

#[test]
fn deciding_allocates_nothing() {
    let mut count = 0;
    let mut found = Vec::new();
    for file in below(&root().join("fixtures/cases"), ".json") {
        for case in cases(&file) {
            let layers = case.layers.borrow();
            let allocations = allocation_counter::measure(|| {
                black_box(decide(black_box(&layers), black_box(&case.request)));
            });
            count += 1;
            if allocations.count_total > 0 {
                let name = case.name.as_deref().unwrap_or("?");
                found.push(format!(
                    "{}: {name}: {}",
                    file.display(),
                    allocations.count_total
                ));
            }
        }
    }
    println!("{count} cases");
    assert!(count > 1_000, "only {count} cases");
    assert!(
        found.is_empty(),
        "{} cases allocate:\n{}",
        found.len(),
        found.join("\n")
    );
}

#[test]
fn the_counter_counts() {
    let allocations = allocation_counter::measure(|| drop(black_box(vec![1_u8])));
    assert_eq!(allocations.count_total, 1);
}
