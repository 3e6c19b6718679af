//! The sections of a template.

use kmsim_policy::diagnostic::{Diagnostic, excerpt};
use kmsim_policy::json::{Member, Node};
use kmsim_policy::source::Span;

/// A template whose functions are not evaluated yet.
#[derive(Debug)]
pub(super) struct Template<'t, 'a> {
    pub(super) parameters: &'t [Member<'a>],
    pub(super) mappings: &'t [Member<'a>],
    pub(super) conditions: &'t [Member<'a>],
    pub(super) resources: &'t [Member<'a>],
    pub(super) outputs: &'t [Member<'a>],
}

impl<'t, 'a> Template<'t, 'a> {
    /// Takes the sections out of a document.
    pub(super) fn new(document: &'t Node<'a>, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let [parameters, mappings, conditions, resources, outputs] = [
            "Parameters",
            "Mappings",
            "Conditions",
            "Resources",
            "Outputs",
        ]
        .map(|name| section(document, name, diagnostics));
        Self {
            parameters,
            mappings,
            conditions,
            resources,
            outputs,
        }
    }

    /// The declaration of a parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&'t Member<'a>> {
        find(self.parameters, name)
    }

    /// The declaration of a resource.
    pub(super) fn resource(&self, name: &str) -> Option<&'t Member<'a>> {
        find(self.resources, name)
    }

    /// Where a resource stands whose ARN has a Region.
    pub(super) fn needs_region(&self) -> Option<Span> {
        let regional = |member: &&Member<'_>| {
            let kind = super::physical::kind(&member.value);
            kind.starts_with("AWS::KMS::")
        };
        let found = self.resources.iter().find(regional)?;
        Some(found.key_span)
    }

    /// Every name that `Ref` takes, for suggestions.
    pub(super) fn names(&self) -> impl Iterator<Item = &'t str> {
        let members = self.parameters.iter().chain(self.resources);
        members.map(|member| &*member.key)
    }
}

/// A member by its name.
pub(super) fn find<'t, 'a>(members: &'t [Member<'a>], name: &str) -> Option<&'t Member<'a>> {
    members.iter().find(|member| member.key == name)
}

fn section<'t, 'a>(
    document: &'t Node<'a>,
    name: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> &'t [Member<'a>] {
    let Some(found) = document.member(name) else {
        return &[];
    };
    found.as_object().unwrap_or_else(|| {
        let message = format!(
            "`{}` of a template is an object, found {}",
            excerpt(name),
            found.kind()
        );
        diagnostics.push(Diagnostic::error("template", found.span, message));
        &[]
    })
}
