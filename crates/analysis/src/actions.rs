//! Actions as people name them: one, several, or with wildcards.

use kmsim_policy::syntax::ActionPattern;
use kmsim_types::{KmsAction, Operation, nearest};

/// Whether actions act on a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Those that do.
    Keys,
    /// Those that do not, such as `kms:CreateKey`.
    Nothing,
    /// All.
    Anything,
}

/// A text that names no action, or one that acts on something else.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct NoAction {
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub hint: String,
}

/// The actions that a text names: `kms:Decrypt`, `Decrypt`, `kms:Generate*`, or several with commas
/// between them. `ReEncrypt` is both of its halves. Of wildcards those count that can be asked of KMS
/// and are `about` the right thing; every single action must be.
pub fn parse(text: &str, about: About) -> Result<Vec<KmsAction>, NoAction> {
    let mut actions: Vec<KmsAction> = Vec::new();
    for word in text.split(',').map(str::trim) {
        let found = if word.contains(['*', '?']) {
            by_pattern(word, about)
        } else {
            by_name(word)
        };
        if found.is_empty() {
            return Err(unknown(word, about));
        }
        if let Some(other) = found.iter().find(|action| !is_about(**action, about)) {
            return Err(match about {
                About::Nothing => NoAction {
                    message: format!("{other} acts on a key"),
                    hint: "name the key too".to_owned(),
                },
                About::Keys | About::Anything => NoAction {
                    message: format!("{other} acts on no key"),
                    hint: "ask without one".to_owned(),
                },
            });
        }
        for action in found {
            if !actions.contains(&action) {
                actions.push(action);
            }
        }
    }
    actions.sort();
    Ok(actions)
}

fn by_pattern(word: &str, about: About) -> Vec<KmsAction> {
    let whole = if word.contains(':') || word == "*" {
        word.to_owned()
    } else {
        format!("kms:{word}")
    };
    let actions = ActionPattern::new(&whole).kms_actions();
    actions
        .iter()
        .filter(|action| action.info().operation.is_some() && is_about(*action, about))
        .collect()
}

fn by_name(word: &str) -> Vec<KmsAction> {
    let short = word
        .get(..4)
        .filter(|start| start.eq_ignore_ascii_case("kms:"));
    let short = short.and_then(|_| word.get(4..)).unwrap_or(word);
    if short.eq_ignore_ascii_case("ReEncrypt") {
        return vec![KmsAction::ReEncryptFrom, KmsAction::ReEncryptTo];
    }
    KmsAction::from_name(&format!("kms:{short}"))
        .into_iter()
        .collect()
}

fn is_about(action: KmsAction, about: About) -> bool {
    match about {
        About::Keys => action.info().on_key,
        About::Nothing => !action.info().on_key,
        About::Anything => true,
    }
}

fn unknown(word: &str, about: About) -> NoAction {
    let short = word.rsplit(':').next().unwrap_or(word);
    let names = Operation::ALL.into_iter().map(Operation::name);
    let hint = match (word.contains(['*', '?']), nearest(short, names)) {
        (true, _) if about == About::Nothing => {
            "it stands for no action without a key: name the key too".to_owned()
        }
        (true, _) => "no action has such a name".to_owned(),
        (false, Some(near)) => format!("did you mean `kms:{near}`?"),
        (false, None) => "write for example kms:Decrypt, kms:Generate*, or kms:*".to_owned(),
    };
    NoAction {
        message: format!(
            "`{}` is not an action of KMS",
            kmsim_policy::diagnostic::excerpt(word)
        ),
        hint,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_go_by_name_and_by_pattern() {
        let names = |text, about| {
            let actions = parse(text, about).expect(text);
            actions
                .iter()
                .map(|action| action.short())
                .collect::<Vec<_>>()
        };
        assert_eq!(names("kms:Decrypt", About::Keys), ["Decrypt"]);
        assert_eq!(
            names("encrypt, KMS:decrypt", About::Keys),
            ["Decrypt", "Encrypt"]
        );
        assert_eq!(
            names("ReEncrypt", About::Keys),
            ["ReEncryptFrom", "ReEncryptTo"]
        );
        assert_eq!(names("kms:GenerateM*", About::Keys), ["GenerateMac"]);
        assert_eq!(names("Generate?ac", About::Keys), ["GenerateMac"]);
        assert_eq!(names("kms:CreateK*", About::Nothing), ["CreateKey"]);
        assert!(names("*", About::Keys).len() > 40);
        assert_eq!(
            names("*", About::Keys).len() + names("*", About::Nothing).len(),
            names("*", About::Anything).len()
        );
    }

    #[test]
    fn other_names_are_refused_with_a_hint() {
        let hint = |text, about| parse(text, about).expect_err(text).hint;
        assert_eq!(
            hint("kms:Decript", About::Keys),
            "did you mean `kms:Decrypt`?"
        );
        assert_eq!(
            hint("s3:GetObject*", About::Keys),
            "no action has such a name"
        );
        assert_eq!(hint("kms:CreateKey", About::Keys), "ask without one");
        assert_eq!(hint("Decrypt", About::Nothing), "name the key too");
        assert!(parse("", About::Keys).is_err());
    }
}
