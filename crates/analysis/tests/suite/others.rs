//! Principals that a world does not list, and of which it says so.

use insta::assert_snapshot;
use kmsim_analysis::actions::{self, About};
use kmsim_analysis::ask::Ask;
use kmsim_analysis::can;
use kmsim_analysis::candidates::Extent;
use kmsim_analysis::human::{self, By};
use kmsim_analysis::subject::Subject;
use kmsim_analysis::view::AnswersView;
use kmsim_analysis::who_can::Analysis;
use kmsim_authz::principal::Principal;
use kmsim_testkit::random::seeded_world;
use kmsim_types::KmsAction;
use serde_json::{Value, json};

use crate::support::{Given, ask, random, world};

const WORLD: &str = r#"
otherPrincipals: {"kmsim:unknown": the account is not among the inputs}
accounts:
  - id: "111122223333"
    otherPrincipals: {"kmsim:unknown": the users and roles of the account are not all among the inputs}
    roles:
      - {name: App, policies: {use: {Statement: [{Sid: Use, Effect: Allow, Action: kms:Decrypt, Resource: "*"}]}}}
    keys:
      - id: 1234abcd-12ab-34cd-56ef-1234567890ab
        region: us-east-1
        aliases: [alias/app]
        policy:
          Version: "2012-10-17"
          Statement:
            - {Sid: Own, Effect: Allow, Principal: {AWS: "111122223333"}, Action: [kms:Decrypt, kms:DescribeKey], Resource: "*"}
            - {Sid: Named, Effect: Allow, Principal: {AWS: ["arn:aws:iam::111122223333:role/Other", "arn:aws:iam::111122223333:user/other", "arn:aws:iam::444455556666:role/Reader"]}, Action: kms:Encrypt, Resource: "*"}
            - {Sid: Session, Effect: Allow, Principal: {AWS: "arn:aws:sts::111122223333:assumed-role/App/i-1"}, Action: kms:Sign, Resource: "*"}
            - {Sid: ByTag, Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:user/other"}, Action: kms:Verify, Resource: "*", Condition: {StringEquals: {aws:PrincipalTag/team: a}}}
            - {Sid: Known, Effect: Allow, Principal: {AWS: "777788889999"}, Action: [kms:Decrypt, kms:DescribeKey], Resource: "*"}
        grants:
          - {GrantId: g-1, GranteePrincipal: "arn:aws:iam::111122223333:role/Worker", Operations: [Sign]}
  - id: "777788889999"
    otherPrincipals:
      Version: "2012-10-17"
      Statement: {Sid: Mine, Effect: Allow, Action: kms:Decrypt, Resource: "*"}
"#;

fn asks(text: &str) -> (Vec<Ask>, Vec<&'static str>) {
    let actions = actions::parse(text, About::Anything).unwrap();
    let names = actions.iter().map(|action| action.name()).collect();
    (actions.into_iter().map(ask).collect(), names)
}

#[test]
fn others_are_told_with_what_is_known_of_them() {
    let given = world("world.yaml", WORLD);
    let (asks, names) = asks("Decrypt,DescribeKey,Encrypt,Sign,Verify");
    let key = given.world.contents().keys.first().unwrap();
    let analysis = Analysis::new(&given.world);
    let found = analysis
        .who_can(&asks, Some(key), Extent::Possible)
        .unwrap();
    assert_eq!(found.dangling, []);
    let mut view = AnswersView::new(&given.world, names);
    for answer in &found.answers {
        view.push(answer, Some(key), &given.sources);
    }
    assert_snapshot!(human::answers(&view, By::Principal));
}

#[test]
fn what_others_can_do() {
    let given = world("world.yaml", WORLD);
    let analysis = Analysis::new(&given.world);
    let (asks, names) = asks("*");
    let shown = |principal: &str| {
        let subject = analysis.subject(Principal::parse(principal).unwrap());
        let found = analysis
            .can(&subject, &asks, &can::keys(&given.world), Extent::Possible)
            .unwrap();
        let mut view = AnswersView::new(&given.world, names.clone());
        for (key, answer) in &found {
            view.push(answer, *key, &given.sources);
        }
        format!("{principal}\n{}", human::answers(&view, By::Key))
    };
    let texts = [
        "arn:aws:iam::111122223333:role/Other",
        "arn:aws:iam::777788889999:role/Anybody",
        "arn:aws:sts::111122223333:assumed-role/aws:ec2-infrastructure/i-1",
    ]
    .map(shown);
    assert_snapshot!(texts.join("\n"));
}

#[test]
fn who_may_make_keys_may_be_somebody_that_is_not_listed() {
    let given = world("world.yaml", WORLD);
    let analysis = Analysis::new(&given.world);
    let found = analysis
        .who_can(&[ask(KmsAction::CreateKey)], None, Extent::Possible)
        .unwrap();
    let found: Vec<String> = found
        .answers
        .iter()
        .map(|answer| format!("{}, {}", answer.subject, answer.needs_iam_allow))
        .collect();
    assert_eq!(
        found,
        [
            "arn:aws:iam::111122223333:root, false",
            "arn:aws:iam::777788889999:root, false",
            "any other principal of account 111122223333, true"
        ]
    );
}

/// The world of a seed, whole and with every second user and role left out.
fn halved(seed: u64) -> (Given, Given) {
    let whole = seeded_world(seed);
    let mut half = whole.clone();
    for account in half["accounts"].as_array_mut().unwrap() {
        for list in ["users", "roles"] {
            if let Some(Value::Array(list)) = account.get_mut(list) {
                let mut number = seed;
                list.retain(|_| {
                    number += 1;
                    number.is_multiple_of(2)
                });
            }
        }
        account["otherPrincipals"] = json!({"kmsim:unknown": "left out"});
    }
    (random(&whole), random(&half))
}

#[test]
fn whoever_is_left_out_is_still_told() {
    let (mut kept, mut left_out) = (0, 0);
    for seed in 0..100 {
        let (whole, half) = halved(seed);
        let (of_whole, of_half) = (Analysis::new(&whole.world), Analysis::new(&half.world));
        let actions = [
            KmsAction::Decrypt,
            KmsAction::DescribeKey,
            KmsAction::Sign,
            KmsAction::CreateGrant,
        ];
        for action in actions {
            for (key, same) in can::keys(&whole.world)
                .into_iter()
                .zip(can::keys(&half.world))
            {
                let asks = [ask(action)];
                let before = of_whole
                    .who_can(&asks, Some(key), Extent::Possible)
                    .unwrap();
                let after = of_half
                    .who_can(&asks, Some(same), Extent::Possible)
                    .unwrap();
                for answer in &before.answers {
                    let Subject::Known(principal) = &answer.subject else {
                        continue;
                    };
                    let is_listed =
                        !matches!(of_half.subject(principal.clone()), Subject::Named(_));
                    // SCPs and RCPs do not bind service-linked roles; whoever stands for all is bound.
                    if !is_listed && principal.is_service_linked_role() {
                        continue;
                    }
                    if is_listed {
                        let found = after
                            .answers
                            .iter()
                            .find(|new| new.subject == answer.subject);
                        let found = found.map(|new| new.decision.verdict);
                        assert_eq!(
                            found,
                            Some(answer.decision.verdict),
                            "seed {seed}: {principal}, {action}"
                        );
                        kept += 1;
                        continue;
                    }
                    let covers = |subject: &Subject| match subject {
                        Subject::Named(named) => named.to_string() == principal.to_string(),
                        Subject::AnyOf { account, .. } => principal.account() == Some(*account),
                        Subject::Anyone { .. } => true,
                        Subject::Known(_) | Subject::AnyService => false,
                    };
                    // Whose id it is that a policy names, nobody can tell any more.
                    let by_id = after
                        .dangling
                        .iter()
                        .any(|one| !one.principal.starts_with("arn:"));
                    assert!(
                        by_id || after.answers.iter().any(|new| covers(&new.subject)),
                        "seed {seed}: {principal}, {action}"
                    );
                    left_out += 1;
                }
            }
        }
    }
    assert!(
        kept > 100 && left_out > 100,
        "{kept} kept, {left_out} left out"
    );
}
