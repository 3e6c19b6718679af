//! `kmsim check --batch`.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use insta::assert_snapshot;
use serde_json::Value;

use crate::run::{CASE, Folder, USE_KEY, folder};

fn line(case: &str) -> String {
    case.replace('\n', " ")
}

#[test]
fn lines_are_answered_in_order_and_bad_ones_are_named() {
    let wrong_field = line(CASE).replace("\"action\"", "\"acton\"");
    let in_string = line(CASE).replace(
        "{\"file\": \"use-key.json\"}",
        r#""{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Alow\"}}""#,
    );
    let refused = line(CASE).replace(
        "{\"file\": \"use-key.json\"}",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}"#,
    );
    let unnamed = line(CASE)
        .replace("\"name\": \"alice decrypts\",", "")
        .replace(
            "\"policies\"",
            "\"unknown\": [\"aws:SourceVpc\"], \"policies\"",
        );
    let lines = [
        &*line(CASE),
        "",
        "{\"name\": ",
        &wrong_field,
        "  \r",
        &in_string,
        "[1]",
        &refused,
        &unnamed,
        &line(CASE).replace("use-key", "other"),
    ];
    let folder = folder();
    folder.write("cases.ndjson", lines.join("\n").as_bytes());
    let ran = folder.run(["check", "--batch", "cases.ndjson"]);
    assert_snapshot!(ran.shown());
    let strict = folder.run(["check", "--batch", "cases.ndjson", "--strict"]);
    assert_eq!(strict.out.matches("principal-not-allowed").count(), 0);
    assert_eq!(strict.out.matches("\"error\"").count(), 6, "{}", strict.out);
}

#[test]
fn a_batch_is_no_verdict() {
    let denied = line(CASE).replace("kms:Decrypt", "kms:Sign");
    let ran = folder().run_with(["check", "--batch", "-"], &denied);
    assert_eq!(
        ran.shown(),
        "exit code 0\n--- standard output\n{\"name\":\"alice decrypts\",\"decision\":\"implicitDeny\",\"reason\":\"noIdentityAllow\"}\n"
    );
}

#[test]
fn lines_that_are_not_utf_8_do_not_stop_the_rest() {
    let folder = folder();
    let mut bytes = b"{\"name\": \"caf\xe9\"}\n".to_vec();
    bytes.extend_from_slice(line(CASE).as_bytes());
    folder.write("cases.ndjson", &bytes);
    let ran = folder.run(["check", "--batch", "cases.ndjson"]);
    assert_snapshot!(ran.shown());
}

#[test]
fn ten_megabytes_of_brackets_are_one_bad_line() {
    let folder = folder();
    let text = format!("{}\n{}\n", "[".repeat(10_000_000), line(CASE));
    folder.write("cases.ndjson", text.as_bytes());
    let ran = folder.run(["check", "--batch", "cases.ndjson"]);
    assert_snapshot!(ran.shown());
}

#[test]
fn many_lines_keep_their_order() {
    let case = line(&CASE.replace("{\"file\": \"use-key.json\"}", USE_KEY));
    let lines: Vec<String> = (0..5000)
        .map(|number| case.replace("alice decrypts", &number.to_string()))
        .collect();
    let folder = Folder::with([("cases.ndjson", &lines.join("\n"))]);
    let ran = folder.run(["check", "--batch", "cases.ndjson"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let names = ran.out.lines().map(|line| {
        let answer: Value = serde_json::from_str(line).unwrap();
        answer["name"].as_str().unwrap().to_owned()
    });
    assert!(names.eq((0..5000).map(|number| number.to_string())));
}

/// A program that asks line by line gets each answer before it asks again.
#[test]
fn answers_come_while_the_input_is_open() {
    let folder = folder();
    let mut child = Command::new(env!("CARGO_BIN_EXE_kmsim"))
        .current_dir(folder.path())
        .args(["check", "--batch", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    for _ in 0..3 {
        writeln!(input, "{}", line(CASE)).unwrap();
        let mut answer = String::new();
        output.read_line(&mut answer).unwrap();
        assert!(answer.contains("\"allowed\""), "{answer}");
    }
    drop(input);
    assert!(child.wait().unwrap().success());
}

/// `kmsim check --batch … | head -1`
#[test]
fn a_reader_that_goes_away_is_no_error() {
    let case = line(&CASE.replace("{\"file\": \"use-key.json\"}", USE_KEY));
    let folder = Folder::with([("cases.ndjson", &format!("{case}\n").repeat(20_000))]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_kmsim"))
        .current_dir(folder.path())
        .args(["check", "--batch", "cases.ndjson"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    output.read_line(&mut first).unwrap();
    drop(output);
    let ended = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(ended.stderr).unwrap(), "");
    assert_eq!(ended.status.code(), Some(0));
}
