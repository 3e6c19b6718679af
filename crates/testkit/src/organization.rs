//! Large worlds in the shapes of real ones: an organization with units, SCPs and RCPs, accounts with
//! roles, users, groups and managed policies, keys with policies for their own account, for others and
//! for the whole organization, and grants.
//!
//! The same size and seed give the same text. It is written account by account, so that its size is
//! no matter of memory.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::random::Picker;

mod account;
mod exports;

use account::Account;

/// How large a world is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Member accounts.
    pub accounts: usize,
    /// Users and roles, of all accounts together.
    pub principals: usize,
    /// KMS keys, of all accounts together.
    pub keys: usize,
    /// Where the choices start.
    pub seed: u64,
}

impl Size {
    /// The size that the project's benchmarks use.
    pub const LARGE: Self = Self {
        accounts: 200,
        principals: 20_000,
        keys: 5_000,
        seed: 1,
    };

    /// A world of a team.
    pub const SMALL: Self = Self {
        accounts: 4,
        principals: 80,
        keys: 24,
        seed: 1,
    };
}

const ORGANIZATION: &str = "o-exampleorgid";
const REGIONS: [&str; 3] = ["us-east-1", "eu-west-1", "eu-central-1"];
const TEAMS: [&str; 8] = [
    "orders", "billing", "search", "data", "identity", "platform", "mobile", "risk",
];

/// The id of the account at a place.
pub fn account_id(place: usize) -> String {
    // Spread like real ids, and different for different places.
    format!("{:012}", 100_000_000_003 + place * 4_321_987)
}

/// The ARN of a key of a world: that of an account at a place, by its number there.
pub fn key_arn(account: usize, number: usize) -> String {
    let region = nth(&REGIONS, number);
    let id = account_id(account);
    format!("arn:aws:kms:{region}:{id}:key/{}", key_id(account, number))
}

/// One of a pool, in turn.
fn nth<'p>(pool: &[&'p str], number: usize) -> &'p str {
    pool.get(number % pool.len().max(1)).copied().unwrap_or("")
}

fn key_id(account: usize, number: usize) -> String {
    format!(
        "{account:08x}-{number:04x}-4abc-9def-{:012x}",
        account * 65_537 + number
    )
}

/// Writes a world in the format of `kmsim check`.
pub fn write(size: Size, out: &mut impl Write) -> io::Result<()> {
    let mut picker = Picker::seeded(size.seed);
    out.write_all(b"{\n\"now\": \"2026-11-21T12:00:00Z\",\n\"organization\": ")?;
    serde_json::to_writer(&mut *out, &organization(size))?;
    out.write_all(b",\n\"iam\": ")?;
    serde_json::to_writer(&mut *out, &aws_managed_policies())?;
    out.write_all(b",\n\"accounts\": [")?;
    for place in 0..size.accounts {
        out.write_all(if place == 0 { b"\n" } else { b",\n" })?;
        let account = Account::new(size, place);
        serde_json::to_writer_pretty(&mut *out, &account.generate(&mut picker))?;
    }
    out.write_all(b"\n]\n}\n")
}

/// Writes the same world as answers of the AWS CLI, in the folders that `scripts/export-aws.sh` writes:
/// each file with its path, `/` between folders.
pub fn write_exports(
    size: Size,
    files: &mut dyn FnMut(&str, &Value) -> io::Result<()>,
) -> io::Result<()> {
    exports::write(size, files)
}

fn organization(size: Size) -> Value {
    let policy =
        |name: &str, statement: Value| json!({"name": name, "policy": document(&[statement])});
    let regions = policy(
        "OnlyOurRegions",
        json!({"Sid": "OnlyOurRegions", "Effect": "Deny", "NotAction": ["iam:*", "sts:*", "organizations:*", "support:*"], "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:RequestedRegion": REGIONS}}}),
    );
    let deletion = policy(
        "KeepKeys",
        json!({"Sid": "KeepKeys", "Effect": "Deny", "Action": ["kms:ScheduleKeyDeletion", "kms:DisableKey"], "Resource": "*",
            "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/BreakGlass"}}}),
    );
    let perimeter = policy(
        "OrganizationOnly",
        json!({"Sid": "OrganizationOnly", "Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*",
            "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORGANIZATION}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}}),
    );
    let units = 4;
    let unit = |unit: usize| {
        let inner = |part: usize| {
            let accounts =
                (0..size.accounts).filter(|place| place % (units * 3) == unit * 3 + part);
            let accounts: Vec<String> = accounts.map(account_id).collect();
            json!({"id": format!("ou-ex01-{unit}{}000000", part + 1), "name": format!("part-{unit}-{part}"), "accounts": accounts})
        };
        let scps = if unit == 0 {
            json!(["FullAWSAccess"])
        } else {
            json!(["FullAWSAccess", deletion])
        };
        json!({"id": format!("ou-ex01-{unit}0000000"), "name": format!("unit-{unit}"), "scps": scps,
            "units": (0..3).map(inner).collect::<Vec<_>>()})
    };
    json!({"id": ORGANIZATION, "managementAccount": "999999999999",
        "root": {"id": "r-ex01", "scps": ["FullAWSAccess", regions], "rcps": [perimeter],
            "accounts": ["999999999999"], "units": (0..units).map(unit).collect::<Vec<_>>()}})
}

fn aws_managed_policies() -> Value {
    let policy = |name: &str, statements: Vec<Value>| {
        json!({"PolicyName": name, "Arn": format!("arn:aws:iam::aws:policy/{name}"), "Path": "/", "DefaultVersionId": "v1",
            "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": document(&statements)}]})
    };
    let allow = |actions: Value| json!({"Effect": "Allow", "Action": actions, "Resource": "*"});
    json!({"Policies": [
        policy("ReadOnlyAccess", vec![allow(json!(["s3:Get*", "s3:List*", "ec2:Describe*", "kms:Describe*", "kms:Get*", "kms:List*", "iam:Get*", "iam:List*", "logs:Get*"]))]),
        policy("AWSLambdaBasicExecutionRole", vec![allow(json!(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]))]),
        policy("AmazonSSMManagedInstanceCore", vec![allow(json!(["ssm:GetParameter", "ssm:UpdateInstanceInformation", "ssmmessages:*", "ec2messages:*"]))]),
        policy("AWSKeyManagementServicePowerUser", vec![allow(json!(["kms:CreateAlias", "kms:CreateKey", "kms:DeleteAlias", "kms:Describe*", "kms:GenerateRandom", "kms:Get*", "kms:List*", "kms:TagResource", "kms:UntagResource", "iam:ListGroups", "iam:ListRoles", "iam:ListUsers"]))]),
    ]})
}

fn document(statements: &[Value]) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}
