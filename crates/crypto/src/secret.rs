//! Bytes that nobody should find in memory once they are no longer needed.

use std::fmt;
use std::ops::Deref;

use zeroize::{ZeroizeOnDrop, Zeroizing, optimization_barrier};

/// Bytes that are erased when they are dropped: plaintexts, which can be long.
///
/// `Zeroizing<Vec<u8>>` erases byte by byte, which takes longer than to encrypt them. This one
/// fills the memory at once, and hides from the compiler that nobody will read it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.clear();
        // All of the memory, not only what is in use. It is not moved for that.
        self.0.resize(self.0.capacity(), 0);
        optimization_barrier(self.0.as_slice());
    }
}

impl ZeroizeOnDrop for Secret {}

impl From<Vec<u8>> for Secret {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<Zeroizing<Vec<u8>>> for Secret {
    fn from(mut bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(std::mem::take(&mut bytes))
    }
}

impl Deref for Secret {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Secret {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Prints how many bytes there are, and none of them.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_printed() {
        let secret = Secret::from(b"top secret".to_vec());
        assert_eq!(format!("{secret:?}"), "Secret(10 bytes)");
        assert_eq!(&*secret, b"top secret");
    }
}
