//! Random Condition blocks: every operator with every prefix and suffix.

use serde_json::{Map, Value, json};

use super::keys::{DERIVED, KEYS, Key, Kind};
use super::picker::Picker;
use super::scene::Scene;

const TEXT: [&str; 6] = [
    "StringEquals",
    "StringLike",
    "StringNotEquals",
    "StringNotLike",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
];
const ARN: [&str; 6] = [
    "ArnLike",
    "ArnEquals",
    "ArnNotLike",
    "ArnNotEquals",
    "StringLike",
    "StringEquals",
];
const COMPARISONS: [&str; 6] = [
    "Equals",
    "LessThan",
    "GreaterThanEquals",
    "GreaterThan",
    "LessThanEquals",
    "NotEquals",
];
const SETS: [&str; 3] = ["", "ForAnyValue:", "ForAllValues:"];

/// A Condition block with one or two conditions.
pub(crate) fn block(picker: &mut Picker, scene: &Scene) -> Value {
    let mut operators = Map::new();
    for _ in 0..picker.pick(&[1, 1, 1, 2]) {
        let key = pick_key(picker, scene);
        let operator = operator(picker, key);
        let values = if operator.ends_with("Null") {
            picker.pick(&[json!("true"), json!("false"), json!(true), json!(false)])
        } else {
            operands(picker, scene, key)
        };
        let name = if picker.chance(4) {
            key.name.to_lowercase()
        } else {
            key.name.to_owned()
        };
        if let Value::Object(keys) = operators.entry(operator).or_insert_with(|| json!({})) {
            keys.insert(name, values);
        }
    }
    Value::Object(operators)
}

/// Mostly a key that the request has.
fn pick_key(picker: &mut Picker, scene: &Scene) -> Key {
    let stated: Vec<Key> = KEYS
        .iter()
        .filter(|key| scene.context.contains_key(key.name))
        .copied()
        .collect();
    let pool = match picker.weighted(&[50, 35, 15]) {
        0 if !stated.is_empty() => stated.as_slice(),
        1 => DERIVED,
        _ => KEYS,
    };
    picker.pick(pool)
}

fn operator(picker: &mut Picker, key: Key) -> String {
    if picker.chance(8) {
        return format!(
            "{}Null",
            if picker.chance(15) {
                picker.pick(&SETS)
            } else {
                ""
            }
        );
    }
    let base = base(picker, key.kind);
    let set = match (key.kind, picker.chance(15)) {
        (Kind::List, _) => picker.pick(&["ForAnyValue:", "ForAllValues:", "ForAllValues:", ""]),
        (_, true) => picker.pick(&SETS),
        (_, false) => "",
    };
    format!(
        "{set}{base}{}",
        if picker.chance(15) { "IfExists" } else { "" }
    )
}

fn base(picker: &mut Picker, kind: Kind) -> String {
    let plain = |text: &str| text.to_owned();
    match kind {
        Kind::Text | Kind::List => plain(picker.pick(&TEXT)),
        Kind::Arn => plain(picker.pick(&ARN)),
        Kind::Binary => plain("BinaryEquals"),
        Kind::Flag => plain(picker.pick(&["Bool", "Bool", "Bool", "StringEquals"])),
        Kind::Ip => plain(picker.pick(&["IpAddress", "IpAddress", "NotIpAddress"])),
        Kind::Date => format!("Date{}", picker.pick(&COMPARISONS)),
        Kind::Number => format!("Numeric{}", picker.pick(&COMPARISONS)),
    }
}

fn operands(picker: &mut Picker, scene: &Scene, key: Key) -> Value {
    let count = if picker.chance(1) {
        0
    } else {
        picker.pick(&[1, 1, 2, 3])
    };
    let values: Vec<Value> = (0..count).map(|_| operand(picker, scene, key)).collect();
    picker.list_or_single(values)
}

fn operand(picker: &mut Picker, scene: &Scene, key: Key) -> Value {
    let actual = actual_value(picker, scene, key);
    match key.kind {
        Kind::Text | Kind::List => json!(text_operand(picker, &actual, key)),
        Kind::Arn => json!(arn_operand(picker, scene, &actual)),
        Kind::Flag => match picker.weighted(&[60, 20, 15, 5]) {
            0 => json!(picker.pick(&["true", "false"])),
            1 => json!(picker.chance(50)),
            2 => json!(actual),
            _ => json!(picker.pick(&["${aws:SecureTransport}", "yes", "FALSE", ""])),
        },
        Kind::Ip => json!(ip_operand(picker, &actual)),
        Kind::Number => number_operand(picker, &actual),
        Kind::Date | Kind::Binary => match picker.weighted(&[50, 42, 8]) {
            0 => json!(actual),
            1 => json!(picker.pick(key.values)),
            _ => json!(picker.pick(&["20240101T000000Z", "soon", "2024-13-01", "1e9", "QUJD="])),
        },
    }
}

/// What the request holds for the key, or something that it might.
fn actual_value(picker: &mut Picker, scene: &Scene, key: Key) -> String {
    let stated = match scene.context.get(key.name) {
        Some(Value::Array(items)) => picker.pick(items),
        Some(value) => value.clone(),
        None => Value::Null,
    };
    match (stated, key.name) {
        (Value::String(text), _) => text,
        (Value::Bool(flag), _) => flag.to_string(),
        (Value::Number(number), _) => number.to_string(),
        (_, "aws:PrincipalArn") if picker.chance(60) => scene
            .role_arn
            .clone()
            .unwrap_or_else(|| scene.principal.clone()),
        (_, "aws:PrincipalAccount" | "kms:CallerAccount") if picker.chance(60) => {
            scene.account.clone()
        }
        (_, "aws:ResourceAccount") if picker.chance(60) => scene.owner.clone(),
        _ => picker.pick(key.values).to_owned(),
    }
}

fn text_operand(picker: &mut Picker, actual: &str, key: Key) -> String {
    let half: String = actual.chars().take(actual.chars().count() / 2).collect();
    match picker.weighted(&[48, 20, 8, 4, 6, 3, 9, 2]) {
        0 => actual.to_owned(),
        1 => picker.pick(key.values).to_owned(),
        2 => format!("{half}*"),
        3 => format!(
            "{half}?{}",
            actual
                .chars()
                .skip(half.chars().count() + 1)
                .collect::<String>()
        ),
        4 => picker.pick(&[actual.to_uppercase(), actual.to_lowercase()]),
        5 => format!("{actual}x"),
        6 => variable(picker, actual),
        _ => picker.pick(&[
            "*".to_owned(),
            "${*}".to_owned(),
            String::new(),
            format!("{half}${{*}}"),
        ]),
    }
}

/// A text with a policy variable in it.
fn variable(picker: &mut Picker, actual: &str) -> String {
    let pool = [
        "${aws:PrincipalTag/team}".to_owned(),
        "${aws:username}".to_owned(),
        format!("${{aws:PrincipalTag/none, '{actual}'}}"),
        "${aws:PrincipalTag/none}".to_owned(),
        "${AWS:principaltag/TEAM, 'red'}".to_owned(),
        "${aws:PrincipalAccount}".to_owned(),
        "${aws:CalledVia}".to_owned(),
        "${kms:EncryptionContext:owner}*".to_owned(),
        "${kms:RequestAlias, 'alias/app'}".to_owned(),
        "${aws:PrincipalTag/team}${?}${$}".to_owned(),
        "${aws:ResourceTag/team}".to_owned(),
        "${aws:PrincipalTag/none,''}".to_owned() + actual,
        "${aws:username".to_owned(),
    ];
    picker.pick(&pool)
}

fn arn_operand(picker: &mut Picker, scene: &Scene, actual: &str) -> String {
    let account = &scene.account;
    let pool = [
        actual.to_owned(),
        actual.to_owned(),
        actual.to_owned(),
        format!("{actual}*"),
        "arn:aws:iam::*:role/*".to_owned(),
        format!("arn:aws:iam::{account}:*"),
        format!("arn:aws:iam::{account}:user/${{aws:username}}"),
        "arn:*:*:*:*:*".to_owned(),
        "arn:aws:iam::${aws:PrincipalAccount}:role/app".to_owned(),
        "arn:aws:s3:::*/*".to_owned(),
        "arn:aws:cloudtrail:*:111122223333:trail/*".to_owned(),
        actual.to_uppercase(),
        "arn:aws:*".to_owned(),
        "*".to_owned(),
        format!("arn:aws:iam::{account}:role/${{aws:PrincipalTag/none}}"),
        "${aws:PrincipalArn}".to_owned(),
        "arn:aws:iam::${aws:PrincipalTag/none, '*'}:*".to_owned(),
        "*:*:*:*:*:*".to_owned(),
    ];
    picker.pick(&pool)
}

fn ip_operand(picker: &mut Picker, actual: &str) -> String {
    let pool = [
        actual.to_owned(),
        "203.0.113.0/24".to_owned(),
        "203.0.113.0/25".to_owned(),
        "0.0.0.0/0".to_owned(),
        "2001:DB8::/32".to_owned(),
        "::/0".to_owned(),
        "198.51.100.0/31".to_owned(),
        "203.0.113.0/33".to_owned(),
        "203.0.113".to_owned(),
    ];
    picker.pick(&pool)
}

fn number_operand(picker: &mut Picker, actual: &str) -> Value {
    let pool = [
        json!(actual),
        json!(actual),
        json!(300),
        json!("300.00"),
        json!(90.5),
        json!("365"),
        json!("1e3"),
        json!(" 90"),
        json!("-1.0"),
        json!("many"),
    ];
    picker.pick(&pool)
}
