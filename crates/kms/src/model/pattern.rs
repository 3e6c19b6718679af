//! The patterns of the model, each as a small matcher.
//!
//! The model's patterns are Java's: they match the whole string, `\w`, `\d` and `\s` mean ASCII, and
//! `.` matches no line break. Comparing with a regular expression engine is left to the tests.

macro_rules! patterns {
    ($($(#[$meta:meta])* $variant:ident = $source:literal, $matcher:expr;)+) => {
        /// A pattern of the model.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Pattern {
            $($(#[$meta])* $variant),+
        }

        impl Pattern {
            /// Every pattern.
            pub const ALL: [Self; [$($source),+].len()] = [$(Self::$variant),+];

            /// The regular expression as the model and the service's messages have it.
            pub const fn source(self) -> &'static str {
                match self {
                    $(Self::$variant => $source),+
                }
            }

            const fn matcher(self) -> Matcher {
                match self {
                    $(Self::$variant => $matcher),+
                }
            }
        }
    };
}

patterns! {
    /// An account ID.
    AccountId = "[0-9]{12}", Matcher::Structure(account_id);
    /// An alias name or the name of a grant.
    Name = "^[a-zA-Z0-9:/_-]+$", Matcher::Some(Characters::of(b"a-zA-Z0-9:/_\\-"));
    /// The ID of key material.
    Hexadecimal = "^[a-f0-9]+$", Matcher::Some(Characters::of(b"a-f0-9"));
    /// The ID of a `CloudHSM` cluster.
    CloudHsmClusterId = "cluster-[2-7a-zA-Z]{11,16}", Matcher::Structure(cloud_hsm_cluster_id);
    /// The ARN of a grant constraint.
    SourceArn = "^arn:aws[a-z0-9-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:.+$", Matcher::Structure(source_arn);
    /// The description of key material.
    KeyMaterialDescription = "^[a-zA-Z0-9:/_\\s.-]+$", Matcher::Some(Characters::of(b"a-zA-Z0-9:/_ \t\n\x0B\x0C\r.\\-"));
    /// A marker of a listing.
    Marker = "[\\u0020-\\u00FF]*", Matcher::Any(Characters::of(b" -\x7F").and_latin_1());
    /// The name of a key policy.
    PolicyName = "[\\w]+", Matcher::Some(Characters::of(b"a-zA-Z0-9_"));
    /// A policy document.
    Policy = "[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+", Matcher::Some(Characters::of(b"\t\n\r -\x7F").and_latin_1());
    /// A grantee or retiring principal.
    Principal = "^[\\w+=,.@:/-]+$", Matcher::Some(Characters::of(b"a-zA-Z0-9_+=,.@:/\\-"));
    /// A Region.
    Region = "^([a-z]+-){2,3}\\d+$", Matcher::Structure(region);
    /// A service principal.
    ServicePrincipal = "^([A-Za-z0-9\\-]+)\\.([A-Za-z0-9\\-]+)(\\.[A-Za-z0-9\\-]+)+$", Matcher::Structure(service_principal);
    /// The ID of a key in an external key manager.
    XksKeyId = "^[a-zA-Z0-9-_.]+$", Matcher::Some(Characters::of(b"a-zA-Z0-9\\-_."));
    /// The access key ID of an external key store proxy.
    XksAccessKeyId = "^[A-Z2-7]+$", Matcher::Some(Characters::of(b"A-Z2-7"));
    /// The secret access key of an external key store proxy.
    XksSecretAccessKey = "^[a-zA-Z0-9\\/+=]+$", Matcher::Some(Characters::of(b"a-zA-Z0-9/+="));
    /// The endpoint of an external key store proxy.
    XksUriEndpoint = "^https://[a-zA-Z0-9.-]+$", Matcher::Structure(xks_uri_endpoint);
    /// The path of an external key store proxy.
    XksUriPath = "^(/[a-zA-Z0-9\\/_-]+/kms/xks/v\\d{1,2})$|^(/kms/xks/v\\d{1,2})$", Matcher::Structure(xks_uri_path);
    /// The VPC endpoint service of an external key store proxy.
    XksVpcEndpointService = "^(com|eu)\\.amazonaws\\.vpce\\.([a-z]+-){2,3}\\d+\\.vpce-svc-[0-9a-z]+$", Matcher::Structure(xks_vpc_endpoint_service);
}

impl Pattern {
    /// Whether the whole text matches.
    pub fn matches(self, text: &str) -> bool {
        match self.matcher() {
            Matcher::Any(characters) => characters.hold(text),
            Matcher::Some(characters) => !text.is_empty() && characters.hold(text),
            Matcher::Structure(matches) => matches(text),
        }
    }
}

enum Matcher {
    /// Nothing but these characters.
    Any(Characters),
    /// At least one of these characters, and nothing else.
    Some(Characters),
    Structure(fn(&str) -> bool),
}

/// A set of characters.
#[derive(Clone, Copy)]
struct Characters {
    ascii: u128,
    latin_1: bool,
}

impl Characters {
    /// The characters of a class as regular expressions write it: single characters, ranges, and
    /// a backslash before a hyphen that is meant.
    const fn of(mut class: &[u8]) -> Self {
        let mut ascii = 0;
        loop {
            match class {
                [b'\\', character, rest @ ..] => {
                    ascii |= 1 << *character;
                    class = rest;
                }
                [first, b'-', last, rest @ ..] => {
                    let mut character = *first;
                    while character <= *last {
                        ascii |= 1 << character;
                        character += 1;
                    }
                    class = rest;
                }
                [character, rest @ ..] => {
                    ascii |= 1 << *character;
                    class = rest;
                }
                [] => break,
            }
        }
        Self {
            ascii,
            latin_1: false,
        }
    }

    /// These and the characters from U+0080 to U+00FF.
    const fn and_latin_1(self) -> Self {
        Self {
            latin_1: true,
            ..self
        }
    }

    const fn has(self, character: char) -> bool {
        match character as u32 {
            code @ 0..=0x7F => self.ascii >> code & 1 == 1,
            0x80..=0xFF => self.latin_1,
            _ => false,
        }
    }

    fn hold(self, text: &str) -> bool {
        text.chars().all(|character| self.has(character))
    }

    /// Whether the text is one or more of these.
    fn make(self, text: &str) -> bool {
        !text.is_empty() && self.hold(text)
    }
}

const LETTERS: Characters = Characters::of(b"a-z");
const DIGITS: Characters = Characters::of(b"0-9");

fn account_id(text: &str) -> bool {
    text.len() == 12 && DIGITS.hold(text)
}

fn cloud_hsm_cluster_id(text: &str) -> bool {
    text.strip_prefix("cluster-")
        .is_some_and(|id| (11..=16).contains(&id.len()) && Characters::of(b"2-7a-zA-Z").hold(id))
}

fn source_arn(text: &str) -> bool {
    const WORD: Characters = Characters::of(b"a-z0-9\\-");
    let mut parts = text.splitn(6, ':');
    let mut part = || parts.next().unwrap_or_default();
    part() == "arn"
        && part()
            .strip_prefix("aws")
            .is_some_and(|rest| WORD.hold(rest))
        && WORD.make(part())
        && WORD.hold(part())
        && account_id(part())
        && {
            let resource = part();
            !resource.is_empty()
                && !resource.contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'])
        }
}

fn region(text: &str) -> bool {
    let mut words = text.split('-');
    words.next_back().is_some_and(|number| DIGITS.make(number))
        && (2..=3).contains(&words.clone().count())
        && words.all(|word| LETTERS.make(word))
}

fn service_principal(text: &str) -> bool {
    let mut labels = text.split('.');
    labels.clone().count() >= 3 && labels.all(|label| Characters::of(b"A-Za-z0-9\\-").make(label))
}

fn xks_uri_endpoint(text: &str) -> bool {
    text.strip_prefix("https://")
        .is_some_and(|host| Characters::of(b"a-zA-Z0-9.\\-").make(host))
}

fn xks_uri_path(text: &str) -> bool {
    text.rsplit_once("/kms/xks/v")
        .is_some_and(|(prefix, version)| {
            (1..=2).contains(&version.len())
                && DIGITS.hold(version)
                && (prefix.is_empty()
                    || prefix
                        .strip_prefix('/')
                        .is_some_and(|path| Characters::of(b"a-zA-Z0-9/_\\-").make(path)))
        })
}

fn xks_vpc_endpoint_service(text: &str) -> bool {
    let Some((domain, rest)) = text.split_once(".amazonaws.vpce.") else {
        return false;
    };
    ["com", "eu"].contains(&domain)
        && rest
            .split_once(".vpce-svc-")
            .is_some_and(|(name, id)| region(name) && Characters::of(b"0-9a-z").make(id))
}

#[cfg(test)]
mod tests;
