use kmsim_policy::document::parse_any;
use kmsim_policy::source::Sources;

use super::{Call, PlannedCheck, checks, decide};
use crate::context::Presence;
use crate::reader::{NoFiles, Reader};
use crate::world::World;

const WORLD: &str = r#"
now: 2026-11-21T12:00:00Z
region: us-east-1
organization:
  id: o-1
  managementAccount: "999999999999"
  root:
    id: r-1
    units: [{id: ou-1, accounts: ["111122223333", "444455556666"]}]
accounts:
  - id: "111122223333"
    users: [{name: alice, id: AIDA1, path: /team/, policies: {all: {Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}, tags: {team: a}}]
    roles: [{name: App, id: AROA1, path: /app/, tags: {team: a, cost: c}}]
    keys:
      - {id: k1, region: us-east-1, policy: default, aliases: [alias/orders, alias/orders2], tags: {env: prod}, lastUsed: 2026-11-01T00:00:00Z,
         grants: [{GrantId: g1, GranteePrincipal: "arn:aws:iam::111122223333:role/app/App", Operations: [Decrypt], Constraints: {EncryptionContextSubset: {a: b}}, GrantToken: token-1}]}
      - {id: k2, region: us-east-1, policy: default}
      - {id: mrk-1, region: us-east-1, multiRegionKeyType: PRIMARY, policy: default}
      - {id: mrk-1, region: eu-west-1, multiRegionKeyType: REPLICA, policy: default}
      - {id: rsa, region: us-east-1, spec: RSA_2048, usage: SIGN_VERIFY, policy: default}
      - {id: ebs, region: us-east-1, manager: AWS, aliases: [alias/aws/ebs]}
    vpcEndpoints:
      - {id: vpce-1, vpc: vpc-1, service: com.amazonaws.us-east-1.kms, policy: {Statement: [{Effect: Allow, Principal: "*", Action: "kms:Decrypt", Resource: "*"}]}}
      - {id: vpce-2, vpc: vpc-1, service: com.amazonaws.us-east-1.s3}
    resources: [{arn: "arn:aws:s3:::bucket", tags: {env: prod}}]
  - id: "444455556666"
    roles: [{name: Other}]
    keys: [{id: foreign, region: us-east-1, policy: default, aliases: [alias/orders]}]
"#;

fn parse<T>(
    text: &str,
    read: impl FnOnce(&mut Reader<'_, '_, '_>, &kmsim_policy::json::Node<'_>) -> Option<T>,
) -> Result<T, String> {
    let mut sources = Sources::new();
    let id = sources.add("text.yaml", text);
    let mut reader = Reader::new(&mut sources, &NoFiles);
    let node = parse_any(text, id, "text.yaml", &mut reader.diagnostics).expect("a document");
    let found = read(&mut reader, &node);
    let lines: Vec<_> = reader
        .diagnostics
        .iter()
        .map(|found| {
            let help = found
                .help
                .as_ref()
                .map_or_else(String::new, |help| format!(" ({help})"));
            found.line(reader.sources) + &help
        })
        .collect();
    found
        .filter(|_| lines.is_empty())
        .ok_or_else(|| lines.join("\n"))
}

#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "a path to the method is not general enough in its lifetimes"
)]
fn world() -> World {
    parse(WORLD, |reader, node| reader.world(node)).unwrap()
}

#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "a path to the method is not general enough in its lifetimes"
)]
fn call(text: &str) -> Result<Call, String> {
    parse(text, |reader, node| reader.call(node))
}

const ALICE: &str = "caller: 'arn:aws:iam::111122223333:user/team/alice'";
const APP: &str = "caller: 'arn:aws:sts::111122223333:assumed-role/App/i-1'";

/// The checks of a call by `caller`, shown by `show`.
fn plan<T>(caller: &str, rest: &str, show: impl Fn(&PlannedCheck<'_>) -> T) -> Vec<T> {
    let text = format!("{{{caller}, {rest}}}");
    let (world, call) = (
        world(),
        call(&text).unwrap_or_else(|why| panic!("{text}: {why}")),
    );
    let checks = checks(&world, &call).unwrap_or_else(|why| panic!("{text}: {why:?}"));
    checks.iter().map(show).collect()
}

fn labels(rest: &str) -> Vec<String> {
    plan(ALICE, rest, |check| {
        [check.request.action.name(), check.what].join(" on ")
    })
}

/// The value of a condition key in the first check: its values, `-` if absent, `?` if unknown.
fn key(caller: &str, rest: &str, key: &str) -> String {
    let shown = plan(caller, rest, |check| {
        match check
            .request
            .context
            .presence(key, check.request.action.kms())
        {
            Presence::Value(value) => value.values().join(","),
            Presence::Absent => "-".to_owned(),
            Presence::Unknown => "?".to_owned(),
        }
    });
    shown[0].clone()
}

fn unresolved(caller: &str, rest: &str) -> String {
    let text = format!("{{{caller}, {rest}}}");
    let (world, call) = (world(), call(&text).unwrap());
    let why = checks(&world, &call).expect_err(&text);
    format!("{} ({})", why.message, why.help.unwrap_or_default())
}

#[rustfmt::skip]
const AUTHORIZATIONS: &[(&str, &[&str])] = &[
    ("operation: Decrypt, keyId: k1", &["kms:Decrypt on the key"]),
    ("action: kms:Decrypt, keyId: k1", &["kms:Decrypt on the key"]),
    ("operation: ListKeys", &["kms:ListKeys on *"]),
    ("operation: GenerateRandom", &["kms:GenerateRandom on *"]),
    ("operation: ListRetirableGrants, RetiringPrincipal: x", &["kms:ListRetirableGrants on *"]),
    ("operation: ReEncrypt, SourceKeyId: k1, DestinationKeyId: k2", &[ "kms:ReEncryptFrom on the source key", "kms:ReEncryptTo on the destination key", ]),
    ("operation: ReEncrypt, key: k1", &[ "kms:ReEncryptFrom on the source key", "kms:ReEncryptTo on the destination key", ]),
    ("action: kms:ReEncryptTo, key: k1", &["kms:ReEncryptTo on the key"]),
    ("operation: CreateAlias, AliasName: alias/new, TargetKeyId: k1", &["kms:CreateAlias on the alias", "kms:CreateAlias on the key"]),
    ("operation: UpdateAlias, AliasName: alias/orders, TargetKeyId: k2", &[ "kms:UpdateAlias on the alias", "kms:UpdateAlias on the current key", "kms:UpdateAlias on the new key", ]),
    ("operation: DeleteAlias, AliasName: alias/orders", &["kms:DeleteAlias on the alias", "kms:DeleteAlias on the key"]),
    ("operation: CreateKey", &["kms:CreateKey on *"]),
    ("operation: CreateKey, Tags: {a: b}, MultiRegion: true", &[ "kms:CreateKey on *", "kms:TagResource on the new key", "iam:CreateServiceLinkedRole on the service-linked role of multi-Region keys", ]),
    ("operation: ReplicateKey, keyId: mrk-1, ReplicaRegion: eu-north-1, Tags: {a: b}", &[ "kms:ReplicateKey on the primary key", "kms:CreateKey on *", "kms:TagResource on the new key", ]),
    ("operation: UpdatePrimaryRegion, keyId: mrk-1, PrimaryRegion: eu-west-1", &[ "kms:UpdatePrimaryRegion on the current primary", "kms:UpdatePrimaryRegion on the future primary", ]),
    ("operation: RetireGrant, GrantToken: token-1", &["kms:RetireGrant on the grant's key"]),
    ("operation: RetireGrant, key: alias/orders, GrantId: g1", &["kms:RetireGrant on the grant's key"]),
    ("action: 's3:GetObject', resource: 'arn:aws:s3:::bucket/a'", &["s3:GetObject on the resource"]),
];

#[test]
fn one_call_and_its_authorizations() {
    for (rest, expected) in AUTHORIZATIONS.iter().copied() {
        assert_eq!(labels(rest), expected, "{rest}");
    }
}

#[test]
fn regions_and_resources_of_the_authorizations() {
    let shown = plan(
        ALICE,
        "operation: UpdatePrimaryRegion, keyId: mrk-1, PrimaryRegion: eu-west-1",
        |check| {
            (
                check.request.resource.text().to_owned(),
                check
                    .request
                    .context
                    .one("aws:RequestedRegion")
                    .map(str::to_owned),
            )
        },
    );
    assert_eq!(
        shown[1],
        (
            "arn:aws:kms:eu-west-1:111122223333:key/mrk-1".to_owned(),
            Some("eu-west-1".to_owned())
        )
    );
    let shown = plan(
        ALICE,
        "operation: ReplicateKey, keyId: mrk-1, ReplicaRegion: eu-north-1",
        |check| {
            let context = &check.request.context;
            (
                check.request.resource.text().to_owned(),
                context.one("aws:RequestedRegion").map(str::to_owned),
                context.one("kms:MultiRegionKeyType").map(str::to_owned),
            )
        },
    );
    assert_eq!(
        shown[1],
        (
            "*".to_owned(),
            Some("eu-north-1".to_owned()),
            Some("REPLICA".to_owned())
        )
    );
}

const DECRYPT_CALLER: &str = "operation: Decrypt, keyId: k1";

#[rustfmt::skip]
const CALLER_KEYS: &[(&str, &str, &str, &str)] = &[
    (ALICE, DECRYPT_CALLER, "aws:PrincipalTag/Team", "a"),
    (ALICE, DECRYPT_CALLER, "aws:userid", "AIDA1"),
    (ALICE, DECRYPT_CALLER, "aws:username", "alice"),
    (ALICE, DECRYPT_CALLER, "aws:PrincipalOrgID", "o-1"),
    (ALICE, DECRYPT_CALLER, "aws:PrincipalOrgPaths", "o-1/r-1/ou-1/"),
    (ALICE, DECRYPT_CALLER, "aws:ResourceOrgPaths", "o-1/r-1/ou-1/"),
    (ALICE, DECRYPT_CALLER, "kms:CallerAccount", "111122223333"),
    (ALICE, DECRYPT_CALLER, "aws:MultiFactorAuthPresent", "-"),
    (ALICE, "operation: Decrypt, keyId: k1, mfa: true", "aws:MultiFactorAuthPresent", "true"),
    (APP, DECRYPT_CALLER, "aws:PrincipalArn", "arn:aws:iam::111122223333:role/app/App"),
    (APP, DECRYPT_CALLER, "aws:userid", "AROA1:i-1"),
    (APP, DECRYPT_CALLER, "aws:MultiFactorAuthPresent", "?"),
    (APP, DECRYPT_CALLER, "aws:TokenIssueTime", "?"),
    (APP, "operation: Decrypt, keyId: k1, sessionTags: {team: b}", "aws:PrincipalTag/team", "b"),
    (APP, "operation: Decrypt, keyId: k1, sessionTags: {team: b}", "aws:PrincipalTag/cost", "c"),
    (ALICE, DECRYPT_CALLER, "aws:CurrentTime", "2026-11-21T12:00:00Z"),
    (ALICE, "operation: Decrypt, keyId: k1, now: 2020-01-01", "aws:EpochTime", "1577836800"),
    ("caller: 'arn:aws:iam::123456789012:role/x'", "operation: Decrypt, key: k1", "aws:PrincipalOrgID", "-"),
    ("caller: cloudtrail.amazonaws.com", "operation: Decrypt, key: k1", "aws:SourceArn", "?"),
    ("caller: cloudtrail.amazonaws.com", "operation: Decrypt, key: k1, sourceArn: 'arn:aws:cloudtrail:us-east-1:111122223333:trail/t'", "aws:SourceAccount", "111122223333"),
    ("caller: cloudtrail.amazonaws.com", "operation: Decrypt, key: k1, sourceArn: 'arn:aws:cloudtrail:us-east-1:111122223333:trail/t'", "aws:SourceOrgID", "o-1"),
    ("caller: cloudtrail.amazonaws.com", "operation: Decrypt, key: k1", "kms:CallerAccount", "-"),
];

#[test]
fn keys_of_the_caller() {
    for (caller, rest, name, value) in CALLER_KEYS.iter().copied() {
        assert_eq!(key(caller, rest, name), value, "{rest} {name}");
    }
}

const DIRECT_IN: &str = "operation: Decrypt, keyId: k1";
const ENDPOINT: &str = "operation: Decrypt, keyId: k1, vpcEndpoint: vpce-1, sourceIp: 10.0.0.1";
const VIA: &str = "operation: CreateGrant, keyId: k1, via: ebs, sourceIp: 203.0.113.1";
const HOP: &str = "operation: Decrypt, keyId: k1, via: s3, vpcEndpoint: vpce-2, sourceIp: 10.0.0.1";

#[rustfmt::skip]
const WAY_IN_KEYS: &[(&str, &str, &str)] = &[
    (DIRECT_IN, "aws:SourceIp", "?"),
    (DIRECT_IN, "aws:SourceVpce", "-"),
    (DIRECT_IN, "kms:ViaService", "-"),
    (DIRECT_IN, "aws:ViaAWSService", "false"),
    (DIRECT_IN, "aws:RequestedRegion", "us-east-1"),
    (DIRECT_IN, "aws:SecureTransport", "true"),
    (ENDPOINT, "aws:SourceVpce", "vpce-1"),
    (ENDPOINT, "aws:SourceVpc", "vpc-1"),
    (ENDPOINT, "aws:VpcSourceIp", "10.0.0.1"),
    (ENDPOINT, "aws:SourceIp", "-"),
    (VIA, "kms:ViaService", "ec2.us-east-1.amazonaws.com"),
    (VIA, "aws:CalledVia", "ec2.amazonaws.com"),
    (VIA, "aws:CalledViaLast", "ec2.amazonaws.com"),
    (VIA, "aws:ViaAWSService", "true"),
    (VIA, "aws:SourceIp", "203.0.113.1"),
    (VIA, "kms:GrantIsForAWSResource", "true"),
    ("operation: CreateGrant, keyId: k1", "kms:GrantIsForAWSResource", "-"),
    (HOP, "aws:SourceVpce", "-"),
    (HOP, "aws:SourceIp", "-"),
    ("operation: Decrypt, keyId: k1, via: [cloudformation, dynamodb]", "aws:CalledVia", "cloudformation.amazonaws.com,dynamodb.amazonaws.com"),
    ("operation: Decrypt, keyId: k1, via: [cloudformation, dynamodb]", "kms:ViaService", "dynamodb.us-east-1.amazonaws.com"),
    ("action: 's3:GetObject', resource: 'arn:aws:s3:::bucket/a'", "aws:ResourceTag/env", "prod"),
    ("action: 's3:GetObject', resource: 'arn:aws:s3:::bucket/a'", "kms:ViaService", "-"),
];

#[test]
fn keys_of_the_way_in() {
    for (rest, name, value) in WAY_IN_KEYS.iter().copied() {
        assert_eq!(key(ALICE, rest, name), value, "{rest} {name}");
    }
}

const GRANT: &str = "operation: CreateGrant, keyId: k1, GranteePrincipal: 'arn:aws:iam::444455556666:role/r', Operations: [Decrypt, Encrypt], Constraints: {EncryptionContextEquals: {a: b}, SourceArn: 'arn:aws:s3:::b'}";
const CREATE: &str = "operation: CreateKey, KeySpec: RSA_2048, KeyUsage: SIGN_VERIFY, Tags: [{TagKey: team, TagValue: x}]";
const IMPORT: &str = "operation: ImportKeyMaterial, keyId: k1, ValidTo: 2026-12-01T00:00:00Z";

#[rustfmt::skip]
const OPERATION_KEYS: &[(&str, &str, &str)] = &[
    ("operation: Decrypt, keyId: alias/orders, encryptionContext: {App: x}", "kms:EncryptionContext:app", "x"),
    ("operation: Decrypt, keyId: alias/orders, encryptionContext: {App: x, app: y}", "kms:EncryptionContextKeys", "App,app"),
    ("operation: Decrypt, keyId: k1", "kms:EncryptionContextKeys", "-"),
    ("operation: Decrypt, keyId: k1, unknown: ['kms:EncryptionContext:a']", "kms:EncryptionContextKeys", "?"),
    ("operation: Decrypt, keyId: alias/orders", "kms:RequestAlias", "alias/orders"),
    ("operation: Decrypt, keyId: 'arn:aws:kms:us-east-1:111122223333:alias/orders'", "kms:RequestAlias", "alias/orders"),
    ("operation: Decrypt, keyId: k1", "kms:RequestAlias", "-"),
    ("operation: Decrypt, key: alias/orders", "kms:RequestAlias", "alias/orders"),
    ("operation: PutKeyPolicy, key: alias/orders", "kms:RequestAlias", "-"),
    ("operation: Decrypt, keyId: k1", "kms:ResourceAliases", "alias/orders,alias/orders2"),
    ("operation: Decrypt, keyId: k1", "kms:KeySpec", "SYMMETRIC_DEFAULT"),
    ("operation: Decrypt, keyId: k1", "kms:MultiRegion", "false"),
    ("operation: Decrypt, keyId: k1", "kms:MultiRegionKeyType", "-"),
    ("operation: Decrypt, keyId: k1", "kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT"),
    ("operation: DescribeKey, keyId: mrk-1, region: eu-west-1", "kms:MultiRegionKeyType", "REPLICA"),
    ("operation: Decrypt, keyId: k1", "aws:ResourceTag/env", "prod"),
    ("operation: PutKeyPolicy, keyId: k1", "kms:PolicyName", "default"),
    ("operation: PutKeyPolicy, keyId: k1", "kms:BypassPolicyLockoutSafetyCheck", "-"),
    ("operation: PutKeyPolicy, keyId: k1, BypassPolicyLockoutSafetyCheck: false", "kms:BypassPolicyLockoutSafetyCheck", "false"),
    ("operation: Sign, keyId: rsa", "kms:MessageType", "RAW"),
    ("operation: Sign, keyId: rsa", "kms:SigningAlgorithm", "?"),
    ("operation: Sign, keyId: rsa, SigningAlgorithm: RSASSA_PSS_SHA_256", "kms:SigningAlgorithm", "RSASSA_PSS_SHA_256"),
    ("operation: ScheduleKeyDeletion, keyId: k1", "kms:ScheduleKeyDeletionPendingWindowInDays", "30"),
    ("operation: ScheduleKeyDeletion, keyId: k1, PendingWindowInDays: 7", "kms:ScheduleKeyDeletionPendingWindowInDays", "7"),
    ("operation: ScheduleKeyDeletion, keyId: k1", "kms:TrailingDaysWithoutKeyUsage", "20"),
    ("operation: DisableKey, keyId: k2", "kms:TrailingDaysWithoutKeyUsage", "?"),
    (GRANT, "kms:GrantOperations", "Decrypt,Encrypt"),
    (GRANT, "kms:GranteePrincipal", "arn:aws:iam::444455556666:role/r"),
    (GRANT, "kms:GranteeServicePrincipal", "-"),
    (GRANT, "kms:GrantConstraintType", "EncryptionContextEquals"),
    (GRANT, "kms:GrantConstraintSourceArn", "arn:aws:s3:::b"),
    (GRANT, "kms:EncryptionContext:a", "b"),
    ("operation: CreateGrant, keyId: k1", "kms:GrantOperations", "?"),
    ("operation: RetireGrant, GrantToken: token-1", "kms:GrantConstraintType", "EncryptionContextSubset"),
    (CREATE, "kms:KeySpec", "RSA_2048"),
    (CREATE, "kms:CustomerMasterKeyUsage", "SIGN_VERIFY"),
    (CREATE, "kms:KeyOrigin", "AWS_KMS"),
    (CREATE, "kms:MultiRegion", "false"),
    (CREATE, "aws:RequestTag/team", "x"),
    (CREATE, "aws:TagKeys", "team"),
    ("operation: UntagResource, keyId: k1, TagKeys: [a, b]", "aws:TagKeys", "a,b"),
    (IMPORT, "kms:ValidTo", "1796083200"),
    (IMPORT, "kms:ExpirationModel", "-"),
    ("operation: EnableKeyRotation, keyId: k1", "kms:RotationPeriodInDays", "365"),
    ("operation: Decrypt, keyId: k1, Recipient: {AttestationDocument: x}", "kms:RecipientAttestation:PCR0", "?"),
    ("operation: CreateAlias, AliasName: alias/n, TargetKeyId: k1, via: s3", "kms:ViaService", "-"),
    ("operation: ReEncrypt, SourceKeyId: k1, DestinationKeyId: k1, SourceEncryptionContext: {a: b}", "kms:ReEncryptOnSameKey", "true"),
    ("operation: ReEncrypt, SourceKeyId: k1, DestinationKeyId: k2, SourceEncryptionContext: {a: b}", "kms:EncryptionContext:a", "b"),
    ("operation: Decrypt, keyId: k1, context: {'KMS:keyspec': RSA_4096}", "kms:KeySpec", "RSA_4096"),
];

#[test]
fn keys_of_the_operation() {
    for (rest, name, value) in OPERATION_KEYS.iter().copied() {
        assert_eq!(key(ALICE, rest, name), value, "{rest} {name}");
    }
}

const OTHER: &str = "caller: 'arn:aws:iam::444455556666:role/Other'";

#[rustfmt::skip]
const FOUND: &[(&str, &str, &str)] = &[
    (ALICE, "operation: Decrypt, keyId: alias/orders", "111122223333:key/k1"),
    (OTHER, "operation: Decrypt, keyId: alias/orders", "444455556666:key/foreign"),
    (OTHER, "operation: Decrypt, keyId: 'arn:aws:kms:us-east-1:111122223333:alias/orders'", "111122223333:key/k1"),
    // A symmetric ciphertext tells the account.
    (OTHER, "operation: Decrypt, keyId: k1", "111122223333:key/k1"),
    (OTHER, "operation: PutKeyPolicy, key: k1", "111122223333:key/k1"),
    (ALICE, "operation: Decrypt, keyId: mrk-1, region: eu-west-1", "key/mrk-1"),
    (ALICE, "operation: Decrypt, key: alias/orders", "111122223333:key/k1"),
];

#[rustfmt::skip]
const NOT_FOUND: &[(&str, &str, &str)] = &[
    (OTHER, "operation: Encrypt, keyId: k1", "the world has no key `k1` for account 444455556666 in us-east-1 (there is `arn:aws:kms:us-east-1:111122223333:key/k1`"),
    (ALICE, "operation: Encrypt, keyId: alias/ordres", "did you mean `alias/orders`?"),
    (ALICE, "operation: PutKeyPolicy, keyId: alias/orders", "PutKeyPolicy takes no alias name: `alias/orders` (give a key ID or key ARN)"),
    (ALICE, "operation: RetireGrant, keyId: k1, GrantId: g1", "RetireGrant takes no key ID"),
    (ALICE, "operation: Encrypt, keyId: 'arn:aws:kms:us-east-1:111122223333:key/k1', region: eu-west-1", "call the endpoint of us-east-1"),
    (ALICE, "operation: Encrypt", "Encrypt needs a key"),
    (ALICE, "operation: Encrypt, keyId: nothing-like-it", "an AWS owned key is in no world"),
    ("caller: logs.us-east-1.amazonaws.com", "operation: Encrypt, keyId: k1", "give the key's ARN"),
    (ALICE, "operation: UpdateAlias, AliasName: alias/new, TargetKeyId: k1", "no key `alias/new`"),
    (ALICE, "operation: UpdatePrimaryRegion, keyId: mrk-1, PrimaryRegion: eu-north-1", "no replica of `mrk-1` in eu-north-1"),
    (ALICE, "operation: RetireGrant, GrantToken: x", "no grant `x`"),
    (ALICE, "operation: Decrypt, keyId: k1, vpcEndpoint: vpce-9", "no VPC endpoint `vpce-9`"),
    (ALICE, "operation: Decrypt, keyId: k1, vpcEndpoint: vpce-2", "is an endpoint of com.amazonaws.us-east-1.s3"),
    ("caller: 'arn:aws:iam::111122223333:user/team/alise'", "operation: ListKeys", "did you mean `arn:aws:iam::111122223333:user/team/alice`?"),
    ("caller: 'arn:aws:iam::111122223333:role/App'", "operation: ListKeys", "did you mean `arn:aws:iam::111122223333:role/app/App`?"),
];

#[test]
fn identifiers_follow_the_rules_of_kms() {
    let resource = |caller, rest: &str| {
        plan(caller, rest, |check| {
            check.request.resource.text().to_owned()
        })[0]
            .clone()
    };
    for (caller, rest, id) in FOUND.iter().copied() {
        assert!(resource(caller, rest).ends_with(id), "{rest}");
    }
    for (caller, rest, expected) in NOT_FOUND.iter().copied() {
        let found = unresolved(caller, rest);
        assert!(found.contains(expected), "{rest}: {found}");
    }
}

#[rustfmt::skip]
const MISTAKES: &[(&str, &str)] = &[
    ("{caller: 'arn:aws:iam::111122223333:user/a', operation: Decrpyt}", "did you mean `Decrypt`?"),
    ("{caller: 'arn:aws:iam::111122223333:user/a', operation: 'kms:Decrypt'}", "did you mean `Decrypt`?"),
    ("{caller: 'arn:aws:iam::111122223333:user/a', action: 'kms:ReEncrypt'}", "kms:ReEncryptFrom"),
    ("{caller: 'arn:aws:iam::111122223333:user/a', operation: Decrypt, keySpec: x}", "has no field `keySpec`"),
    ("{caller: 'arn:aws:iam::111122223333:user/a', operation: CreateKey, keySpec: x}", "did you mean `KeySpec`?"),
    ("{caller: 'arn:aws:iam::111122223333:user/a', operation: DescribeKey, keyId: k, encryptionContext: {a: b}}", "no parameter `EncryptionContext`"),
    ("{caller: 'arn:aws:iam::111122223333:user/a', operation: ListKeys, keyId: k}", "no parameter `KeyId`"),
    ("{caller: 'arn:aws:iam::111122223333:user/a', operation: Decrypt, keyId: k, KeyId: k}", "it stands twice"),
    ("{caller: 'arn:aws:iam::111122223333:user/a', operation: Decrypt, keyId: k, key: k}", "not both"),
    ("{caller: 'arn:aws:iam::111122223333:user/a', operation: CreateKey, KeySpec: RSA_2084}", "did you mean `RSA_2048`?"),
    ("{caller: 'arn:aws:iam::111122223333:user/a', operation: Decrypt, keyId: k, via: s4}", "did you mean `s3`?"),
    ("{caller: cloudtrail.amazonaws.com, operation: Decrypt, keyId: k, via: s3}", "calls through no other"),
    ("{caller: 'arn:aws:iam::111122223333:user/a', operation: Decrypt, keyId: k, sourceArn: 'arn:aws:s3:::b'}", "only calls that a service makes"),
    ("{caller: 'arn:aws:iam::111122223333:user/a', operation: Decrypt, keyId: k, sessionTags: {a: b}}", "belong to sessions"),
    ("{caller: 'arn:aws:iam::111122223333:user/a', operation: Decrypt, keyId: k, sourceIp: 10.0.0.0/8}", "is not an IP address"),
    ("{caller: 'arn:aws:iam::111122223333:user/a', action: 's3:GetObject'}", "needs the field `resource`"),
    ("{caller: 'arn:aws:iam::111122223333:user/a', operation: CreateGrant, keyId: k, Operations: [Decrpyt]}", "did you mean `Decrypt`?"),
    ("{operation: ListKeys}", "needs the field `caller`"),
    ("{caller: 'arn:aws:iam::111122223333:user/a'}", "needs the field `operation`"),
];

#[test]
fn mistakes_in_calls() {
    for (text, expected) in MISTAKES.iter().copied() {
        let found = call(text).expect_err(text);
        assert!(found.contains(expected), "{text}: {found}");
    }
}

#[test]
fn layers_are_those_of_the_world() {
    let world = world();
    let verdict = |text: &str| decide(&world, &call(text).unwrap()).unwrap().verdict.name();
    let direct = "operation: Encrypt, keyId: ebs, sourceIp: 203.0.113.1";
    for (caller, rest, expected) in [
        (ALICE, "operation: Decrypt, keyId: k1", "allowed"),
        (APP, "operation: Decrypt, keyId: k1", "implicitDeny"),
        (
            APP,
            "operation: Decrypt, keyId: k1, encryptionContext: {a: b}",
            "allowed",
        ),
        (ALICE, direct, "implicitDeny"),
        (ALICE, "operation: Encrypt, keyId: ebs, via: ebs", "allowed"),
        (APP, "operation: Encrypt, keyId: ebs, via: ebs", "allowed"),
        (
            ALICE,
            "operation: Decrypt, keyId: k1, vpcEndpoint: vpce-1",
            "allowed",
        ),
        (
            ALICE,
            "operation: Encrypt, keyId: k1, vpcEndpoint: vpce-1",
            "implicitDeny",
        ),
        (
            ALICE,
            "operation: Encrypt, keyId: k1, via: s3, vpcEndpoint: vpce-1",
            "allowed",
        ),
        (
            ALICE,
            "operation: CreateKey, Tags: {a: b}, MultiRegion: true",
            "allowed",
        ),
        (APP, "operation: CreateKey", "implicitDeny"),
        (
            ALICE,
            "action: 's3:GetObject', resource: 'arn:aws:s3:::bucket/a'",
            "allowed",
        ),
        (
            ALICE,
            "operation: CreateAlias, AliasName: alias/aws/x, TargetKeyId: k1",
            "implicitDeny",
        ),
    ] {
        let text = format!("{{{caller}, {rest}}}");
        assert_eq!(verdict(&text), expected, "{text}");
    }
}
