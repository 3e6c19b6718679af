//! The AWS CLI's shorthand syntax: `TagKey=Project,TagValue=Alpha`,
//! `EncryptionContextSubset={Department=IT},SourceArn=arn:…` (AWS CLI User Guide, "Using shorthand
//! syntax"). The API model says what is expected where, so that values need no quotes.

use std::iter::Peekable;
use std::str::Chars;

use kmsim_kms::model::{Shape, Structure};
use serde_json::{Map, Value};

use super::parameters::scalar;

/// Reads a map or a structure.
pub(super) fn parse(shape: &Shape, text: &str) -> Result<Value, String> {
    let mut parser = Parser {
        rest: text.chars().peekable(),
    };
    let value = parser.pairs(shape, None)?;
    match parser.rest.next() {
        None => Ok(value),
        Some(found) => Err(format!("unexpected `{found}`")),
    }
}

struct Parser<'t> {
    rest: Peekable<Chars<'t>>,
}

impl Parser<'_> {
    /// `key=value,key=value`, up to the closing character.
    fn pairs(&mut self, shape: &Shape, close: Option<char>) -> Result<Value, String> {
        let mut object = Map::new();
        loop {
            self.skip_blanks();
            if close.is_some() && self.rest.next_if(|c| Some(*c) == close).is_some() {
                return Ok(Value::Object(object));
            }
            let key = self.key()?;
            let shape = member(shape, &key)?;
            let value = self.value(shape, close)?;
            if object.insert(key.clone(), value).is_some() {
                return Err(format!("`{key}` stands twice"));
            }
            self.skip_blanks();
            match self.rest.peek() {
                None if close.is_none() => return Ok(Value::Object(object)),
                Some(',') => drop(self.rest.next()),
                Some(found) if Some(*found) == close => {}
                Some(found) => return Err(format!("expected `,`, found `{found}`")),
                None => return Err("a bracket is not closed".to_owned()),
            }
        }
    }

    fn key(&mut self) -> Result<String, String> {
        let mut key = String::new();
        loop {
            match self.rest.next() {
                Some('=') if key.is_empty() => {
                    return Err("a name is missing before `=`".to_owned());
                }
                Some('=') => return Ok(key.trim_end().to_owned()),
                Some(',' | '{' | '}' | '[' | ']') | None => {
                    return Err(format!("expected KEY=VALUE, found `{key}`"));
                }
                Some(letter) => key.push(letter),
            }
        }
    }

    fn value(&mut self, shape: &Shape, close: Option<char>) -> Result<Value, String> {
        self.skip_blanks();
        match shape {
            Shape::Map { .. } | Shape::Structure(_) => {
                self.expect('{')?;
                self.pairs(shape, Some('}'))
            }
            Shape::List { element, .. } => self.list(element, close),
            _ => scalar(shape, &self.text(close)?),
        }
    }

    /// `[a,b]`, or without brackets up to the next `key=`.
    fn list(&mut self, element: &Shape, close: Option<char>) -> Result<Value, String> {
        let mut values = Vec::new();
        if self.rest.next_if_eq(&'[').is_none() {
            values.push(self.value(element, close)?);
            while self.rest.peek() == Some(&',') && !self.a_pair_follows() {
                self.rest.next();
                values.push(self.value(element, close)?);
            }
            return Ok(Value::Array(values));
        }
        loop {
            self.skip_blanks();
            if self.rest.next_if_eq(&']').is_some() {
                return Ok(Value::Array(values));
            }
            values.push(self.value(element, Some(']'))?);
            self.skip_blanks();
            if self.rest.next_if_eq(&',').is_none() && self.rest.peek() != Some(&']') {
                return Err("expected `,` or `]` in a list".to_owned());
            }
        }
    }

    /// Whether what comes after the comma is `key=`.
    fn a_pair_follows(&self) -> bool {
        let mut ahead = self.rest.clone().skip(1);
        ahead.find(|c| matches!(c, '=' | ',' | '}' | ']')) == Some('=')
    }

    /// A text in quotes, or up to the next comma or closing bracket. A backslash takes the meaning
    /// from the character behind it.
    fn text(&mut self, close: Option<char>) -> Result<String, String> {
        let mut text = String::new();
        if let Some(quote) = self.rest.next_if(|c| matches!(c, '"' | '\'')) {
            loop {
                match self.rest.next() {
                    Some(end) if end == quote => return Ok(text),
                    Some('\\') => text.extend(self.rest.next()),
                    Some(letter) => text.push(letter),
                    None => return Err(format!("a {quote} is not closed")),
                }
            }
        }
        while let Some(letter) = self.rest.next_if(|c| *c != ',' && Some(*c) != close) {
            if letter == '\\' {
                text.extend(self.rest.next());
            } else {
                text.push(letter);
            }
        }
        Ok(text)
    }

    fn expect(&mut self, wanted: char) -> Result<(), String> {
        match self.rest.next() {
            Some(found) if found == wanted => Ok(()),
            Some(found) => Err(format!("expected `{wanted}`, found `{found}`")),
            None => Err(format!("expected `{wanted}`")),
        }
    }

    fn skip_blanks(&mut self) {
        while self.rest.next_if(|c| c.is_whitespace()).is_some() {}
    }
}

/// What the value of a key must be.
fn member<'s>(shape: &'s Shape, key: &str) -> Result<&'s Shape, String> {
    match shape {
        Shape::Map { value, .. } => Ok(value),
        Shape::Structure(structure) => structure
            .member(key)
            .map(|member| member.shape)
            .ok_or_else(|| unknown(structure, key)),
        _ => Err(format!("`{key}` is out of place")),
    }
}

fn unknown(structure: &Structure, key: &str) -> String {
    let names: Vec<&str> = structure.members.iter().map(|member| member.name).collect();
    match kmsim_types::nearest(key, names.iter().copied()) {
        Some(nearest) => format!("there is no `{key}`, did you mean `{nearest}`?"),
        None => format!("there is no `{key}`, only {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests;
