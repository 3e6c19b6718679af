//! KMS keys and aliases of a template.

use kmsim_policy::json::{Member, Node, Value};

use super::physical::{is_true, kind};
use super::stack::Stack;
use crate::draft::Sort;
use crate::node::text;

impl<'t, 'a> Stack<'_, 't, 'a> {
    /// `AWS::KMS::Key` and `AWS::KMS::ReplicaKey`.
    pub(super) fn key(&mut self, declared: &'t Member<'a>) -> Option<&'static str> {
        let (arn, span) = self.arn_of(declared)?;
        // CreateKey gives a key without policy the default one, and so does CloudFormation.
        let policy = self.property(declared, "KeyPolicy");
        let policy = policy.unwrap_or_else(|| text("default", span));
        let spec = self.text_property(declared, "KeySpec");
        let origin = self.text_property(declared, "Origin");
        let usage = self.usage(declared, spec.as_ref());
        let is_replica = kind(&declared.value) == "AWS::KMS::ReplicaKey";
        let multi_region = self.property(declared, "MultiRegion");
        let family = match multi_region.filter(is_true) {
            _ if is_replica => Some("REPLICA"),
            Some(_) => Some("PRIMARY"),
            None => None,
        };
        let enabled = self.property(declared, "Enabled");
        let disabled = enabled.filter(|node| is_false(node));
        let tags = self.tags(declared);
        if is_replica {
            let message = format!(
                "the key spec of the replica `{}` is that of its primary, which the template does not have; it is taken for SYMMETRIC_DEFAULT",
                declared.key
            );
            self.draft.gap("assumed", message);
        }
        let is_placeholder = !self
            .evaluator
            .deployment
            .physical
            .contains_key(&*declared.key);
        let mut key = self.draft.thing(Sort::Key, &arn, span);
        if is_placeholder {
            key.state("description", text(declared.key.clone(), span));
        }
        key.state("policy", policy);
        for (field, value) in [("spec", spec), ("usage", usage), ("origin", origin)] {
            if let Some(value) = value {
                key.state(field, value);
            }
        }
        if let Some(family) = family {
            key.state("multiRegionKeyType", text(family, span));
        }
        if let Some(node) = disabled {
            key.state("state", text("Disabled", node.span));
        }
        for tag in tags {
            key.entry("tags", tag);
        }
        Some("key")
    }

    /// What the key is for. Where spec and template leave it open it is `ENCRYPT_DECRYPT`.
    fn usage(&mut self, declared: &'t Member<'a>, spec: Option<&Node<'a>>) -> Option<Node<'a>> {
        let stated = self.text_property(declared, "KeyUsage");
        let is_rsa = |node: &&Node<'_>| node.as_str().is_some_and(|spec| spec.starts_with("RSA_"));
        stated.or_else(|| {
            spec.filter(is_rsa)
                .map(|spec| text("ENCRYPT_DECRYPT", spec.span))
        })
    }

    /// `AWS::KMS::Alias`.
    pub(super) fn alias(&mut self, declared: &'t Member<'a>) -> Option<&'static str> {
        self.evaluator.placing = true;
        let alias = self.placed_alias(declared);
        self.evaluator.placing = false;
        let (name, arn, target) = alias?;
        if let Some(why) = target.unknown() {
            let shown = name.as_str().unwrap_or_default();
            let message = format!("the key of `{shown}` is not known ({why})");
            self.draft.gap("alias-target", message);
            return None;
        }
        let mut alias = self.draft.thing(Sort::Alias, &arn, declared.key_span);
        alias.state("target", target);
        Some("alias")
    }

    /// The name, the ARN and the key of an alias.
    fn placed_alias(&mut self, declared: &'t Member<'a>) -> Option<(Node<'a>, String, Node<'a>)> {
        let name = self.text_property(declared, "AliasName")?;
        let target = self.property(declared, "TargetKeyId")?;
        let evaluator = &self.evaluator;
        let arn = evaluator.filled("kms:{r}:{a}:{n}", name.as_str()?, name.span);
        let arn = arn.as_str()?.to_owned();
        let target = match target.as_str() {
            Some(id) if !id.starts_with("arn:") => {
                evaluator.filled("kms:{r}:{a}:key/{n}", id, target.span)
            }
            _ => target,
        };
        Some((name, arn, target))
    }
}

/// Whether a value is `false`, also as text.
fn is_false(node: &Node<'_>) -> bool {
    node.value == Value::Bool(false)
        || node
            .as_str()
            .is_some_and(|text| text.eq_ignore_ascii_case("false"))
}
