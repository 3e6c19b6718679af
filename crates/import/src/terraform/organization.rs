//! The organization: its root, units and accounts, and SCPs and RCPs with what they are attached to.

use kmsim_policy::json::Node;

use super::Reader;
use crate::draft::ControlType;

impl Reader<'_, '_, '_, '_> {
    /// `aws_organizations_organization`.
    pub(super) fn organization(&mut self, at: usize) -> &'static str {
        let id = self.known(at, "id");
        let management = self.known(at, "master_account_id");
        let roots = self.known(at, "roots");
        let accounts = self.known(at, "accounts");
        let organization = &mut self.draft.organization;
        if let Some(id) = id {
            organization.id(id);
        }
        if let Some(management) = management {
            organization.management_account(management);
        }
        for (list, is_place) in [(roots, true), (accounts, false)] {
            let Some(list) = list else { continue };
            for entry in list.as_list() {
                let id = entry.member("id").and_then(Node::as_str);
                let Some(id) = id else { continue };
                if is_place {
                    organization.place(id);
                }
                if let Some(name) = entry.member("name").filter(|name| name.as_str().is_some()) {
                    organization.name(id, name.clone());
                }
            }
        }
        "organization"
    }

    /// `aws_organizations_organizational_unit`.
    pub(super) fn unit(&mut self, at: usize) -> Option<&'static str> {
        self.member_of(at, "organizational unit")
    }

    /// `aws_organizations_account`.
    pub(super) fn member_account(&mut self, at: usize) -> Option<&'static str> {
        self.member_of(at, "account")
    }

    fn member_of(&mut self, at: usize, word: &'static str) -> Option<&'static str> {
        let id = self
            .known(at, "id")
            .or_else(|| self.placeholder(at, "id"))?;
        let id = id.as_str()?.to_owned();
        let name = self.text(at, "name");
        let parent = self.text(at, "parent_id");
        let span = self.span(at);
        let organization = &mut self.draft.organization;
        organization.place(&id);
        if let Some(name) = name {
            organization.name(&id, name);
        }
        if let Some(parent) = parent.as_ref().and_then(Node::as_str) {
            organization.put(&id, parent, span);
        }
        Some(word)
    }

    /// `aws_organizations_policy`. Policies of other types have no say in calls.
    pub(super) fn control_policy(&mut self, at: usize) -> Option<&'static str> {
        let kind = self.known(at, "type");
        // The provider makes an SCP if no type is set.
        let kind = kind.as_ref().and_then(Node::as_str);
        let kind = ControlType::from_name(kind.unwrap_or("SERVICE_CONTROL_POLICY"))?;
        let id = self
            .known(at, "id")
            .or_else(|| self.placeholder(at, "id"))?;
        let id = id.as_str()?.to_owned();
        let name = self.text(at, "name");
        let content = self.document(at, "content");
        let organization = &mut self.draft.organization;
        organization.policy(&id, Some(kind), name);
        if let Some(content) = content {
            organization.content(&id, content);
        }
        Some(kind.short())
    }

    /// `aws_organizations_policy_attachment`.
    pub(super) fn control_attachment(&mut self, at: usize) -> Option<&'static str> {
        let policy = self.link(at, "policy_id")?;
        let target = self.link(at, "target_id")?;
        let span = self.span(at);
        let (Some(policy), Some(target)) = (policy.as_str(), target.as_str()) else {
            let shown = self.shown(at);
            let message = format!("`{shown}` is known after apply; it is not considered");
            self.draft.gap("attachment", message);
            return None;
        };
        self.draft.organization.attach(policy, target, span);
        Some("attachment")
    }
}
