//! Random policies of all layers around a scene.

use serde_json::{Map, Value, json};

use super::conditions;
use super::elements;
use super::picker::Picker;
use super::scene::{Caller, Scene};

/// The layers, as far as their statements differ.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Layer {
    Identity,
    Rcp,
    Resource,
    Scp,
    VpcEndpoint,
}

/// The `policies` of a case.
pub(crate) fn layers(picker: &mut Picker, scene: &Scene) -> Value {
    let mut layers = Map::new();
    layers.insert("identity".to_owned(), json!(identity(picker, scene)));
    if let Some(policy) = resource(picker, scene) {
        layers.insert("resource".to_owned(), policy);
    }
    if scene.is_key()
        && picker.chance(5)
        && let Some(policy) = resource(picker, scene)
    {
        layers.insert("ramResource".to_owned(), policy);
    }
    let session = match scene.caller {
        Caller::FederatedUser => 70,
        Caller::Session | Caller::Role => 25,
        _ => 5,
    };
    for (name, layer, percent) in [
        ("permissionsBoundary", Layer::Identity, 22),
        ("session", Layer::Identity, session),
        ("vpcEndpoint", Layer::VpcEndpoint, 15),
    ] {
        if picker.chance(percent) {
            layers.insert(name.to_owned(), json!(ceiling(picker, scene, layer)));
        }
    }
    if picker.chance(40) {
        layers.insert("scps".to_owned(), scps(picker, scene));
    }
    if picker.chance(25) {
        layers.insert("rcps".to_owned(), rcps(picker, scene));
    }
    Value::Object(layers)
}

fn identity(picker: &mut Picker, scene: &Scene) -> Vec<Value> {
    let count = picker.pick(&[1, 1, 1, 2, 0]);
    (0..count)
        .map(|_| {
            let mut statements = vec![statement(picker, scene, Layer::Identity, "Allow", 85)];
            add_deny(picker, scene, Layer::Identity, 14, &mut statements);
            policy(picker, statements)
        })
        .collect()
}

/// The key policy, bucket policy or trust policy.
fn resource(picker: &mut Picker, scene: &Scene) -> Option<Value> {
    let usual = if scene.is_key() || scene.service() == "sts" {
        90
    } else {
        45
    };
    if !picker.chance(usual) {
        return None;
    }
    let count = picker.pick(&[1, 1, 2, 3]);
    let mut statements: Vec<Value> = (0..count)
        .map(|_| statement(picker, scene, Layer::Resource, "Allow", 75))
        .collect();
    add_deny(picker, scene, Layer::Resource, 16, &mut statements);
    Some(policy(picker, statements))
}

/// Boundaries, session policies, VPC endpoint policies: mostly wide.
fn ceiling(picker: &mut Picker, scene: &Scene, layer: Layer) -> Vec<Value> {
    let mut statements = if picker.chance(55) {
        vec![statement(picker, scene, layer, "Allow", 72)]
    } else {
        let all = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
        let mut for_all = all.clone();
        if let Some(members) = for_all.as_object_mut() {
            members.insert("Principal".to_owned(), json!("*"));
        }
        vec![if layer == Layer::VpcEndpoint {
            for_all
        } else {
            all
        }]
    };
    add_deny(picker, scene, layer, 18, &mut statements);
    let mut policies = vec![policy(picker, statements)];
    if picker.chance(15) {
        let more = vec![statement(picker, scene, layer, "Allow", 70)];
        policies.push(policy(picker, more));
    }
    policies
}

fn scps(picker: &mut Picker, scene: &Scene) -> Value {
    let count = picker.pick(&[1, 2, 3]);
    let levels: Vec<Value> = (0..count)
        .map(|index| {
            let policies = match picker.weighted(&[60, 20, 15, 5]) {
                0 => vec![full_access()],
                1 => {
                    let mut denying = Vec::new();
                    add_deny(picker, scene, Layer::Scp, 100, &mut denying);
                    vec![full_access(), policy(picker, denying)]
                }
                2 => {
                    let allowing = vec![statement(picker, scene, Layer::Scp, "Allow", 80)];
                    vec![policy(picker, allowing)]
                }
                _ => Vec::new(),
            };
            json!({"level": format!("level-{index}"), "policies": policies})
        })
        .collect();
    json!(levels)
}

fn full_access() -> Value {
    json!({"Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
}

fn rcps(picker: &mut Picker, scene: &Scene) -> Value {
    let count = picker.pick(&[1, 1, 2]);
    let levels: Vec<Value> = (0..count)
        .map(|index| {
            let policies = match picker.weighted(&[70, 15, 15]) {
                0 => {
                    let mut denying = Vec::new();
                    add_deny(picker, scene, Layer::Rcp, 100, &mut denying);
                    vec![policy(picker, denying)]
                }
                1 => vec![json!({"Version": "2012-10-17", "Statement": [
                    {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]})],
                _ => Vec::new(),
            };
            json!({"level": format!("level-{index}"), "policies": policies})
        })
        .collect();
    json!(levels)
}

/// Adds a Deny now and then: it hits by half, mostly under a condition.
fn add_deny(
    picker: &mut Picker,
    scene: &Scene,
    layer: Layer,
    percent: usize,
    statements: &mut Vec<Value>,
) {
    if picker.chance(percent) {
        let deny = statement(picker, scene, layer, "Deny", 72);
        let position = picker.below(statements.len() + 1);
        statements.insert(position, deny);
    }
}

fn policy(picker: &mut Picker, mut statements: Vec<Value>) -> Value {
    let mut policy = Map::new();
    match picker.weighted(&[85, 9, 6]) {
        0 => policy.insert("Version".to_owned(), json!("2012-10-17")),
        1 => policy.insert("Version".to_owned(), json!("2008-10-17")),
        _ => None,
    };
    let single = statements.len() == 1 && picker.chance(15);
    let value = if single {
        statements.pop().unwrap_or_default()
    } else {
        json!(statements)
    };
    policy.insert("Statement".to_owned(), value);
    Value::Object(policy)
}

/// One statement; `percent` says how often all its elements but the condition hit.
fn statement(
    picker: &mut Picker,
    scene: &Scene,
    layer: Layer,
    effect: &str,
    percent: usize,
) -> Value {
    let hits = picker.chance(percent);
    // Otherwise one of the elements misses.
    let missing = if hits { 3 } else { picker.below(3) };
    let mut statement = Map::new();
    if picker.chance(15) {
        statement.insert("Sid".to_owned(), json!("Some statement"));
    }
    statement.insert("Effect".to_owned(), json!(effect));
    match layer {
        Layer::Resource | Layer::VpcEndpoint => {
            elements::principal(picker, scene, missing != 2, &mut statement);
        }
        Layer::Rcp if picker.chance(5) => {}
        Layer::Rcp => {
            statement.insert("Principal".to_owned(), json!("*"));
        }
        Layer::Identity | Layer::Scp => {}
    }
    if !picker.chance(1) {
        elements::action(picker, scene, missing != 0, &mut statement);
    }
    if !picker.chance(if scene.service() == "sts" { 30 } else { 1 }) {
        elements::resource(picker, scene, layer, missing != 1, &mut statement);
    }
    let conditional = if effect == "Deny" { 60 } else { 28 };
    if picker.chance(conditional) {
        let block = conditions::block(picker, scene);
        statement.insert("Condition".to_owned(), block);
    }
    Value::Object(statement)
}
