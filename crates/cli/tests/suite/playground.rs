//! `kmsim playground`: who gets what from the server.
#![expect(clippy::unwrap_used, reason = "what cannot be done fails the test")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::run::Folder;

const INDEX: &str = "<!doctype html><html><head><title>x</title></head><body></body></html>";

const WORLD: &str = "# mine
accounts:
  - id: \"111122223333\"
    keys: [{id: 1234abcd-12ab-34cd-56ef-1234567890ab, region: us-east-1, policy: default}]
";

fn folder() -> Folder {
    let folder = Folder::with([("world.yaml", WORLD)]);
    std::fs::create_dir_all(folder.path().join("page/assets")).unwrap();
    for (name, text) in [
        ("page/index.html", INDEX),
        ("page/assets/a.js", "1"),
        ("page/assets/a.wasm", "2"),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// A server that ends with the test.
struct Running {
    child: Child,
    /// Open for as long as the server writes to it.
    _out: BufReader<ChildStdout>,
    /// `127.0.0.1:PORT`
    host: String,
    /// `/secret/`
    root: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    fn start(folder: &Folder, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_kmsim"))
            .current_dir(folder.path())
            .args(["playground", "--page", "page"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("The playground is at http://");
        let (host, path) = address.unwrap().split_once('/').unwrap();
        let (host, root) = (host.to_owned(), format!("/{path}"));
        Self {
            child,
            _out: out,
            host,
            root,
        }
    }

    /// The head and the body of an answer.
    fn ask(&self, method: &str, path: &str, host: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }

    fn status(&self, method: &str, path: &str, host: &str) -> u16 {
        let (head, _) = self.ask(method, path, host);
        head.split(' ').nth(1).unwrap().parse().unwrap()
    }

    /// What the page is told to open.
    fn opened(&self) -> Value {
        let (_, body) = self.ask("GET", &self.root, &self.host);
        let (_, data) = body
            .split_once("<script type=\"application/json\" id=\"opened\">")
            .unwrap();
        let (data, _) = data.split_once("</script></head>").unwrap();
        serde_json::from_str(data).unwrap()
    }
}

#[test]
fn the_page_is_for_whoever_has_its_address() {
    let running = Running::start(&folder(), &[]);
    let (root, host) = (running.root.as_str(), running.host.as_str());
    assert_eq!(root.len(), 34);
    let port = host.split_once(':').unwrap().1;
    let (head, body) = running.ask("GET", root, host);
    assert_eq!(body, INDEX);
    for header in [
        "content-type: text/html; charset=utf-8",
        "content-security-policy: frame-ancestors 'none'",
        "x-content-type-options: nosniff",
        "cache-control: no-store",
    ] {
        assert!(head.contains(header), "{head}");
    }
    for (path, media_type, text) in [
        ("assets/a.js", "text/javascript; charset=utf-8", "1"),
        ("assets/a.wasm", "application/wasm", "2"),
    ] {
        let (head, body) = running.ask("GET", &format!("{root}{path}"), host);
        assert!(
            head.contains(&format!("content-type: {media_type}")),
            "{head}"
        );
        assert_eq!(body, text);
    }
    let bare = root.trim_end_matches('/');
    for (method, path, name, expected) in [
        ("GET", root, format!("localhost:{port}"), 200),
        ("HEAD", root, host.to_owned(), 200),
        ("GET", bare, host.to_owned(), 308),
        // Without the secret, by another name, with another method, and out of the folder.
        ("GET", "/", host.to_owned(), 404),
        ("GET", "/index.html", host.to_owned(), 404),
        ("GET", root, format!("evil.example:{port}"), 421),
        ("GET", root, "127.0.0.1".to_owned(), 421),
        ("POST", root, host.to_owned(), 405),
        ("GET", &format!("{root}../world.yaml"), host.to_owned(), 404),
        (
            "GET",
            &format!("{root}%2e%2e/world.yaml"),
            host.to_owned(),
            404,
        ),
        (
            "GET",
            &format!("{root}assets/../index.html"),
            host.to_owned(),
            404,
        ),
    ] {
        assert_eq!(
            running.status(method, path, &name),
            expected,
            "{method} {path} {name}"
        );
    }
}

#[test]
fn a_world_from_disk_stands_in_the_page_as_data() {
    let folder = folder();
    let arguments = [
        "--world=world.yaml",
        "--caller=arn:aws:iam::111122223333:role/A",
        "--operation=Encrypt",
        "--key=alias/</script>",
        "--encryption-context=a=b=c",
    ];
    assert_eq!(
        Running::start(&folder, &arguments).opened(),
        json!({
            "v": 1,
            "title": "world.yaml",
            "docs": [{"kind": "world", "name": "world", "text": WORLD}],
            "call": {
                "caller": "arn:aws:iam::111122223333:role/A",
                "operation": "Encrypt",
                "key": "alias/</script>",
                "region": "",
                "encryptionContext": [{"key": "a", "value": "b=c"}],
            },
        })
    );
}

#[test]
fn files_of_a_world_are_put_into_it_and_exports_become_one() {
    let folder = folder();
    let policy = r#"{"Version": "2012-10-17", "Statement": [{"Sid": "Mine", "Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}]}"#;
    let world = WORLD.replace("policy: default", "policy: {file: policies/key.json}");
    std::fs::create_dir(folder.path().join("policies")).unwrap();
    std::fs::write(folder.path().join("policies/key.json"), policy).unwrap();
    std::fs::write(folder.path().join("parts.yaml"), world).unwrap();
    std::fs::write(
        folder.path().join("key.json"),
        r#"{"KeyMetadata": {"Arn": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab", "KeyId": "1234abcd-12ab-34cd-56ef-1234567890ab", "AWSAccountId": "111122223333", "KeyState": "Enabled", "KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT", "Origin": "AWS_KMS", "KeyManager": "CUSTOMER", "MultiRegion": false}}"#,
    )
    .unwrap();
    for (arguments, expected) in [
        ("--world=parts.yaml", "Sid: Mine"),
        ("--from=key.json", "gaps:"),
    ] {
        let opened = Running::start(&folder, &[arguments]).opened();
        let text = opened["docs"][0]["text"].as_str().unwrap();
        assert!(text.contains(expected), "{text}");
        // The page's world is a world.
        std::fs::write(folder.path().join("again.yaml"), text).unwrap();
        let ran = folder.run([
            "who-can",
            "kms:Decrypt",
            "1234abcd-12ab-34cd-56ef-1234567890ab",
            "--world=again.yaml",
        ]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.err);
    }
}

#[test]
fn what_cannot_be_served_is_an_error() {
    let folder = folder();
    std::fs::write(folder.path().join("broken.yaml"), "accounts: [{id: 1}]").unwrap();
    for (arguments, expected) in [
        (&["--page=nowhere"][..], "cannot read the page in `nowhere`"),
        (&["--page=page/assets"], "it has no index.html"),
        (
            &["--page=page", "--world=nowhere.yaml"],
            "there is no such file",
        ),
        (&["--page=page", "--world=broken.yaml"], "broken.yaml:1:17"),
        (
            &["--page=page", "--encryption-context=a", "--caller=x"],
            "`a` is no pair",
        ),
    ] {
        let ran = folder.run(["playground"].into_iter().chain(arguments.iter().copied()));
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.err.contains(expected), "{}", ran.err);
    }
}
