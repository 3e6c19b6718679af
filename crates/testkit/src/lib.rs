//! A second, naive evaluator and a generator of random cases, to check the real evaluator with.
//!
//! [`decide`] reads a case (one request over explicit policy layers, the format of `kmsim check`)
//! as plain JSON and answers with a [`Verdict`]. It is slow and literal on purpose and shares no
//! code with the other crates, so that an agreement of both means something. Start reading in
//! `decide.rs`. [`random`] makes cases; [`minimize`] makes a case that shows a difference small.
//!
//! Sections ("section 2") and pitfalls are those of the project's notes on authorization, which
//! follow the KMS Developer Guide and the IAM User Guide. Where the sources are silent or disagree, this crate
//! follows these readings:
//!
//! 1.  A positive operator without a set prefix never matches a list; a negated one holds on a
//!     list when it holds for every element. An empty list is absence. A null set is a single
//!     empty string or a list of nothing but empty strings: `Null` takes it for absent,
//!     `ForAllValues` holds on it, `ForAnyValue` doesn't. `Null` ignores set prefixes.
//! 2.  A negated numeric, date, IP or ARN operator holds when every policy value parses and none
//!     matches. A request value that can't be parsed makes positive and negated ones fail.
//! 3.  Under a set prefix a negated operator asks of each element that it matches none of the
//!     policy values.
//! 4.  Dates: W3C profile or epoch seconds (four digits are a year). Numbers: decimal text. Booleans: `true` and `false` in any case. Variables act only in string and ARN
//!     operators and in Resource, and only in version 2012-10-17. A variable without a value and
//!     default (absent or list): positive operators fail, negated ones hold, Resource matches
//!     nothing.
//! 5.  `ArnEquals` is `ArnLike`: six parts on both sides, each globbed. A variable stays in its
//!     part, whatever colons it brings. Substituted text, defaults included, is literal.
//! 6.  Resource: six parts, each globbed; variables act behind the fifth colon. Patterns with fewer parts are completed with `*` in
//!     identity, session and boundary policies; in resource and VPC endpoint policies if they hold
//!     a wildcard; in an SCP if they end in `*`; in an RCP never. The request resource `*` is
//!     matched by nothing but stars.
//! 7.  `*` matches everyone, also service principals and anonymous callers. An account principal
//!     matches all of the account, an account id in any partition. A role ARN matches a session
//!     by the exact role ARN if that is known, else by account, partition and role name. Partial
//!     wildcards match nothing. Unique ids match by `aws:userid`. Identity, boundary, session and
//!     SCP statements ignore a Principal; a resource policy statement without one matches nobody,
//!     a VPC endpoint or RCP statement without one everybody.
//! 8.  Who is under which layer: see `layers.rs`. An empty list of boundaries, session policies or
//!     VPC endpoint policies is as good as none.
//! 9.  A federated user without session policy has an implicit deny on the identity side, also
//!     where a key policy or grant names its user. It has the boundary of its user.
//! 10. KMS actions on aliases or without key are decided by IAM policies in the same account; a
//!     key policy isn't looked at, not even for its denies. Key actions on an alias are denied.
//!     Aliases `alias/aws/…` can't be made, changed or deleted. Actions without a resource type
//!     run on `*` in the caller's account. Other actions on `*` are checks on a key, which the
//!     case doesn't name; so are KMS actions that no table has, in one account only. Alias checks
//!     and actions without resource carry no `kms:CallerAccount`, except for `kms:CreateKey` and
//!     those on custom key stores. In key policies `aws:ResourceTag/…` and `kms:ResourceAliases`
//!     are absent, in conditions and variables.
//! 11. An Allow through `NotPrincipal` is like one through `*`; whoever is listed, be it by
//!     account, is left out. A Deny with `NotPrincipal` spares the caller that is listed itself: a
//!     user by its ARN, a session by its ARN (by its role's if the session's name isn't known),
//!     the root user by its account. An account or role beside others spares nobody, and a caller
//!     with a boundary is never spared.
//! 12. Grants: a role as grantee or retiring principal is limited by boundary and session policy,
//!     an account needs its IAM policies. Encryption context constraints concern operations that
//!     take an encryption context. A child must keep its parent's `SourceArn` word by word; one
//!     whose operations the request doesn't tell counts as within its parent's. Who may retire:
//!     see `grants.rs`; the root user of the issuing and the owning account always may. A pending
//!     grant needs its token, but not to be retired.
//! 13. Other services: in one account either side is enough, except that an account principal in
//!     a resource policy doesn't count alone. A role's trust policy works like a key policy.
//!     Across accounts both sides are needed.
//! 14. An explicit deny in any applicable layer makes the answer `explicitDeny`.
//! 15. Service principals, identity providers and anonymous callers have no account: only the
//!     resource policy (by `*`, `NotPrincipal` or the name) and grants can allow them. KMS takes no
//!     unsigned requests at all.
//! 16. A user ARN in a resource policy isn't limited by boundary or session policy.
//! 17. A statement without Action or Resource has no effect, but a trust policy needs no Resource.

mod arn;
mod case;
mod conditions;
mod context;
mod dates;
mod decide;
mod glob;
mod grants;
mod kms;
mod layers;
mod minimize;
pub mod organization;
mod principal;
pub mod random;
mod statement;
mod values;
mod variables;

pub use decide::decide;
pub use minimize::minimize;

/// The answer for one case, with the names that `expect` uses in case files.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// Something allows the call and nothing denies it.
    Allowed,
    /// Nothing denies the call, but something that is needed doesn't allow it.
    ImplicitDeny,
    /// A Deny statement matches.
    ExplicitDeny,
}

impl Verdict {
    /// The name in case files: `allowed`, `implicitDeny` or `explicitDeny`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::ImplicitDeny => "implicitDeny",
            Self::ExplicitDeny => "explicitDeny",
        }
    }
}
