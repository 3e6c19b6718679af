//! The same worlds as answers of the AWS CLI, in the folders that `scripts/export-aws.sh` writes.
//!
//! What is written here is made from the world document, thing by thing, so that both say the same in
//! two notations and nothing else.

use std::io;

use serde_json::{Value, json};

use super::{Account, Picker, Size, account_id, aws_managed_policies, organization};

mod units;

use units::Organization;

const CREATED: &str = "2026-02-01T08:00:00+00:00";
const MANAGEMENT: &str = "999999999999";

/// Takes a file: its path, with `/` between folders, and its content.
pub(super) type Files<'f> = dyn FnMut(&str, &Value) -> io::Result<()> + 'f;

pub(super) fn write(size: Size, files: &mut Files<'_>) -> io::Result<()> {
    let mut picker = Picker::seeded(size.seed);
    let mut names = vec![(MANAGEMENT.to_owned(), "management".to_owned())];
    let managed = attached_by_aws();
    for place in 0..size.accounts {
        let account = Account::new(size, place).generate(&mut picker);
        let id = account_id(place);
        names.push((id.clone(), text(&account, "name").to_owned()));
        let caller = json!({"UserId": "AROAEXAMPLEAUDIT00001:export", "Account": id,
            "Arn": format!("arn:aws:sts::{id}:assumed-role/Audit/export")});
        files(&format!("{id}/identity.json"), &caller)?;
        files(
            &format!("{id}/iam/authorization-details.json"),
            &authorization_details(&id, &account, &managed),
        )?;
        keys(&id, &account, files)?;
    }
    Organization::new(&organization(size), names).write(files)
}

/// Managed policies of AWS: in a world `AdministratorAccess` goes without saying, in an export it does not.
fn attached_by_aws() -> Vec<Value> {
    let document = super::document(&[json!({"Effect": "Allow", "Action": "*", "Resource": "*"})]);
    let policies = aws_managed_policies();
    let mut policies = items(&policies, "Policies").to_vec();
    policies.push(policy(
        "arn:aws:iam::aws:policy/AdministratorAccess",
        "AdministratorAccess",
        &document,
    ));
    policies
}

fn policy(arn: &str, name: &str, document: &Value) -> Value {
    json!({"PolicyName": name, "Arn": arn, "Path": "/", "DefaultVersionId": "v1",
        "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "CreateDate": CREATED, "Document": document}]})
}

fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value.get(field).and_then(Value::as_str).unwrap_or("")
}

fn field(value: &Value, name: &str) -> Value {
    value.get(name).cloned().unwrap_or_default()
}

fn put(value: &mut Value, name: &str, field: Value) {
    if let Some(object) = value.as_object_mut() {
        object.insert(name.to_owned(), field);
    }
}

fn items<'v>(value: &'v Value, field: &str) -> &'v [Value] {
    let list = value.get(field).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}

/// The answer of `iam get-account-authorization-details`.
fn authorization_details(id: &str, account: &Value, of_aws: &[Value]) -> Value {
    let all = |field: &str, make: &dyn Fn(&Value) -> Value| -> Vec<Value> {
        items(account, field).iter().map(make).collect()
    };
    let user = |user: &Value| {
        let mut detail = principal(id, user, "user", "User");
        put(&mut detail, "GroupList", json!(items(user, "groups")));
        detail
    };
    let role = |role: &Value| {
        let mut detail = principal(id, role, "role", "Role");
        put(
            &mut detail,
            "AssumeRolePolicyDocument",
            field(role, "trustPolicy"),
        );
        if let Some(arn) = role.get("permissionsBoundary") {
            let boundary =
                json!({"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn});
            put(&mut detail, "PermissionsBoundary", boundary);
        }
        detail
    };
    let group = |group: &Value| principal(id, group, "group", "Group");
    let managed = |own: &Value| {
        let name = text(own, "name");
        policy(
            &format!("arn:aws:iam::{id}:policy/{name}"),
            name,
            &field(own, "policy"),
        )
    };
    let mut policies = all("managedPolicies", &managed);
    policies.extend_from_slice(of_aws);
    json!({"UserDetailList": all("users", &user), "GroupDetailList": all("groups", &group),
        "RoleDetailList": all("roles", &role), "Policies": policies, "IsTruncated": false})
}

/// What users, roles and groups have in common.
fn principal(account: &str, own: &Value, word: &str, prefix: &str) -> Value {
    let name = text(own, "name");
    let path = own.get("path").and_then(Value::as_str).unwrap_or("/");
    let inline = own.get("policies").and_then(Value::as_object);
    let inline: Vec<Value> = inline
        .into_iter()
        .flatten()
        .map(|(name, document)| json!({"PolicyName": name, "PolicyDocument": document}))
        .collect();
    let attached: Vec<Value> = items(own, "managedPolicies")
        .iter()
        .filter_map(Value::as_str)
        .map(|arn| json!({"PolicyName": arn.rsplit('/').next(), "PolicyArn": arn}))
        .collect();
    let mut detail = json!({"Path": path, "Arn": format!("arn:aws:iam::{account}:{word}{path}{name}"),
        "CreateDate": CREATED, "AttachedManagedPolicies": attached, "Tags": tags(own, "Key", "Value")});
    put(&mut detail, &format!("{prefix}Name"), json!(name));
    put(&mut detail, &format!("{prefix}PolicyList"), json!(inline));
    let id = own.get("id").cloned();
    put(
        &mut detail,
        &format!("{prefix}Id"),
        id.unwrap_or_else(|| json!(format!("AGPA{account}{name}"))),
    );
    detail
}

fn tags(own: &Value, key: &str, value: &str) -> Vec<Value> {
    let tags = own.get("tags").and_then(Value::as_object);
    let tags = tags.into_iter().flatten();
    tags.map(|(name, text)| json!({key: name, value: text}))
        .collect()
}

/// The answers about the keys of an account, Region by Region.
fn keys(account: &str, own: &Value, files: &mut Files<'_>) -> io::Result<()> {
    for region in super::REGIONS {
        let folder = format!("{account}/{region}");
        let here = items(own, "keys").iter();
        let here: Vec<&Value> = here.filter(|key| text(key, "region") == region).collect();
        let (mut listed, mut aliases) = (Vec::new(), Vec::new());
        for key in here {
            let id = text(key, "id");
            let arn = format!("arn:aws:kms:{region}:{account}:key/{id}");
            listed.push(json!({"KeyId": id, "KeyArn": arn}));
            for name in items(key, "aliases").iter().filter_map(Value::as_str) {
                aliases.push(json!({"AliasName": name, "AliasArn": format!("arn:aws:kms:{region}:{account}:{name}"), "TargetKeyId": id}));
            }
            one_key(&format!("{folder}/keys/{id}"), account, &arn, key, files)?;
        }
        files(&format!("{folder}/keys.json"), &json!({"Keys": listed}))?;
        files(
            &format!("{folder}/aliases.json"),
            &json!({"Aliases": aliases}),
        )?;
    }
    Ok(())
}

fn one_key(
    folder: &str,
    account: &str,
    arn: &str,
    key: &Value,
    files: &mut Files<'_>,
) -> io::Result<()> {
    let id = text(key, "id");
    let manager = key
        .get("manager")
        .and_then(Value::as_str)
        .unwrap_or("CUSTOMER");
    let metadata = json!({"AWSAccountId": account, "KeyId": id, "Arn": arn, "CreationDate": CREATED, "Enabled": true,
        "Description": "", "KeyUsage": "ENCRYPT_DECRYPT", "KeyState": "Enabled", "Origin": "AWS_KMS",
        "KeyManager": manager, "KeySpec": "SYMMETRIC_DEFAULT", "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"], "MultiRegion": false});
    files(
        &format!("{folder}/metadata.json"),
        &json!({"KeyMetadata": metadata}),
    )?;
    // A world has no policies of AWS managed keys: it knows them.
    if manager == "CUSTOMER" {
        let document = match key.get("policy") {
            Some(stated @ Value::Object(_)) => stated.to_string(),
            _ => default_policy(account).to_string(),
        };
        files(
            &format!("{folder}/policy.json"),
            &json!({"Policy": document, "PolicyName": "default"}),
        )?;
    }
    let grants: Vec<Value> = items(key, "grants")
        .iter()
        .map(|grant| {
            let mut grant = grant.clone();
            put(&mut grant, "KeyId", json!(arn));
            put(&mut grant, "CreationDate", json!(CREATED));
            grant
        })
        .collect();
    files(
        &format!("{folder}/grants.json"),
        &json!({"Grants": grants, "Truncated": false}),
    )?;
    let tags = tags(key, "TagKey", "TagValue");
    files(
        &format!("{folder}/tags.json"),
        &json!({"Tags": tags, "Truncated": false}),
    )
}

/// What `CreateKey` gives a key without policy.
fn default_policy(account: &str) -> Value {
    json!({"Version": "2012-10-17", "Id": "key-default-1", "Statement": [
        {"Sid": "Enable IAM User Permissions", "Effect": "Allow", "Principal": {"AWS": format!("arn:aws:iam::{account}:root")},
            "Action": "kms:*", "Resource": "*"}]})
}
