use kmsim_policy::document::parse_any;
use kmsim_policy::source::Sources;
use kmsim_types::{AccountId, KeyManager, KeySpec, KeyUsage, MultiRegionKeyType};

use super::World;
use crate::reader::{Files, Reader};

/// Answers of AWS, by file name.
struct Exports;

impl Files for Exports {
    fn read(&self, _: &str, path: &str) -> Result<(String, String), String> {
        let text = match path {
            "iam.json" => IAM,
            "describe-key.json" => DESCRIBE_KEY,
            "grants.json" => {
                r#"{"Grants": [{"GrantId": "g1", "GranteePrincipal": "arn:aws:iam::111122223333:role/Ops", "Operations": ["Decrypt"], "CreationDate": 1}], "Truncated": false}"#
            }
            "key-policy.json" => {
                r#"{"Policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Sid\": \"IAM\", \"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"111122223333\"}, \"Action\": \"kms:*\", \"Resource\": \"*\"}]}", "PolicyName": "default"}"#
            }
            "aliases.json" => {
                r#"{"Aliases": [{"AliasName": "alias/orders", "AliasArn": "arn:aws:kms:us-west-2:111122223333:alias/orders", "TargetKeyId": "1234abcd-12ab-34cd-56ef-1234567890ab", "CreationDate": 1}, {"AliasName": "alias/aws/ebs", "AliasArn": "arn:aws:kms:us-west-2:111122223333:alias/aws/ebs"}]}"#
            }
            "tags.json" => {
                r#"{"Tags": [{"TagKey": "team", "TagValue": "orders"}], "Truncated": true}"#
            }
            "endpoints.json" => {
                r#"{"VpcEndpoints": [{"VpcEndpointId": "vpce-1", "VpcId": "vpc-1", "ServiceName": "com.amazonaws.us-west-2.kms", "PolicyDocument": "{\"Statement\": []}", "OwnerId": "111122223333", "BrandNewField": 1}]}"#
            }
            "scp.json" => {
                r#"{"Policy": {"PolicySummary": {"Name": "DenyDeletion"}, "Content": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Deny\", \"Action\": \"kms:ScheduleKeyDeletion\", \"Resource\": \"*\"}]}"}}"#
            }
            "loop.yaml" => "organization: {id: o-1, root: {id: r-1, units: [{file: unit.yaml}]}}",
            "unit.yaml" => "{id: ou-1, units: [{file: unit.yaml}]}",
            _ => return Err("no such file".to_owned()),
        };
        Ok((path.to_owned(), text.to_owned()))
    }
}

const IAM: &str = r#"{
  "UserDetailList": [{"Path": "/", "UserName": "alice", "UserId": "AIDAEXAMPLEEXAMPLEEX1", "Arn": "arn:aws:iam::111122223333:user/alice", "CreateDate": "2025-06-01T12:00:00+00:00",
    "UserPolicyList": [{"PolicyName": "inline", "PolicyDocument": {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "kms:Describe*", "Resource": "*"}}}],
    "GroupList": ["Admins"], "AttachedManagedPolicies": [],
    "PermissionsBoundary": {"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/Boundary"},
    "Tags": [{"Key": "team", "Value": "orders"}]}],
  "GroupDetailList": [{"Path": "/", "GroupName": "Admins", "GroupId": "AGPAEXAMPLEEXAMPLEEX1", "Arn": "arn:aws:iam::111122223333:group/Admins", "GroupPolicyList": [],
    "AttachedManagedPolicies": [{"PolicyName": "AdministratorAccess", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}]}],
  "RoleDetailList": [{"Path": "/app/", "RoleName": "Ops", "RoleId": "AROAEXAMPLEEXAMPLEEX1", "Arn": "arn:aws:iam::111122223333:role/app/Ops", "RolePolicyList": [], "AttachedManagedPolicies": [], "InstanceProfileList": [],
    "AssumeRolePolicyDocument": "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22ec2.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D"}],
  "Policies": [{"PolicyName": "Boundary", "Arn": "arn:aws:iam::111122223333:policy/Boundary", "Path": "/", "DefaultVersionId": "v2",
    "PolicyVersionList": [{"VersionId": "v2", "IsDefaultVersion": true, "Document": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}]}},
      {"VersionId": "v1", "IsDefaultVersion": false, "Document": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}]}],
  "IsTruncated": false
}"#;

const DESCRIBE_KEY: &str = r#"{"KeyMetadata": {"AWSAccountId": "111122223333", "KeyId": "1234abcd-12ab-34cd-56ef-1234567890ab", "Arn": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  "CreationDate": "2026-01-05T10:00:00+00:00", "Enabled": true, "KeyUsage": "ENCRYPT_DECRYPT", "KeyState": "Enabled", "Origin": "AWS_KMS", "KeyManager": "CUSTOMER",
  "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT", "KeySpec": "SYMMETRIC_DEFAULT", "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"], "MultiRegion": false}}"#;

/// Reads a world; gives it, and every finding as one line.
fn read(text: &str) -> (Option<World>, Vec<String>) {
    let mut sources = Sources::new();
    let id = sources.add("world.yaml", text);
    let mut reader = Reader::new(&mut sources, &Exports);
    let node = parse_any(text, id, "world.yaml", &mut reader.diagnostics).expect("a document");
    let world = reader.world(&node);
    let lines = reader.diagnostics.iter().map(|found| {
        let help = found
            .help
            .as_ref()
            .map_or_else(String::new, |help| format!(" ({help})"));
        found.line(reader.sources) + &help
    });
    (world, lines.collect())
}

fn good(text: &str) -> World {
    let (world, lines) = read(text);
    world.unwrap_or_else(|| panic!("{}", lines.join("\n")))
}

fn account() -> AccountId {
    AccountId::new("111122223333").unwrap()
}

#[test]
fn exports_of_aws_drop_in() {
    let (world, lines) = read(
        "
iam: {file: iam.json}
keys:
  - metadata: {file: describe-key.json}
    policy: {file: key-policy.json}
    grants: {file: grants.json}
    tags: {file: tags.json}
aliases: {file: aliases.json}
vpcEndpoints: {file: endpoints.json}
",
    );
    let world = world.unwrap_or_else(|| panic!("{}", lines.join("\n")));
    assert_eq!(lines.len(), 2, "one page of tags, one new field: {lines:?}");
    let alice = world
        .identity("arn:aws:iam::111122223333:user/alice")
        .unwrap();
    let names: Vec<_> = alice
        .policies
        .iter()
        .map(|policy| policy.name.as_deref())
        .collect();
    assert_eq!(names, [Some("inline"), Some("AdministratorAccess")]);
    let boundary = alice.permissions_boundary.as_ref().unwrap();
    assert_eq!(boundary[0].name.as_deref(), Some("Boundary"));
    assert_eq!(
        boundary[0].policy.statements[0].kms_actions.len(),
        1,
        "the default version counts"
    );
    assert_eq!(*alice.tags, [("team".into(), "orders".into())]);
    let role = world.role(account(), "Ops").unwrap();
    assert_eq!(role.arn.as_str(), "arn:aws:iam::111122223333:role/app/Ops");
    assert!(role.trust_policy.is_some(), "URL-encoded");
    let key = &world.contents().keys[0];
    assert_eq!(key.policy.policy.statements.len(), 1);
    assert_eq!(
        (key.grants.len(), &*key.aliases),
        (1, &["alias/orders".into()][..])
    );
    assert_eq!(*key.tags, [("team".into(), "orders".into())]);
    let endpoint = world.vpc_endpoint("vpce-1").unwrap();
    assert_eq!(endpoint.vpc.as_deref(), Some("vpc-1"));
    assert_eq!(endpoint.account, Some(account()));
}

#[test]
fn the_short_spelling() {
    let world = good(
        r#"
now: 2026-11-21T12:00:00Z
region: us-east-1
accounts:
  - id: 111122223333
    name: orders
    groups:
      - {name: Team, policies: {team: {Statement: [{Effect: Allow, Action: "kms:List*", Resource: "*"}]}}}
    managedPolicies:
      - {name: Base, path: /app/, policy: {Statement: []}}
    users:
      - {name: bob, path: /dev/, groups: [Team], policies: ["arn:aws:iam::111122223333:policy/app/Base"], tags: {team: orders}}
    roles:
      - name: App
        policies: [{name: a, policy: {Statement: []}}, '{"Statement": []}']
        permissionsBoundary: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}
    keys:
      - {id: mrk-1, region: us-east-1, multiRegionKeyType: PRIMARY, policy: default, aliases: [alias/a, alias/b]}
      - {id: k2, region: eu-west-1, spec: RSA_2048, usage: SIGN_VERIFY, policy: {Statement: []}, tags: {a: 1}}
      - {id: k3, region: cn-north-1, manager: AWS, aliases: [alias/aws/ebs]}
    resources:
      - {arn: "arn:aws:s3:::bucket", tags: {a: b}}
"#,
    );
    let bob = world
        .identity("arn:aws:iam::111122223333:user/dev/bob")
        .unwrap();
    let names: Vec<_> = bob
        .policies
        .iter()
        .map(|policy| policy.name.as_deref())
        .collect();
    assert_eq!(names, [Some("Base"), Some("team")]);
    let role = world.role(account(), "App").unwrap();
    assert_eq!(role.policies.len(), 2);
    assert!(role.permissions_boundary.is_some());
    let mrk = world
        .key("arn:aws:kms:us-east-1:111122223333:key/mrk-1")
        .unwrap();
    assert_eq!(mrk.multi_region, Some(MultiRegionKeyType::Primary));
    assert_eq!(mrk.policy.name.as_deref(), Some("default key policy"));
    assert_eq!(&*mrk.aliases, ["alias/a".into(), "alias/b".into()]);
    let rsa = world
        .key("arn:aws:kms:eu-west-1:111122223333:key/k2")
        .unwrap();
    assert_eq!(
        (rsa.spec, rsa.usage),
        (KeySpec::Rsa2048, KeyUsage::SignVerify)
    );
    let aws = world
        .key("arn:aws-cn:kms:cn-north-1:111122223333:key/k3")
        .unwrap();
    assert_eq!(aws.manager, KeyManager::Aws);
    assert_eq!(aws.policy.policy.statements.len(), 2);
    let alias = world
        .alias("arn:aws:kms:us-east-1:111122223333:alias/b")
        .unwrap();
    assert_eq!(alias.target.as_ref(), Some(&mrk.arn));
    let bucket = world.resource("arn:aws:s3:::bucket/a/b").unwrap();
    assert_eq!(bucket.account, Some(account()));
    assert!(world.resource("arn:aws:s3:::bucket2/a").is_none());
}

#[test]
fn levels_of_an_organization() {
    let world = good(
        r#"
organization:
  id: o-1
  managementAccount: "999999999999"
  root:
    id: r-1
    scps: [FullAWSAccess, {file: scp.json}]
    rcps: [RCPFullAWSAccess, {name: OrgOnly, policy: {Statement: []}}]
    accounts: [{id: "444455556666", scps: []}]
    units:
      - {id: ou-1, name: Workloads, accounts: ["111122223333"]}
"#,
    );
    let levels = world.service_control(account());
    let shown: Vec<_> = levels
        .iter()
        .map(|level| (&*level.name, level.policies.len()))
        .collect();
    assert_eq!(shown, [("r-1", 2), ("Workloads", 1), ("111122223333", 1)]);
    assert!(
        levels[0]
            .policies
            .iter()
            .any(|policy| policy.name.as_deref() == Some("DenyDeletion"))
    );
    let rcps: Vec<_> = world
        .resource_control(account())
        .iter()
        .map(|level| level.policies.len())
        .collect();
    assert_eq!(rcps, [1, 0, 0]);
    assert_eq!(&*world.placement(account()).unwrap().path, "o-1/r-1/ou-1/");
    let other = AccountId::new("444455556666").unwrap();
    assert!(world.service_control(other)[1].policies.is_empty());
    let management = AccountId::new("999999999999").unwrap();
    assert!(world.service_control(management).is_empty());
    assert_eq!(&*world.placement(management).unwrap().path, "o-1/r-1/");
    assert!(
        world
            .placement(AccountId::new("123456789012").unwrap())
            .is_none()
    );
}

#[test]
fn mistakes_are_reported_where_they_stand() {
    for (text, expected) in [
        (
            "accounts: [{id: 1}]",
            "world.yaml:1:17: error[account-id]: an account ID has 12 digits, found 1",
        ),
        ("acounts: []", "did you mean `accounts`?"),
        (
            "accounts: [{id: '111122223333', rols: []}]",
            "did you mean `roles`?",
        ),
        (
            "accounts: [{id: '111122223333', keys: [{id: k, region: us-east-1}]}]",
            "write `policy: default`",
        ),
        (
            "accounts: [{id: '111122223333', keys: [{id: k, policy: default}]}]",
            "needs the field `region`",
        ),
        (
            "keys: [{id: k, region: us-east-1, policy: default}]",
            "put it below an account",
        ),
        (
            "accounts: [{id: '111122223333', keys: [{id: k, region: us-east-1, spec: RSA_2048, policy: default}]}]",
            "one of ENCRYPT_DECRYPT, SIGN_VERIFY",
        ),
        (
            "accounts: [{id: '111122223333', keys: [{id: k, region: us-east-1, manager: AWS_OWNED}]}]",
            "none of your policies",
        ),
        (
            "accounts: [{id: '111122223333', keys: [{arn: 'arn:aws:kms:us-east-1:444455556666:key/k', policy: default}]}]",
            "belongs to account 444455556666",
        ),
        (
            "accounts: [{id: '111122223333', users: [{name: a, groups: [Devs]}]}]",
            "there is no group `Devs`",
        ),
        (
            "accounts: [{id: '111122223333', users: [{name: a, managedPolicies: ['arn:aws:iam::aws:policy/AdministratorAcces']}]}]",
            "did you mean `arn:aws:iam::aws:policy/AdministratorAccess`?",
        ),
        (
            "accounts: [{id: '111122223333', users: [{name: a}, {name: a}]}]",
            "stands twice",
        ),
        (
            "accounts: [{id: '111122223333', users: [{name: a, arn: 'arn:aws:iam::111122223333:user/b'}]}]",
            "is not the ARN of a user named `a`",
        ),
        (
            "{file: nowhere.yaml}",
            "cannot read `nowhere.yaml`: no such file",
        ),
        ("{file: loop.yaml}", "nested too deeply"),
        (
            "organization: {id: o-1, root: {id: r-1, scps: [FullAWSAcess]}}",
            "is not a policy",
        ),
        (
            "organization: {id: o-1, root: {id: r-1, accounts: ['111122223333', '111122223333']}}",
            "stands twice in the organization",
        ),
        ("terraformPlan: {file: plan.json}", "cannot be read here"),
        (
            "accounts: [{id: '111122223333', keys: [{id: mrk-1, region: us-east-1, policy: default}]}]",
            "PRIMARY or REPLICA",
        ),
        (
            "accounts: [{id: '111122223333', keys: [{id: k, region: us-east-1, policy: default, aliases: [orders]}]}]",
            "is not the name of an alias",
        ),
    ] {
        let (world, lines) = read(text);
        let found = lines.join("\n");
        assert!(found.contains(expected), "{text}: {found}");
        assert!(world.is_none(), "{text}");
    }
}

#[test]
fn a_level_that_allows_nothing_is_pointed_out() {
    let (world, lines) = read("organization: {id: o-1, root: {id: r-1, scps: [{file: scp.json}]}}");
    assert!(world.is_some());
    assert!(
        lines
            .join("\n")
            .contains("no SCP of this level allows anything"),
        "{lines:?}"
    );
}

/// Wherever a world takes a policy, it takes one that is not known.
#[test]
fn policies_that_are_not_known() {
    let text = r#"
organization:
  id: o-1
  root: {id: r-1, scps: [FullAWSAccess, {name: Later, policy: {"kmsim:unknown": why}}], accounts: ["111122223333"]}
accounts:
  - id: "111122223333"
    users:
      - name: alice
        policies: {inline: {"kmsim:unknown": why}}
        managedPolicies: [{"kmsim:unknown": why}]
        permissionsBoundary: {"kmsim:unknown": why}
      - {name: bob, policies: {"kmsim:unknown": why}}
    managedPolicies: [{name: Own, policy: {"kmsim:unknown": why}}]
    keys:
      - {id: 1234abcd-12ab-34cd-56ef-1234567890ab, region: us-west-2, policy: {"kmsim:unknown": why}}
    resources: [{arn: "arn:aws:s3:::bucket", policy: {"kmsim:unknown": why}}]
"#;
    let mut sources = Sources::new();
    let id = sources.add("world.yaml", text);
    let mut reader = Reader::new(&mut sources, &Exports);
    let node = parse_any(text, id, "world.yaml", &mut reader.diagnostics).unwrap();
    let world = reader.world(&node).unwrap();
    assert_eq!(reader.diagnostics, []);
    let alice = world
        .identity("arn:aws:iam::111122223333:user/alice")
        .unwrap();
    let bob = world
        .identity("arn:aws:iam::111122223333:user/bob")
        .unwrap();
    let open = |policies: &[std::sync::Arc<crate::layers::AttachedPolicy>]| {
        let mut policies = policies.iter();
        policies.all(|policy| policy.policy.why_unknown() == Some("why"))
    };
    assert_eq!((alice.policies.len(), bob.policies.len()), (2, 1));
    assert!(open(&alice.policies) && open(&bob.policies));
    assert!(open(alice.permissions_boundary.as_ref().unwrap()));
}

#[test]
fn inputs_of_other_tools_need_somebody_who_reads_them() {
    for field in [
        "from: exports",
        "terraformPlan: {file: plan.json}",
        "cloudformation: {file: a.yaml}",
    ] {
        let mut sources = Sources::new();
        let id = sources.add("world.yaml", field);
        let mut reader = Reader::new(&mut sources, &Exports);
        let node = parse_any(field, id, "world.yaml", &mut reader.diagnostics).unwrap();
        assert!(reader.world(&node).is_none());
        let found: Vec<_> = reader.diagnostics.iter().map(|found| found.code).collect();
        assert_eq!(found, ["not-supported"], "{field}");
    }
}

/// Gives a world that says something else of the same things.
struct Later;

impl Files for Later {
    fn read(&self, _: &str, _: &str) -> Result<(String, String), String> {
        Err("no such file".to_owned())
    }

    fn tools(&self) -> Option<&dyn crate::reader::Tools> {
        Some(self)
    }
}

impl crate::reader::Tools for Later {
    fn world<'a>(
        &self,
        reader: &mut Reader<'_, 'a, '_>,
        _: crate::reader::Part,
        _: &kmsim_policy::json::Node<'_>,
    ) -> Option<kmsim_policy::json::Node<'a>> {
        let text = r#"
gaps: [{code: no-organization, message: "no organization"}]
organization: {id: o-2, root: {id: r-2, accounts: ["111122223333"]}}
accounts:
  - id: "111122223333"
    users: [{name: alice, tags: {team: new}}, {name: carol}]
    groups: [{name: Admins}]
    keys: [{id: 1234abcd-12ab-34cd-56ef-1234567890ab, region: us-west-2, policy: default, tags: {team: new}, aliases: [alias/orders]}]
    vpcEndpoints: [{id: vpce-1, vpc: vpc-2}]
    resources: [{arn: "arn:aws:s3:::bucket", tags: {team: new}}]
  - {id: "444455556666"}
"#;
        let id = reader.sources.add("plan.json", text);
        parse_any(text, id, "plan.yaml", &mut reader.diagnostics)
            .map(kmsim_policy::json::Node::into_owned)
    }
}

#[test]
fn what_a_plan_makes_takes_the_place_of_what_there_is() {
    let text = r#"
accounts:
  - id: "111122223333"
    users: [{name: alice, tags: {team: old}}, {name: bob}]
    groups: [{name: Admins}, {name: Others}]
    keys:
      - {id: 1234abcd-12ab-34cd-56ef-1234567890ab, region: us-west-2, policy: default, tags: {team: old}}
      - {id: 5678abcd-12ab-34cd-56ef-1234567890ab, region: us-west-2, policy: default, aliases: [alias/orders]}
    vpcEndpoints: [{id: vpce-1, vpc: vpc-1}, {id: vpce-2}]
    resources: [{arn: "arn:aws:s3:::bucket", tags: {team: old}}]
terraformPlan: {file: plan.json}
"#;
    let read = |text: &str| {
        let mut sources = Sources::new();
        let id = sources.add("world.yaml", text.to_owned());
        let mut reader = Reader::new(&mut sources, &Later);
        let node = parse_any(text, id, "world.yaml", &mut reader.diagnostics).unwrap();
        let world = reader.world(&node);
        let found: Vec<_> = reader.diagnostics.iter().map(|found| found.code).collect();
        (world, found)
    };
    let (world, found) = read(text);
    assert_eq!(found, [""; 0]);
    let world = world.unwrap();
    let contents = world.contents();
    let names = contents
        .identities
        .iter()
        .map(|own| own.arn.resource().to_owned());
    assert_eq!(
        names.collect::<Vec<_>>(),
        ["user/bob", "user/alice", "user/carol"]
    );
    let new: crate::reader::Pairs = vec![("team".into(), "new".into())];
    let alice = world
        .identity("arn:aws:iam::111122223333:user/alice")
        .unwrap();
    assert_eq!((&alice.tags, &contents.resources[0].tags), (&new, &new));
    assert_eq!((contents.keys.len(), contents.accounts.len()), (2, 2));
    let key = contents
        .keys
        .iter()
        .find(|key| key.aliases.len() == 1)
        .unwrap();
    assert_eq!(key.tags, new);
    assert_eq!(contents.vpc_endpoints.len(), 2);
    assert_eq!(contents.vpc_endpoints[1].vpc.as_deref(), Some("vpc-2"));
    assert_eq!(contents.gaps.len(), 1);
    assert!(contents.organization.is_some());

    let (world, found) = read("organization: {id: o-1, root: {id: r-1}}\nfrom: plan.json");
    assert!(world.is_none());
    assert_eq!(found, ["duplicate-field"]);
}
