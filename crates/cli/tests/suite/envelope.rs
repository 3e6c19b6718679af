//! Files in the message format of the AWS Encryption SDK.

use std::process::{Command, Stdio};

use crate::run::{Folder, Ran};

const COMMON: [&str; 3] = [
    "--as=arn:aws:iam::111122223333:root",
    "--state=my.kms",
    "--now=2026-11-21T12:00:00Z",
];

impl Folder {
    fn with_keys() -> (Self, [String; 2]) {
        let folder = Self::new();
        let keys = ["us-east-1", "eu-west-1"].map(|region| {
            let region = format!("--region={region}");
            let ran = folder.ran(&["call", "CreateKey", "--description=a", &region]);
            let answer: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
            answer["KeyMetadata"]["Arn"].as_str().unwrap().to_owned()
        });
        folder.ran(&[
            "call",
            "CreateAlias",
            "--alias-name=alias/app",
            "--target-key-id",
            &keys[0],
        ]);
        (folder, keys)
    }

    fn ran(&self, arguments: &[&str]) -> Ran {
        self.run(arguments.iter().copied().chain(COMMON))
    }

    fn ok(&self, arguments: &[&str]) {
        let ran = self.ran(arguments);
        assert_eq!(
            (ran.code, ran.out.as_str(), ran.err.as_str()),
            (0, "", ""),
            "{arguments:?}"
        );
    }
}

/// Bytes that do not repeat soon.
fn text(length: u32) -> Vec<u8> {
    (0..length)
        .map(|at| at.wrapping_mul(2_654_435_761).to_be_bytes()[1])
        .collect()
}

#[test]
fn files_come_back_as_they_were() {
    let (folder, keys) = Folder::with_keys();
    for (length, more) in [
        (0, &["--key=alias/app"][..]),
        (1, &["--key=alias/app", "--frame-length=1"]),
        (4096, &["--key=alias/app", "--encryption-context=a=1"]),
        (
            100_000,
            &["--key", &keys[0], "--key", &keys[1], "--suite=0x0478"],
        ),
    ] {
        folder.write("plain", &text(length));
        folder.ok(&[&["encrypt", "plain", "-o", "message"][..], more].concat());
        assert_ne!(folder.read("message"), text(length));
        folder.ok(&["decrypt", "message", "-o", "again"]);
        assert_eq!(folder.read("again"), text(length));
    }
    folder.ok(&["encrypt", "plain", "--key=alias/app"]);
    folder.ok(&[
        "decrypt",
        "plain.encrypted",
        "-o",
        "plain",
        "--key",
        &keys[0],
    ]);
    assert_eq!(
        folder.files(),
        [
            "again",
            "message",
            "my.kms",
            "my.kms.key",
            "plain",
            "plain.encrypted"
        ]
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = folder.path().join("again").metadata().unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn every_suite_is_written_and_read() {
    let (folder, _) = Folder::with_keys();
    folder.write("plain", &text(5000));
    for suite in [
        "0578", "0478", "0378", "0346", "0214", "0178", "0146", "0114", "0078", "0046", "0014",
    ] {
        let policy = if suite > "0400" {
            "--commitment-policy=require-encrypt-require-decrypt"
        } else {
            "--commitment-policy=forbid-encrypt-allow-decrypt"
        };
        folder.ok(&[
            "encrypt",
            "plain",
            "-o",
            "message",
            "--key=alias/app",
            "--suite",
            suite,
            policy,
        ]);
        folder.ok(&["decrypt", "message", "-o", "again", policy]);
        assert_eq!(folder.read("again"), text(5000), "{suite}");
    }
    let refused = folder.ran(&["decrypt", "message", "-o", "other"]);
    assert!(
        refused.code == 2 && refused.err.contains("--commitment-policy"),
        "{}",
        refused.err
    );
    let refused = folder.ran(&["encrypt", "plain", "--key=alias/app", "--suite=0x0014"]);
    assert_eq!(refused.code, 2, "{}", refused.err);
    assert!(
        !folder
            .files()
            .iter()
            .any(|name| name == "other" || name == "plain.encrypted")
    );
}

#[test]
fn streams_go_through() {
    let (folder, _) = Folder::with_keys();
    let plain = text(1_000_000);
    let piped = |arguments: &[&str], input: &[u8]| {
        folder.write("input", input);
        let input = std::fs::File::open(folder.path().join("input")).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_kmsim"))
            .current_dir(folder.path())
            .args(arguments.iter().chain(&COMMON))
            .stdin(input)
            .stderr(Stdio::inherit())
            .output()
            .unwrap();
        assert!(output.status.success());
        output.stdout
    };
    let message = piped(&["encrypt", "-", "--key=alias/app"], &plain);
    assert_eq!(piped(&["decrypt", "-", "-o", "-"], &message), plain);
    let unsigned = piped(
        &["encrypt", "-", "--key=alias/app", "--suite=0x0478"],
        &plain,
    );
    assert_eq!(
        piped(&["decrypt", "-", "-o", "-", "--unsigned"], &unsigned),
        plain
    );
    folder.write("signed", &message);
    let refused = folder.ran(&["decrypt", "signed", "-o", "-", "--unsigned"]);
    assert_eq!(
        (refused.code, refused.out.as_str()),
        (2, ""),
        "{}",
        refused.err
    );
}

/// A message that is not whole, or not ours, leaves no file and changes none.
#[test]
fn bad_messages_leave_no_output() {
    let (folder, _) = Folder::with_keys();
    folder.write("plain", &text(50_000));
    folder.ok(&[
        "encrypt",
        "plain",
        "-o",
        "message",
        "--key=alias/app",
        "--encryption-context=a=1",
    ]);
    let message = folder.read("message");
    folder.write("out", b"old");
    let mut flipped = message.clone();
    *flipped.last_mut().unwrap() ^= 1;
    let mut longer = message.clone();
    longer.push(0);
    let cut = message[..message.len() / 2].to_vec();
    for (bytes, why) in [
        (flipped, "not authentic"),
        (longer, "bytes follow the end"),
        (cut, "ends too soon"),
        (b"hello".to_vec(), "malformed message"),
        (Vec::new(), "ends too soon"),
    ] {
        folder.write("message", &bytes);
        let ran = folder.ran(&["decrypt", "message", "-o", "out"]);
        assert!(ran.code == 2 && ran.err.contains(why), "{}", ran.err);
    }
    folder.write("message", &message);
    let other = folder.ran(&[
        "decrypt",
        "message",
        "-o",
        "out",
        "--encryption-context=a=2",
    ]);
    assert!(
        other.code == 2 && other.err.contains("`a`"),
        "{}",
        other.err
    );
    assert_eq!(folder.read("out"), b"old");
    assert_eq!(
        folder.files(),
        ["message", "my.kms", "my.kms.key", "out", "plain"]
    );
}

#[test]
fn exceptions_of_kms_are_told() {
    let (folder, keys) = Folder::with_keys();
    folder.write("plain", b"hello");
    folder.ok(&["encrypt", "plain", "--key", &keys[0]]);
    let missing = folder.ran(&["encrypt", "plain", "--key=alias/none", "-o", "other"]);
    assert_eq!(missing.code, 1);
    let start =
        "An error occurred (NotFoundException) when calling the GenerateDataKey operation: ";
    assert!(missing.err.starts_with(start), "{}", missing.err);
    let eve = [
        "decrypt",
        "plain.encrypted",
        "-o",
        "other",
        "--as=arn:aws:iam::111122223333:user/eve",
        "--state=my.kms",
    ];
    let denied = folder.run(eve);
    assert_eq!(denied.code, 1);
    let start = "An error occurred (AccessDeniedException) when calling the Decrypt operation: ";
    assert!(denied.err.starts_with(start), "{}", denied.err);
    assert!(
        denied.err.contains("help: no world was given"),
        "{}",
        denied.err
    );
    let json = folder.run(eve.into_iter().chain(["--format=json"]));
    assert!(
        json.out.contains("\"__type\": \"AccessDeniedException\""),
        "{}",
        json.out
    );
    // A key of another Region, or another account's, is not asked.
    let elsewhere = folder.ran(&[
        "decrypt",
        "plain.encrypted",
        "-o",
        "other",
        "--region=eu-west-1",
    ]);
    assert!(
        elsewhere.code == 2 && elsewhere.err.contains("decrypts none"),
        "{}",
        elsewhere.err
    );
    let other = folder.ran(&[
        "decrypt",
        "plain.encrypted",
        "-o",
        "other",
        "--account=444455556666",
    ]);
    assert!(
        other.code == 2 && other.err.contains("decrypts none"),
        "{}",
        other.err
    );
    assert!(!folder.files().contains(&"other".to_owned()));
}

/// What is no file is written to, not replaced.
#[test]
#[cfg(unix)]
fn devices_stay_devices() {
    use std::os::unix::fs::FileTypeExt as _;
    let (folder, _) = Folder::with_keys();
    folder.write("plain", b"hello");
    folder.ok(&["encrypt", "plain", "--key=alias/app", "-o", "/dev/null"]);
    let device = std::fs::metadata("/dev/null").unwrap().file_type();
    assert!(device.is_char_device());
    let none = folder.ran(&["encrypt", "plain", "--key=alias/app", "-o", "none/message"]);
    assert!(
        none.code == 2 && none.err.contains("cannot write `none/message`"),
        "{}",
        none.err
    );
}
