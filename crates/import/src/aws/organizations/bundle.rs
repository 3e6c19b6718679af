//! All of an organization in one file, as a collector may write it (docs/import.md).

use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::fields::Fields;

use super::{Reader, strings};
use crate::draft::ControlType;
use crate::importer::Document;
use crate::node::take;

impl<'a> Reader<'_, '_, 'a> {
    /// `organizations-export.kmsim.json`. It is ours, so that everything in it is known by name.
    pub(super) fn bundle(&mut self, mut document: Document<'a>) {
        let mut found = Vec::new();
        if let Some(mut node) = take(&mut document.node, "organization") {
            self.identity(&mut node);
        }
        let node = &document.node;
        let Some(fields) = Fields::of(node, "an organization bundle", &mut found) else {
            return;
        };
        fields.get("_comment");
        for node in fields.list("policies", &mut found) {
            self.control_policy(&mut node.clone());
        }
        for node in fields.list("roots", &mut found) {
            self.bundled_place(node, "a root", &mut found);
        }
        for node in fields.list("units", &mut found) {
            self.bundled_place(node, "a unit", &mut found);
        }
        for node in fields.list("attachments", &mut found) {
            let Some(fields) = Fields::of(node, "an attachment", &mut found) else {
                continue;
            };
            let policy = fields.require_string("policy", &mut found);
            let targets = fields.get("targets");
            fields.finish(&mut found);
            let Some((policy, _)) = policy else { continue };
            let organization = &mut self.importer.draft.organization;
            for (target, span) in strings(targets) {
                organization.attach(policy, target, span);
            }
            organization.has_all_targets(policy);
        }
        fields.finish(&mut found);
        let organization = &mut self.importer.draft.organization;
        for kind in ControlType::ALL {
            organization.has_all_policies(kind);
        }
        organization.has_all_accounts();
        self.importer.draft.diagnostics.append(&mut found);
        self.importer.report.used(&document, "the organization");
    }

    /// A root or a unit, with what is in it.
    fn bundled_place(
        &mut self,
        node: &kmsim_policy::json::Node<'a>,
        what: &'static str,
        found: &mut Vec<Diagnostic>,
    ) {
        let Some(fields) = Fields::of(node, what, found) else {
            return;
        };
        let id = fields.require_string("Id", found);
        let name = fields.get("Name");
        let parent = fields.string("parent", found);
        let (children, accounts) = (fields.get("children"), fields.get("accounts"));
        fields.get("Arn");
        fields.finish(found);
        let Some((id, _)) = id else { return };
        let organization = &mut self.importer.draft.organization;
        organization.place(id);
        if let Some(name) = name {
            organization.name(id, name.clone());
        }
        if let Some((parent, span)) = parent {
            organization.put(id, parent, span);
        }
        for (child, span) in strings(children).chain(strings(accounts)) {
            organization.put(child, id, span);
        }
    }
}
