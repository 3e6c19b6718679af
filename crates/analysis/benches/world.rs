//! Questions to a large world: 200 accounts, 20,000 principals, 5,000 keys.
//!
//! `load` reads it from its text. `who_can` asks about one key: one of an account, one of partners, one
//! of the whole organization; `can` asks about one role; `matrix` makes all rows of 20 keys.

#![expect(
    clippy::expect_used,
    reason = "a benchmark on a broken text means nothing"
)]

use std::sync::LazyLock;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use kmsim_analysis::ask::Ask;
use kmsim_analysis::can;
use kmsim_analysis::candidates::Extent;
use kmsim_analysis::who_can::Analysis;
use kmsim_authz::call::Call;
use kmsim_authz::principal::Principal;
use kmsim_authz::reader::{NoFiles, Reader};
use kmsim_authz::world::{Key, World};
use kmsim_policy::json;
use kmsim_policy::source::Sources;
use kmsim_testkit::organization::{Size, account_id, write};
use kmsim_types::KmsAction;

/// That of the command line.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

static TEXT: LazyLock<String> = LazyLock::new(|| {
    let mut bytes = Vec::new();
    write(Size::LARGE, &mut bytes).expect("a world");
    String::from_utf8(bytes).expect("text")
});

static WORLD: LazyLock<World> = LazyLock::new(|| read(&TEXT));

static ANALYSIS: LazyLock<Analysis<'static>> = LazyLock::new(|| Analysis::new(&WORLD));

fn read(text: &str) -> World {
    let mut sources = Sources::new();
    let id = sources.add("world.json", text);
    let mut reader = Reader::new(&mut sources, &NoFiles);
    let node = json::parse(text, id, &mut reader.diagnostics).expect("valid JSON");
    let world = reader.world(&node);
    assert!(
        reader.diagnostics.is_empty(),
        "{:?}",
        reader.diagnostics.first()
    );
    world.expect("a world")
}

fn ask(action: KmsAction) -> Ask {
    let text = format!(r#"{{"caller": "anonymous", "action": "{action}"}}"#);
    let mut sources = Sources::new();
    let id = sources.add("call", text.as_str());
    let mut reader = Reader::new(&mut sources, &NoFiles);
    let node = json::parse(&text, id, &mut reader.diagnostics).expect("valid JSON");
    let call: Call = reader.call(&node).expect("a call");
    Ask::new(action, call)
}

/// The first key that has a statement with this Sid.
fn key_with(sid: &str) -> &'static Key {
    let keys = WORLD.contents().keys.iter();
    let mut found = keys.filter(|key| {
        let mut statements = key.policy.policy.statements.iter();
        statements.any(|statement| statement.sid.as_ref().is_some_and(|own| *own.value == *sid))
    });
    found.next().expect("such a key")
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn load(bencher: Bencher<'_, '_>) {
    let text = TEXT.as_str();
    bencher
        .counter(BytesCount::of_str(text))
        .bench(|| read(divan::black_box(text)));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn index(bencher: Bencher<'_, '_>) {
    LazyLock::force(&WORLD);
    bencher.bench(|| Analysis::new(divan::black_box(&WORLD)));
}

#[divan::bench(args = ["Allow use of the key", "Partners", "Organization"], sample_count = 20)]
fn who_can(bencher: Bencher<'_, '_>, sid: &str) {
    let key = key_with(sid);
    let asks = [ask(KmsAction::Decrypt)];
    bencher.bench(|| {
        ANALYSIS
            .who_can(divan::black_box(&asks), Some(key), Extent::Possible)
            .expect("answers")
    });
}

#[divan::bench(sample_count = 10)]
fn can_do_everything(bencher: Bencher<'_, '_>) {
    let arn = format!("arn:aws:iam::{}:role/Admin", account_id(7));
    let subject = ANALYSIS.subject(Principal::parse(&arn).expect("a role"));
    let asks: Vec<Ask> = KmsAction::ALL.into_iter().map(ask).collect();
    let keys = can::keys(&WORLD);
    bencher.bench(|| {
        ANALYSIS
            .can(&subject, divan::black_box(&asks), &keys, Extent::Possible)
            .expect("answers")
    });
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn matrix(bencher: Bencher<'_, '_>) {
    let asks: Vec<Ask> = KmsAction::ALL
        .into_iter()
        .filter(|action| action.info().on_key)
        .map(ask)
        .collect();
    let keys: Vec<&Key> = can::keys(&WORLD).into_iter().step_by(250).collect();
    let rows = || {
        let mut rows = 0_usize;
        for key in &keys {
            for piece in ANALYSIS.pieces(Some(key), &asks) {
                ANALYSIS
                    .rows(&piece, &asks, |_| rows += 1)
                    .expect("answers");
            }
        }
        rows
    };
    let count = rows();
    bencher.counter(ItemsCount::new(count)).bench(rows);
}
