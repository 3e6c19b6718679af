//! Options, which come as the text of a JSON object.

use std::collections::HashMap;

use serde_json::Value;

use crate::document::{Given, Unreadable};

/// What may be said besides any document.
#[derive(Debug, Default)]
pub struct Options {
    /// `name`: the path of the document.
    name: Option<String>,
    /// `files`: the texts of the files that it refers to.
    pub files: Given,
}

impl Options {
    /// Reads options; nothing at all, and an empty text, are none. Those that not every front end
    /// has go to `other`, which tells what an option takes if it is not that.
    pub fn read(
        text: Option<String>,
        mut other: impl FnMut(&str, Value) -> Result<(), &'static str>,
    ) -> Result<Self, Unreadable> {
        let mut options = Self::default();
        let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
            return Ok(options);
        };
        let given: Value = serde_json::from_str(&text)
            .map_err(|why| Unreadable::because(format!("the options are no JSON: {why}")))?;
        let Value::Object(given) = given else {
            return Err(Unreadable::because("the options are no JSON object"));
        };
        for (name, value) in given {
            let set = match &*name {
                "name" => options.set_name(value),
                "files" => options.set_files(value),
                _ => other(&name, value),
            };
            set.map_err(|takes| Unreadable::because(format!("the option `{name}` {takes}")))?;
        }
        Ok(options)
    }

    /// The document's path, or what it is called if nobody said.
    pub fn name<'o>(&'o self, otherwise: &'o str) -> &'o str {
        self.name.as_deref().unwrap_or(otherwise)
    }

    fn set_name(&mut self, value: Value) -> Result<(), &'static str> {
        self.name = Some(text(value).ok_or("takes a text")?);
        Ok(())
    }

    fn set_files(&mut self, value: Value) -> Result<(), &'static str> {
        self.files = files(value).ok_or("takes an object from paths to texts")?;
        Ok(())
    }
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn files(value: Value) -> Option<Given> {
    let Value::Object(members) = value else {
        return None;
    };
    let texts = members
        .into_iter()
        .map(|(path, value)| Some((path, text(value)?)));
    texts.collect::<Option<HashMap<_, _>>>().map(Given)
}
