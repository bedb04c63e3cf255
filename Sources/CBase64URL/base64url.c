#include "base64url.h"

#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the bytes of numbers are swapped below");

/* The number of characters that are decoded at once, and of the bytes that they encode. */
enum { CHARACTERS = 32, BYTES = 24 };

/* The same 32 bytes as numbers of 8, 16 and 32 bits; the compiler uses whatever instructions the processor has. */
typedef int8_t lanes8 __attribute__((vector_size(CHARACTERS)));
typedef uint16_t lanes16 __attribute__((vector_size(CHARACTERS)));
typedef uint32_t lanes32 __attribute__((vector_size(CHARACTERS)));

#define INLINE static inline __attribute__((always_inline))

/* Decodes a block and adds the characters outside the alphabet to `bad`. Writes BYTES and the slack. */
INLINE void decode_block(const uint8_t *text, uint8_t *bytes, lanes8 *bad) {
    lanes8 c;
    memcpy(&c, text, sizeof c);
    lanes8 upper = (c >= 'A') & (c <= 'Z'), lower = (c >= 'a') & (c <= 'z'), digit = (c >= '0') & (c <= '9');
    lanes8 dash = c == '-', underscore = c == '_';
    *bad |= ~(upper | lower | digit | dash | underscore);
    lanes8 six = c + ((upper & -'A') | (lower & (26 - 'a')) | (digit & (52 - '0')) | (dash & (62 - '-')) |
                      (underscore & (63 - '_')));
    /* Combine neighbours: two of 6 bits make 12, two of 12 make 24. The first of two is the higher one. */
    lanes16 pairs = (lanes16)six;
    pairs = ((pairs & 0x3f) << 6) | (pairs >> 8);
    lanes32 fours = (lanes32)pairs;
    fours = ((fours & 0xfff) << 12) | (fours >> 16);
    /* Three of four bytes, the highest first; in two halves, since processors move bytes within 16. */
    lanes8 out = (lanes8)fours;
    out = __builtin_shufflevector(out, out, 2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1, /**/
                                  18, 17, 16, 22, 21, 20, 26, 25, 24, 30, 29, 28, -1, -1, -1, -1);
    memcpy(bytes, &out, 16);
    memcpy(bytes + BYTES / 2, (const uint8_t *)&out + 16, 16);
}

INLINE bool is_zero(const uint8_t *bytes, size_t length) {
    uint8_t all = 0;
    for (size_t i = 0; i < length; i++)
        all |= bytes[i];
    return all == 0;
}

INLINE bool decode(const uint8_t *text, size_t length, uint8_t *bytes) {
    lanes8 bad = {0};
    for (; length >= CHARACTERS; length -= CHARACTERS, text += CHARACTERS, bytes += BYTES)
        decode_block(text, bytes, &bad);
    /* The rest as a block padded with characters that encode zeros, like the excess bits of the last character. */
    uint8_t rest[CHARACTERS], decoded[BYTES + BASE64URL_SLACK];
    size_t count = base64url_decoded_length(length);
    memset(rest, 'A', sizeof rest);
    memcpy(rest, text, length);
    decode_block(rest, decoded, &bad);
    memcpy(bytes, decoded, count);
    return length % 4 != 1 && is_zero((const uint8_t *)&bad, sizeof bad) && is_zero(decoded + count, BYTES - count);
}

/* The C library has already queried the processor. (The compiler's own __builtin_cpu_supports() would query it again
   when the library is loaded, which takes long in a virtual machine.) */
#if defined(__x86_64__) && __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>

__attribute__((target("avx2"))) static bool decode_with_avx2(const uint8_t *text, size_t length, uint8_t *bytes) {
    return decode(text, length, bytes);
}

bool base64url_decode(const uint8_t *text, size_t length, uint8_t *bytes) {
    return CPU_FEATURE_ACTIVE(AVX2) ? decode_with_avx2(text, length, bytes) : decode(text, length, bytes);
}
#else
bool base64url_decode(const uint8_t *text, size_t length, uint8_t *bytes) {
    return decode(text, length, bytes);
}
#endif
