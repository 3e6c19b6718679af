//! Comparing what came out with what was expected.

use serde_json::Value;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::template::{Form, Incomplete, Scope, Template};

/// A part that is not as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    /// Where in the result.
    pub(crate) path: String,
    /// What was expected there.
    pub(crate) expected: String,
    /// What is there.
    pub(crate) found: String,
}

/// Compares the parts that `expected` names: an object must have its fields, and may have others;
/// a list must have its elements, in any places.
pub(crate) fn differences(
    expected: &Template,
    found: &Value,
    scope: &mut Scope<'_>,
) -> Result<Vec<Difference>, Incomplete> {
    let mut differences = Vec::new();
    compare(expected, Some(found), "", scope, &mut differences)?;
    Ok(differences)
}

/// Whether `found` has all that `expected` names.
pub(crate) fn fits(
    expected: &Template,
    found: &Value,
    scope: &mut Scope<'_>,
) -> Result<bool, Incomplete> {
    Ok(differences(expected, found, scope)?.is_empty())
}

fn compare(
    expected: &Template,
    found: Option<&Value>,
    path: &str,
    scope: &mut Scope<'_>,
    into: &mut Vec<Difference>,
) -> Result<(), Incomplete> {
    let mut differs = |expected: String| {
        into.push(Difference {
            path: path.to_owned(),
            expected,
            found: found.map_or_else(|| "nothing".to_owned(), shown),
        });
    };
    match (&expected.form, found) {
        (Form::Object(fields), Some(Value::Object(object))) => {
            for (name, value) in fields {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                compare(value, object.get(name), &path, scope, into)?;
            }
        }
        (Form::Object(_), _) => differs("an object".to_owned()),
        (Form::List(items), Some(Value::Array(elements))) => {
            for item in items {
                let mut fitting = false;
                for element in elements {
                    fitting |= fits(item, element, scope)?;
                }
                if !fitting {
                    into.push(Difference {
                        path: path.to_owned(),
                        expected: format!("an element that fits {}", described(item, scope)),
                        found: shown(&Value::Array(elements.clone())),
                    });
                }
            }
        }
        (Form::List(_), _) => differs("a list".to_owned()),
        (Form::Like(pattern), _) => {
            let text = found.and_then(Value::as_str);
            if !text.is_some_and(|text| is_like(text, pattern)) {
                differs(format!("text like {pattern}"));
            }
        }
        (Form::Length(length), _) => {
            let bytes = found
                .and_then(Value::as_str)
                .map(|text| STANDARD.decode(text));
            if !bytes.is_some_and(|bytes| bytes.is_ok_and(|bytes| bytes.len() == *length)) {
                differs(format!("{length} bytes"));
            }
        }
        (Form::Time(time), _) => {
            let seconds = time.seconds(scope.now);
            if found.and_then(seconds_of) != Some(seconds) {
                differs(seconds.to_string());
            }
        }
        _ => {
            let complete = expected.complete(scope)?;
            if !found.is_some_and(|found| same(&complete, found)) {
                differs(shown(&complete));
            }
        }
    }
    Ok(())
}

/// Equal, numbers by their values: the service may write whole seconds with a fraction.
fn same(expected: &Value, found: &Value) -> bool {
    match (expected.as_f64(), found.as_f64()) {
        (Some(expected), Some(found)) => (expected - found).abs() < 0.001,
        _ => expected == found,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "points in time are far from the limits, and fractions do not count"
)]
fn seconds_of(value: &Value) -> Option<i64> {
    Some(value.as_f64()?.floor() as i64)
}

/// Whether a text fits a pattern, in which `*` stands for any run of characters.
fn is_like(text: &str, pattern: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|start| text.strip_prefix(start)) else {
        return false;
    };
    let mut pieces = pieces.peekable();
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        match rest.split_once(piece) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    rest.is_empty()
}

fn described(template: &Template, scope: &mut Scope<'_>) -> String {
    template
        .complete(scope)
        .map_or_else(|_| "the pattern".to_owned(), |value| shown(&value))
}

/// A value for a message, shortened.
pub(crate) fn shown(value: &Value) -> String {
    const LONGEST: usize = 160;
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use kmsim_policy::source::Span;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng as _;
    use serde_json::{Map, json};

    use super::*;
    use crate::template::Time;

    fn template(value: &Value) -> Template {
        let form = match value {
            Value::Object(object) => Form::Object(
                object
                    .iter()
                    .map(|(name, value)| (name.clone(), template(value)))
                    .collect(),
            ),
            Value::Array(items) => Form::List(items.iter().map(template).collect()),
            other => Form::Plain(other.clone()),
        };
        let span = Span::default();
        Template { form, span }
    }

    fn paths(expected: &Template, found: &Value) -> Vec<String> {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let mut scope = Scope {
            saved: &Map::new(),
            now: 100,
            rng: &mut rng,
        };
        let found = differences(expected, found, &mut scope).unwrap();
        found.into_iter().map(|found| found.path).collect()
    }

    #[test]
    fn only_what_is_named_counts() {
        let found = json!({"A": {"B": 1, "C": "x"}, "D": [{"E": 1, "F": 2}, {"E": 3}], "G": 5.0});
        for (expected, differing) in [
            (json!({}), vec![]),
            (json!({"A": {"B": 1}, "G": 5}), vec![]),
            (json!({"D": [{"E": 3}, {"F": 2}]}), vec![]),
            (json!({"D": []}), vec![]),
            (json!({"A": {"B": 2}, "G": 6}), vec!["A.B", "G"]),
            (json!({"A": {"Z": 2}}), vec!["A.Z"]),
            (json!({"D": [{"E": 2}]}), vec!["D"]),
            (json!({"A": []}), vec!["A"]),
            (json!({"D": {}}), vec!["D"]),
        ] {
            assert_eq!(paths(&template(&expected), &found), differing, "{expected}");
        }
    }

    #[test]
    fn patterns_stand_for_any_characters() {
        for (text, pattern, fits) in [
            ("abc", "abc", true),
            ("abc", "ab", false),
            ("abc", "*", true),
            ("abc", "a*c", true),
            ("abc", "*b*", true),
            ("abc", "*c*c", false),
            ("is pending deletion.", "*pending*.", true),
            ("", "", true),
        ] {
            assert_eq!(is_like(text, pattern), fits, "{text} {pattern}");
        }
    }

    #[test]
    fn lengths_and_points_in_time_are_compared_by_their_meaning() {
        let object = |name: &str, form| Template {
            form: Form::Object(vec![(
                name.to_owned(),
                Template {
                    form,
                    span: Span::default(),
                },
            )]),
            span: Span::default(),
        };
        let later = object("T", Form::Time(Time::After(20)));
        assert!(paths(&later, &json!({"T": 120.25})).is_empty());
        assert_eq!(paths(&later, &json!({"T": 121})), ["T"]);
        assert_eq!(paths(&later, &json!({})), ["T"]);
        let three = object("B", Form::Length(3));
        assert!(paths(&three, &json!({"B": "AAAA"})).is_empty());
        assert_eq!(paths(&three, &json!({"B": "AAA="})), ["B"]);
        assert_eq!(paths(&three, &json!({"B": 1})), ["B"]);
    }
}
