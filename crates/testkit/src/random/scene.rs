//! The request of a random case, and what the policies around it need to know of it.

use serde_json::{Map, Value, json};

use super::grants;
use super::keys::{KEYS, Key, Kind, Scope};
use super::picker::Picker;

/// Accounts; the first owns most resources.
pub(crate) const ACCOUNTS: [&str; 3] = ["111122223333", "444455556666", "777788889999"];
/// Key ids, the last of a multi-Region key.
const KEY_IDS: [&str; 3] = [
    "1234abcd-12ab-34cd-56ef-1234567890ab",
    "0987dcba-09fe-87dc-65ba-ab0987654321",
    "mrk-1234abcd12ab34cd56ef1234567890ab",
];
const SERVICES: [&str; 3] = [
    "cloudtrail.amazonaws.com",
    "s3.amazonaws.com",
    "logs.us-east-1.amazonaws.com",
];

const USE: [&str; 15] = [
    "Decrypt",
    "Encrypt",
    "GenerateDataKey",
    "ReEncryptFrom",
    "ReEncryptTo",
    "GenerateDataKeyWithoutPlaintext",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "DescribeKey",
    "Sign",
    "Verify",
    "GenerateMac",
    "VerifyMac",
    "GetPublicKey",
    "DeriveSharedSecret",
];
const MANAGE: [&str; 15] = [
    "PutKeyPolicy",
    "GetKeyPolicy",
    "ScheduleKeyDeletion",
    "EnableKey",
    "TagResource",
    "ListResourceTags",
    "GetKeyRotationStatus",
    "EnableKeyRotation",
    "ReplicateKey",
    "ImportKeyMaterial",
    "UpdatePrimaryRegion",
    "ListKeyRotations",
    "RotateKeyOnDemand",
    "GetKeyLastUsage",
    // No table has it (yet).
    "FutureOperation",
];
const WITHOUT_KEY: [&str; 6] = [
    "ListKeys",
    "ListAliases",
    "GenerateRandom",
    "CreateKey",
    "DescribeCustomKeyStores",
    "ListRetirableGrants",
];

/// What kind of caller.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Caller {
    User,
    Session,
    Role,
    FederatedUser,
    Root,
    Service,
    Anonymous,
    /// An identity provider, for whom somebody asks to assume a role.
    Provider,
}

/// A random request.
#[derive(Clone, Debug)]
pub(crate) struct Scene {
    pub(crate) caller: Caller,
    pub(crate) principal: String,
    /// The caller's account, or the owner's for callers without one.
    pub(crate) account: String,
    /// The ARN of the role behind a session or role.
    pub(crate) role_arn: Option<String>,
    /// Whether the request has a `role` field.
    role_field: bool,
    /// The user behind a federated user, if the request tells.
    pub(crate) federated_by: Option<String>,
    pub(crate) owner: String,
    pub(crate) action: String,
    pub(crate) resource: String,
    /// Whether `resourceAccount` is stated.
    account_stated: bool,
    pub(crate) context: Map<String, Value>,
}

impl Scene {
    pub(crate) fn generate(picker: &mut Picker) -> Self {
        let mut scene = Self {
            caller: Caller::User,
            principal: String::new(),
            account: ACCOUNTS[0].to_owned(),
            role_arn: None,
            role_field: false,
            federated_by: None,
            owner: ACCOUNTS[0].to_owned(),
            action: String::new(),
            resource: String::new(),
            account_stated: false,
            context: Map::new(),
        };
        if picker.chance(30) {
            ACCOUNTS[1].clone_into(&mut scene.account);
        }
        if picker.chance(6) {
            scene.owner.clone_from(&scene.account);
        }
        scene.pick_principal(picker);
        scene.pick_action(picker);
        scene.pick_context(picker);
        scene
    }

    /// Whether the resource is a KMS key.
    pub(crate) fn is_key(&self) -> bool {
        self.resource.contains(":key/")
    }

    /// The service that the action belongs to.
    pub(crate) fn service(&self) -> &str {
        self.action.split(':').next().unwrap_or_default()
    }

    /// The action's name behind the service.
    pub(crate) fn operation(&self) -> &str {
        self.action.split(':').nth(1).unwrap_or_default()
    }

    /// The `request` of the case.
    pub(crate) fn request(&self, picker: &mut Picker) -> Value {
        let mut request = Map::new();
        request.insert("principal".to_owned(), json!(self.principal));
        if let (true, Some(role)) = (self.role_field, &self.role_arn) {
            request.insert("role".to_owned(), json!(role));
        }
        if let Some(user) = &self.federated_by {
            request.insert("federatedBy".to_owned(), json!(user));
        }
        if self.operation() != "RetireGrant" && picker.chance(8) {
            request.insert("grantTokens".to_owned(), json!(grants::tokens(picker)));
        }
        let action = if picker.chance(3) {
            self.action.to_lowercase()
        } else {
            self.action.clone()
        };
        request.insert("action".to_owned(), json!(action));
        request.insert("resource".to_owned(), json!(self.resource));
        if self.account_stated {
            request.insert("resourceAccount".to_owned(), json!(self.owner));
        }
        if !self.context.is_empty() {
            request.insert("context".to_owned(), json!(self.context));
        }
        Value::Object(request)
    }

    fn pick_principal(&mut self, picker: &mut Picker) {
        let account = self.account.clone();
        let role = picker.pick(&["app", "app", "Admin"]);
        let path = picker.pick(&["", "", "", "team/", "aws-service-role/ec2.amazonaws.com/"]);
        let role_arn = format!("arn:aws:iam::{account}:role/{path}{role}");
        let session = format!("arn:aws:sts::{account}:assumed-role/{role}/run-1");
        match picker.weighted(&[24, 34, 15, 7, 7, 8, 5, 2, 2]) {
            0 => {
                let name = picker.pick(&["alice", "alice", "bob", "ops/alice"]);
                self.become_caller(Caller::User, format!("arn:aws:iam::{account}:user/{name}"));
            }
            1 => {
                self.become_caller(Caller::Session, session);
                self.role_arn = Some(role_arn.clone());
                // Now and then nobody tells the path of the role.
                match picker.weighted(&[55, 25, 20]) {
                    0 => self.role_field = !path.is_empty() || picker.chance(20),
                    1 => {
                        self.context
                            .insert("aws:PrincipalArn".to_owned(), json!(role_arn));
                    }
                    _ => {}
                }
            }
            2 => {
                self.become_caller(Caller::Role, role_arn.clone());
                self.role_arn = Some(role_arn);
            }
            3 => {
                let arn = format!("arn:aws:sts::{account}:federated-user/fred");
                self.become_caller(Caller::FederatedUser, arn);
                if picker.chance(50) {
                    self.federated_by = Some(format!("arn:aws:iam::{account}:user/alice"));
                }
            }
            4 => self.become_caller(Caller::Root, format!("arn:aws:iam::{account}:root")),
            5 => self.become_caller(Caller::Service, picker.pick(&SERVICES).to_owned()),
            6 => self.become_caller(Caller::Anonymous, "anonymous".to_owned()),
            7 => {
                let instance = "aws:ec2-infrastructure/i-1234567890abcdef0";
                let session = format!("arn:aws:sts::{account}:assumed-role/{instance}");
                self.become_caller(Caller::Session, session);
                self.role_arn = Some(format!("arn:aws:iam::{account}:role/{instance}"));
            }
            _ => {
                let provider = format!("arn:aws:iam::{account}:oidc-provider/login.example.com");
                self.become_caller(Caller::Provider, provider);
            }
        }
    }

    fn become_caller(&mut self, caller: Caller, principal: String) {
        self.caller = caller;
        self.principal = principal;
    }

    fn pick_action(&mut self, picker: &mut Picker) {
        let region = picker.pick(&["us-east-1", "us-east-1", "us-east-1", "eu-west-1"]);
        let owner = self.owner.clone();
        let id = picker.pick(&[KEY_IDS[0], KEY_IDS[0], KEY_IDS[0], KEY_IDS[1], KEY_IDS[2]]);
        let key = format!("arn:aws:kms:{region}:{owner}:key/{id}");
        let alias = format!(
            "arn:aws:kms:{region}:{owner}:{}",
            picker.pick(&[
                "alias/app",
                "alias/app",
                "alias/app",
                "alias/db",
                "alias/aws/s3"
            ])
        );
        self.account_stated = picker.chance(50);
        let kind = if self.caller == Caller::Provider {
            8
        } else {
            picker.weighted(&[46, 9, 8, 7, 5, 6, 5, 9, 5])
        };
        let (action, resource) = match kind {
            0 => (format!("kms:{}", picker.pick(&USE)), key),
            1 => (format!("kms:{}", picker.pick(&MANAGE)), key),
            2 => ("kms:CreateGrant".to_owned(), key),
            3 => ("kms:RetireGrant".to_owned(), key),
            4 => (
                format!("kms:{}", picker.pick(&["ListGrants", "RevokeGrant"])),
                key,
            ),
            5 => {
                let resource = if picker.chance(30) { key } else { alias };
                let name = picker.pick(&["CreateAlias", "UpdateAlias", "DeleteAlias"]);
                (format!("kms:{name}"), resource)
            }
            6 => {
                let resource = if picker.chance(10) {
                    key
                } else {
                    "*".to_owned()
                };
                (format!("kms:{}", picker.pick(&WITHOUT_KEY)), resource)
            }
            7 => self.s3_action(picker),
            _ => {
                let role = picker.pick(&["deploy", "team/deploy"]);
                let name = if self.caller == Caller::Provider {
                    "sts:AssumeRoleWithWebIdentity"
                } else {
                    "sts:AssumeRole"
                };
                let role = format!("arn:aws:iam::{owner}:role/{role}");
                (name.to_owned(), role)
            }
        };
        self.action = action;
        self.resource = match picker.weighted(&[96, 2, 2]) {
            1 if self.service() == "kms" => "*".to_owned(),
            2 if self.is_kms_key(&resource) => resource.replace("key/", "alias/"),
            _ => resource,
        };
        if self.resource == "*" && !self.account_stated {
            self.owner.clone_from(&self.account);
        }
    }

    fn is_kms_key(&self, resource: &str) -> bool {
        self.service() == "kms" && resource.contains(":key/")
    }

    fn s3_action(&mut self, picker: &mut Picker) -> (String, String) {
        // Buckets don't show their account.
        if !self.account_stated {
            self.owner.clone_from(&self.account);
        }
        let (name, resource) = match picker.below(4) {
            0 => ("PutObject", "arn:aws:s3:::bucket/logs/key.txt"),
            1 => ("ListBucket", "arn:aws:s3:::bucket"),
            2 => ("ListAllMyBuckets", "*"),
            _ => ("GetObject", "arn:aws:s3:::bucket/key.txt"),
        };
        (format!("s3:{name}"), resource.to_owned())
    }

    fn pick_context(&mut self, picker: &mut Picker) {
        for key in KEYS {
            let percent = self.percent(key);
            if picker.chance(percent) {
                let name = spelled(picker, key.name);
                let value = context_value(picker, key);
                self.context.insert(name, value);
            }
        }
        let user_id = match self.caller {
            Caller::User => "AIDACKCEVSQ6C2EXAMPLE",
            Caller::Session | Caller::Role => "AROADBQP57FF2AEXAMPLE:run-1",
            _ => return,
        };
        if picker.chance(20) {
            self.context.insert("aws:userid".to_owned(), json!(user_id));
        }
    }

    fn percent(&self, key: &Key) -> usize {
        let kms = self.service() == "kms";
        let fits = match key.scope {
            Scope::Any => true,
            Scope::Kms => kms,
            Scope::Grant => self.operation().contains("Grant"),
            Scope::Encryption => self.operation().contains("crypt") || kms && self.is_key(),
            Scope::Derived => false,
        };
        match (fits, key.name) {
            (false, _) => 0,
            (true, "aws:SourceArn" | "aws:SourceAccount") if self.caller == Caller::Service => 80,
            (true, _) => key.stated,
        }
    }
}

/// Key names don't depend on case.
fn spelled(picker: &mut Picker, name: &str) -> String {
    if picker.chance(4) {
        name.to_uppercase()
    } else {
        name.to_owned()
    }
}

fn context_value(picker: &mut Picker, key: &Key) -> Value {
    let value = picker.pick(key.values);
    if picker.chance(1) {
        return Value::Null;
    }
    match (key.kind, picker.chance(6)) {
        (Kind::List, false) => some_of(picker, key.values),
        // Unusual: a list with an empty string, a list key with one value, an empty string.
        (Kind::List, true) => {
            picker.pick(&[json!([]), json!([""]), json!(value), json!([value, ""])])
        }
        (Kind::Text, true) => picker.pick(&[json!(""), json!([value])]),
        (Kind::Flag, false) => {
            let plain = picker.pick(&[json!(value), json!(value == "true")]);
            if value == "TRUE" { json!(value) } else { plain }
        }
        (Kind::Flag, true) => json!("yes"),
        (Kind::Number, false) => match serde_json::from_str::<Value>(value) {
            Ok(number) if picker.chance(50) => number,
            _ => json!(value),
        },
        (Kind::Number | Kind::Date | Kind::Ip, true) => json!("about 90"),
        (Kind::Arn | Kind::Binary, true) => json!("plain text"),
        _ => json!(value),
    }
}

fn some_of(picker: &mut Picker, values: &[&str]) -> Value {
    let count = picker.pick(&[1, 1, 2, 2, 3]);
    let mut chosen: Vec<&str> = Vec::new();
    for _ in 0..count {
        let value = picker.pick(values);
        if !chosen.contains(&value) {
            chosen.push(value);
        }
    }
    json!(chosen)
}
