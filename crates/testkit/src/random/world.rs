//! Random worlds: a few accounts whose policies name each other, or just miss each other.

use serde_json::{Map, Value, json};

use super::picker::Picker;

const ACCOUNTS: [&str; 3] = ["111122223333", "444455556666", "777788889999"];
/// An account that no world has.
const OUTSIDE: &str = "123456789012";
const USERS: [(&str, &str, &str); 2] = [
    ("alice", "/", "AIDAALICEALICEALICE1"),
    ("bob", "/admins/", "AIDABOBBOBBOBBOBBOB1"),
];
const ROLES: [(&str, &str, &str); 3] = [
    ("app", "/", "AROAAPPAPPAPPAPPAPP1"),
    ("db", "/service/", "AROADBDBDBDBDBDBDBD1"),
    (
        "AWSServiceRoleForBackup",
        "/aws-service-role/backup.amazonaws.com/",
        "AROABACKUPBACKUPBAC1",
    ),
];
const SERVICES: [&str; 2] = ["cloudtrail.amazonaws.com", "s3.amazonaws.com"];
const TEAMS: [&str; 2] = ["red", "blue"];

/// Condition keys that a request may bring along, with values that policies ask for. Whoever tries an
/// answer with real requests takes them from here.
pub const BROUGHT_ALONG: [(&str, &[&str]); 8] = [
    (
        "kms:ViaService",
        &["s3.us-east-1.amazonaws.com", "ec2.us-east-1.amazonaws.com"],
    ),
    ("kms:EncryptionContext:Department", &["IT", "HR"]),
    ("aws:SourceIp", &["203.0.113.7", "198.51.100.1"]),
    ("aws:SourceVpce", &["vpce-1a2b3c4d", "vpce-99999999"]),
    ("aws:MultiFactorAuthPresent", &["true", "false"]),
    ("kms:GrantIsForAWSResource", &["true", "false"]),
    ("kms:RequestAlias", &["alias/app", "alias/db"]),
    (
        "aws:CurrentTime",
        &["2024-01-01T00:00:00Z", "2026-06-01T00:00:00Z"],
    ),
];

/// Condition keys that follow from caller and key.
const TOLD: [(&str, &str, &[&str]); 9] = [
    ("StringEquals", "kms:CallerAccount", &ACCOUNTS),
    ("StringEquals", "aws:PrincipalAccount", &ACCOUNTS),
    (
        "StringEquals",
        "aws:PrincipalOrgID",
        &["o-aaaa111111", "o-bbbb222222"],
    ),
    ("StringNotEquals", "aws:PrincipalOrgID", &["o-aaaa111111"]),
    (
        "ArnLike",
        "aws:PrincipalArn",
        &["arn:aws:iam::*:role/*", "arn:aws:iam::111122223333:user/*"],
    ),
    ("StringEquals", "aws:PrincipalTag/team", &TEAMS),
    ("StringEquals", "aws:ResourceTag/team", &TEAMS),
    (
        "StringEquals",
        "kms:KeySpec",
        &["SYMMETRIC_DEFAULT", "RSA_2048"],
    ),
    ("Bool", "aws:PrincipalIsAWSService", &["true", "false"]),
];

/// A world in the format of `kmsim check`.
pub(super) fn generate(picker: &mut Picker) -> Value {
    let count = 1 + picker.below(ACCOUNTS.len());
    let accounts: Vec<Value> = ACCOUNTS
        .iter()
        .take(count)
        .map(|id| account(picker, id))
        .collect();
    let mut world = Map::new();
    world.insert("region".to_owned(), json!("us-east-1"));
    if picker.chance(50) {
        world.insert("organization".to_owned(), organization(picker));
    }
    world.insert("accounts".to_owned(), json!(accounts));
    Value::Object(world)
}

fn account(picker: &mut Picker, id: &str) -> Value {
    let mut account = Map::new();
    account.insert("id".to_owned(), json!(id));
    if picker.chance(80) {
        let users: Vec<Value> = some(picker, &USERS)
            .into_iter()
            .map(|user| identity(picker, user, false))
            .collect();
        account.insert("users".to_owned(), json!(users));
    }
    if picker.chance(80) {
        let roles: Vec<Value> = some(picker, &ROLES)
            .into_iter()
            .map(|role| identity(picker, role, true))
            .collect();
        account.insert("roles".to_owned(), json!(roles));
    }
    let keys: Vec<Value> = (0..picker.pick(&[1, 1, 2, 0]))
        .map(|number| key(picker, id, number))
        .collect();
    account.insert("keys".to_owned(), json!(keys));
    Value::Object(account)
}

fn some<T: Copy>(picker: &mut Picker, pool: &[T]) -> Vec<T> {
    pool.iter().copied().filter(|_| picker.chance(70)).collect()
}

fn identity(picker: &mut Picker, (name, path, id): (&str, &str, &str), is_role: bool) -> Value {
    let mut identity = Map::new();
    identity.insert("name".to_owned(), json!(name));
    identity.insert("path".to_owned(), json!(path));
    if picker.chance(50) {
        identity.insert("id".to_owned(), json!(id));
    }
    if picker.chance(50) {
        identity.insert("tags".to_owned(), json!({"team": picker.pick(&TEAMS)}));
    }
    let policies: Map<String, Value> = (0..picker.pick(&[1, 1, 2, 0]))
        .map(|number| (format!("p{number}"), policy(picker, false)))
        .collect();
    identity.insert("policies".to_owned(), Value::Object(policies));
    if picker.chance(15) {
        identity.insert("permissionsBoundary".to_owned(), policy(picker, false));
    }
    if is_role && picker.chance(70) {
        let actions = picker.pick(&["sts:AssumeRole", "sts:*"]);
        let trust = json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": principal(picker), "Action": actions}]});
        identity.insert("trustPolicy".to_owned(), trust);
    }
    Value::Object(identity)
}

fn key(picker: &mut Picker, account: &str, number: usize) -> Value {
    let mut key = Map::new();
    let id = format!("1234abcd-12ab-34cd-56ef-{account}");
    let id = if number == 0 {
        id
    } else {
        format!("mrk-{number:020}{account}")
    };
    key.insert("id".to_owned(), json!(id));
    key.insert("region".to_owned(), json!("us-east-1"));
    if picker.chance(15) {
        key.insert("spec".to_owned(), json!("RSA_2048"));
        key.insert("usage".to_owned(), json!("ENCRYPT_DECRYPT"));
    }
    if number > 0 {
        key.insert("multiRegionKeyType".to_owned(), json!("PRIMARY"));
    }
    if picker.chance(50) {
        key.insert("tags".to_owned(), json!({"team": picker.pick(&TEAMS)}));
    }
    if picker.chance(50) {
        let alias = format!("{}-{number}", picker.pick(&["alias/app", "alias/db"]));
        key.insert("aliases".to_owned(), json!([alias]));
    }
    let policy = if picker.chance(25) {
        json!("default")
    } else {
        policy(picker, true)
    };
    key.insert("policy".to_owned(), policy);
    let grants: Vec<Value> = (0..picker.pick(&[0, 0, 1, 2]))
        .map(|number| grant(picker, number))
        .collect();
    key.insert("grants".to_owned(), json!(grants));
    Value::Object(key)
}

fn grant(picker: &mut Picker, number: usize) -> Value {
    let mut grant = Map::new();
    grant.insert("GrantId".to_owned(), json!(format!("{number:064}")));
    let grantee = if picker.chance(10) {
        picker.pick(&SERVICES).to_owned()
    } else {
        named(picker)
    };
    grant.insert("GranteePrincipal".to_owned(), json!(grantee));
    if picker.chance(40) {
        grant.insert("RetiringPrincipal".to_owned(), json!(named(picker)));
    }
    let operations = picker.pick(&[
        &["Decrypt", "Encrypt"][..],
        &["Decrypt", "CreateGrant", "RetireGrant"],
        &["GenerateDataKey"],
    ]);
    grant.insert("Operations".to_owned(), json!(operations));
    let constraint = picker.weighted(&[60, 20, 10, 10]);
    let constraints = match constraint {
        1 => json!({"EncryptionContextSubset": {"Department": "IT"}}),
        2 => json!({"EncryptionContextEquals": {"Department": "HR"}}),
        3 => json!({"SourceArn": "arn:aws:cloudtrail:us-east-1:111122223333:trail/*"}),
        _ => json!({}),
    };
    grant.insert("Constraints".to_owned(), constraints);
    Value::Object(grant)
}

/// Puts something that is not known in place of parts of a world's policies, as plans of what is to
/// be built have it.
pub(super) fn forget(picker: &mut Picker, value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| forget(picker, item)),
        Value::Object(members) => {
            for (name, value) in members.iter_mut() {
                let percent = match name.as_str() {
                    "Principal" | "Action" | "Resource" | "Condition" => 8,
                    "Statement" | "Effect" => 3,
                    _ => 0,
                };
                if picker.chance(percent) {
                    *value = json!({"kmsim:unknown": "known after apply"});
                } else {
                    forget(picker, value);
                }
            }
        }
        _ => {}
    }
}

fn policy(picker: &mut Picker, of_key: bool) -> Value {
    let count = picker.pick(&[1, 2, 3]);
    let statements: Vec<Value> = (0..count).map(|_| statement(picker, of_key)).collect();
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn statement(picker: &mut Picker, of_key: bool) -> Value {
    let mut statement = Map::new();
    let denies = picker.chance(18);
    statement.insert(
        "Effect".to_owned(),
        json!(if denies { "Deny" } else { "Allow" }),
    );
    if of_key {
        let not = picker.chance(8);
        let name = if not { "NotPrincipal" } else { "Principal" };
        let whom = if not {
            json!({"AWS": named(picker)})
        } else {
            principal(picker)
        };
        statement.insert(name.to_owned(), whom);
    }
    let action = picker.pick(&[
        &["kms:*"][..],
        &["kms:Decrypt"],
        &["kms:Decrypt", "kms:Encrypt", "kms:DescribeKey"],
        &["kms:Generate*", "kms:CreateGrant"],
        &["*"],
        &["s3:*"],
        &["kms:CreateKey", "kms:ListKeys", "kms:PutKeyPolicy"],
    ]);
    let name = if picker.chance(8) {
        "NotAction"
    } else {
        "Action"
    };
    statement.insert(name.to_owned(), json!(action));
    statement.insert("Resource".to_owned(), json!(resource(picker)));
    if picker.chance(45) {
        let mut condition = Map::new();
        for _ in 0..picker.pick(&[1, 1, 2]) {
            add_condition(picker, &mut condition);
        }
        statement.insert("Condition".to_owned(), Value::Object(condition));
    }
    Value::Object(statement)
}

fn resource(picker: &mut Picker) -> String {
    let account = picker.pick(&ACCOUNTS);
    match picker.weighted(&[50, 15, 15, 10, 10]) {
        1 => format!("arn:aws:kms:us-east-1:{account}:key/1234abcd-12ab-34cd-56ef-{account}"),
        2 => format!("arn:aws:kms:*:{account}:key/*"),
        3 => "arn:aws:kms:*:*:key/mrk-${aws:PrincipalTag/team}*".to_owned(),
        4 => "arn:aws:s3:::bucket/*".to_owned(),
        _ => "*".to_owned(),
    }
}

fn add_condition(picker: &mut Picker, condition: &mut Map<String, Value>) {
    let (operator, key, value) = if picker.chance(60) {
        let (key, values) = picker.pick(&BROUGHT_ALONG);
        let base = match key {
            "aws:SourceIp" => picker.pick(&["IpAddress", "NotIpAddress"]),
            "aws:MultiFactorAuthPresent" | "kms:GrantIsForAWSResource" => "Bool",
            "aws:CurrentTime" => picker.pick(&["DateGreaterThan", "DateLessThan"]),
            _ => picker.pick(&["StringEquals", "StringNotEquals", "StringLike"]),
        };
        let operator = match picker.weighted(&[70, 20, 10]) {
            1 => format!("{base}IfExists"),
            2 => "Null".to_owned(),
            _ => base.to_owned(),
        };
        let value = match (operator.as_str(), key) {
            ("Null", _) => picker.pick(&["true", "false"]).to_owned(),
            (_, "aws:SourceIp") => "203.0.113.0/24".to_owned(),
            ("StringLike" | "StringLikeIfExists", _) => {
                format!(
                    "{}*",
                    picker.pick(values).chars().take(4).collect::<String>()
                )
            }
            _ => picker.pick(values).to_owned(),
        };
        (operator, key, value)
    } else {
        let (operator, key, values) = picker.pick(&TOLD);
        (operator.to_owned(), key, picker.pick(values).to_owned())
    };
    let block = condition.entry(operator).or_insert_with(|| json!({}));
    if let Some(block) = block.as_object_mut() {
        block.insert(key.to_owned(), json!(value));
    }
}

/// A principal element.
fn principal(picker: &mut Picker) -> Value {
    match picker.weighted(&[60, 15, 10, 5, 10]) {
        1 => json!("*"),
        2 => json!({"Service": picker.pick(&SERVICES)}),
        3 => json!({"AWS": [named(picker), "*"]}),
        4 => json!({"AWS": [named(picker), named(picker)]}),
        _ => json!({"AWS": named(picker)}),
    }
}

/// A principal by name, of any account.
fn named(picker: &mut Picker) -> String {
    let account = match picker.below(8) {
        0..4 => ACCOUNTS[0],
        4..6 => ACCOUNTS[1],
        6 => ACCOUNTS[2],
        _ => OUTSIDE,
    };
    let (user, user_path, user_id) = picker.pick(&USERS);
    let (role, role_path, role_id) = picker.pick(&ROLES);
    match picker.weighted(&[40, 15, 25, 8, 6, 6]) {
        1 => format!("arn:aws:iam::{account}:user{user_path}{user}"),
        2 => format!("arn:aws:iam::{account}:role{role_path}{role}"),
        3 => format!("arn:aws:sts::{account}:assumed-role/{role}/session-1"),
        4 => user_id.to_owned(),
        5 => role_id.to_owned(),
        _ => format!("arn:aws:iam::{account}:root"),
    }
}

fn organization(picker: &mut Picker) -> Value {
    let deny = |picker: &mut Picker, of_resource: bool| {
        let mut deny = statement(picker, false);
        if let Some(deny) = deny.as_object_mut() {
            deny.insert("Effect".to_owned(), json!("Deny"));
            if of_resource {
                deny.insert("Principal".to_owned(), json!("*"));
            }
        }
        json!({"Version": "2012-10-17", "Statement": [deny]})
    };
    let mut root = Map::new();
    root.insert("id".to_owned(), json!("r-ab12"));
    root.insert("accounts".to_owned(), json!(some(picker, &ACCOUNTS)));
    if picker.chance(50) {
        let policy = deny(picker, false);
        let scps = json!(["FullAWSAccess", {"name": "scp", "policy": policy}]);
        root.insert("scps".to_owned(), scps);
    }
    if picker.chance(30) {
        let policy = deny(picker, true);
        root.insert(
            "rcps".to_owned(),
            json!([{"name": "rcp", "policy": policy}]),
        );
    }
    json!({"id": "o-aaaa111111", "root": root})
}
