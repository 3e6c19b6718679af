//! Places in a response: `KeyMetadata.Arn`, `Grants[0].GrantId`.

use std::fmt;

use serde_json::Value;

/// The way from a response to one of its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Field(Box<str>),
    Index(usize),
}

impl Path {
    /// Reads a path: names with dots between them, each with positions in brackets behind it.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        for piece in text.split('.') {
            let (name, positions) = piece
                .split_once('[')
                .map_or((piece, None), |(name, rest)| (name, Some(rest)));
            if name.is_empty() {
                return None;
            }
            parts.push(Part::Field(name.into()));
            let Some(positions) = positions else { continue };
            for position in positions.strip_suffix(']')?.split("][") {
                parts.push(Part::Index(position.parse().ok()?));
            }
        }
        Some(Self(parts))
    }

    /// The part of `value` that the path leads to.
    pub fn find<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.0.iter().try_fold(value, |value, part| match part {
            Part::Field(name) => value.get(&**name),
            Part::Index(index) => value.get(index),
        })
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.0.iter().enumerate() {
            match part {
                Part::Field(name) if index == 0 => f.write_str(name)?,
                Part::Field(name) => write!(f, ".{name}")?,
                Part::Index(at) => write!(f, "[{at}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_lead_to_fields_and_elements() {
        let value = json!({"A": {"B": [[1], [2, 3]]}});
        for (path, found) in [
            ("A.B[1][0]", Some(&json!(2))),
            ("A.B[0]", Some(&json!([1]))),
            ("A.B[2]", None),
            ("A.C", None),
        ] {
            let parsed = Path::parse(path).unwrap();
            assert_eq!(parsed.find(&value), found, "{path}");
            assert_eq!(parsed.to_string(), path);
        }
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for text in ["", "A.", ".A", "A[", "A[x]", "A[1", "A[1]x", "[0]"] {
            assert_eq!(Path::parse(text), None, "{text}");
        }
    }
}
