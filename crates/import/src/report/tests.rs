use kmsim_authz::call::decide;
use kmsim_authz::decision::Verdict;
use kmsim_authz::reader::{NoFiles, Reader};
use kmsim_authz::world::World;
use kmsim_policy::document::parse_any;
use kmsim_policy::source::Sources;

use super::{NoCall, Reported, Supposed, reports};

const WORLD: &str = r#"
region: us-east-1
accounts:
  - id: "111122223333"
    users:
      - {name: alice, tags: {team: a}, policies: {use: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "kms:*", Resource: "*", Condition: {StringEquals: {aws:PrincipalTag/team: a}}}]}}}
    roles:
      - name: App
        path: /app/
        tags: {team: a}
        policies:
          use:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Action: ["kms:Decrypt", "kms:ReEncryptFrom"], Resource: "*", Condition: {StringEquals: {aws:PrincipalTag/team: a}}}
              - {Effect: Allow, Action: "kms:Encrypt", Resource: "*", Condition: {StringEquals: {aws:PrincipalTag/project: p}}}
              - {Effect: Allow, Action: "kms:GenerateDataKey", Resource: "*", Condition: {StringEquals: {aws:PrincipalOrgID: o-1}}}
              - {Effect: Allow, Action: "kms:GenerateMac", Resource: "*", Condition: {StringEquals: {kms:ViaService: "s3.us-east-1.amazonaws.com"}}}
    keys:
      - {id: 1234abcd-12ab-34cd-56ef-1234567890ab, region: us-east-1, aliases: [alias/app], policy: default}
"#;

fn world(sources: &mut Sources<'static>) -> World {
    let id = sources.add("world.yaml", WORLD);
    let mut found = Vec::new();
    let node = parse_any(WORLD, id, "world.yaml", &mut found).unwrap();
    let mut reader = Reader::new(sources, &NoFiles);
    let world = reader.world(&node);
    assert_eq!(reader.diagnostics, []);
    world.unwrap()
}

const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

fn message(principal: &str, action: &str) -> String {
    format!(
        "User: arn:aws:{principal} is not authorized to perform: kms:{action} on resource: {KEY}"
    )
}

fn event(name: &str, more: &str) -> String {
    format!(
        r#"{{"eventSource": "kms.amazonaws.com", "eventName": "{name}", "awsRegion": "us-east-1", "eventTime": "2026-11-20T18:57:43Z",
        "userIdentity": {{"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/App/i-1", "accountId": "111122223333"{more}}},
        "requestParameters": {{"keyId": "alias/app"}}}}"#
    )
}

/// The verdict of a report and the codes of what it does not tell, or why it makes no call.
fn tried(text: &str) -> Result<(Verdict, Vec<&'static str>), String> {
    let mut sources = Sources::new();
    let world = world(&mut sources);
    let id = sources.add("report", text.to_owned());
    let mut found = Vec::new();
    let reported: Vec<Reported> = reports(text, id, &mut sources, &mut found);
    assert_eq!((found, reported.len()), (Vec::new(), 1), "{text}");
    let call = reported[0].call(&world, &Supposed::default(), &mut sources);
    let call = call.map_err(|why: NoCall| why.to_string())?;
    let verdict = decide(&world, &call.call).unwrap().verdict;
    let mut codes: Vec<_> = call.unknowns.iter().map(|unknown| unknown.code).collect();
    codes.sort_unstable();
    Ok((verdict, codes))
}

#[test]
fn what_a_report_does_not_tell_is_unknown() {
    let session = "sts::111122223333:assumed-role/App/i-1";
    for (text, verdict, codes) in [
        // The role has the tag; the world knows no organization; nobody tells the session's tags.
        (event("Decrypt", ""), Verdict::Allowed, vec![]),
        (event("Encrypt", ""), Verdict::Depends, vec!["session-tags"]),
        (
            event("GenerateDataKey", ""),
            Verdict::Depends,
            vec!["organization"],
        ),
        (event("GenerateMac", ""), Verdict::ImplicitDeny, vec![]),
        (
            event("GenerateMac", r#", "invokedBy": "s3.amazonaws.com""#),
            Verdict::Allowed,
            vec![],
        ),
        (
            event("GenerateMac", r#", "invokedBy": "AWS Internal""#),
            Verdict::Depends,
            vec!["service"],
        ),
        (message(session, "Decrypt"), Verdict::Allowed, vec![]),
        (
            message(session, "GenerateMac"),
            Verdict::Depends,
            vec!["service"],
        ),
        (
            message("iam::111122223333:user/alice", "Sign"),
            Verdict::Allowed,
            vec![],
        ),
        // One half of ReEncrypt, one of the checks of CreateAlias.
        (message(session, "ReEncryptFrom"), Verdict::Allowed, vec![]),
        (
            message(session, "ReEncryptTo"),
            Verdict::ImplicitDeny,
            vec![],
        ),
        (
            message("iam::111122223333:user/alice", "CreateAlias"),
            Verdict::Allowed,
            vec![],
        ),
    ] {
        assert_eq!(tried(&text), Ok((verdict, codes)), "{text}");
    }
}

#[test]
fn some_reports_make_no_call() {
    for (text, expected) in [
        (
            "Access to KMS is not allowed".to_owned(),
            "it does not say who called",
        ),
        (
            message("iam::111122223333:user/bob", "Decrypt"),
            "account 111122223333 of the world has no `arn:aws:iam::111122223333:user/bob`",
        ),
        (
            message("iam::1111:user/bob", "Decrypt"),
            "`arn:aws:iam::1111:user/bob` is not a principal",
        ),
        (
            message("iam::111122223333:user/alice", "Decrypt").replace("1234abcd", "5678abcd"),
            "the world has no key",
        ),
    ] {
        let why = tried(&text).unwrap_err();
        assert!(why.contains(expected), "{text}: {why}");
    }
}
