//! Templates: the worlds that they give, and what calls come to there.

use kmsim_authz::decision::Verdict::{Allowed, Depends, ExplicitDeny, ImplicitDeny};

use crate::support::{fixture, import, settings, shared};

const APP: &str = "caller: arn:aws:iam::111122223333:role/AppRole";

fn call(caller: &str, rest: &str) -> String {
    format!("{caller}\nkey: alias/orders\n{rest}")
}

#[test]
fn a_template_decides_as_the_world_it_makes() {
    let outcome = fixture("orders.template.yaml", settings());
    let app = |rest: &str| call(APP, rest);
    outcome.assert(&[
        (&app("operation: Decrypt\nvia: s3"), Allowed),
        (&app("operation: Decrypt"), Allowed),
        (
            &app("operation: GenerateDataKey\nKeySpec: AES_256\nvia: s3"),
            Allowed,
        ),
        (
            &app("operation: GenerateDataKey\nKeySpec: AES_256"),
            ImplicitDeny,
        ),
        (&app("operation: PutKeyPolicy"), Depends),
        (&app("operation: ScheduleKeyDeletion"), ImplicitDeny),
    ]);
}

#[test]
fn each_layer_of_a_template_has_its_say() {
    let outcome = fixture("orders.template.yaml", settings());
    let report = "caller: arn:aws:iam::111122223333:role/service/Report";
    outcome.assert(&[
        (&call(report, "operation: DescribeKey"), Allowed),
        // The boundary is a managed policy of the template.
        (&call(report, "operation: Decrypt"), ImplicitDeny),
        (
            &call(
                "caller: arn:aws:iam::444455556666:root",
                "operation: Decrypt",
            ),
            Allowed,
        ),
    ]);
    let endpoint = &outcome.world().contents().vpc_endpoints[0];
    let through = format!("vpcEndpoint: {}\n", endpoint.id);
    let app = |rest: &str| call(APP, &format!("{through}{rest}"));
    outcome.assert(&[(&app("operation: Decrypt"), ImplicitDeny)]);
    assert_eq!(
        outcome.used,
        [
            "1 key, 1 alias, 2 roles, 2 managed policies, 1 VPC endpoint, passed over AWS::Lambda::Function"
        ]
    );
    insta::assert_debug_snapshot!("template_gaps", outcome.gaps);
}

#[test]
fn parameters_and_exports_are_the_users() {
    let mut settings = settings();
    settings
        .parameters
        .insert("PartnerAccount".into(), String::new());
    settings.exports.insert(
        "ops-admin-role-arn".into(),
        "arn:aws:iam::111122223333:role/Ops".into(),
    );
    let outcome = fixture("orders.template.yaml", settings);
    outcome.assert(&[
        (
            &call(
                "caller: arn:aws:iam::444455556666:root",
                "operation: Decrypt",
            ),
            ImplicitDeny,
        ),
        (&call(APP, "operation: PutKeyPolicy"), ImplicitDeny),
    ]);
}

const KEY: &str = "Resources: {Key: {Type: 'AWS::KMS::Key'}}";
const ROOTS: &str = r#"{"Roots": [{"Id": "r-abcd", "Arn": "arn:aws:organizations::111122223333:root/o-exampleorgid/r-abcd", "Name": "Root", "PolicyTypes": []}]}"#;

#[test]
fn beside_answers_of_aws_a_template_needs_an_account_and_a_region() {
    let texts = [("a.yaml", KEY), ("roots.json", ROOTS)];
    let nowhere = kmsim_import::Settings::default();
    let outcome = import(&texts, nowhere);
    assert_eq!(
        outcome.findings,
        [
            "a.yaml:1:1: error[missing-account]: the template does not say into which account it is deployed"
        ]
    );
    let no_region = kmsim_import::Settings {
        region: None,
        ..settings()
    };
    let outcome = import(&texts, no_region);
    assert_eq!(
        outcome.findings,
        [
            "a.yaml:1:13: error[missing-region]: the template does not say into which Region it is deployed"
        ]
    );
}

#[test]
fn what_a_template_by_itself_allows_depends_on_its_account_and_region() {
    let text = "
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
        - {Effect: Allow, Principal: {AWS: 'arn:aws:iam::111122223333:role/App'}, Action: 'kms:*', Resource: '*'}
        - {Effect: Deny, Principal: '*', Action: 'kms:CreateGrant', Resource: '*'}
  Alias: {Type: 'AWS::KMS::Alias', Properties: {AliasName: alias/orders, TargetKeyId: !Ref Key}}
  App: {Type: 'AWS::IAM::Role', Properties: {RoleName: App}}
";
    let key = |settings: &kmsim_import::Settings| {
        let outcome = import(&[("a.yaml", text)], settings.clone());
        assert_eq!(outcome.findings, [""; 0]);
        let arn = outcome.world().contents().keys[0].arn.to_string();
        (outcome, arn)
    };
    for (account, region) in [(false, false), (false, true), (true, false), (true, true)] {
        let given = kmsim_import::Settings {
            account: settings().account.filter(|_| account),
            region: settings().region.filter(|_| region),
            ..kmsim_import::Settings::default()
        };
        let (outcome, arn) = key(&given);
        let has = |code: &str| outcome.gaps.iter().any(|gap| gap.contains(code));
        assert_eq!((has("no-account"), has("no-region")), (!account, !region));
        assert_eq!(outcome.used, ["1 key, 1 alias, 1 role"]);
        let is_placed = account && region;
        let decrypt =
            format!("caller: arn:aws:iam::111122223333:role/App\nkey: {arn}\noperation: Decrypt");
        let grant = format!(
            "caller: arn:aws:iam::111122223333:role/App\nkey: {arn}\noperation: CreateGrant"
        );
        outcome.assert(&[
            (&decrypt, if is_placed { Allowed } else { Depends }),
            (&grant, ExplicitDeny),
        ]);
    }
}

#[test]
fn one_template_imports_what_another_exports() {
    let keys = "
Resources:
  Key: {Type: 'AWS::KMS::Key'}
Outputs:
  Arn: {Value: !GetAtt Key.Arn, Export: {Name: !Sub '${AWS::Region}-key'}}
";
    let app = "
Resources:
  Alias: {Type: 'AWS::KMS::Alias', Properties: {AliasName: alias/orders, TargetKeyId: !ImportValue us-west-2-key}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: App
      Policies:
      - PolicyName: use
        PolicyDocument:
          Version: 2012-10-17
          Statement: {Effect: Allow, Action: kms:Decrypt, Resource: !ImportValue us-west-2-key}
";
    let outcome = import(&[("app.yaml", app), ("keys.yaml", keys)], settings());
    let app = "caller: arn:aws:iam::111122223333:role/App";
    outcome.assert(&[
        (&call(app, "operation: Decrypt"), Allowed),
        (&call(app, "operation: Encrypt"), ImplicitDeny),
    ]);
}

#[test]
fn what_may_be_made_or_not_is_unknown_or_assumed() {
    let text = "
Parameters: {Who: {Type: String}}
Conditions: {Maybe: !Equals [!Ref Who, me], Never: !Equals [a, b]}
Resources:
  Key: {Type: 'AWS::KMS::Key', Condition: Maybe}
  Alias: {Type: 'AWS::KMS::Alias', Properties: {AliasName: alias/orders, TargetKeyId: !Ref Key}}
  Role: {Type: 'AWS::IAM::Role', Properties: {RoleName: App}}
  Absent: {Type: 'AWS::IAM::Role', Condition: Never, Properties: {RoleName: Absent}}
  Policy:
    Type: AWS::IAM::Policy
    Condition: Maybe
    Properties:
      PolicyName: use
      Roles: [!Ref Role]
      PolicyDocument: {Version: 2012-10-17, Statement: {Effect: Allow, Action: 'kms:Decrypt', Resource: '*'}}
  Other: {Type: 'AWS::IAM::Role', Properties: {RoleName: !Ref Who, ManagedPolicyArns: [!Ref Who]}}
";
    let outcome = import(&[("a.yaml", text)], settings());
    let app = "caller: arn:aws:iam::111122223333:role/App";
    let other = "caller: arn:aws:iam::111122223333:role/Other";
    outcome.assert(&[
        (&call(app, "operation: Decrypt"), Depends),
        (&call(other, "operation: Decrypt"), Depends),
    ]);
    insta::assert_debug_snapshot!("conditional_gaps", outcome.gaps);
}

#[test]
fn every_type_of_policy_is_read() {
    let text = "
Resources:
  Primary: {Type: 'AWS::KMS::Key', Properties: {MultiRegion: true, KeySpec: RSA_2048, Enabled: false, KeyPolicy: &resource {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: '*', Action: 'kms:*', Resource: '*'}]}}}
  Replica: {Type: 'AWS::KMS::ReplicaKey', Properties: {PrimaryKeyArn: 'arn:aws:kms:us-east-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab', KeyPolicy: *resource}}
  User: {Type: 'AWS::IAM::User', Properties: {Groups: [!Ref Group]}}
  Group: {Type: 'AWS::IAM::Group'}
  Inline: {Type: 'AWS::IAM::UserPolicy', Properties: {PolicyName: a, UserName: !Ref User, PolicyDocument: &own {Version: 2012-10-17, Statement: [{Effect: Allow, Action: 'kms:*', Resource: '*'}]}}}
  InGroup: {Type: 'AWS::IAM::GroupPolicy', Properties: {PolicyName: b, GroupName: !Ref Group, PolicyDocument: *own}}
  OfRole: {Type: 'AWS::IAM::RolePolicy', Properties: {PolicyName: c, RoleName: Elsewhere, PolicyDocument: *own}}
  Others: {Type: 'AWS::IAM::Policy', Properties: {PolicyName: d, Users: [!Ref User], PolicyDocument: *own}}
  Joined: {Type: 'AWS::IAM::UserToGroupAddition', Properties: {GroupName: !Ref Group, Users: [!Ref User]}}
  Bucket: {Type: 'AWS::S3::Bucket'}
  BucketPolicy: {Type: 'AWS::S3::BucketPolicy', Properties: {Bucket: !Ref Bucket, PolicyDocument: *resource}}
  Queue: {Type: 'AWS::SQS::Queue'}
  QueuePolicy: {Type: 'AWS::SQS::QueuePolicy', Properties: {Queues: [!Ref Queue], PolicyDocument: *resource}}
  Topic: {Type: 'AWS::SNS::Topic'}
  TopicPolicy: {Type: 'AWS::SNS::TopicPolicy', Properties: {Topics: [!Ref Topic], PolicyDocument: *resource}}
  Secret: {Type: 'AWS::SecretsManager::Secret'}
  SecretPolicy: {Type: 'AWS::SecretsManager::ResourcePolicy', Properties: {SecretId: !Ref Secret, ResourcePolicy: *resource}}
  Nested: {Type: 'AWS::CloudFormation::Stack'}
";
    let outcome = import(&[("a.yaml", text)], settings());
    let contents = outcome.world().contents();
    let resources: Vec<_> = contents
        .resources
        .iter()
        .map(|found| found.arn.to_string())
        .collect();
    insta::assert_debug_snapshot!("every_type_resources", resources);
    let names = |policies: &[std::sync::Arc<kmsim_authz::layers::AttachedPolicy>]| {
        policies
            .iter()
            .map(|policy| policy.name.clone().unwrap_or_default().to_string())
            .collect::<Vec<_>>()
    };
    let identities: Vec<_> = contents
        .identities
        .iter()
        .map(|found| (found.arn.to_string(), names(&found.policies)))
        .collect();
    insta::assert_debug_snapshot!("every_type_identities", identities);
    let keys: Vec<_> = contents
        .keys
        .iter()
        .map(|key| {
            format!(
                "{} {} {} {} {:?}",
                key.arn, key.spec, key.usage, key.state, key.multi_region
            )
        })
        .collect();
    insta::assert_debug_snapshot!("every_type_keys", keys);
    insta::assert_debug_snapshot!("every_type_gaps", outcome.gaps);
}

/// What CloudFormation answers about a stack that was made of `orders.template.yaml`.
const STACKS: &str = r#"{"Stacks": [{
  "StackId": "arn:aws:cloudformation:eu-west-1:444455556666:stack/orders/1", "StackName": "orders", "StackStatus": "CREATE_COMPLETE",
  "Parameters": [{"ParameterKey": "PartnerAccount", "ParameterValue": "999988887777"}, {"ParameterKey": "Env", "ParameterValue": "dev"}],
  "Outputs": [{"OutputKey": "Ops", "OutputValue": "arn:aws:iam::444455556666:role/Ops", "ExportName": "ops-admin-role-arn"}]}]}"#;

const RESOURCES: &str = r#"{"StackResources": [
  {"StackName": "orders", "LogicalResourceId": "OrdersKey", "PhysicalResourceId": "1234abcd-12ab-34cd-56ef-1234567890ab", "ResourceType": "AWS::KMS::Key"},
  {"StackName": "orders", "LogicalResourceId": "AppRole", "PhysicalResourceId": "orders-AppRole-1ABC", "ResourceType": "AWS::IAM::Role"},
  {"StackName": "orders", "LogicalResourceId": "AppPolicy", "PhysicalResourceId": "arn:aws:iam::444455556666:policy/orders-AppPolicy-2DEF", "ResourceType": "AWS::IAM::ManagedPolicy"},
  {"StackName": "orders", "LogicalResourceId": "Endpoint", "PhysicalResourceId": "vpce-0a1b2c3d4e5f60718", "ResourceType": "AWS::EC2::VPCEndpoint"}]}"#;

#[test]
fn what_a_stack_is_made_with_is_known_from_its_answers() {
    let path = crate::support::root().join("fixtures/inputs/orders.template.yaml");
    let template = std::fs::read_to_string(path).unwrap();
    let nowhere = kmsim_import::Settings::default();
    let texts = [
        ("t.yaml", template.as_str()),
        ("stacks.json", STACKS),
        ("resources.json", RESOURCES),
    ];
    let outcome = import(&texts, nowhere);
    let app = "caller: arn:aws:iam::444455556666:role/orders-AppRole-1ABC\nregion: eu-west-1";
    outcome.assert(&[
        (&call(app, "operation: Decrypt\nvia: s3"), Allowed),
        // The export is known, and it is another role.
        (&call(app, "operation: PutKeyPolicy"), ImplicitDeny),
        (
            &call(
                "caller: arn:aws:iam::999988887777:root\nregion: eu-west-1",
                "operation: Decrypt",
            ),
            Allowed,
        ),
    ]);
    let contents = outcome.world().contents();
    assert_eq!(
        contents.keys[0].id(),
        "1234abcd-12ab-34cd-56ef-1234567890ab"
    );
    assert_eq!(&*contents.vpc_endpoints[0].id, "vpce-0a1b2c3d4e5f60718");
    assert!(
        contents.identities[0]
            .policies
            .iter()
            .any(|policy| policy.name.as_deref() == Some("orders-AppPolicy-2DEF"))
    );
}

#[test]
fn files_of_parameters_are_for_all_templates() {
    let path = crate::support::root().join("fixtures/inputs/orders.template.yaml");
    let template = std::fs::read_to_string(path).unwrap();
    for parameters in [
        r#"[{"ParameterKey": "PartnerAccount", "ParameterValue": "999988887777"}]"#,
        r#"{"Parameters": {"PartnerAccount": "999988887777"}, "Tags": {"a": "b"}}"#,
    ] {
        let texts = [
            ("t.yaml", template.as_str()),
            ("parameters.json", parameters),
        ];
        let outcome = import(&texts, settings());
        let partner = "caller: arn:aws:iam::999988887777:root\nregion: us-west-2";
        outcome.assert(&[(&call(partner, "operation: Decrypt"), Allowed)]);
    }
}

#[test]
fn the_samples_import() {
    let Some(folder) = shared("inputs") else {
        return;
    };
    for name in ["cloudformation-kms.yaml", "cloudformation-cdk-synth.json"] {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        let outcome = import(&[(name, &text)], settings());
        assert_eq!(outcome.world().contents().keys.len(), 1, "{name}");
        let role = outcome.world().contents().identities[0].arn.to_string();
        let key = outcome.world().contents().keys[0].id().to_owned();
        let via = if name.ends_with("yaml") {
            "s3"
        } else {
            "secretsmanager"
        };
        let call = |operation| {
            format!(
                "caller: {role}\nkeyId: {key}\nregion: us-west-2\nvia: {via}\noperation: {operation}"
            )
        };
        assert_eq!(outcome.decide(&call("Decrypt")), Allowed, "{name}");
        let unsure = if name.ends_with("yaml") {
            Depends
        } else {
            ImplicitDeny
        };
        assert_eq!(outcome.decide(&call("PutKeyPolicy")), unsure, "{name}");
    }
}
