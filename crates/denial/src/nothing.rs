//! Texts in which no call is reported: what they are instead.

use kmsim_policy::document::parse_any;
use kmsim_policy::source::Sources;

/// Why there is nothing to explain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nothing {
    /// What happened.
    pub message: String,
    /// What to do about it.
    pub hints: Vec<String>,
}

impl Nothing {
    /// Says what a text without a report is. `name` is what to call it, in backticks if it is a file's.
    pub fn of(text: &str, name: &str) -> Self {
        let message = format!("no denial was found in {name}");
        let mut sources = Sources::new();
        let source = sources.add(name, text);
        let node = parse_any(text, source, name, &mut Vec::new());
        let hints = match node.as_ref().and_then(kmsim_import::recognize) {
            Some(kind) => vec![
                format!("it looks like: {}", kind.name()),
                "to explain a denial against a world: kmsim explain EVENT --world FILE".to_owned(),
            ],
            None if text.contains("Encoded authorization failure message") => vec![
                "AWS encoded the reason: aws sts decode-authorization-message --encoded-message … shows it".to_owned(),
            ],
            None => vec![
                "expected an event of CloudTrail, or the text of an error such as `User: … is not authorized to perform: kms:Decrypt …`".to_owned(),
            ],
        };
        Self { message, hints }
    }
}
