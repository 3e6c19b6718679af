//! From texts to a world.

use std::collections::BTreeMap;

use kmsim_authz::world::Gap;
use kmsim_policy::diagnostic::{Diagnostic, Severity};
use kmsim_policy::document::parse_template;
use kmsim_policy::json::{Node, Value};
use kmsim_policy::source::{Sources, Span};
use kmsim_types::{AccountId, Region};

use crate::aws;
use crate::cloudformation;
use crate::draft::Draft;
use crate::recognize::{Kind, recognize};
use crate::terraform;
use crate::unplaced;

/// How a text was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// By its name: it must be something that can be imported.
    Named,
    /// It was found in a folder: what cannot be imported is passed over.
    Found,
}

/// What the inputs do not say and the user does.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The account of things whose inputs name none.
    pub account: Option<AccountId>,
    /// The Region of things whose inputs name none.
    pub region: Option<Region>,
    /// The values of parameters of CloudFormation templates.
    pub parameters: BTreeMap<String, String>,
    /// What other stacks export: what `Fn::ImportValue` gives.
    pub exports: BTreeMap<String, String>,
    /// The name of the stack that a CloudFormation template makes.
    pub stack_name: Option<String>,
    /// Of a Terraform plan, what there is before it is applied.
    pub before: bool,
    /// Things that tell neither account nor Region are of account 000000000000 in us-east-1, rather than an
    /// error. What refers to account and Region stays unknown. So policies can be found and linted. Where
    /// there are only plans and templates it is so anyway, and what their keys allow is unknown then.
    pub anywhere: bool,
}

/// One recognized document. A file that holds a list of documents gives one for each.
#[derive(Debug)]
pub struct Document<'a> {
    /// The name of the file: it may tell what the content does not, such as the id of a key.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// The whole document.
    pub node: Node<'a>,
}

/// A file that the world was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// The file's name.
    pub file: String,
    /// What it is.
    pub kind: Kind,
    /// What it gave: "key policy of 1234abcd-…".
    pub what: String,
}

/// A file that nothing was taken from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignored {
    /// The file's name.
    pub file: String,
    /// What it is, if that is known.
    pub kind: Option<Kind>,
    /// Why it is ignored.
    pub why: String,
}

/// A world and what it was made of.
#[derive(Debug)]
pub struct Imported<'a> {
    /// The world document. If there are errors, it holds what could be used all the same, and
    /// unknown values where inputs contradict each other.
    pub world: Node<'a>,
    /// The files that were used.
    pub used: Vec<Used>,
    /// The files that were not.
    pub ignored: Vec<Ignored>,
    /// What is missing for a full answer; they stand in the world, too.
    pub gaps: Vec<Gap>,
    /// What is wrong with the inputs.
    pub diagnostics: Vec<Diagnostic>,
}

impl Imported<'_> {
    /// Whether there is an error, so that the world holds less than the inputs.
    pub fn is_partial(&self) -> bool {
        let mut found = self.diagnostics.iter();
        found.any(|found| found.severity == Severity::Error)
    }
}

/// What was used and what was not, while it is being found out.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) used: Vec<Used>,
    pub(crate) ignored: Vec<Ignored>,
}

impl Report {
    /// A document was used.
    pub(crate) fn used(&mut self, document: &Document<'_>, what: impl Into<String>) {
        self.used.push(Used {
            file: document.name.clone(),
            kind: document.kind,
            what: what.into(),
        });
    }

    /// A document was not used.
    pub(crate) fn ignored(&mut self, document: &Document<'_>, why: impl Into<String>) {
        self.ignored.push(Ignored {
            file: document.name.clone(),
            kind: Some(document.kind),
            why: why.into(),
        });
    }
}

/// Takes texts and makes a world of them.
#[derive(Debug)]
pub struct Importer<'s, 'a> {
    pub(crate) sources: &'s mut Sources<'a>,
    pub(crate) settings: Settings,
    documents: Vec<Document<'a>>,
    pub(crate) report: Report,
    pub(crate) draft: Draft<'a>,
}

impl<'s, 'a> Importer<'s, 'a> {
    /// An importer that adds texts to `sources`.
    pub fn new(sources: &'s mut Sources<'a>, settings: Settings) -> Self {
        Self {
            sources,
            settings,
            documents: Vec::new(),
            report: Report::default(),
            draft: Draft::default(),
        }
    }

    /// Adds a text under the name of its file.
    pub fn add(&mut self, name: &str, text: &'a str, given: Given) {
        let source = self.sources.add(name, text);
        let mut found = Vec::new();
        let node = parse_template(text, source, name, &mut found);
        self.parsed(name, node, found, given);
    }

    /// Adds a text that nobody else keeps, and gives the kinds of the documents in it.
    pub(crate) fn add_owned(&mut self, name: &str, text: &str, given: Given) -> Vec<Kind> {
        let source = self.sources.add(name, text.to_owned());
        let mut found = Vec::new();
        let node = parse_template(text, source, name, &mut found);
        let before = self.documents.len();
        self.parsed(name, node.map(Node::into_owned), found, given);
        let new = self.documents.iter().skip(before);
        new.map(|document| document.kind).collect()
    }

    /// Adds a document that was read already: its places are those of a text in the sources.
    pub fn add_node(&mut self, name: &str, node: Node<'a>, given: Given) {
        self.document(name, node, given);
    }

    fn parsed(
        &mut self,
        name: &str,
        node: Option<Node<'a>>,
        mut found: Vec<Diagnostic>,
        given: Given,
    ) {
        let Some(node) = node else {
            self.draft.diagnostics.append(&mut found);
            self.draft.gap(
                "broken-file",
                format!("`{name}` could not be read; what it says is not considered"),
            );
            return;
        };
        let before = self.documents.len();
        self.document(name, node, given);
        if self.documents.len() > before {
            self.draft.diagnostics.append(&mut found);
        }
    }

    fn document(&mut self, name: &str, node: Node<'a>, given: Given) {
        if let Some(kind) = recognize(&node) {
            let name = name.to_owned();
            self.documents.push(Document { name, kind, node });
            return;
        }
        let span = node.span;
        match node.value {
            // Pages that were put into one list, and `--output yaml-stream`.
            Value::Array(pages) if pages.iter().any(|page| recognize(page).is_some()) => {
                for page in pages {
                    self.document(name, page, given);
                }
            }
            _ => self.unrecognized(name, span, given),
        }
    }

    fn unrecognized(&mut self, name: &str, span: Span, given: Given) {
        if given == Given::Named {
            let message = "this is none of the inputs that can be imported";
            self.draft.diagnostics.push(
                Diagnostic::error("unknown-input", span, message)
                    .help("docs/import.md lists them; each is recognized by its content"),
            );
        }
        self.report.ignored.push(Ignored {
            file: name.to_owned(),
            kind: None,
            why: "it is none of the inputs that can be imported".to_owned(),
        });
    }

    /// Makes the world.
    pub fn finish(mut self) -> Imported<'a> {
        let documents = std::mem::take(&mut self.documents);
        let is_for_policies = self.settings.anywhere;
        // Beside answers of AWS, which account is meant decides what belongs together: it must be told.
        self.settings.anywhere |= documents.iter().all(|own| own.kind.is_declared());
        let folders = aws::folders(&mut self, &documents);
        let documents = aws::read(&mut self, &folders, documents);
        let documents = cloudformation::read(&mut self, documents, &folders);
        let documents = terraform::read(&mut self, documents);
        for document in documents {
            self.report.ignored(&document, document.kind.why_ignored());
        }
        let mut finished = self.draft.finish();
        if !is_for_policies {
            unplaced::doubt(&mut finished.world, &finished.gaps);
        }
        Imported {
            world: finished.world,
            used: self.report.used,
            ignored: self.report.ignored,
            gaps: finished.gaps,
            diagnostics: finished.diagnostics,
        }
    }
}
