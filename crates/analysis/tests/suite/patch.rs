//! Applies the unified diffs of fixes as `patch` does: context and removed lines must be there.

use kmsim_analysis::fix::Fix;

use crate::apply;

/// Checks that the diffs which are of a file lead to what the fix says.
pub(crate) fn check(name: &str, text: &str, fix: &Fix) {
    let mut changed = 0;
    for change in &fix.changes {
        let of_file = change.diff.starts_with(&format!("--- {name}\n"));
        if !of_file {
            continue;
        }
        changed += 1;
        let mut alone = fix.clone();
        alone.changes = vec![change.clone()];
        let patched = applied(text, &change.diff);
        let replaced = apply::replaced(text, name, &alone);
        assert_eq!(
            apply::value(&patched, name),
            apply::value(&replaced, name),
            "{}",
            change.diff
        );
    }
    let several_lines = fix.changes.iter().filter(|change| {
        let location = change.document.location.as_ref();
        location.is_some_and(|location| location.within.is_none() && location.file == name)
    });
    assert!(changed <= several_lines.count());
}

/// The text after a diff.
fn applied(text: &str, diff: &str) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut out = String::new();
    let mut at = 0;
    for line in diff.split_inclusive('\n').skip(2) {
        if let Some(header) = line.strip_prefix("@@ -") {
            let (old, _) = header.split_once(' ').unwrap();
            let first = old.split_once(',').map_or(old, |(first, _)| first);
            let first: usize = first.parse().unwrap();
            let upto = first - usize::from(!old.ends_with(",0"));
            out.extend(lines[at..upto].iter().copied());
            at = upto;
            continue;
        }
        let (sign, content) = line.split_at(1);
        match sign {
            "+" => out.push_str(content),
            " " | "-" => {
                assert_eq!(lines[at], content, "{diff}");
                if sign == " " {
                    out.push_str(content);
                }
                at += 1;
            }
            _ => {}
        }
    }
    out.extend(lines[at..].iter().copied());
    out
}
