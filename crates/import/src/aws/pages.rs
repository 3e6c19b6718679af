//! Answers that come in pages. No page names the next one, so that pages are counted: a listing is
//! complete if one of its pages is a last one.

use std::collections::BTreeMap;

use kmsim_policy::json::{Node, Value};

use crate::draft::Draft;
use crate::importer::Document;

/// The pages of all listings.
#[derive(Debug, Default)]
pub(super) struct Pages(BTreeMap<String, Listing>);

#[derive(Debug, Default)]
struct Listing {
    has_last: bool,
    /// A page that others follow.
    cut_off: Option<String>,
}

impl Pages {
    /// A page of a listing, such as "grants of key …".
    pub(super) fn page(&mut self, what: impl Into<String>, document: &Document<'_>) {
        let listing = self.0.entry(what.into()).or_default();
        if is_cut_off(&document.node) {
            listing.cut_off = Some(document.name.clone());
        } else {
            listing.has_last = true;
        }
    }

    /// Whether all pages of a listing are there.
    pub(super) fn is_complete(&self, what: &str) -> bool {
        self.0.get(what).is_some_and(|listing| listing.has_last)
    }

    /// Reports the listings whose last page is missing.
    pub(super) fn report(self, draft: &mut Draft<'_>) {
        for (what, listing) in self.0 {
            if let (false, Some(file)) = (listing.has_last, listing.cut_off) {
                let message = format!(
                    "`{file}` is one page of several and the last one is missing: the {what} are not complete"
                );
                draft.gap("missing-page", message);
            }
        }
    }
}

/// Whether an answer says that there is more: `Truncated` of KMS, `IsTruncated` of IAM, or a token.
pub(super) fn is_cut_off(answer: &Node<'_>) -> bool {
    let is_true = |name| {
        answer
            .member(name)
            .is_some_and(|node| node.value == Value::Bool(true))
    };
    let is_text = |name| {
        answer
            .member(name)
            .is_some_and(|node| node.as_str().is_some())
    };
    ["Truncated", "IsTruncated"].into_iter().any(is_true)
        || ["NextMarker", "NextToken", "Marker"]
            .into_iter()
            .any(is_text)
}
