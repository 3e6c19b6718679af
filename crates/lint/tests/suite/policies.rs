//! Policies that are right: nothing above a suggestion may be found in them.

use kmsim_policy::syntax::PolicyKind;

use crate::support::{findings_of, root, serious, shown};

#[test]
fn policies_to_start_from_are_clean() {
    let mut count = 0;
    let mut wrong = Vec::new();
    let folders = std::fs::read_dir(root().join("policies")).unwrap();
    for folder in folders
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
    {
        for file in std::fs::read_dir(&folder).unwrap() {
            let file = file.unwrap().path();
            let text = std::fs::read_to_string(&file).unwrap();
            let folder = folder.file_name().unwrap().to_str().unwrap();
            let kind = match folder {
                "notes" if text.contains("\"Principal\"") => PolicyKind::KeyPolicy,
                "notes" => PolicyKind::Identity,
                "key" => PolicyKind::KeyPolicy,
                name => PolicyKind::from_name(name).expect(name),
            };
            // Notes quote single statements.
            let found = serious(findings_of(kind, "", &text, folder == "notes"));
            if !found.is_empty() {
                wrong.push(format!("{}: {:?}", file.display(), shown(&found)));
            }
            count += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 40, "{count}");
}
