//! Where policies come from: files that are policies, and files that hold some.
//!
//! [`read`] recognizes a text by its content (and Markdown and Terraform sources by the ending of the
//! name), and gives every policy in it as an [`Extract`]: a tree whose places are those of the text, the
//! kind of the policy, what is known of its key, and the name of what it belongs to. What AWS tools,
//! Terraform and CloudFormation write is read by [`kmsim_import`], so that functions, references and
//! default values mean here what they mean in a world.

use std::fmt;

use kmsim_authz::world::World;
use kmsim_policy::diagnostic::{Diagnostic, Severity};
use kmsim_policy::json::Node;
use kmsim_policy::source::{SourceId, Sources, Span};
use kmsim_policy::syntax::PolicyKind;

use crate::finding::Finding;
use crate::subject::{Key, Subject};

mod answer;
mod cases;
mod document;
mod exports;
mod hcl;
mod leftover;
mod markdown;
mod place;
mod shape;

pub use cases::policies_of_case;
pub use exports::{Exports, exports};

/// What an input is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A policy, or statements of one.
    Policy,
    /// What a tool has written about policies that stand elsewhere: an answer of AWS, a plan or state of
    /// Terraform. To change it changes nothing.
    Export(&'static str),
    /// A CloudFormation template.
    Template,
    /// A source of Terraform.
    Terraform,
    /// Notes in Markdown.
    Notes,
    /// A world document of kmsim.
    World,
    /// Cases or policy tests of kmsim.
    Cases,
    /// Something that holds no policies, as messages call it.
    Other(&'static str),
}

impl Form {
    /// Whether people write such files, so that changes of them make sense.
    pub fn is_source(self) -> bool {
        !matches!(self, Self::Export(_) | Self::Other(_))
    }

    /// Whether such files are linted where they are found in a folder. The worlds and tests of kmsim hold
    /// policies with mistakes on purpose, and other people's: they are linted when they are named.
    pub fn is_linted_unnamed(self) -> bool {
        matches!(
            self,
            Self::Policy | Self::Export(_) | Self::Template | Self::Terraform
        )
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Policy => "a policy",
            Self::Export(what) | Self::Other(what) => what,
            Self::Template => "a CloudFormation template",
            Self::Terraform => "a Terraform source",
            Self::Notes => "Markdown",
            Self::World => "a world of kmsim",
            Self::Cases => "cases of kmsim",
        })
    }
}

/// The policies of a text.
#[derive(Debug)]
pub struct Input<'a> {
    /// What the text is.
    pub form: Form,
    /// The policies in it.
    pub policies: Vec<Extract<'a>>,
    /// Why the text, or a part of it, could not be read. What is said of a policy is not among it.
    pub diagnostics: Vec<Diagnostic>,
}

/// A policy that was found.
#[derive(Debug)]
pub struct Extract<'a> {
    /// What it belongs to, such as `aws_kms_key.orders` or `role App, inline policy orders`; nothing where
    /// the file is the policy.
    pub place: Option<String>,
    /// Where the policy is attached.
    pub kind: PolicyKind,
    /// The document; nothing if it could not be read.
    pub node: Option<Node<'a>>,
    /// What the reader found.
    pub diagnostics: Vec<Diagnostic>,
    /// What is known of the key that it guards, or else of the account.
    pub key: Key,
    /// Whether it is a part of a policy on purpose.
    pub excerpt: bool,
    /// Whether some of the text could not be read, so that there may be more to find in it.
    pub incomplete: bool,
    /// Whether the places are those of strings in another language, so that nothing but a string can be
    /// changed.
    strings_only: bool,
}

impl<'a> Extract<'a> {
    /// A document of a kind.
    fn new(kind: PolicyKind, node: Node<'a>) -> Self {
        Self {
            place: None,
            kind,
            node: Some(node),
            diagnostics: Vec::new(),
            key: Key::default(),
            excerpt: false,
            incomplete: false,
            strings_only: false,
        }
    }

    /// A text that was meant as a document of a kind.
    fn unreadable(kind: PolicyKind, diagnostics: Vec<Diagnostic>) -> Self {
        Self {
            place: None,
            kind,
            node: None,
            diagnostics,
            key: Key::default(),
            excerpt: false,
            incomplete: true,
            strings_only: false,
        }
    }

    /// The policy to lint.
    pub fn subject<'s>(&'s self, world: Option<&'s World>) -> Subject<'s> {
        let diagnostics = self.diagnostics.clone();
        let mut subject = match &self.node {
            Some(node) if self.excerpt && crate::subject::is_part(node) => {
                Subject::part(node, self.kind, diagnostics)
            }
            Some(node) => Subject::new(node, self.kind, diagnostics),
            None => Subject::unreadable(self.kind, diagnostics),
        };
        subject.excerpt |= self.excerpt;
        subject.key = self.key.clone();
        subject.world = world;
        subject
    }

    /// What is found in the policy, in the order of the text. All places are places in the file, also of a
    /// policy that stands as a string in it.
    pub fn findings(&self, sources: &Sources<'_>, world: Option<&World>) -> Vec<Finding> {
        self.linted(sources, world).findings
    }

    /// The same, with how much of the policy has no meaning.
    pub fn linted(&self, sources: &Sources<'_>, world: Option<&World>) -> Linted {
        let mut subject = self.subject(world);
        let source = self.node.as_ref().map(|node| node.span.source);
        subject.text = source.map(|source| sources.text(source));
        let mut findings = Vec::new();
        crate::lint(&subject, &mut |finding| findings.push(finding));
        for finding in &mut findings {
            finding.move_outside(sources);
            if self.strings_only {
                finding.keep_changes_of_strings(sources);
            }
        }
        findings.sort_by_key(|finding| finding.span.start);
        let error = |found: &&Diagnostic| found.severity == Severity::Error;
        Linted {
            findings,
            errors: subject.diagnostics.iter().filter(error).count(),
        }
    }
}

/// What came out for one policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Linted {
    /// What was found.
    pub findings: Vec<Finding>,
    /// How many places have no meaning that could be evaluated.
    pub errors: usize,
}

/// Finds the policies of a text that is a source already. `kind` is what the user says that a policy by
/// itself is; inside of other documents its place tells.
pub fn read<'a>(
    text: &'a str,
    source: SourceId,
    kind: Option<PolicyKind>,
    sources: &mut Sources<'a>,
) -> Input<'a> {
    if let Some(place) = document::too_much(text) {
        let place = Span {
            source,
            start: place,
            end: place,
        };
        let message = "more values stand before this place than are read";
        let found = Diagnostic::error("too-long", place, message)
            .help("a policy, and what holds policies, has far fewer; is this data?");
        return Input {
            form: Form::Other("data"),
            policies: Vec::new(),
            diagnostics: vec![found],
        };
    }
    let name = sources.name(source);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending.to_ascii_lowercase().as_str() {
        "tf" | "tofu" => hcl::read(text, source, 0, kind),
        "md" | "markdown" | "mdx" => markdown::read(text, source, kind, sources),
        _ => document::read(text, source, kind, sources),
    }
}
