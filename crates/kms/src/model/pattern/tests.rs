use proptest::prelude::*;
use regex::Regex;

use super::*;

/// Java's meaning of a pattern in the words of the regular expression engine.
fn oracle(pattern: Pattern) -> Regex {
    let source = pattern
        .source()
        .replace("\\w", "a-zA-Z0-9_")
        .replace("\\d", "[0-9]")
        .replace("\\s", " \\t\\n\\x0B\\f\\r")
        .replace(".+$", "[^\\n\\r\\u0085\\u2028\\u2029]+$")
        .replace("0-9-_.", "0-9_.-");
    Regex::new(&format!("\\A(?:{source})\\z")).unwrap()
}

/// Texts that nearly match some pattern, and some that do.
fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "arn:aws",
        ":",
        "kms",
        "-",
        "us-east-1",
        "123456789012",
        "cluster-",
        "abc234DEF77",
        "https://",
        "/kms/xks/v",
        "1",
        "99",
        "/",
        ".",
        "com",
        "eu",
        ".amazonaws.vpce.",
        ".vpce-svc-",
        "0f",
        "alias/x",
        "_",
        " ",
        "\n",
        "\t",
        "\u{85}",
        "\u{FF}",
        "\u{100}",
        "é",
        "+=,.@",
        "A2",
        "\\",
        "\u{2028}",
        "\u{b}",
        "\u{7f}",
        "\0",
        "a",
        "Z",
        "us-gov-west-1",
    ]);
    prop_oneof![
        prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat()),
        "\\PC{0,20}",
        "([a-z]{1,4}-){0,4}[0-9]{0,3}",
        "[a-z.-]{0,20}",
        "arn:aws[a-z-]{0,3}:[a-z]{0,3}:[a-z0-9-]{0,5}:[0-9]{11,13}:(?s:.){0,4}",
        "(/[a-z/_-]{0,9})?/kms/xks/v[0-9]{0,3}",
        "(com|eu|org)\\.amazonaws\\.vpce\\.([a-z]{1,3}-){1,4}[0-9]{0,2}\\.vpce-svc-[0-9a-z]{0,5}",
        "cluster-[1-8a-zA-Z]{10,17}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn every_pattern_matches_what_its_regular_expression_does(text in text()) {
        for pattern in Pattern::ALL {
            prop_assert_eq!(
                pattern.matches(&text),
                oracle_of(pattern).is_match(&text),
                "{:?} {:?}", pattern, text
            );
        }
    }
}

fn oracle_of(pattern: Pattern) -> &'static Regex {
    static ORACLES: std::sync::LazyLock<Vec<Regex>> =
        std::sync::LazyLock::new(|| Pattern::ALL.into_iter().map(oracle).collect());
    &ORACLES[Pattern::ALL.iter().position(|p| *p == pattern).unwrap()]
}

#[test]
fn every_character_of_the_first_planes_is_judged_alike() {
    for character in (0..0x3000).filter_map(char::from_u32) {
        let text = character.to_string();
        for pattern in Pattern::ALL {
            assert_eq!(
                pattern.matches(&text),
                oracle_of(pattern).is_match(&text),
                "{pattern:?} {text:?}"
            );
        }
    }
}

#[test]
fn what_aws_itself_uses_matches() {
    for (pattern, text) in [
        (Pattern::AccountId, "111122223333"),
        (Pattern::Name, "alias/aws/ebs"),
        (Pattern::CloudHsmClusterId, "cluster-2a23b4cdefg"),
        (
            Pattern::SourceArn,
            "arn:aws-us-gov:sns:us-gov-west-1:111122223333:topic",
        ),
        (Pattern::Region, "us-gov-west-1"),
        (Pattern::ServicePrincipal, "logs.us-east-1.amazonaws.com"),
        (Pattern::XksUriPath, "/example-prefix/kms/xks/v1"),
        (
            Pattern::XksVpcEndpointService,
            "com.amazonaws.vpce.us-east-1.vpce-svc-example1",
        ),
    ] {
        assert!(pattern.matches(text), "{text}");
    }
    // The ARN of a bucket has no account.
    assert!(!Pattern::SourceArn.matches("arn:aws:s3:::bucket"));
}
