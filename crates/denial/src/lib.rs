//! A denial that somebody met, from a CloudTrail event or an error message, against a world: the
//! call reproduced, the layer that AWS blamed against the layer that we find, and what would mend it.
