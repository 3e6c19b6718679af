//! Whatever a request says, the service answers: with what the API model describes or an exception
//! that it knows. What it accepts it can store and load.

use std::sync::LazyLock;
use std::time::Duration;

use kmsim_authz::world::World;
use kmsim_crypto::RootKey;
use kmsim_kms::clock::{ManualClock, Timestamp};
use kmsim_kms::model::{Interface, Length, Shape, Structure};
use kmsim_kms::{Service, Settings, Snapshot};
use kmsim_policy::source::Sources;
use kmsim_types::Operation;
use proptest::prelude::*;
use proptest::sample::select;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Map, Value, json};

use crate::importing::Parameters;
use crate::support::{ACCOUNT, Kms, base64, caller, effort};

fn load(snapshot: Option<&Snapshot>, clock: ManualClock) -> Kms {
    let rng = Box::new(ChaCha20Rng::seed_from_u64(snapshot.map_or(1, |_| 2)));
    let root_key = RootKey::from_bytes(&[7; 32]).unwrap();
    let (world, sources, settings) = (World::default(), Sources::new(), Settings::default());
    let time = Box::new(clock.clone());
    let service = match snapshot {
        None => Service::with_root_key(world, sources, settings, time, rng, root_key).unwrap(),
        Some(snapshot) => {
            Service::restore(snapshot, world, sources, settings, time, rng, root_key).unwrap()
        }
    };
    Kms {
        service,
        clock,
        caller: caller(&format!("arn:aws:iam::{ACCOUNT}:root"), "us-east-1"),
    }
}

fn clock() -> ManualClock {
    ManualClock::new("2026-11-21T12:00:00Z".parse::<Timestamp>().unwrap())
}

/// A service with a key of each sort, and what its answers gave that requests can use.
struct Scene {
    snapshot: Snapshot,
    keys: Vec<Value>,
    blobs: Vec<Value>,
    texts: Vec<Value>,
}

static SCENE: LazyLock<Scene> = LazyLock::new(|| {
    let mut kms = load(None, clock());
    let (mut keys, mut blobs, mut texts) = (Vec::new(), Vec::new(), Vec::new());
    for (spec, usage) in [
        ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"),
        ("HMAC_256", "GENERATE_VERIFY_MAC"),
        ("RSA_2048", "ENCRYPT_DECRYPT"),
        ("ECC_NIST_P256", "SIGN_VERIFY"),
        ("ECC_NIST_EDWARDS25519", "SIGN_VERIFY"),
        ("ECC_NIST_P384", "KEY_AGREEMENT"),
        ("ML_DSA_44", "SIGN_VERIFY"),
        ("ML_KEM_512", "ENCAPSULATE_DECAPSULATE"),
    ] {
        let input = json!({"KeySpec": spec, "KeyUsage": usage, "MultiRegion": true});
        let key = kms.key(input);
        if spec != "SYMMETRIC_DEFAULT" && spec != "HMAC_256" {
            let answer = kms.ok("GetPublicKey", json!({"KeyId": key}));
            blobs.push(answer["PublicKey"].clone());
        }
        keys.push(json!(key));
    }
    let key = keys[0].clone();
    let sealed = kms.ok("Encrypt", json!({"KeyId": key, "Plaintext": "AAAA"}));
    let sealed_rsa = json!({
        "KeyId": keys[2], "Plaintext": "AAAA", "EncryptionAlgorithm": "RSAES_OAEP_SHA_256",
    });
    let sealed_rsa = kms.ok("Encrypt", sealed_rsa);
    let signed = json!({
        "KeyId": keys[3], "Message": "AAAA", "SigningAlgorithm": "ECDSA_SHA_256",
    });
    blobs.push(kms.ok("Sign", signed)["Signature"].clone());
    blobs.extend([&sealed, &sealed_rsa].map(|own| own["CiphertextBlob"].clone()));
    let grant = json!({
        "KeyId": key, "GranteePrincipal": format!("arn:aws:iam::{ACCOUNT}:root"),
        "Operations": ["Decrypt"],
    });
    let grant = kms.ok("CreateGrant", grant);
    texts.extend([grant["GrantId"].clone(), grant["GrantToken"].clone()]);
    let alias = json!({"AliasName": "alias/one", "TargetKeyId": key});
    kms.ok("CreateAlias", alias);
    let external = kms.key(json!({"Origin": "EXTERNAL"}));
    let parameters = Parameters::get(&mut kms, &external);
    blobs.push(parameters.answer["ImportToken"].clone());
    blobs.push(json!(base64(&parameters.wrapped(&[1; 32]))));
    keys.push(json!(external));
    keys.extend([json!("alias/one"), json!("alias/aws/ebs")]);
    texts.extend(keys.clone());
    Scene {
        snapshot: kms.service.snapshot().unwrap(),
        keys,
        blobs,
        texts,
    }
});

/// Values that are as they should be more often than not.
fn value(name: &'static str, shape: &'static Shape) -> BoxedStrategy<Value> {
    prop_oneof![
        12 => fitting(name, shape),
        1 => broken(),
    ]
    .boxed()
}

/// Values of all types, and out of all bounds.
fn broken() -> BoxedStrategy<Value> {
    let number = any::<f64>().prop_filter_map("JSON", serde_json::Number::from_f64);
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        number.prop_map(Value::Number),
        any::<String>().prop_map(Value::from),
        select(vec![0_usize, 1, 257, 2049, 8193, 70_000]).prop_map(|n| json!("ü".repeat(n))),
        Just(json!([])),
        Just(json!({})),
        Just(json!([[{"a": [null]}], 1, "a"])),
        Just(json!({"": null, "KeyId": {"KeyId": []}})),
    ]
    .boxed()
}

fn fitting(name: &'static str, shape: &'static Shape) -> BoxedStrategy<Value> {
    match shape {
        Shape::Text(text) => text_of(name, text.characters),
        Shape::Enumeration(values) => {
            // Large RSA keys take long to make.
            let quick = values
                .iter()
                .filter(|own| !matches!(**own, "RSA_3072" | "RSA_4096"));
            let quick: Vec<&str> = quick.copied().collect();
            select(quick).prop_map(Value::from).boxed()
        }
        Shape::Blob { bytes, .. } => blob(*bytes),
        Shape::Integer { min, max } => {
            let (min, max) = (*min, *max);
            let near = max.min(min.saturating_add(5000));
            prop_oneof![
                8 => (min..=near).prop_map(Value::from),
                1 => select(vec![min - 1, min, max, max.saturating_add(1)]).prop_map(Value::from),
                1 => any::<f32>().prop_map(|number| json!(number)),
            ]
            .boxed()
        }
        Shape::Boolean => any::<bool>().prop_map(Value::from).boxed(),
        Shape::Timestamp => prop_oneof![
            (1_795_262_400..1_826_798_400_i64).prop_map(Value::from),
            any::<f64>().prop_map(|number| json!(number)),
            any::<i64>().prop_map(Value::from),
            Just(json!("2027-01-01T00:00:00Z")),
            "[0-9TZ:.+-]{0,30}".prop_map(Value::from),
        ]
        .boxed(),
        Shape::List { element, .. } => prop::collection::vec(value(name, element), 0..4)
            .prop_map(Value::from)
            .boxed(),
        Shape::Map { value: of, .. } => prop::collection::vec((".{0,12}", value(name, of)), 0..4)
            .prop_map(|pairs| Value::Object(pairs.into_iter().collect()))
            .boxed(),
        Shape::Structure(structure) => structure_of(structure),
    }
}

fn structure_of(structure: &'static Structure) -> BoxedStrategy<Value> {
    let members: Vec<_> = structure
        .members
        .iter()
        .map(|member| {
            let there = if member.required { 0.95 } else { 0.3 };
            prop::option::weighted(there, value(member.name, member.shape))
                .prop_map(|value| value.map(|value| (member.name.to_owned(), value)))
        })
        .collect();
    members
        .prop_map(|members| Value::Object(members.into_iter().flatten().collect::<Map<_, _>>()))
        .boxed()
}

/// What the parameter is about, where there are only a few such texts; or any.
fn text_of(name: &'static str, characters: Length) -> BoxedStrategy<Value> {
    let any_text = prop_oneof![
        ".{0,40}".prop_map(Value::from),
        "[a-zA-Z0-9:/_.-]{1,80}".prop_map(Value::from),
        Just(json!(
            "é".repeat(characters.max.unwrap_or(300).min(140_000) as usize)
        )),
        select(SCENE.texts.clone()),
    ];
    let known = match name {
        "KeyId" | "TargetKeyId" | "SourceKeyId" | "DestinationKeyId" => {
            select(SCENE.keys.clone()).boxed()
        }
        "AliasName" => select(vec![json!("alias/one"), json!("alias/two")]).boxed(),
        "Policy" => policy(),
        "GranteePrincipal" | "RetiringPrincipal" => select(vec![
            json!(format!("arn:aws:iam::{ACCOUNT}:root")),
            json!("arn:aws:iam::444455556666:user/ü"),
            json!("arn:aws:sts::444455556666:assumed-role/a/b"),
            json!("ec2.amazonaws.com"),
            json!("*"),
            json!("anonymous"),
        ])
        .boxed(),
        "ReplicaRegion" | "PrimaryRegion" => select(vec![
            json!("eu-west-1"),
            json!("us-east-1"),
            json!("cn-north-1"),
            json!("mars-1"),
        ])
        .boxed(),
        _ => return any_text.boxed(),
    };
    prop_oneof![6 => known, 1 => any_text].boxed()
}

fn policy() -> BoxedStrategy<Value> {
    let action = select(vec![
        "kms:*",
        "kms:Decrypt",
        "kms:De*",
        "s3:Get*",
        "*",
        "é",
        "",
    ]);
    let principal = select(vec![
        "arn:aws:iam::111122223333:root",
        "*",
        "111122223333",
        "arn:aws:iam::111122223333:role/ü",
        "${aws:PrincipalArn}",
    ]);
    let condition = prop::option::of(("[a-zA-Z:]{0,24}", "[a-z]{1,4}:[a-zA-Z/]{1,20}", ".{0,9}"));
    let one = (action, principal, condition).prop_map(|(action, principal, condition)| {
        let mut statement = json!({
            "Effect": "Allow", "Principal": {"AWS": principal}, "Action": action, "Resource": "*",
        });
        if let Some((operator, key, value)) = condition {
            statement["Condition"] = json!({operator: {key: value}});
        }
        json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
    });
    prop_oneof![
        one,
        ".{0,60}",
        Just("[".repeat(5000)),
        Just("{}".to_owned())
    ]
    .prop_map(Value::from)
    .boxed()
}

fn blob(bytes: Length) -> BoxedStrategy<Value> {
    let most = bytes.max.unwrap_or(64);
    prop_oneof![
        4 => select(SCENE.blobs.clone()),
        // One bit of it is changed, or it ends early.
        2 => (select(SCENE.blobs.clone()), any::<u16>(), any::<bool>()).prop_map(
            |(blob, at, cut)| {
                use base64::Engine as _;
                let engine = base64::engine::general_purpose::STANDARD;
                let mut bytes = engine.decode(blob.as_str().unwrap()).unwrap();
                let at = usize::from(at) % (bytes.len() * 8);
                if cut {
                    bytes.truncate(at / 8);
                } else {
                    bytes[at / 8] ^= 1 << (at % 8);
                }
                json!(base64(&bytes))
            }
        ),
        2 => prop::collection::vec(any::<u8>(), 0..80).prop_map(|bytes| json!(base64(&bytes))),
        1 => select(vec![bytes.min, most, most.saturating_add(1)])
            .prop_map(|n| json!(base64(&vec![b'a'; n.min(300_000) as usize]))),
        1 => ".{0,20}".prop_map(Value::from),
    ]
    .boxed()
}

fn request() -> impl Strategy<Value = (Operation, Value)> {
    let inputs: Vec<_> = Operation::ALL
        .into_iter()
        .map(|operation| {
            let input = structure_of(Interface::of(operation).input);
            let input = prop_oneof![30 => input, 1 => broken()];
            input.prop_map(move |input| (operation, input)).boxed()
        })
        .collect();
    prop::strategy::Union::new(inputs)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 50 * effort(),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_request_has_an_answer(
        requests in prop::collection::vec((request(), 0..200_000_u64), 1..60),
    ) {
        let mut kms = load(Some(&SCENE.snapshot), clock());
        for ((operation, input), seconds) in requests {
            let answer = kms.call(operation.name(), input);
            if let Err(error) = answer {
                prop_assert!(error.message.len() < 1_000_000);
            }
            prop_assert!(!kms.service.take_events().is_empty());
            kms.clock.advance(Duration::from_secs(seconds));
        }
        let snapshot = kms.service.snapshot().unwrap();
        load(Some(&snapshot), kms.clock);
    }
}
