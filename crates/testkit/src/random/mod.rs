//! Random cases: small pools of accounts, names and values, so that what policies say often meets
//! what requests ask, or just misses it.
//!
//! [`seeded`] is the fast way for many cases; [`case`] is the same generator as a proptest
//! strategy that shrinks. Cases are in the format of `kmsim check`, without `expect`.

mod conditions;
mod elements;
mod grants;
mod keys;
mod picker;
mod policies;
mod scene;
mod world;

use proptest::strategy::Strategy;
use serde_json::{Map, Value, json};

pub(crate) use picker::Picker;
use scene::Scene;
pub use world::BROUGHT_ALONG;

/// Random cases that shrink towards few and plain policies.
pub fn case() -> impl Strategy<Value = Value> {
    proptest::collection::vec(proptest::num::u32::ANY, 800)
        .prop_map(|choices| generate(&mut Picker::recorded(choices)))
}

/// The random case of a seed.
pub fn seeded(seed: u64) -> Value {
    generate(&mut Picker::seeded(seed))
}

/// The random world of a seed.
pub fn seeded_world(seed: u64) -> Value {
    world::generate(&mut Picker::seeded(seed))
}

/// The random world of a seed, in whose policies something is not known.
pub fn seeded_plan(seed: u64) -> Value {
    let mut picker = Picker::seeded(seed);
    let mut world = world::generate(&mut picker);
    world::forget(&mut picker, &mut world);
    world
}

/// Random worlds that shrink towards few and plain policies.
pub fn world() -> impl Strategy<Value = Value> {
    proptest::collection::vec(proptest::num::u32::ANY, 600)
        .prop_map(|choices| world::generate(&mut Picker::recorded(choices)))
}

fn generate(picker: &mut Picker) -> Value {
    let scene = Scene::generate(picker);
    let policies = policies::layers(picker, &scene);
    let grants = grants::grants(picker, &scene);
    let mut case = Map::new();
    case.insert("request".to_owned(), scene.request(picker));
    case.insert("policies".to_owned(), policies);
    if !grants.is_empty() {
        case.insert("grants".to_owned(), json!(grants));
    }
    Value::Object(case)
}
