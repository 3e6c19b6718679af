//! Running the command in a folder of its own.

use std::fmt::Write as _;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

/// A folder with files in which the command is run.
pub(crate) struct Folder(TempDir);

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// A folder with these files.
    pub(crate) fn with<const N: usize>(files: [(&str, &str); N]) -> Self {
        let folder = Self::new();
        for (name, text) in files {
            folder.write(name, text.as_bytes());
        }
        folder
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// The text of a file.
    pub(crate) fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap()
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Runs the command with these arguments.
    pub(crate) fn run<'t>(&self, arguments: impl IntoIterator<Item = &'t str>) -> Ran {
        self.run_with(arguments, "")
    }

    /// The same, with a text on standard input.
    pub(crate) fn run_with<'t>(
        &self,
        arguments: impl IntoIterator<Item = &'t str>,
        input: &str,
    ) -> Ran {
        self.run_bytes(arguments, input.as_bytes().to_vec(), &[])
    }

    /// The same with bytes, and with environment variables.
    pub(crate) fn run_bytes<'t>(
        &self,
        arguments: impl IntoIterator<Item = &'t str>,
        input: Vec<u8>,
        environment: &[(&str, &str)],
    ) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_kmsim"))
            .current_dir(self.path())
            .env_remove("NO_COLOR")
            .env_remove("KMSIM_ROOT_KEY")
            .envs(environment.iter().copied())
            .args(arguments)
            .write_stdin(input)
            .output()
            .unwrap();
        Ran {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path().join(name)).unwrap()
    }

    /// Names of the files in the folder, sorted.
    pub(crate) fn files(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.path()).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }
}

impl Ran {
    /// The run as a text for snapshots.
    pub(crate) fn shown(&self) -> String {
        let mut text = format!("exit code {}\n", self.code);
        for (name, stream) in [
            ("standard output", &self.out),
            ("standard error", &self.err),
        ] {
            if !stream.is_empty() {
                let _ = write!(text, "--- {name}\n{stream}");
            }
        }
        text
    }
}

/// A case with the given parts of the request and key policy.
pub(crate) const CASE: &str = r#"{
  "name": "alice decrypts",
  "request": {
    "principal": "arn:aws:iam::111122223333:user/alice",
    "action": "kms:Decrypt",
    "resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  },
  "policies": {
    "resource": {
      "Version": "2012-10-17",
      "Statement": [
        {"Sid": "Delegate", "Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "kms:*", "Resource": "*"},
        {"Sid": "NotFromOutside", "Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*",
          "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-outside"}}}
      ]
    },
    "identity": {"file": "use-key.json"}
  },
  "expect": "allowed"
}
"#;

/// The identity-based policy that [`CASE`] refers to.
pub(crate) const USE_KEY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": {"Sid": "Use", "Effect": "Allow", "Action": ["kms:Decrypt", "kms:Encrypt"], "Resource": "*"}
}
"#;

/// A folder with [`CASE`].
pub(crate) fn folder() -> Folder {
    Folder::with([("case.json", CASE), ("use-key.json", USE_KEY)])
}
