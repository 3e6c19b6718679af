use kmsim_policy::diagnostic::Safety;
use kmsim_policy::source::SourceId;

use super::*;

fn fix(edits: &[(u32, u32, &str)]) -> Fix {
    let edit = |(start, end, text): &(u32, u32, &str)| Edit {
        span: Span {
            source: SourceId(0),
            start: *start,
            end: *end,
        },
        text: (*text).to_owned(),
    };
    Fix {
        title: String::new(),
        safety: Safety::Keeps,
        edits: edits.iter().map(edit).collect(),
    }
}

fn applied(text: &str, fixes: &[Fix]) -> (String, Vec<usize>) {
    let fixes: Vec<&Fix> = fixes.iter().collect();
    let Applied { text, made } = apply(text, &fixes);
    (text, made)
}

#[test]
fn what_comes_first_is_made_and_what_touches_it_is_left() {
    let text = "abcdef";
    for (fixes, expected, made) in [
        (
            vec![fix(&[(0, 1, "X")]), fix(&[(1, 2, "Y")])],
            "XYcdef",
            vec![0, 1],
        ),
        // The order of the list does not count.
        (
            vec![fix(&[(2, 4, "Y")]), fix(&[(1, 3, "X")])],
            "aXdef",
            vec![1],
        ),
        // All of a fix or nothing.
        (
            vec![fix(&[(0, 2, "X")]), fix(&[(1, 3, ""), (5, 6, "")])],
            "Xcdef",
            vec![0],
        ),
        // Equal changes are one.
        (
            vec![fix(&[(1, 2, "Z")]), fix(&[(1, 2, "Z")])],
            "aZcdef",
            vec![0, 1],
        ),
        // Two insertions at one place have no order; one at the edge of a cut has.
        (
            vec![fix(&[(3, 3, "1")]), fix(&[(3, 3, "2")])],
            "abc1def",
            vec![0],
        ),
        (
            vec![fix(&[(3, 3, "1")]), fix(&[(3, 5, "")])],
            "abc1f",
            vec![0, 1],
        ),
        (
            vec![fix(&[(2, 5, "")]), fix(&[(3, 3, "1")])],
            "abf",
            vec![0],
        ),
        // What is no place of the text.
        (vec![fix(&[(5, 9, "X")]), fix(&[])], "abcdef", vec![]),
    ] {
        assert_eq!(
            applied(text, &fixes),
            (expected.to_owned(), made),
            "{fixes:?}"
        );
    }
    assert_eq!(applied("aéb", &[fix(&[(2, 3, "x")])]).0, "aéb");
}

#[test]
fn names_keep_the_quotes_of_their_file() {
    for (old, new, expected) in [
        ("\"kms: Decrypt\"", "\"kms:Decrypt\"", "\"kms:Decrypt\""),
        ("kms:decrypted", "\"kms:Decrypt\"", "kms:Decrypt"),
        ("'kms:decrypted'", "\"kms:Decrypt\"", "'kms:Decrypt'"),
        ("x", "\"*\"", "\"*\""),
        ("x", "\"2012-10-17\"", "\"2012-10-17\""),
        ("x", "\"yes\"", "\"yes\""),
        ("x", "\"a\\\"b\"", "\"a\\\"b\""),
        ("x", "\"a: b\"", "\"a: b\""),
        ("x", "{\"AWS\": \"*\"}", "{\"AWS\": \"*\"}"),
        ("12", "\"12\"", "\"12\""),
    ] {
        assert_eq!(in_style(old, new), expected, "{old} {new}");
    }
}

/// A made-up language: every `x` is to be a `y`, and a text with `yyy` cannot be read.
fn lint(text: &str) -> Round {
    let at = |at: usize| u32::try_from(at).unwrap();
    let fixes = text
        .match_indices('x')
        .map(|(place, _)| ("X", fix(&[(at(place), at(place) + 1, "y")])));
    Round {
        fixes: fixes.collect(),
        readable: !text.contains("yyy"),
        rewritten: text.contains("broken").then(|| "mended".to_owned()),
    }
}

#[test]
fn rounds_end_and_never_make_a_text_worse() {
    let fixed = until_stable("axbx", lint);
    assert_eq!((fixed.text.as_str(), fixed.count()), ("ayby", 2));
    // Together they would break it: as many as can be are made.
    let fixed = until_stable("xxx", lint);
    assert_eq!((fixed.text.as_str(), fixed.count()), ("yyx", 2));
    let fixed = until_stable("broken x", lint);
    assert_eq!((fixed.text.as_str(), fixed.rewritten), ("mended", true));
    // Changes that undo each other end, too.
    let flip = |text: &str| Round {
        fixes: vec![("X", fix(&[(0, 1, if text == "a" { "b" } else { "a" })]))],
        readable: true,
        rewritten: None,
    };
    assert!(until_stable("a", flip).count() <= MOST_ROUNDS);
}
