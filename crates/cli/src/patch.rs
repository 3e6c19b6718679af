//! One proposed change alone, as a patch.

use kmsim_analysis::fix::Remedies;

use crate::outcome::Failure;

/// The unified diffs of the change with this number, for `patch` and `git apply`.
pub(crate) fn of(remedies: Option<&Remedies>, number: usize) -> Result<String, Failure> {
    let fixes = remedies.map_or(&[][..], |remedies| &remedies.fixes);
    let fix = number.checked_sub(1).and_then(|at| fixes.get(at));
    let Some(fix) = fix else {
        let message = match fixes.len() {
            0 => "no change is proposed".to_owned(),
            count => format!("there is no change {number}: {count} are proposed"),
        };
        return Err(Failure::new(message));
    };
    let mut patch = String::new();
    for change in &fix.changes {
        if change.diff.is_empty() {
            let hint = "leave out --patch to see the command that makes it";
            return Err(
                Failure::new(format!("change {number} is a grant, no change of a file")).hint(hint),
            );
        }
        if change.file.is_none() {
            let owner = &change.document.owner;
            let message =
                format!("the document of {owner} has no lines of its own that could be patched");
            return Err(Failure::new(message)
                .hint("what AWS exports has policies in strings; kmsim import aws … -o world.yaml makes a world of it"));
        }
        patch.push_str(&change.diff);
    }
    Ok(patch)
}
