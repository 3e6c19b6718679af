//! What can happen, chosen at random. Numbers stand for what there is when the step is done.

use proptest::prelude::*;

use super::model::Who;

#[derive(Clone, Debug)]
pub(crate) enum Step {
    CreateKey {
        kind: u8,
        region: usize,
    },
    Replicate(Who, u8),
    Promote(Who, u8),
    Encrypt {
        who: Who,
        key: u8,
        text: u8,
        context: u8,
    },
    GenerateDataKey {
        who: Who,
        key: u8,
        context: u8,
        with_plaintext: bool,
    },
    Decrypt(Who, Open),
    ReEncrypt {
        who: Who,
        open: Open,
        to: u8,
        context: u8,
    },
    Sign(Who, u8),
    Verify(Who, u8),
    PutAlias {
        who: Who,
        name: u8,
        key: u8,
    },
    DeleteAlias {
        who: Who,
        name: u8,
        region: usize,
    },
    EncryptUnderAlias {
        name: u8,
        region: usize,
    },
    Grant {
        key: u8,
        grantee: Who,
        operations: u8,
        context: Option<u8>,
    },
    EndGrant {
        who: Who,
        grant: u8,
        revoke: bool,
    },
    OpenPolicy(Who, u8, bool),
    Enable(Who, u8),
    Disable(Who, u8),
    Schedule(Who, u8, i64),
    Cancel(Who, u8),
    EnableRotation(Who, u8, u32),
    DisableRotation(Who, u8),
    Rotate(Who, u8),
    Import {
        key: u8,
        material: usize,
        days: Option<i64>,
    },
    DeleteMaterial {
        key: u8,
        material: usize,
    },
    Wait(i64),
    /// Save and load: all rows at once, or those that were stored call by call.
    Restore {
        whole: bool,
    },
}

/// An attempt to decrypt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Open {
    pub(crate) sealed: u8,
    pub(crate) region: usize,
    pub(crate) name: Name,
    pub(crate) wrong_context: bool,
    /// A bit that is changed on the way.
    pub(crate) flip: Option<u16>,
}

/// Whether the request names a key.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Name {
    No,
    Right,
    Other(u8),
}

fn who() -> impl Strategy<Value = Who> {
    prop_oneof![
        4 => Just(Who::Root),
        2 => Just(Who::Admin),
        1 => Just(Who::Nobody),
        1 => Just(Who::Guest),
    ]
}

fn user() -> impl Strategy<Value = Who> {
    prop_oneof![Just(Who::Root), Just(Who::Nobody), Just(Who::Guest)]
}

fn guest() -> impl Strategy<Value = Who> {
    prop_oneof![Just(Who::Nobody), Just(Who::Guest)]
}

fn open() -> impl Strategy<Value = Open> {
    let name = prop_oneof![
        5 => Just(Name::No),
        3 => Just(Name::Right),
        1 => any::<u8>().prop_map(Name::Other),
    ];
    let flip = prop_oneof![9 => Just(None), 1 => any::<u16>().prop_map(Some)];
    let wrong = prop::bool::weighted(0.15);
    (any::<u8>(), 0..2_usize, name, wrong, flip).prop_map(
        |(sealed, region, name, wrong_context, flip)| Open {
            sealed,
            region,
            name,
            wrong_context,
            flip,
        },
    )
}

/// Seconds: moments, hours, days, years.
fn time() -> impl Strategy<Value = i64> {
    prop_oneof![
        1..20_i64,
        (1..48_i64).prop_map(|hours| hours * 3600),
        (1..45_i64).prop_map(|days| days * 86_400),
        (1..4_i64).prop_map(|years| years * 366 * 86_400),
    ]
}

fn use_of_keys() -> BoxedStrategy<Step> {
    let n = any::<u8>;
    prop_oneof![
        4 => (user(), n(), n(), 0..3_u8)
            .prop_map(|(who, key, text, context)| Step::Encrypt { who, key, text, context }),
        2 => (user(), n(), 0..3_u8, any::<bool>()).prop_map(
            |(who, key, context, with_plaintext)| Step::GenerateDataKey {
                who, key, context, with_plaintext,
            }
        ),
        6 => (user(), open()).prop_map(|(who, open)| Step::Decrypt(who, open)),
        3 => (user(), open(), n(), 0..3_u8)
            .prop_map(|(who, open, to, context)| Step::ReEncrypt { who, open, to, context }),
        1 => (user(), n()).prop_map(|(who, key)| Step::Sign(who, key)),
        1 => (user(), n()).prop_map(|(who, signed)| Step::Verify(who, signed)),
        1 => (0..3_u8, 0..2_usize)
            .prop_map(|(name, region)| Step::EncryptUnderAlias { name, region }),
    ]
    .boxed()
}

fn management() -> BoxedStrategy<Step> {
    let n = any::<u8>;
    prop_oneof![
        3 => (0..5_u8, 0..2_usize).prop_map(|(kind, region)| Step::CreateKey { kind, region }),
        3 => (who(), n()).prop_map(|(who, key)| Step::Replicate(who, key)),
        2 => (who(), n()).prop_map(|(who, key)| Step::Promote(who, key)),
        2 => (who(), 0..3_u8, n()).prop_map(|(who, name, key)| Step::PutAlias { who, name, key }),
        1 => (who(), 0..3_u8, 0..2_usize)
            .prop_map(|(who, name, region)| Step::DeleteAlias { who, name, region }),
        4 => (n(), guest(), n(), prop::option::of(1..3_u8)).prop_map(
            |(key, grantee, operations, context)| Step::Grant {
                key, grantee, operations, context,
            }
        ),
        2 => (who(), n(), any::<bool>())
            .prop_map(|(who, grant, revoke)| Step::EndGrant { who, grant, revoke }),
        1 => (who(), n(), any::<bool>())
            .prop_map(|(who, key, open)| Step::OpenPolicy(who, key, open)),
        4 => (who(), n()).prop_map(|(who, key)| Step::Enable(who, key)),
        2 => (who(), n()).prop_map(|(who, key)| Step::Disable(who, key)),
        3 => (who(), n(), 7..31_i64).prop_map(|(who, key, days)| Step::Schedule(who, key, days)),
        3 => (who(), n()).prop_map(|(who, key)| Step::Cancel(who, key)),
        2 => (who(), n(), 90..2561_u32)
            .prop_map(|(who, key, days)| Step::EnableRotation(who, key, days)),
        1 => (who(), n()).prop_map(|(who, key)| Step::DisableRotation(who, key)),
        4 => (who(), n()).prop_map(|(who, key)| Step::Rotate(who, key)),
        5 => (n(), 0..3_usize, prop::option::weighted(0.3, 1..60_i64))
            .prop_map(|(key, material, days)| Step::Import { key, material, days }),
        1 => (n(), 0..3_usize)
            .prop_map(|(key, material)| Step::DeleteMaterial { key, material }),
    ]
    .boxed()
}

pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => use_of_keys(),
        8 => management(),
        4 => time().prop_map(Step::Wait),
        1 => any::<bool>().prop_map(|whole| Step::Restore { whole }),
    ];
    prop::collection::vec(step, 1..60)
}
