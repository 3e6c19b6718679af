//! Policy variables: `${key}`, `${key, 'default'}`, `${*}`, `${?}`, `${$}` (section 9).

use crate::context::Context;
use crate::glob::{Token, literal, pattern};

/// The pattern that a policy value stands for, or `None` if a variable in it has no value.
///
/// Variables exist only in version 2012-10-17; without (no `context`) they are ordinary text, in
/// which a `*` still is a wildcard. What a variable brings is literal (reading 5).
pub(crate) fn expand(text: &str, context: Option<&Context>) -> Option<Vec<Token>> {
    let Some(context) = context else {
        return Some(pattern(text));
    };
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        tokens.extend(pattern(before));
        let Some((inside, tail)) = after.split_once('}') else {
            tokens.extend(literal("${"));
            rest = after;
            continue;
        };
        match inside {
            "*" | "?" | "$" => tokens.extend(literal(inside)),
            variable => tokens.extend(literal(&value(variable, context)?)),
        }
        rest = tail;
    }
    tokens.extend(pattern(rest));
    Some(tokens)
}

/// The value of a variable: only single-valued keys can be variables; the default stands in for
/// absent keys and lists.
fn value(variable: &str, context: &Context) -> Option<String> {
    let (key, default) = match variable.split_once(',') {
        Some((key, text)) => (key, text.trim().strip_prefix('\'')?.strip_suffix('\'')),
        None => (variable, None),
    };
    context.single(key).or(default).map(str::to_owned)
}
