//! Random grants, in the shape of `ListGrants`.

use serde_json::{Map, Value, json};

use super::elements::{other_principal, own_principal};
use super::picker::Picker;
use super::scene::{ACCOUNTS, Caller, Scene};

const OPERATIONS: [&str; 8] = [
    "Decrypt",
    "Encrypt",
    "GenerateDataKey",
    "CreateGrant",
    "RetireGrant",
    "DescribeKey",
    "ReEncryptFrom",
    "Sign",
];

/// The operations of scenes that a grant can list.
const GRANTABLE: [&str; 17] = [
    "CreateGrant",
    "Decrypt",
    "DeriveSharedSecret",
    "DescribeKey",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GenerateDataKeyWithoutPlaintext",
    "GenerateMac",
    "GetPublicKey",
    "ReEncryptFrom",
    "ReEncryptTo",
    "RetireGrant",
    "Sign",
    "Verify",
    "VerifyMac",
];

const GRANT_ID: &str = "0c237476b39f8bc44e45212e08498fbe";
const TOKEN: &str = "token-of-the-grant";

/// The grant tokens of a request.
pub(crate) fn tokens(picker: &mut Picker) -> Vec<String> {
    let token = picker.pick(&[TOKEN, TOKEN, GRANT_ID, "another-token"]);
    vec![token.to_owned()]
}

/// The grants on the key: often for `RetireGrant`, else in every third case.
pub(crate) fn grants(picker: &mut Picker, scene: &Scene) -> Vec<Value> {
    let percent = match scene.operation() {
        _ if !scene.is_key() || scene.service() != "kms" => 3,
        "RetireGrant" => 92,
        "CreateGrant" => 50,
        _ => 33,
    };
    if !picker.chance(percent) {
        return Vec::new();
    }
    let count = picker.pick(&[1, 1, 2]);
    (0..count).map(|_| grant(picker, scene)).collect()
}

fn grant(picker: &mut Picker, scene: &Scene) -> Value {
    let mut grant = Map::new();
    if !picker.chance(15) {
        let key = if picker.chance(6) || !scene.is_key() {
            format!("arn:aws:kms:us-east-1:{}:key/another", scene.owner)
        } else {
            scene.resource.clone()
        };
        grant.insert("KeyId".to_owned(), json!(key));
    }
    grant.insert("GrantId".to_owned(), json!(GRANT_ID));
    if picker.chance(40) {
        grant.insert("GrantToken".to_owned(), json!(TOKEN));
    }
    if picker.chance(8) {
        grant.insert("Pending".to_owned(), json!(true));
    }
    let hit = picker.chance(80);
    party(picker, scene, "Grantee", hit, &mut grant);
    if picker.chance(35) {
        let hit = picker.chance(50);
        party(picker, scene, "Retiring", hit, &mut grant);
    }
    if picker.chance(60) {
        let issuer = picker.pick(&[scene.owner.as_str(), scene.account.as_str(), ACCOUNTS[2]]);
        let issuer = if picker.chance(10) {
            issuer.to_owned()
        } else {
            format!("arn:aws:iam::{issuer}:root")
        };
        grant.insert("IssuingAccount".to_owned(), json!(issuer));
    }
    grant.insert("Operations".to_owned(), json!(operations(picker, scene)));
    if picker.chance(45) {
        grant.insert("Constraints".to_owned(), constraints(picker, scene));
    }
    Value::Object(grant)
}

fn party(picker: &mut Picker, scene: &Scene, role: &str, hit: bool, to: &mut Map<String, Value>) {
    let service = scene.caller == Caller::Service;
    let (field, value) = match (hit, service) {
        (true, true) if picker.chance(50) => ("ServicePrincipal", scene.principal.clone()),
        (true, true) => ("Principal", scene.principal.clone()),
        (true, false) => ("Principal", nameable(own_principal(picker, scene), scene)),
        (false, _) if picker.chance(15) => ("ServicePrincipal", "rds.amazonaws.com".to_owned()),
        (false, _) => ("Principal", nameable(other_principal(picker, scene), scene)),
    };
    to.insert(format!("{role}{field}"), json!(value));
}

/// What a grant can name: no wildcard, no misspelt ARN.
fn nameable(principal: String, scene: &Scene) -> String {
    let id = principal.starts_with(|c: char| c.is_ascii_digit()) || principal.starts_with("AIDA");
    let provider = principal.contains("-provider/");
    let arn = principal.starts_with("arn:") && !principal.contains('*') && !provider;
    if id || arn || principal.starts_with("AROA") {
        return principal;
    }
    format!("arn:aws:iam::{}:user/carol", scene.account)
}

fn operations(picker: &mut Picker, scene: &Scene) -> Vec<String> {
    let mut operations = Vec::new();
    if GRANTABLE.contains(&scene.operation()) && !picker.chance(15) {
        operations.push(scene.operation().to_owned());
    }
    for _ in 0..picker.pick(&[1, 2, 3]) {
        operations.push(picker.pick(&OPERATIONS).to_owned());
    }
    operations.dedup();
    operations
}

fn constraints(picker: &mut Picker, scene: &Scene) -> Value {
    let mut constraints = Map::new();
    let kind = match picker.weighted(&[50, 35, 15]) {
        0 => Some("EncryptionContextSubset"),
        1 => Some("EncryptionContextEquals"),
        _ => None,
    };
    if let Some(kind) = kind {
        constraints.insert(kind.to_owned(), json!(pairs(picker, scene)));
    }
    if kind.is_none() || picker.chance(15) {
        let trail = "arn:aws:cloudtrail:us-east-1:111122223333:trail/";
        let own = scene
            .context
            .get("aws:SourceArn")
            .and_then(Value::as_str)
            .unwrap_or("main");
        let own = if own.starts_with("arn:") {
            own.to_owned()
        } else {
            format!("{trail}main")
        };
        let arn = picker.pick(&[format!("{trail}main"), format!("{trail}*"), own]);
        constraints.insert("SourceArn".to_owned(), json!(arn));
    }
    Value::Object(constraints)
}

/// The pairs of the request, some left out, changed or added.
fn pairs(picker: &mut Picker, scene: &Scene) -> Map<String, Value> {
    let mut pairs = Map::new();
    for (key, value) in &scene.context {
        let Some(name) = key.strip_prefix("kms:EncryptionContext:") else {
            continue;
        };
        if !value.is_string() || picker.chance(12) {
            continue;
        }
        let name = if picker.chance(12) {
            name.to_uppercase()
        } else {
            name.to_owned()
        };
        let value = if picker.chance(8) {
            json!("other")
        } else {
            value.clone()
        };
        pairs.insert(name, value);
    }
    if pairs.is_empty() || picker.chance(8) {
        pairs.insert("Department".to_owned(), json!("IT"));
    }
    pairs
}
