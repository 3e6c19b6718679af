//! The condition keys that random contexts and conditions use.

/// What a condition key holds.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Kind {
    #[default]
    Text,
    Arn,
    Binary,
    Date,
    Flag,
    Ip,
    List,
    Number,
}

/// One condition key.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// How often (in a hundred) a context states it, where it makes sense.
    pub(crate) stated: usize,
    pub(crate) scope: Scope,
    pub(crate) values: &'static [&'static str],
}

/// Which requests a key belongs to.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Scope {
    #[default]
    Any,
    /// KMS operations with an encryption context, and a few others by mistake.
    Encryption,
    /// `kms:CreateGrant` and the other operations on grants.
    Grant,
    /// Any KMS action.
    Kms,
    /// Derived by the evaluator; contexts state it rarely.
    Derived,
}

const fn key(
    name: &'static str,
    kind: Kind,
    stated: usize,
    scope: Scope,
    values: &'static [&'static str],
) -> Key {
    Key {
        name,
        kind,
        stated,
        scope,
        values,
    }
}

const VIA: &[&str] = &[
    "s3.us-east-1.amazonaws.com",
    "ec2.us-east-1.amazonaws.com",
    "ec2.eu-west-1.amazonaws.com",
];
const SERVICES: &[&str] = &[
    "s3.amazonaws.com",
    "ec2.amazonaws.com",
    "cloudformation.amazonaws.com",
];
const OPERATIONS: &[&str] = &[
    "Decrypt",
    "GenerateDataKey",
    "Encrypt",
    "CreateGrant",
    "RetireGrant",
];
const DATES: &[&str] = &[
    "2024-01-01T00:00:00Z",
    "1704067200",
    "2024-01-01",
    "2024",
    "2024-06-15T12:30:00.5Z",
    "2024-06-15T12:30:00+02:00",
    "1718447400",
    "2023-12-31T23:59:59Z",
    "2024-06",
    "1718447400.5",
    "2016-12-31T23:59:60Z",
];

/// The keys that contexts state.
pub(crate) const KEYS: &[Key] = &[
    key(
        "aws:PrincipalTag/team",
        Kind::Text,
        45,
        Scope::Any,
        &["red", "blue", "Red", "b*", "r/1"],
    ),
    key(
        "kms:EncryptionContext:Department",
        Kind::Text,
        55,
        Scope::Encryption,
        &["IT", "HR", "it"],
    ),
    key(
        "kms:EncryptionContext:owner",
        Kind::Text,
        25,
        Scope::Encryption,
        &["alice", "app", "red"],
    ),
    key(
        "kms:EncryptionContext:aws:s3:arn",
        Kind::Arn,
        15,
        Scope::Encryption,
        &["arn:aws:s3:::bucket", "arn:aws:s3:::bucket/key.txt"],
    ),
    key("kms:ViaService", Kind::Text, 25, Scope::Kms, VIA),
    key("aws:CalledVia", Kind::List, 12, Scope::Any, SERVICES),
    key(
        "aws:SourceIp",
        Kind::Ip,
        40,
        Scope::Any,
        &[
            "203.0.113.7",
            "203.0.113.200",
            "198.51.100.1",
            "2001:db8::1",
            "10.0.0.1",
        ],
    ),
    key(
        "aws:SourceVpce",
        Kind::Text,
        15,
        Scope::Any,
        &["vpce-1a2b3c4d", "vpce-99999999"],
    ),
    key(
        "aws:SourceArn",
        Kind::Arn,
        12,
        Scope::Any,
        &[
            "arn:aws:cloudtrail:us-east-1:111122223333:trail/main",
            "arn:aws:cloudtrail:us-east-1:444455556666:trail/main",
            "arn:aws:s3:::bucket",
            "not-an-arn",
        ],
    ),
    key(
        "aws:SourceAccount",
        Kind::Text,
        10,
        Scope::Any,
        &["111122223333", "444455556666"],
    ),
    key(
        "aws:PrincipalOrgID",
        Kind::Text,
        30,
        Scope::Any,
        &["o-aaaa111111", "o-bbbb222222"],
    ),
    key(
        "aws:PrincipalOrgPaths",
        Kind::List,
        15,
        Scope::Any,
        &[
            "o-aaaa111111/r-ab12/ou-1/",
            "o-aaaa111111/r-ab12/ou-2/ou-3/",
        ],
    ),
    key(
        "aws:MultiFactorAuthPresent",
        Kind::Flag,
        25,
        Scope::Any,
        &["true", "false", "TRUE"],
    ),
    key(
        "aws:MultiFactorAuthAge",
        Kind::Number,
        15,
        Scope::Any,
        &["300", "3600", "300.0", "-1"],
    ),
    key("aws:CurrentTime", Kind::Date, 30, Scope::Any, DATES),
    key(
        "aws:EpochTime",
        Kind::Date,
        10,
        Scope::Any,
        &["1704067200", "1718447400", "1718454600"],
    ),
    key(
        "aws:TagKeys",
        Kind::List,
        15,
        Scope::Any,
        &["team", "env", "Team"],
    ),
    key(
        "kms:ResourceAliases",
        Kind::List,
        20,
        Scope::Kms,
        &["alias/app", "alias/db", "alias/App"],
    ),
    key(
        "aws:ResourceTag/team",
        Kind::Text,
        20,
        Scope::Any,
        &["red", "blue"],
    ),
    key(
        "kms:GrantConstraintSourceArn",
        Kind::Arn,
        25,
        Scope::Grant,
        &[
            "arn:aws:cloudtrail:us-east-1:111122223333:trail/main",
            "arn:aws:cloudtrail:us-east-1:111122223333:trail/*",
        ],
    ),
    key(
        "kms:RequestAlias",
        Kind::Text,
        15,
        Scope::Kms,
        &["alias/app", "alias/db"],
    ),
    key(
        "kms:KeySpec",
        Kind::Text,
        15,
        Scope::Kms,
        &["SYMMETRIC_DEFAULT", "RSA_2048"],
    ),
    key(
        "kms:RotationPeriodInDays",
        Kind::Number,
        8,
        Scope::Kms,
        &["90", "365", "90.50"],
    ),
    key("kms:ValidTo", Kind::Date, 5, Scope::Kms, DATES),
    key(
        "kms:GrantOperations",
        Kind::List,
        70,
        Scope::Grant,
        OPERATIONS,
    ),
    key(
        "kms:GrantConstraintType",
        Kind::Text,
        50,
        Scope::Grant,
        &["EncryptionContextSubset", "EncryptionContextEquals"],
    ),
    key(
        "kms:GrantIsForAWSResource",
        Kind::Flag,
        50,
        Scope::Grant,
        &["true", "false"],
    ),
    key(
        "app:digest",
        Kind::Binary,
        8,
        Scope::Any,
        &["QUJDRA==", "QUJD", "QUI="],
    ),
];

/// The keys that the evaluator derives; conditions test them often.
pub(crate) const DERIVED: &[Key] = &[
    key(
        "aws:PrincipalArn",
        Kind::Arn,
        0,
        Scope::Derived,
        &[
            "arn:aws:iam::111122223333:user/alice",
            "arn:aws:iam::111122223333:role/app",
            "arn:aws:iam::444455556666:role/app",
        ],
    ),
    key(
        "aws:PrincipalAccount",
        Kind::Text,
        0,
        Scope::Derived,
        &["111122223333", "444455556666"],
    ),
    key(
        "kms:CallerAccount",
        Kind::Text,
        0,
        Scope::Derived,
        &["111122223333", "444455556666"],
    ),
    key(
        "aws:ResourceAccount",
        Kind::Text,
        0,
        Scope::Derived,
        &["111122223333", "444455556666"],
    ),
    key(
        "aws:username",
        Kind::Text,
        0,
        Scope::Derived,
        &["alice", "bob"],
    ),
    key(
        "aws:userid",
        Kind::Text,
        0,
        Scope::Derived,
        &["111122223333", "111122223333:fred", "AIDACKCEVSQ6C2EXAMPLE"],
    ),
    key(
        "aws:PrincipalServiceName",
        Kind::Text,
        0,
        Scope::Derived,
        &["cloudtrail.amazonaws.com", "s3.amazonaws.com"],
    ),
    key(
        "aws:PrincipalServiceNamesList",
        Kind::List,
        0,
        Scope::Derived,
        &["cloudtrail.amazonaws.com", "s3.amazonaws.com"],
    ),
    key(
        "aws:PrincipalType",
        Kind::Text,
        0,
        Scope::Derived,
        &["User", "AssumedRole", "Account"],
    ),
    key(
        "kms:EncryptionContextKeys",
        Kind::List,
        0,
        Scope::Derived,
        &["Department", "owner", "department"],
    ),
    key(
        "aws:PrincipalIsAWSService",
        Kind::Flag,
        0,
        Scope::Derived,
        &["false", "true"],
    ),
    key(
        "aws:ViaAWSService",
        Kind::Flag,
        0,
        Scope::Derived,
        &["false", "true"],
    ),
    key(
        "aws:SecureTransport",
        Kind::Flag,
        0,
        Scope::Derived,
        &["true", "false"],
    ),
    key(
        "aws:RequestedRegion",
        Kind::Text,
        0,
        Scope::Derived,
        &["us-east-1", "eu-west-1"],
    ),
];
