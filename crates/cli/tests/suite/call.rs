//! Calls that are performed on a state.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::run::{Folder, Ran};

const ROOT: &str = "--as=arn:aws:iam::111122223333:root";
const APP: &str = "--as=arn:aws:iam::111122223333:role/App";
const STATE: &str = "--state=my.kms";
const NOW: &str = "--now=2026-11-21T12:00:00Z";

const WORLD: &str = r#"
region: eu-central-1
accounts:
  - id: "111122223333"
    roles:
      - name: App
        policies:
          use: {Statement: [{Sid: Use, Effect: Allow, Action: [kms:Encrypt, kms:Decrypt], Resource: "*",
                             Condition: {StringEquals: {"kms:EncryptionContext:Department": IT}}}]}
    keys:
      - {id: 1234abcd-12ab-34cd-56ef-1234567890ab, region: eu-central-1, aliases: [alias/orders], policy: default}
"#;

impl Folder {
    /// A call of the root user, with parameters as arguments.
    fn call<'t>(&self, operation: &'t str, parameters: &[&'t str]) -> Ran {
        let fixed = ["call", operation, ROOT, STATE, NOW];
        self.run(fixed.into_iter().chain(parameters.iter().copied()))
    }

    /// A call that succeeds.
    fn answer(&self, operation: &str, parameters: &[&str]) -> Value {
        let ran = self.call(operation, parameters);
        assert_eq!(ran.code, 0, "{}", ran.shown());
        serde_json::from_str(&ran.out).unwrap()
    }

    /// Makes a key with an alias.
    fn key(&self, alias: &str) -> String {
        let input = "--description=a key";
        let answer = self.answer("CreateKey", &[input]);
        let arn = answer["KeyMetadata"]["Arn"].as_str().unwrap().to_owned();
        self.answer(
            "create-alias",
            &["--alias-name", alias, "--target-key-id", &arn],
        );
        arn
    }
}

#[test]
fn what_one_call_encrypts_another_decrypts() {
    let folder = Folder::new();
    let first = folder.call("CreateKey", &["--description=a key"]);
    assert_eq!(
        first.err,
        "note: made the state my.kms and its root key my.kms.key\n"
    );
    let arn = folder.key("alias/app");
    folder.write("secret", b"\x00secret\xff");
    let sealed = folder.answer(
        "Encrypt",
        &[
            "--key-id=alias/app",
            "--plaintext",
            "fileb://secret",
            "--encryption-context",
            "Department=IT,Project=x",
        ],
    );
    assert_eq!(sealed["KeyId"], json!(arn));
    folder.write("sealed.json", sealed.to_string().as_bytes());
    let blob = sealed["CiphertextBlob"].as_str().unwrap();
    let opened = folder.answer(
        "decrypt",
        &[
            "--ciphertext-blob",
            blob,
            "--encryption-context",
            "{\"Department\": \"IT\", \"Project\": \"x\"}",
        ],
    );
    assert_eq!(opened["Plaintext"], "AHNlY3JldP8=");
    let wrong = folder.call("Decrypt", &["--ciphertext-blob", blob]);
    assert_eq!(
        (wrong.code, wrong.out.as_str(), wrong.err.as_str()),
        (
            1,
            "",
            "An error occurred (InvalidCiphertextException) when calling the Decrypt operation: \n"
        )
    );
    assert_eq!(
        folder.files(),
        ["my.kms", "my.kms.key", "sealed.json", "secret"]
    );
}

#[test]
fn parameters_come_as_json_too() {
    let folder = Folder::new();
    folder.key("alias/app");
    let input = json!({"KeyId": "alias/app", "Description": "from JSON"}).to_string();
    folder.write("input.json", input.as_bytes());
    let arn = folder.answer("DescribeKey", &["--key-id=alias/app"])["KeyMetadata"]["Arn"].clone();
    let id = format!("--key-id={}", arn.as_str().unwrap());
    let description = || {
        let answer = folder.answer("DescribeKey", &["--key-id=alias/app"]);
        answer["KeyMetadata"]["Description"].clone()
    };
    folder.answer("UpdateKeyDescription", &["--input", &input, &id]);
    assert_eq!(description(), "from JSON");
    folder.answer(
        "UpdateKeyDescription",
        &["--input=input.json", &id, "--description=flag"],
    );
    assert_eq!(description(), "flag");
    let stdin = json!({"KeyId": arn, "Description": "piped"}).to_string();
    for more in [&[][..], &["--input=-"]] {
        folder.answer("UpdateKeyDescription", &[&id, "--description=other"]);
        let arguments = ["call", "UpdateKeyDescription", ROOT, STATE].into_iter();
        let ran = folder.run_with(arguments.chain(more.iter().copied()), &stdin);
        assert_eq!((ran.code, ran.out.as_str()), (0, "{}\n"), "{}", ran.err);
        assert_eq!(description(), "piped");
    }
}

#[test]
fn lists_and_structures_are_written_as_for_the_aws_cli() {
    let folder = Folder::new();
    let arn = folder.key("alias/app");
    folder.answer(
        "TagResource",
        &[
            "--key-id",
            &arn,
            "--tags",
            "TagKey=Project,TagValue=Alpha",
            "TagKey=Team,TagValue=a b",
        ],
    );
    let tags = folder.answer("ListResourceTags", &["--key-id", &arn, "--limit", "1"]);
    assert_eq!(
        tags["Tags"],
        json!([{"TagKey": "Project", "TagValue": "Alpha"}])
    );
    folder.answer(
        "CreateGrant",
        &[
            "--key-id",
            &arn,
            "--operations",
            "Decrypt",
            "Encrypt",
            "--grantee-principal=arn:aws:iam::111122223333:role/App",
            "--constraints",
            "EncryptionContextSubset={Department=IT}",
        ],
    );
    let grants = folder.answer("ListGrants", &["--key-id", &arn]);
    assert_eq!(
        grants["Grants"][0]["Operations"],
        json!(["Decrypt", "Encrypt"])
    );
    let context = &grants["Grants"][0]["Constraints"]["EncryptionContextSubset"];
    assert_eq!(*context, json!({"Department": "IT"}));
    let dry = folder.call(
        "Encrypt",
        &["--key-id=alias/app", "--plaintext=AAAA", "--dry-run"],
    );
    assert!(dry.err.contains("(DryRunOperationException)") && dry.code == 1);
    let not_dry = ["--key-id=alias/app", "--plaintext=AAAA", "--no-dry-run"];
    folder.answer("Encrypt", &not_dry);
}

#[test]
fn denials_are_explained() {
    let folder = Folder::with([("world.yaml", WORLD)]);
    let arguments = |context: &'static str| {
        let fixed = ["call", "Encrypt", APP, STATE, NOW, "--world=world.yaml"];
        let parameters = [
            "--key-id=alias/orders",
            "--plaintext=AAAA",
            "--encryption-context",
        ];
        fixed.into_iter().chain(parameters).chain([context])
    };
    let allowed = folder.run(arguments("Department=IT"));
    assert_eq!(allowed.code, 0, "{}", allowed.shown());
    assert_snapshot!(folder.run(arguments("Department=HR")).shown());
    let json = folder.run(arguments("Department=HR").chain(["--format=json"]));
    assert_eq!((json.code, json.err.as_str()), (1, ""));
    let error: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(error["__type"], "AccessDeniedException");
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .starts_with("User: arn:aws:iam")
    );
    assert_eq!(error["explanation"]["decision"], "implicitDeny");
    let check = &error["explanation"]["checks"][0];
    assert_eq!(check["blockedBy"], json!(["identity"]));
}

#[test]
fn without_a_world_only_root_users_get_through() {
    let folder = Folder::new();
    folder.key("alias/app");
    let ran = folder.run(["call", "DescribeKey", APP, STATE, NOW, "--key-id=alias/app"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.err.contains("\nhelp: no world was given"),
        "{}",
        ran.err
    );
    let strangers = ["--as=arn:aws:iam::444455556666:root", "--as=anonymous"];
    for stranger in strangers {
        let ran = folder.run(["call", "ListKeys", stranger, STATE, NOW, "--input={}"]);
        assert!(
            ran.code <= 1 && !ran.out.contains("KeyArn"),
            "{}",
            ran.shown()
        );
    }
}

#[test]
fn mistakes_are_named_and_leave_no_state() {
    let folder = Folder::with([
        ("world.yaml", WORLD),
        ("broken.yaml", "accounts: [{idd: 1}]"),
    ]);
    let call = |parameters: &[&'static str]| {
        let fixed = ["call", "Encrypt", ROOT, STATE];
        let ran = folder.run(fixed.into_iter().chain(parameters.iter().copied()));
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
        ran.err
    };
    let found = [
        call(&["--key-id=a", "--plaintext=hello!"]),
        call(&["--key-id=a", "--plaintext=fileb://nowhere"]),
        call(&["--key-id=a", "--encryption-context=Department"]),
        call(&["--input={\"KeyID\": \"a\"}"]),
        call(&["--input={\"KeyId\": \"a\", \"Colour\": 1}"]),
        call(&["--input=[]"]),
        call(&["--key-id=a", "--now=noon"]),
        call(&["--key-id=a", "--world=broken.yaml"]),
        call(&["--key-id=a", "--via=ebz"]),
        call(&["--key=a"]),
    ];
    assert_snapshot!(found.join("\n"));
    let ran = folder.run(["call", "Encrypt", "--as=alice", STATE, "--key-id=a"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    let ran = folder.run(["call", "Encript", ROOT, STATE]);
    assert!(
        ran.code == 2 && ran.err.contains("'Encrypt'"),
        "{}",
        ran.err
    );
    assert_eq!(folder.files(), ["broken.yaml", "world.yaml"]);
}

/// What AWS refuses is an exception, not a mistake of the command line.
#[test]
fn values_outside_their_limits_are_exceptions() {
    let folder = Folder::new();
    let ran = folder.call("ListKeys", &["--limit=1001"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(
        ran.err.contains(
            "An error occurred (ValidationException) when calling the ListKeys operation: 1 \
             validation error detected: Value '1001' at 'limit' failed to satisfy constraint: \
             Member must have value less than or equal to 1000"
        ),
        "{}",
        ran.err
    );
}

#[test]
fn time_goes_on_as_it_is_told() {
    let folder = Folder::new();
    let arn = folder.key("alias/app");
    let window = ["--key-id", &arn, "--pending-window-in-days", "7"];
    folder.answer("ScheduleKeyDeletion", &window);
    let at = |now| {
        let fixed = ["call", "DescribeKey", ROOT, STATE, now];
        folder.run(fixed.into_iter().chain(["--key-id", &arn]))
    };
    assert!(at("--now=2026-11-27").out.contains("\"PendingDeletion\""));
    assert!(at("--now=2026-11-29").err.contains("(NotFoundException)"));
    let events = folder.run(["state", "events", STATE]).out;
    assert!(
        events.contains("2026-11-28T12:00:00Z  111122223333  us-east-1  DeleteKey"),
        "{events}"
    );
}

#[test]
fn the_region_is_stated_or_the_worlds_or_that_of_the_key() {
    let folder = Folder::with([("world.yaml", WORLD)]);
    let arn = folder.key("alias/app");
    assert!(arn.starts_with("arn:aws:kms:us-east-1:"));
    let stated = folder.answer("CreateKey", &["--region=eu-west-1", "--description=a"]);
    let there = stated["KeyMetadata"]["Arn"].as_str().unwrap();
    assert!(there.starts_with("arn:aws:kms:eu-west-1:"));
    folder.answer("DescribeKey", &["--key-id", there]);
    let elsewhere = folder.call("DescribeKey", &["--region=us-east-1", "--key-id", there]);
    assert!(
        elsewhere.err.contains("(NotFoundException)"),
        "{}",
        elsewhere.err
    );
    let of_world = folder.answer("ListKeys", &["--world=world.yaml", "--limit=1"]);
    let key = of_world["Keys"][0]["KeyArn"].as_str().unwrap();
    assert!(key.starts_with("arn:aws:kms:eu-central-1:"), "{key}");
}

#[test]
fn the_root_key_can_come_from_the_environment() {
    let folder = Folder::new();
    let list = ["call", "ListKeys", ROOT, STATE, NOW, "--input={}"];
    let with = |key: &str| folder.run_bytes(list, Vec::new(), &[("KMSIM_ROOT_KEY", key)]);
    let malformed = with("secret");
    assert_eq!(
        (malformed.code, malformed.err.as_str()),
        (
            2,
            "error: KMSIM_ROOT_KEY is no root key\n |\n = help: a root key is 32 bytes in base64 or 64 \
             hexadecimal digits\n"
        )
    );
    let first = with(&"0a".repeat(32));
    assert_eq!(
        (first.code, first.err.as_str()),
        (0, "note: made the state my.kms\n")
    );
    assert_eq!(folder.files(), ["my.kms"]);
    let state = folder.read("my.kms");
    let wrong = with(&"0b".repeat(32));
    assert!(
        wrong.code == 2 && wrong.err.starts_with("error: wrong root key: "),
        "{}",
        wrong.err
    );
    let missing = folder.run(list);
    assert!(
        missing
            .err
            .starts_with("error: the root key `my.kms.key` is not there")
    );
    assert_eq!((missing.code, folder.read("my.kms")), (2, state));
    assert_eq!(with(&"0A".repeat(32)).code, 0);
}

#[test]
fn foreign_files_are_left_as_they_are() {
    let folder = Folder::with([("my.kms", "these are my notes\n")]);
    let ran = folder.call("ListKeys", &["--limit=1"]);
    assert_snapshot!(ran.shown());
    assert_eq!(folder.read("my.kms"), b"these are my notes\n");
    assert_eq!(folder.files(), ["my.kms"]);
}
