//! What the functions are asked besides a document: options, which come as the text of a JSON object.

use kmsim_policy::syntax::PolicyKind;
use serde_json::Value;

use crate::{Options, Unreadable};

/// What may be said besides a document. Each function takes some of it, by the names of these fields
/// in camelCase.
#[derive(Debug, Default)]
pub struct Asked {
    /// `name` and `files`, which every function takes.
    pub document: Options,
    /// Which case of several, by its name or its place (from 1).
    pub case: Option<String>,
    /// Whether changes are proposed.
    pub fixes: Option<bool>,
    /// Whether documents are evaluated that AWS would refuse to save.
    pub lenient: bool,
    /// Whether they are not, in files of cases too.
    pub strict: bool,
    /// The path of the world, among `files`.
    pub world: Option<String>,
    /// Fields of a call (docs/world.md), as JSON.
    pub call: Option<String>,
    /// Where a policy is attached.
    pub kind: Option<PolicyKind>,
    /// The key that is asked about; for lint what is known of it, as JSON.
    pub key: Option<String>,
    /// Actions, with commas between them.
    pub action: Option<String>,
    /// The principal that is asked about.
    pub principal: Option<String>,
    /// A text that the names of cases must contain.
    pub filter: Option<String>,
}

impl Asked {
    /// Reads options; nothing at all, and an empty text, are none. `names` are those that the function
    /// takes besides `name` and `files`.
    pub fn read(text: Option<String>, names: &[&str]) -> Result<Self, Unreadable> {
        let mut options = Self::default();
        let document = Options::read(text, |name, value| {
            if names.contains(&name) {
                options.set(name, value)
            } else {
                Err("is not known")
            }
        })?;
        Ok(Self {
            document,
            ..options
        })
    }

    /// Sets an option, or tells what it takes.
    fn set(&mut self, name: &str, value: Value) -> Result<(), &'static str> {
        const TRUTH: &str = "is true or false";
        let truth = value.as_bool().ok_or(TRUTH);
        match name {
            "fixes" => self.fixes = Some(truth?),
            "lenient" => self.lenient = truth?,
            "strict" => self.strict = truth?,
            "call" if value.is_object() => self.call = Some(value.to_string()),
            "call" => return Err("takes an object with fields of a call"),
            "key" if value.is_object() => self.key = Some(value.to_string()),
            "kind" => {
                let kind = value.as_str().and_then(PolicyKind::from_name);
                self.kind = Some(kind.ok_or("takes the name of a kind of policy")?);
            }
            _ => {
                let Value::String(text) = value else {
                    return Err("takes a text");
                };
                *self.text(name).ok_or("is not known")? = Some(text);
            }
        }
        Ok(())
    }

    fn text(&mut self, name: &str) -> Option<&mut Option<String>> {
        Some(match name {
            "case" => &mut self.case,
            "world" => &mut self.world,
            "key" => &mut self.key,
            "action" => &mut self.action,
            "principal" => &mut self.principal,
            "filter" => &mut self.filter,
            _ => return None,
        })
    }
}
