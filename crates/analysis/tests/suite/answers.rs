//! What people read about the worlds of the fixtures.

use insta::{assert_json_snapshot, assert_snapshot};
use kmsim_analysis::actions::{self, About};
use kmsim_analysis::can;
use kmsim_analysis::candidates::Extent;
use kmsim_analysis::human::{self, By};
use kmsim_analysis::view::AnswersView;
use kmsim_analysis::who_can::Analysis;
use kmsim_authz::call::{Text, key_meant};
use kmsim_authz::principal::Principal;
use kmsim_policy::source::Span;
use serde_json::{Value, json};

use crate::support::{Given, ask_with, fixture, world};

fn who_can(given: &Given, action: &str, key: &str, circumstances: &Value) -> AnswersView {
    let actions = actions::parse(action, About::Keys).unwrap();
    let asks: Vec<_> = actions
        .iter()
        .map(|action| ask_with(*action, circumstances))
        .collect();
    let name = Text {
        text: key.into(),
        span: Span::default(),
    };
    let key = key_meant(&given.world, &name, None).unwrap();
    let found = Analysis::new(&given.world)
        .who_can(&asks, Some(key), Extent::Possible)
        .unwrap();
    let mut view = AnswersView::new(
        &given.world,
        actions.iter().map(|action| action.name()).collect(),
    );
    view.about_key(key);
    for answer in &found.answers {
        view.push(answer, Some(key), &given.sources);
    }
    view.unknown_principals = found
        .dangling
        .iter()
        .map(|unknown| unknown.principal.to_string())
        .collect();
    view
}

fn text(given: &Given, action: &str, key: &str, circumstances: &Value) -> String {
    human::answers(&who_can(given, action, key, circumstances), By::Principal)
}

#[test]
fn a_key_in_an_organization() {
    let given = fixture("two-accounts.yaml");
    assert_snapshot!(text(&given, "Decrypt", "alias/orders", &json!({})));
    assert_json_snapshot!(who_can(&given, "Decrypt", "alias/orders", &json!({})));
}

#[test]
fn what_is_stated_settles_what_is_open() {
    let given = fixture("two-accounts.yaml");
    let stated = json!({"encryptionContext": {"Department": "IT"}, "sourceIp": "203.0.113.7"});
    assert_snapshot!(text(&given, "Decrypt", "alias/orders", &stated));
}

#[test]
fn actions_with_the_same_reasons_stand_together() {
    let given = fixture("ebs.yaml");
    assert_snapshot!(text(&given, "*", "alias/volumes", &json!({})));
}

/// Everybody that a policy can mean, beside principals of the world.
const EVERYBODY: &str = r#"
accounts:
  - id: "111122223333"
    roles: [{name: App}]
    keys:
      - id: 1234abcd-12ab-34cd-56ef-1234567890ab
        region: us-east-1
        aliases: [alias/app]
        policy:
          Version: "2012-10-17"
          Statement:
            - {Sid: Org, Effect: Allow, Principal: "*", Action: kms:Decrypt, Resource: "*", Condition: {StringEquals: {aws:PrincipalOrgID: o-exampleorgid}}}
            - {Sid: ByBucket, Effect: Allow, Principal: {AWS: "*"}, Action: "kms:GenerateDataKey*", Resource: "*", Condition: {StringEquals: {kms:CallerAccount: ["111122223333", "222222222222"], kms:ViaService: s3.us-east-1.amazonaws.com}}}
            - {Sid: Partners, Effect: Allow, Principal: {AWS: ["222222222222", "arn:aws:iam::333333333333:role/Reader", "arn:aws:iam::111122223333:role/Gone", AIDAEXAMPLEEXAMPLEEX1]}, Action: kms:Encrypt, Resource: "*"}
            - {Sid: Trail, Effect: Allow, Principal: {Service: cloudtrail.amazonaws.com}, Action: "kms:GenerateDataKey*", Resource: "*", Condition: {StringLike: {"kms:EncryptionContext:aws:cloudtrail:arn": "arn:aws:cloudtrail:*:111122223333:trail/*"}}}
            - {Sid: OneSession, Effect: Allow, Principal: {AWS: "arn:aws:sts::111122223333:assumed-role/App/i-1"}, Action: kms:Verify, Resource: "*"}
            - {Sid: ByAlias, Effect: Allow, Principal: {AWS: "111122223333"}, Action: kms:DescribeKey, Resource: "*", Condition: {StringEquals: {kms:RequestAlias: alias/app}}}
            - {Sid: OnlyOffice, Effect: Deny, Principal: "*", Action: kms:Decrypt, Resource: "*", Condition: {NotIpAddress: {aws:SourceIp: 203.0.113.0/24}, Bool: {aws:ViaAWSService: "false"}}}
        grants:
          - {GrantId: g-1, GranteePrincipal: "arn:aws:iam::444444444444:role/Worker", Operations: [Sign], Constraints: {SourceArn: "arn:aws:s3:::bucket"}}
          - {GrantId: g-2, GranteePrincipal: "arn:aws:iam::444444444444:role/Worker", Operations: [Decrypt, CreateGrant], Constraints: {EncryptionContextSubset: {a: b}}}
gaps: [{code: no-organization, message: "no organization export: SCPs and RCPs are not considered"}]
"#;

#[test]
fn everybody_that_a_policy_can_mean() {
    let given = world("world.yaml", EVERYBODY);
    let actions = "Decrypt,Encrypt,GenerateDataKey,Verify,DescribeKey,Sign,CreateGrant,RetireGrant";
    assert_snapshot!(text(&given, actions, "alias/app", &json!({})));
}

#[test]
fn nobody_at_all() {
    let given = fixture("cross-account.yaml");
    let key = "arn:aws:kms:us-west-2:111122223333:key/4567dcba-23ab-34cd-56ef-0987654321ab";
    assert_snapshot!(text(&given, "RetireGrant", key, &json!({})));
}

#[test]
fn what_a_principal_can_do() {
    let given = fixture("cross-account.yaml");
    let analysis = Analysis::new(&given.world);
    let actions = actions::parse("*", About::Anything).unwrap();
    let asks: Vec<_> = actions
        .iter()
        .map(|action| ask_with(*action, &json!({})))
        .collect();
    let shown = |principal: &str| {
        let subject = analysis.subject(Principal::parse(principal).unwrap());
        let found = analysis
            .can(&subject, &asks, &can::keys(&given.world), Extent::Possible)
            .unwrap();
        let mut view = AnswersView::new(
            &given.world,
            actions.iter().map(|action| action.name()).collect(),
        );
        for (key, answer) in &found {
            view.push(answer, *key, &given.sources);
        }
        human::answers(&view, By::Key)
    };
    let texts = [
        "arn:aws:iam::123456789012:user/alice",
        "arn:aws:sts::111122223333:assumed-role/SharedKeyUser/session",
        "arn:aws:iam::123456789012:user/bob",
        "arn:aws:iam::123456789012:root",
    ]
    .map(|principal| format!("{principal}\n{}", shown(principal)));
    assert_snapshot!(texts.join("\n"));
}
