//! One account: its users, groups, roles and policies, and its keys.

use serde_json::{Map, Value, json};

use super::{ORGANIZATION, REGIONS, Size, TEAMS, account_id, document, key_arn, key_id, nth};
use crate::random::Picker;

const SERVICES: [&str; 6] = [
    "lambda.amazonaws.com",
    "ec2.amazonaws.com",
    "ecs-tasks.amazonaws.com",
    "states.amazonaws.com",
    "glue.amazonaws.com",
    "codebuild.amazonaws.com",
];
/// Actions of other services, which most policies are about.
const OTHER: [&[&str]; 6] = [
    &["s3:GetObject", "s3:PutObject", "s3:ListBucket"],
    &[
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    ],
    &[
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "dynamodb:UpdateItem",
    ],
    &["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"],
    &["ec2:Describe*", "autoscaling:Describe*", "cloudwatch:Get*"],
    &["sns:Publish", "events:PutEvents"],
];
const USE: [&str; 5] = [
    "kms:Encrypt",
    "kms:Decrypt",
    "kms:ReEncrypt*",
    "kms:GenerateDataKey*",
    "kms:DescribeKey",
];
const ADMINISTER: [&str; 13] = [
    "kms:Create*",
    "kms:Describe*",
    "kms:Enable*",
    "kms:List*",
    "kms:Put*",
    "kms:Update*",
    "kms:Revoke*",
    "kms:Disable*",
    "kms:Get*",
    "kms:Delete*",
    "kms:TagResource",
    "kms:ScheduleKeyDeletion",
    "kms:CancelKeyDeletion",
];

/// One account while it is made.
pub(super) struct Account {
    id: String,
    place: usize,
    users: usize,
    roles: usize,
    keys: usize,
    accounts: usize,
}

/// The share of the thing at `place` if `all` are dealt out to `parts`.
fn share(all: usize, parts: usize, place: usize) -> usize {
    all / parts.max(1) + usize::from(place < all % parts.max(1))
}

impl Account {
    pub(super) fn new(size: Size, place: usize) -> Self {
        let principals = share(size.principals, size.accounts, place);
        let users = principals / 6;
        Self {
            id: account_id(place),
            place,
            users,
            roles: principals - users,
            keys: share(size.keys, size.accounts, place),
            accounts: size.accounts,
        }
    }

    pub(super) fn generate(&self, picker: &mut Picker) -> Value {
        let team = nth(&TEAMS, self.place);
        let users: Vec<Value> = (0..self.users)
            .map(|number| self.user(picker, number))
            .collect();
        let roles: Vec<Value> = (0..self.roles)
            .map(|number| self.role(picker, number))
            .collect();
        let keys: Vec<Value> = (0..self.keys)
            .map(|number| self.key(picker, number))
            .collect();
        json!({"id": self.id, "name": format!("{team}-{}", self.place),
            "managedPolicies": self.managed_policies(picker), "groups": self.groups(),
            "users": users, "roles": roles, "keys": keys})
    }

    fn policy_arn(&self, name: &str) -> String {
        format!("arn:aws:iam::{}:policy/{name}", self.id)
    }

    fn any_key(&self, picker: &mut Picker) -> String {
        key_arn(self.place, picker.below(self.keys.max(1)))
    }

    /// Policies that many principals of the account share.
    fn managed_policies(&self, picker: &mut Picker) -> Value {
        let key = self.any_key(picker);
        let own = format!("arn:aws:kms:*:{}:key/*", self.id);
        let boundary = json!({"Sid": "Ceiling", "Effect": "Allow", "Action": ["s3:*", "logs:*", "dynamodb:*", "kms:Decrypt", "kms:GenerateDataKey*", "kms:DescribeKey", "sts:AssumeRole"], "Resource": "*"});
        json!([
            {"name": "KmsUser", "policy": document(&[json!({"Sid": "UseKeys", "Effect": "Allow", "Action": USE, "Resource": own})])},
            {"name": "KmsAdmin", "policy": document(&[json!({"Sid": "Administer", "Effect": "Allow", "Action": ADMINISTER, "Resource": "*"})])},
            {"name": "UseByTag", "policy": document(&[json!({"Sid": "ByTag", "Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": "*",
                "Condition": {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}})])},
            {"name": "ThroughS3", "policy": document(&[json!({"Sid": "ThroughS3", "Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": key,
                "Condition": {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}})])},
            {"name": "DeveloperBoundary", "policy": document(&[boundary])},
        ])
    }

    fn groups(&self) -> Value {
        let deny = json!({"Sid": "WithMfa", "Effect": "Deny", "NotAction": ["iam:*", "sts:GetSessionToken"], "Resource": "*",
            "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}});
        json!([
            {"name": "Developers", "managedPolicies": [self.policy_arn("UseByTag")], "policies": {"mfa": document(&[deny])}},
            {"name": "KeyAdmins", "managedPolicies": [self.policy_arn("KmsAdmin")]},
            {"name": "Readers", "managedPolicies": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]},
        ])
    }

    fn user(&self, picker: &mut Picker, number: usize) -> Value {
        let group = picker.pick(&["Developers", "Developers", "Readers", "KeyAdmins"]);
        json!({"name": format!("user-{number:03}"), "path": "/people/", "id": format!("AIDA{:04}{number:012}", self.place),
            "groups": [group], "tags": {"team": picker.pick(&TEAMS)}})
    }

    fn role(&self, picker: &mut Picker, number: usize) -> Value {
        let mut role = Map::new();
        let (name, path) = match number {
            0 => ("Admin".to_owned(), "/"),
            1 => ("BreakGlass".to_owned(), "/"),
            2 => ("Deploy".to_owned(), "/ci/"),
            _ => (
                format!("{}-{number:03}", picker.pick(&TEAMS)),
                picker.pick(&["/", "/service/"]),
            ),
        };
        role.insert("name".to_owned(), json!(name));
        role.insert("path".to_owned(), json!(path));
        role.insert(
            "id".to_owned(),
            json!(format!("AROA{:04}{number:012}", self.place)),
        );
        role.insert("trustPolicy".to_owned(), self.trust_policy(picker, number));
        let mut managed: Vec<String> = Vec::new();
        if number < 2 {
            managed.push("arn:aws:iam::aws:policy/AdministratorAccess".to_owned());
        } else {
            let pool = ["KmsUser", "UseByTag", "ThroughS3"];
            if picker.chance(25) {
                managed.push(self.policy_arn(picker.pick(&pool)));
            }
            if picker.chance(50) {
                let aws = picker.pick(&[
                    "AWSLambdaBasicExecutionRole",
                    "AmazonSSMManagedInstanceCore",
                    "ReadOnlyAccess",
                ]);
                managed.push(format!("arn:aws:iam::aws:policy/{aws}"));
            }
            role.insert(
                "policies".to_owned(),
                json!({"inline": self.inline_policy(picker)}),
            );
        }
        role.insert("managedPolicies".to_owned(), json!(managed));
        if number > 2 && picker.chance(20) {
            role.insert(
                "permissionsBoundary".to_owned(),
                json!(self.policy_arn("DeveloperBoundary")),
            );
        }
        role.insert(
            "tags".to_owned(),
            json!({"team": picker.pick(&TEAMS), "env": picker.pick(&["prod", "test"])}),
        );
        Value::Object(role)
    }

    fn trust_policy(&self, picker: &mut Picker, number: usize) -> Value {
        let statement = match number {
            0 | 1 => {
                json!({"Effect": "Allow", "Principal": {"Federated": format!("arn:aws:iam::{}:saml-provider/sso", self.id)}, "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"]})
            }
            // Deployments come from the first account's pipeline.
            2 => {
                json!({"Effect": "Allow", "Principal": {"AWS": format!("arn:aws:iam::{}:role/ci/Deploy", account_id(0))}, "Action": "sts:AssumeRole"})
            }
            _ => match picker.weighted(&[75, 15, 10]) {
                0 => {
                    json!({"Effect": "Allow", "Principal": {"Service": picker.pick(&SERVICES)}, "Action": "sts:AssumeRole"})
                }
                1 => {
                    json!({"Effect": "Allow", "Principal": {"AWS": format!("arn:aws:iam::{}:root", self.id)}, "Action": "sts:AssumeRole"})
                }
                _ => {
                    let other = account_id(picker.below(self.accounts));
                    json!({"Effect": "Allow", "Principal": {"AWS": format!("arn:aws:iam::{other}:root")}, "Action": "sts:AssumeRole",
                        "Condition": {"StringEquals": {"sts:ExternalId": format!("x-{other}")}}})
                }
            },
        };
        document(&[statement])
    }

    /// What most roles have: a little of other services, and often a key.
    fn inline_policy(&self, picker: &mut Picker) -> Value {
        let mut statements: Vec<Value> = (0..picker.pick(&[1, 2, 3]))
            .map(|number| {
                let actions = picker.pick(&OTHER);
                json!({"Sid": format!("Own{number}"), "Effect": "Allow", "Action": actions, "Resource": format!("arn:aws:s3:::bucket-{}-{}/*", self.place, picker.below(50))})
            })
            .collect();
        match picker.weighted(&[40, 35, 10, 10, 5]) {
            1 => statements.push(json!({"Sid": "UseKey", "Effect": "Allow", "Action": USE, "Resource": [self.any_key(picker), self.any_key(picker)]})),
            2 => {
                let other = picker.below(self.accounts);
                statements.push(json!({"Sid": "UseKeyElsewhere", "Effect": "Allow", "Action": ["kms:Decrypt", "kms:DescribeKey"], "Resource": key_arn(other, picker.below(self.keys.max(1)))}));
            }
            3 => statements.push(json!({"Sid": "WithContext", "Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": "*",
                "Condition": {"StringEquals": {"kms:EncryptionContext:app": picker.pick(&TEAMS)}}})),
            4 => statements.push(json!({"Sid": "Assume", "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": format!("arn:aws:iam::{}:role/*", account_id(picker.below(self.accounts)))})),
            _ => {}
        }
        document(&statements)
    }

    fn key(&self, picker: &mut Picker, number: usize) -> Value {
        let mut key = Map::new();
        key.insert("id".to_owned(), json!(key_id(self.place, number)));
        key.insert("region".to_owned(), json!(nth(&REGIONS, number)));
        if number < 2 {
            let alias = nth(&["alias/aws/ebs", "alias/aws/s3"], number);
            key.insert("manager".to_owned(), json!("AWS"));
            key.insert("aliases".to_owned(), json!([alias]));
            return Value::Object(key);
        }
        let team = picker.pick(&TEAMS);
        key.insert(
            "aliases".to_owned(),
            json!([format!("alias/{team}-{number}")]),
        );
        key.insert("tags".to_owned(), json!({"team": team}));
        key.insert("policy".to_owned(), self.key_policy(picker));
        if picker.chance(20) {
            let grants: Vec<Value> = (0..=picker.below(5))
                .map(|number| self.grant(picker, number))
                .collect();
            key.insert("grants".to_owned(), json!(grants));
        }
        Value::Object(key)
    }

    fn key_policy(&self, picker: &mut Picker) -> Value {
        let own = format!("arn:aws:iam::{}:root", self.id);
        let mut statements = vec![
            json!({"Sid": "Enable IAM User Permissions", "Effect": "Allow", "Principal": {"AWS": own}, "Action": "kms:*", "Resource": "*"}),
        ];
        match picker.weighted(&[40, 35, 15, 5, 5]) {
            0 => return json!("default"),
            1 => {
                let role = |name: &str| format!("arn:aws:iam::{}:role/{name}", self.id);
                statements.push(json!({"Sid": "Allow access for Key Administrators", "Effect": "Allow", "Principal": {"AWS": role("Admin")}, "Action": ADMINISTER, "Resource": "*"}));
                statements.push(json!({"Sid": "Allow use of the key", "Effect": "Allow", "Principal": {"AWS": [role("Admin"), role("BreakGlass")]}, "Action": USE, "Resource": "*"}));
                statements.push(json!({"Sid": "Allow attachment of persistent resources", "Effect": "Allow", "Principal": {"AWS": role("Admin")}, "Action": ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"], "Resource": "*",
                    "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}}));
            }
            2 => {
                let others: Vec<String> = (0..=picker.below(3))
                    .map(|_| format!("arn:aws:iam::{}:root", account_id(picker.below(self.accounts))))
                    .collect();
                statements.push(json!({"Sid": "Partners", "Effect": "Allow", "Principal": {"AWS": others}, "Action": USE, "Resource": "*"}));
            }
            3 => statements.push(json!({"Sid": "Organization", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["kms:Decrypt", "kms:DescribeKey"], "Resource": "*",
                "Condition": {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}})),
            _ => statements.push(json!({"Sid": "Trail", "Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "kms:GenerateDataKey*", "Resource": "*",
                "Condition": {"StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": format!("arn:aws:cloudtrail:*:{}:trail/*", self.id)}}})),
        }
        document(&statements)
    }

    fn grant(&self, picker: &mut Picker, number: usize) -> Value {
        let role = if picker.chance(70) {
            "role/Admin"
        } else {
            "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
        };
        json!({"GrantId": format!("{:032x}{number:032x}", self.place * 1_000_003 + picker.below(1_000_000)),
            "GranteePrincipal": format!("arn:aws:iam::{}:{role}", self.id),
            "Operations": ["Decrypt", "GenerateDataKeyWithoutPlaintext", "CreateGrant"],
            "Constraints": {"EncryptionContextSubset": {"aws:ebs:id": format!("vol-{:017x}", picker.below(1_000_000))}}})
    }
}
