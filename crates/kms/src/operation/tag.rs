//! `TagResource`, `UntagResource`, `ListResourceTags`.

use std::borrow::Cow;

use kmsim_authz::reader::Pairs;
use serde_json::json;

use super::check_customer_managed;
use crate::error::{ErrorCode, KmsError};
use crate::members::Members;
use crate::service::{Answer, Cx, Service, listing};

/// Most tags of a key (Tagging AWS Resources User Guide, "Tag naming limits and requirements").
const MOST_TAGS: usize = 50;

impl Service {
    pub(super) fn tag_resource(&mut self, cx: &mut Cx<'_>) -> Answer {
        let key = self.key_of(cx)?;
        check_customer_managed(key, cx)?;
        let arn = key.arn.clone();
        let mut all = key.tags.clone();
        for (name, value) in tags(cx)? {
            match all.iter_mut().find(|(own, _)| *own == name) {
                Some((_, old)) => *old = value,
                None => all.push((name, value)),
            }
        }
        if all.len() > MOST_TAGS {
            return Err(too_many());
        }
        self.change_key(&arn, |key| key.tags = all)?;
        Ok(Members::default())
    }

    pub(super) fn untag_resource(&mut self, cx: &mut Cx<'_>) -> Answer {
        let key = self.key_of(cx)?;
        check_customer_managed(key, cx)?;
        let arn = key.arn.clone();
        let names: Vec<&str> = cx.input.strings("TagKeys").collect();
        self.change_key(&arn, |key| {
            key.tags.retain(|(name, _)| !names.contains(&&**name));
        })?;
        Ok(Members::default())
    }

    pub(super) fn list_resource_tags(&mut self, cx: &mut Cx<'_>) -> Answer {
        let key = self.key_of(cx)?;
        let mut tags: Vec<_> = key.tags.iter().collect();
        tags.sort();
        listing(
            cx,
            "Tags",
            key.arn.as_str(),
            tags,
            |tag| Cow::Borrowed(&*tag.0),
            |(name, value)| json!({"TagKey": &**name, "TagValue": &**value}),
        )
    }
}

/// The tags of a request, each name once, none of them AWS's own.
pub(super) fn tags(cx: &Cx<'_>) -> Result<Pairs, KmsError> {
    let mut all = Pairs::new();
    for tag in cx.input.objects("Tags") {
        let (name, value) = (tag.required("TagKey")?, tag.required("TagValue")?);
        if name
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("aws:"))
        {
            return Err(KmsError::new(
                ErrorCode::Tag,
                "Tag keys that begin with aws: are reserved for AWS use.",
            ));
        }
        if all.iter().any(|(own, _)| **own == *name) {
            return Err(KmsError::new(ErrorCode::Tag, "Duplicate tag keys."));
        }
        all.push((name.into(), value.into()));
    }
    if all.len() > MOST_TAGS {
        return Err(too_many());
    }
    Ok(all)
}

fn too_many() -> KmsError {
    KmsError::new(
        ErrorCode::Tag,
        format!("Too many tags: a key can have {MOST_TAGS}."),
    )
}
