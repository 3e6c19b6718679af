//! Answers of operations that list.

use std::borrow::Cow;

use serde_json::Value;

use super::{Answer, Cx};
use crate::page::Paging;

/// The page of a listing that the request asks for. `items` are sorted by `key`; `about` is what
/// they are asked about, since a marker belongs to one listing.
pub(crate) fn listing<T>(
    cx: &Cx<'_>,
    name: &str,
    about: &str,
    items: impl IntoIterator<Item = T>,
    key: impl Fn(&T) -> Cow<'_, str>,
    entry: impl FnMut(T) -> Value,
) -> Answer {
    let paging = Paging::read(cx.operation, about, cx.input)?;
    let page = paging.page(items, key);
    Ok(page.into_json(name, entry).into())
}
