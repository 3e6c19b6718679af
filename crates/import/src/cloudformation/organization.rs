//! SCPs and RCPs of a template.

use kmsim_policy::diagnostic::excerpt;
use kmsim_policy::json::Member;

use super::stack::Stack;
use crate::draft::ControlType;
use crate::placeholder;

impl<'t, 'a> Stack<'_, 't, 'a> {
    /// `AWS::Organizations::Policy`. Policies of other types have no say in calls.
    pub(super) fn control_policy(&mut self, declared: &'t Member<'a>) -> Option<&'static str> {
        let kind = self.text_property(declared, "Type")?;
        let kind = ControlType::from_name(kind.as_str()?)?;
        let name = self.text_property(declared, "Name");
        let content = self.document(declared, "Content")?;
        let targets = self.list_property(declared, "TargetIds");
        let id = placeholder::id("p", &declared.key);
        let organization = &mut self.draft.organization;
        organization.policy(&id, Some(kind), name);
        organization.content(&id, content);
        for target in &targets {
            if let Some(place) = target.as_str() {
                organization.attach(&id, place, target.span);
            }
        }
        if targets.iter().all(|target| target.as_str().is_some()) {
            organization.has_all_targets(&id);
        } else {
            let (word, shown) = (kind.short(), excerpt(&declared.key));
            let message = format!("a target of the {word} `{shown}` is not known");
            self.draft.gap("attachment", message);
        }
        Some(kind.short())
    }
}
