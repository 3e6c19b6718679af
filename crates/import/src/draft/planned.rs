//! What a plan or template changes of a world that exports tell.
//!
//! Where a plan contradicts an export, the plan counts: it says how things will be. What a plan deletes
//! is taken away.

use kmsim_policy::json::Node;
use kmsim_policy::source::SourceId;

use super::{Draft, Sort, Statement};

impl<'a> Draft<'a> {
    /// What this source says will be so, whatever exports say.
    pub(crate) fn plan(&mut self, source: SourceId) {
        self.planned.insert(source);
    }

    /// A thing is deleted, with all that is known of it.
    pub(crate) fn delete(&mut self, sort: Sort, name: &str) {
        self.things
            .retain(|(_, own, known), _| *own != sort || known != name);
    }

    /// The thing with this name, if something is known of it.
    pub(crate) fn known(&mut self, sort: Sort, name: &str) -> Option<Statement<'_, 'a>> {
        let mut all = self.things.iter();
        let ((account, _, _), thing) =
            all.find(|((_, own, known), _)| *own == sort && known == name)?;
        let (account, span) = (account.clone(), thing.span);
        Some(self.thing_of(account.as_deref(), sort, name, span))
    }
}

impl<'a> Statement<'_, 'a> {
    /// Takes a field away.
    pub(crate) fn forget(&mut self, field: &str) -> &mut Self {
        self.thing.fields.retain(|own| own.key != field);
        self
    }

    /// Takes all members of a field that is an object away.
    pub(crate) fn forget_entries(&mut self, field: &str) -> &mut Self {
        self.thing.entries.remove(field);
        self
    }

    /// Takes a member of a field that is an object away.
    pub(crate) fn forget_entry(&mut self, field: &str, name: &str) -> &mut Self {
        if let Some(entries) = self.thing.entries.get_mut(field) {
            entries.retain(|own| own.key != name);
        }
        self
    }

    /// Takes the items of a list away that `is_gone` names.
    pub(crate) fn forget_items(
        &mut self,
        field: &str,
        is_gone: impl Fn(&Node<'a>) -> bool,
    ) -> &mut Self {
        if let Some(items) = self.thing.lists.get_mut(field) {
            items.retain(|item| !is_gone(item));
        }
        self
    }
}
