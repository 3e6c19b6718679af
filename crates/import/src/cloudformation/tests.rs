//! Every function, with known, unknown and wrong arguments.

use kmsim_policy::json::Node;
use kmsim_policy::source::{SourceId, Sources};
use kmsim_policy::yaml;

use super::deployment::Deployment;
use super::evaluate::Evaluator;
use super::json_text::to_json;
use super::template::Template;

const TEMPLATE: &str = "
Parameters:
  Env: {Type: String, Default: prod, AllowedValues: [dev, prod]}
  Given: {Type: String, Default: x}
  Missing: {Type: String}
  Secret: {Type: String, Default: s3cret, NoEcho: true}
  Image: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /my/image}
  Accounts: {Type: CommaDelimitedList, Default: '111122223333, 444455556666'}
  Ports: {Type: List<Number>, Default: '80,443'}
  Days: {Type: Number, Default: 30}
Mappings:
  Windows: {dev: {Days: 7}, prod: {Days: 30, Names: [a, b]}}
Conditions:
  Yes: !Equals [!Ref Env, prod]
  No: !Not [!Condition Yes]
  Maybe: !Equals [!Ref Missing, x]
  NotMaybe: !Not [!Condition Maybe]
  AndNo: !And [!Condition Maybe, !Condition No]
  AndYes: !And [!Condition Maybe, !Condition Yes]
  OrYes: !Or [!Condition Maybe, !Condition Yes]
  OrNo: !Or [!Condition Maybe, !Condition No]
  Numbers: !Equals [30, '30']
  Lists: !Equals [!Ref Accounts, ['111122223333', '444455556666']]
  Loop: !Not [!Condition Loop]
  Account: !Equals [!Ref 'AWS::AccountId', '111122223333']
Resources:
  Key: {Type: 'AWS::KMS::Key'}
  Family: {Type: 'AWS::KMS::Key', Properties: {MultiRegion: true}}
  Replica: {Type: 'AWS::KMS::ReplicaKey', Properties: {PrimaryKeyArn: 'arn:aws:kms:us-east-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab'}}
  Alias: {Type: 'AWS::KMS::Alias', Properties: {AliasName: !Sub 'alias/${Env}'}}
  Role: {Type: 'AWS::IAM::Role'}
  NamedRole: {Type: 'AWS::IAM::Role', Properties: {RoleName: !Sub '${Env}-app', Path: /service/}}
  SelfRole: {Type: 'AWS::IAM::Role', Properties: {RoleName: !Ref SelfRole}}
  Managed: {Type: 'AWS::IAM::ManagedPolicy'}
  Bucket: {Type: 'AWS::S3::Bucket'}
  Queue: {Type: 'AWS::SQS::Queue', Properties: {QueueName: jobs}}
  Topic: {Type: 'AWS::SNS::Topic'}
  Endpoint: {Type: 'AWS::EC2::VPCEndpoint'}
  Absent: {Type: 'AWS::IAM::Role', Condition: No}
  Perhaps: {Type: 'AWS::IAM::Role', Condition: Maybe}
  Machine: {Type: 'AWS::EC2::Instance'}
";

fn settings() -> Deployment {
    let mut settings = Deployment {
        account: "111122223333".parse().ok(),
        region: kmsim_types::Region::new("us-west-2").ok(),
        ..Deployment::default()
    };
    settings.parameters.insert("Given".into(), "y".into());
    settings.exports.insert("key-arn".into(), "arn:x".into());
    settings
}

/// What a value becomes, as JSON, and the messages.
fn evaluated(value: &str, settings: &Deployment) -> (String, Vec<String>) {
    let text =
        format!("{TEMPLATE}  Subject:\n    Type: X::Y::Z\n    Properties:\n      Value: {value}\n");
    let mut sources = Sources::new();
    let source = sources.add("t.yaml", text.as_str());
    let mut diagnostics = Vec::new();
    let node = yaml::parse_template(&text, source, &mut diagnostics).expect(value);
    assert_eq!(diagnostics, []);
    let template = Template::new(&node, &mut diagnostics);
    let mut evaluator = Evaluator::new(&template, settings);
    let subject = template.resource("Subject").unwrap();
    let found = evaluator.property(subject, "Value");
    for found in &evaluator.diagnostics {
        assert!(!sources.slice(found.span).is_empty(), "{found:?}");
    }
    let messages = evaluator.diagnostics.into_iter().map(|found| found.message);
    (
        found.map_or("nothing".to_owned(), |node| to_json(&node)),
        messages.collect(),
    )
}

fn assert_values(cases: &[(&str, &str)]) {
    for (value, expected) in cases {
        let (found, messages) = evaluated(value, &settings());
        assert_eq!(found, *expected, "{value}");
        assert_eq!(messages, [""; 0], "{value}");
    }
}

fn unknown(why: &str) -> String {
    format!("{{\"kmsim:unknown\":\"{why}\"}}")
}

#[test]
fn parameters() {
    let missing = unknown("the parameter `Missing` has no value (--parameter)");
    assert_values(&[
        ("!Ref Env", "\"prod\""),
        ("!Ref Given", "\"y\""),
        ("!Ref Missing", &missing),
        (
            "!Ref Secret",
            &unknown("the parameter `Secret` is secret (NoEcho)"),
        ),
        (
            "!Ref Image",
            &unknown("the parameter `Image` is looked up when it is deployed"),
        ),
        ("!Ref Accounts", "[\"111122223333\",\"444455556666\"]"),
        ("!Ref Ports", "[\"80\",\"443\"]"),
        ("!Ref Days", "\"30\""),
        ("{Ref: Env}", "\"prod\""),
        ("['a', !Ref Missing]", &format!("[\"a\",{missing}]")),
    ]);
}

#[test]
fn a_parameter_allows_only_some_values() {
    let mut settings = settings();
    settings.parameters.insert("Env".into(), "test".into());
    let (found, messages) = evaluated("!Ref Env", &settings);
    assert_eq!(found, "\"test\"");
    assert_eq!(messages, ["the parameter `Env` does not allow `test`"]);
}

#[test]
fn pseudo_parameters() {
    assert_values(&[
        ("!Ref AWS::AccountId", "\"111122223333\""),
        ("!Ref AWS::Region", "\"us-west-2\""),
        ("!Ref AWS::Partition", "\"aws\""),
        ("!Ref AWS::URLSuffix", "\"amazonaws.com\""),
        (
            "!Ref AWS::StackName",
            &unknown("the name of the stack is not given (--stack-name)"),
        ),
        (
            "!Ref AWS::StackId",
            &unknown("`AWS::StackId` is known when it is deployed"),
        ),
        ("!Ref AWS::NoValue", "nothing"),
        ("[a, !Ref AWS::NoValue]", "[\"a\"]"),
        ("{a: !Ref AWS::NoValue, b: 1}", "{\"b\":1}"),
    ]);
    let nowhere = Deployment::default();
    for name in ["AccountId", "Region", "Partition", "URLSuffix"] {
        let (found, _) = evaluated(&format!("!Ref AWS::{name}"), &nowhere);
        assert!(found.contains("kmsim:unknown"), "{found}");
    }
    let china = Deployment {
        region: kmsim_types::Region::new("cn-north-1").ok(),
        stack_name: Some("orders".to_owned()),
        ..settings()
    };
    let (found, _) = evaluated(
        "!Sub '${AWS::Partition} ${AWS::URLSuffix} ${AWS::StackName}'",
        &china,
    );
    assert_eq!(found, "\"aws-cn amazonaws.com.cn orders\"");
}

#[test]
fn resources() {
    let key = "arn:aws:kms:us-west-2:111122223333:key/00000000-0000-0000-";
    for (value, start) in [
        ("!Ref Key", "\"00000000-0000-0000-"),
        ("!GetAtt Key.Arn", &format!("\"{key}")),
        ("!GetAtt [Key, Arn]", &format!("\"{key}")),
        ("{'Fn::GetAtt': Key.Arn}", &format!("\"{key}")),
        ("!Sub '${Key.Arn}'", &format!("\"{key}")),
        ("!Ref Family", "\"mrk-0000000000000000"),
        ("!Ref Endpoint", "\"vpce-0"),
    ] {
        let (found, messages) = evaluated(value, &settings());
        assert!(found.starts_with(start), "{value}: {found}");
        assert_eq!(messages, [""; 0]);
    }
    let id = |value| evaluated(value, &settings()).0;
    assert_eq!(id("!Ref Key"), id("!GetAtt Key.KeyId"));
    assert_values(&[
        ("!Ref Replica", "\"mrk-1234abcd12ab34cd56ef1234567890ab\""),
        (
            "!GetAtt Replica.Arn",
            "\"arn:aws:kms:us-west-2:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab\"",
        ),
        ("!Ref Alias", "\"alias/prod\""),
        ("!Ref Role", "\"Role\""),
        (
            "!GetAtt Role.Arn",
            "\"arn:aws:iam::111122223333:role/Role\"",
        ),
        ("!Ref NamedRole", "\"prod-app\""),
        (
            "!GetAtt NamedRole.Arn",
            "\"arn:aws:iam::111122223333:role/service/prod-app\"",
        ),
        (
            "!Ref Managed",
            "\"arn:aws:iam::111122223333:policy/Managed\"",
        ),
        ("!Ref Bucket", "\"bucket\""),
        ("!Sub '${Bucket.Arn}/*'", "\"arn:aws:s3:::bucket/*\""),
        (
            "!Ref Queue",
            "\"https://sqs.us-west-2.amazonaws.com/111122223333/jobs\"",
        ),
        (
            "!GetAtt Queue.Arn",
            "\"arn:aws:sqs:us-west-2:111122223333:jobs\"",
        ),
        ("!Ref Topic", "\"arn:aws:sns:us-west-2:111122223333:Topic\""),
        ("!Ref Absent", &unknown("`Absent` is not created")),
        (
            "!GetAtt Perhaps.Arn",
            "\"arn:aws:iam::111122223333:role/Perhaps\"",
        ),
        (
            "!Ref Machine",
            &unknown("`Machine` is not created yet, so its `Ref` is not known"),
        ),
        (
            "!GetAtt Machine.PrivateIp",
            &unknown("`Machine` is not created yet, so its `PrivateIp` is not known"),
        ),
    ]);
    let nowhere = Deployment {
        region: None,
        ..settings()
    };
    let (found, _) = evaluated("!GetAtt Key.Arn", &nowhere);
    assert_eq!(
        found,
        unknown("the Region of the stack is not given (--region or --from-region)")
    );
}

#[test]
fn conditions() {
    let why = |name: &str| {
        unknown(&format!(
            "whether `{name}` holds: the parameter `Missing` has no value (--parameter)"
        ))
    };
    let value = |name: &str| format!("!If [{name}, yes it does, !Ref AWS::NoValue]");
    for (name, expected) in [
        ("Yes", "\"yes it does\""),
        ("No", "nothing"),
        ("Maybe", &why("Maybe")),
        ("NotMaybe", &why("NotMaybe")),
        ("AndNo", "nothing"),
        ("AndYes", &why("AndYes")),
        ("OrYes", "\"yes it does\""),
        ("OrNo", &why("OrNo")),
        ("Numbers", "\"yes it does\""),
        ("Lists", "\"yes it does\""),
        ("Account", "\"yes it does\""),
    ] {
        assert_values(&[(&value(name), expected)]);
    }
    let (found, messages) = evaluated(&value("Loop"), &settings());
    assert!(found.contains("kmsim:unknown"), "{found}");
    assert_eq!(messages, ["the condition `Loop` refers to itself"]);
}

#[test]
fn a_statement_that_may_be_there_gets_a_condition_that_is_not_known() {
    let why = unknown("whether `Maybe` holds: the parameter `Missing` has no value (--parameter)");
    let gone = "!Ref AWS::NoValue";
    assert_values(&[
        (
            &format!("[!If [Maybe, {{Effect: Allow}}, {gone}]]"),
            &format!("[{{\"Effect\":\"Allow\",\"Condition\":{why}}}]"),
        ),
        (
            &format!("[!If [Maybe, {gone}, {{Effect: Deny, Condition: {{'Null': {{a: true}}}}}}]]"),
            &format!(
                "[{{\"Effect\":\"Deny\",\"Condition\":{{\"Null\":{{\"a\":true}},\"Bool\":{why}}}}}]"
            ),
        ),
        (
            "[!If [Maybe, {Effect: Allow, Condition: !Ref Missing}, {Effect: Deny}]]",
            &format!(
                "[{{\"Effect\":\"Allow\",\"Condition\":{why}}},{{\"Effect\":\"Deny\",\"Condition\":{why}}}]"
            ),
        ),
        (
            "[!If [Maybe, {Effect: Allow}, !Ref Missing]]",
            &format!("[{{\"Effect\":\"Allow\",\"Condition\":{why}}},{why}]"),
        ),
        (
            &format!("[!If [Yes, {{Effect: Allow}}, {gone}]]"),
            "[{\"Effect\":\"Allow\"}]",
        ),
        ("[!If [Maybe, a, b]]", &format!("[{why}]")),
    ]);
}

#[test]
fn an_absent_branch_is_not_evaluated() {
    assert_values(&[("!If [No, !FindInMap [A, b, c], x]", "\"x\"")]);
}

#[test]
fn texts() {
    let missing = unknown("the parameter `Missing` has no value (--parameter)");
    assert_values(&[
        ("!Sub '${Env}-${!Env}-$Env'", "\"prod-${Env}-$Env\""),
        ("!Sub ['${A}-${Env}', {A: !Ref Given}]", "\"y-prod\""),
        ("!Sub 'a-${Missing}'", &missing),
        ("!Sub ['${A}', {A: !Ref Missing}]", &missing),
        (
            "!Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root'",
            "\"arn:aws:iam::111122223333:root\"",
        ),
        ("!Join ['-', [a, !Ref Env, 3]]", "\"a-prod-3\""),
        ("!Join ['', !Ref Accounts]", "\"111122223333444455556666\""),
        ("!Join ['', [a, !Ref AWS::NoValue, b]]", "\"ab\""),
        ("!Join ['', [a, !Ref Missing]]", &missing),
        ("!Split [',', 'a,b']", "[\"a\",\"b\"]"),
        ("!Split [',', !Ref Missing]", &missing),
        ("!Select [1, !Ref Accounts]", "\"444455556666\""),
        ("!Select ['0', !Split [':', 'a:b']]", "\"a\""),
        ("!Select [0, !Ref Missing]", &missing),
        ("!Select [0, [a, !Ref Missing]]", "\"a\""),
        ("!Base64 foo", "\"Zm9v\""),
        ("!Base64 {'Fn::Sub': '${Missing}'}", &missing),
        (
            "'{{resolve:ssm:/a/b}}'",
            &unknown("`{{resolve:ssm:/a/b}}` is looked up when it is deployed"),
        ),
        ("!Length [a, b]", "2"),
        (
            "!ToJsonString {a: [1, !Ref Env]}",
            "\"{\\\"a\\\":[1,\\\"prod\\\"]}\"",
        ),
    ]);
}

#[test]
fn mappings_and_imports() {
    assert_values(&[
        ("!FindInMap [Windows, !Ref Env, Days]", "30"),
        ("!FindInMap [Windows, prod, Names]", "[\"a\",\"b\"]"),
        ("!FindInMap [Windows, test, Days, {DefaultValue: 1}]", "1"),
        (
            "!FindInMap [Windows, !Ref Missing, Days]",
            &unknown("the parameter `Missing` has no value (--parameter)"),
        ),
        ("!ImportValue key-arn", "\"arn:x\""),
        (
            "!ImportValue {'Fn::Sub': '${Env}-arn'}",
            &unknown("the export `prod-arn` of another stack"),
        ),
        (
            "!GetAZs ''",
            &unknown("what `Fn::GetAZs` gives is known when it is deployed"),
        ),
        (
            "!Cidr [10.0.0.0/16, 4, 8]",
            &unknown("what `Fn::Cidr` gives is known when it is deployed"),
        ),
        (
            "!Transform {Name: x}",
            &unknown("what `Fn::Transform` gives is known when it is deployed"),
        ),
        (
            "{'Fn::ForEach::A': [x, [a], {}]}",
            &unknown("the collection of a loop (`Fn::ForEach`) is not known"),
        ),
        (
            "{'Fn::Transform': {Name: x}, a: 1}",
            &unknown("`Fn::Transform` changes this when it is deployed"),
        ),
    ]);
}

#[test]
fn mistakes_are_told_and_what_stands_there_is_unknown() {
    for (value, expected) in [
        ("!Ref Enw", "there is no parameter or resource `Enw`"),
        ("!GetAtt Rolle.Arn", "there is no resource `Rolle`"),
        ("!GetAtt Role", "`Role` names no attribute of a resource"),
        (
            "!Ref AWS::Acount",
            "there is no pseudo parameter `AWS::Acount`",
        ),
        ("!If [Nope, 1, 2]", "there is no condition `Nope`"),
        ("!If [Yes, 1]", "`Fn::If` takes a list of 3, found 2 values"),
        (
            "!Join ['', a]",
            "`Fn::Join` takes a list here, found a string",
        ),
        (
            "!Join ['', [[a]]]",
            "`Fn::Join` takes a string here, found a list",
        ),
        (
            "!Select [2, [a]]",
            "there is no value 2 (from 0) in a list of 1",
        ),
        ("!Select [x, [a]]", "`x` is no index"),
        (
            "!Split ['', a]",
            "`Fn::Split` takes a delimiter that is not empty",
        ),
        ("!Sub {a: b}", "`Fn::Sub` takes a string, found an object"),
        ("!Sub '${Nope}'", "there is no parameter or resource `Nope`"),
        (
            "!FindInMap [Windows, test, Days]",
            "there is no `Days` of `test` in the mapping `Windows`",
        ),
        ("!Equals [a, b]", "`Fn::Equals` belongs into `Conditions`"),
        ("{'Fn::Nope': 1}", "there is no function `Fn::Nope`"),
        ("!Ref SelfRole", "the name of `SelfRole` refers to itself"),
    ] {
        let (found, messages) = evaluated(value, &settings());
        assert_eq!(messages, [expected], "{value}");
        assert!(
            found.contains("kmsim:unknown") || value.contains("SelfRole"),
            "{value}: {found}"
        );
    }
}

#[test]
fn a_near_name_is_suggested() {
    let text =
        format!("{TEMPLATE}  Subject: {{Type: 'X::Y', Properties: {{Value: !Ref Accuonts}}}}");
    let node: Node<'_> = yaml::parse_template(&text, SourceId(0), &mut Vec::new()).unwrap();
    let template = Template::new(&node, &mut Vec::new());
    let settings = settings();
    let mut evaluator = Evaluator::new(&template, &settings);
    evaluator.property(template.resource("Subject").unwrap(), "Value");
    let found = evaluator.diagnostics.pop().unwrap();
    assert_eq!(found.help.as_deref(), Some("did you mean `Accounts`?"));
}

#[test]
fn long_chains_and_growing_texts_end() {
    use std::fmt::Write as _;
    let mut text = "Conditions:\n".to_owned();
    for n in 0..5_000 {
        writeln!(text, "  C{n}: !Not [!Condition C{}]", n + 1).unwrap();
    }
    text.push_str("  C5000: !Equals [a, a]\nResources:\n");
    for n in 0..60 {
        let next = n + 1;
        writeln!(text, "  R{n}: {{Type: 'AWS::IAM::Role', Properties: {{RoleName: !Sub '${{R{next}}}${{R{next}}}'}}}}").unwrap();
    }
    text.push_str("  R60: {Type: 'AWS::IAM::Role', Properties: {RoleName: long}}\n");
    text.push_str("  X: {Type: 'X::Y', Properties: {A: !If [C0, 1, 2], B: !Ref R0}}\n");
    let node = yaml::parse_template(&text, SourceId(0), &mut Vec::new()).unwrap();
    let template = Template::new(&node, &mut Vec::new());
    let settings = settings();
    let mut evaluator = Evaluator::new(&template, &settings);
    let subject = template.resource("X").unwrap();
    for name in ["A", "B"] {
        evaluator.property(subject, name);
    }
    let messages: Vec<_> = evaluator
        .diagnostics
        .iter()
        .map(|found| found.message.as_str())
        .collect();
    assert!(messages.contains(&"conditions stand too deep inside each other"));
    assert!(messages.contains(&"the values of this template are too long"));
}
