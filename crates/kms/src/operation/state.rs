//! `EnableKey`, `DisableKey`, `UpdateKeyDescription`.

use kmsim_types::KeyState;
use serde_json::json;

use super::check_customer_managed;
use crate::members::Members;
use crate::service::{Answer, Cx, Service};

impl Service {
    pub(super) fn enable_key(&mut self, cx: &mut Cx<'_>) -> Answer {
        self.switch(cx, KeyState::Enabled)?;
        let arn = cx.key()?.clone();
        // A rotation that the key missed while it was disabled comes at once (KMS Developer
        // Guide, "Rotating AWS KMS keys").
        self.rotate_if_overdue(&arn, cx.now);
        Ok(Members::default())
    }

    pub(super) fn disable_key(&mut self, cx: &mut Cx<'_>) -> Answer {
        self.switch(cx, KeyState::Disabled)
    }

    /// An unavailable key changes once its key store is connected again (table of key states,
    /// note 12).
    fn switch(&mut self, cx: &mut Cx<'_>, state: KeyState) -> Answer {
        let key = self.key_of(cx)?;
        check_customer_managed(key, cx)?;
        let arn = key.arn.clone();
        self.change_key(&arn, |key| match key.state {
            KeyState::Unavailable => key.resume = Some(state),
            _ => key.state = state,
        })?;
        cx.trail.response = Some(json!({"keyId": arn.as_str()}));
        Ok(Members::default())
    }

    pub(super) fn update_key_description(&mut self, cx: &mut Cx<'_>) -> Answer {
        let key = self.key_of(cx)?;
        check_customer_managed(key, cx)?;
        let arn = key.arn.clone();
        let description = cx.input.required("Description")?.to_owned();
        self.change_key(&arn, |key| key.description = description)?;
        Ok(Members::default())
    }
}
