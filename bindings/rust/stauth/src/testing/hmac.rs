//! HMAC with SHA-256 (RFC 2104, FIPS 180-4) for the ID tokens of tests, because the standard library has none. Not for
//! secrets of worth: it is neither fast nor free of traces.

/// The first 32 bits of the fractional parts of the `power`th roots of the first primes, as FIPS 180-4 defines its
/// constants: found by bisection, in integers.
fn roots<const COUNT: usize>(power: u32) -> [u32; COUNT] {
    let mut found = [0; COUNT];
    let primes = (2u128..).filter(|number| (2..*number).all(|divisor| number % divisor != 0));
    for (place, prime) in found.iter_mut().zip(primes) {
        let (mut low, mut high) = (0u128, 1 << 37); // of the root times 2^32
        while high - low > 1 {
            let middle = (low + high) / 2;
            let fits = (middle.pow(power)) <= prime << (32 * power);
            if fits {
                low = middle;
            } else {
                high = middle;
            }
        }
        *place = low as u32; // without the whole part
    }
    found
}

/// SHA-256.
pub(super) fn sha256(message: &[u8]) -> [u8; 32] {
    let mut state: [u32; 8] = roots(2);
    let constants: [u32; 64] = roots(3);
    let mut padded = message.to_vec();
    padded.push(0x80);
    padded.resize((padded.len() + 8 + 63) / 64 * 64 - 8, 0);
    padded.extend_from_slice(&(message.len() as u64 * 8).to_be_bytes());
    for block in padded.chunks_exact(64) {
        compress(&mut state, &constants, block);
    }
    let mut digest = [0; 32];
    for (bytes, word) in digest.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    digest
}

fn compress(state: &mut [u32; 8], constants: &[u32; 64], block: &[u8]) {
    let mut words = [0u32; 64];
    for (word, bytes) in words.iter_mut().zip(block.chunks_exact(4)) {
        *word = bytes.iter().fold(0, |value, byte| value << 8 | u32::from(*byte));
    }
    for index in 16..64 {
        let (early, late) = (words[index - 15], words[index - 2]);
        let first = early.rotate_right(7) ^ early.rotate_right(18) ^ (early >> 3);
        let second = late.rotate_right(17) ^ late.rotate_right(19) ^ (late >> 10);
        words[index] = words[index - 16].wrapping_add(first).wrapping_add(words[index - 7]).wrapping_add(second);
    }
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for (word, constant) in words.iter().zip(constants) {
        let sum = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let choice = (e & f) ^ (!e & g);
        let first = h.wrapping_add(sum).wrapping_add(choice).wrapping_add(*constant).wrapping_add(*word);
        let sum = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let second = sum.wrapping_add((a & b) ^ (a & c) ^ (b & c));
        (h, g, f, e) = (g, f, e, d.wrapping_add(first));
        (d, c, b, a) = (c, b, a, first.wrapping_add(second));
    }
    for (value, more) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *value = value.wrapping_add(more);
    }
}

/// HMAC with SHA-256 and a key of at most 64 bytes.
pub(super) fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let padded = |pad: u8| {
        let mut block = [pad; 64];
        block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
        block
    };
    let inner = sha256(&[&padded(0x36), message].concat());
    sha256(&[&padded(0x5c), &inner[..]].concat())
}

/// Base64url without padding (RFC 4648, section 5).
pub(super) fn base64url(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for piece in bytes.chunks(3) {
        let value = piece.iter().fold(0, |value, byte| value << 8 | u32::from(*byte)) << (8 * (3 - piece.len()));
        for place in 0..=piece.len() {
            text.push(ALPHABET[(value >> (18 - 6 * place)) as usize & 63].into());
        }
    }
    text
}
