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

/* Writes three of four bytes, the highest first; in two halves, since processors move bytes within 16. */
INLINE void write_fours(const lanes8 *fours, uint8_t *bytes) {
    lanes8 out = __builtin_shufflevector(*fours, *fours, 2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1, /**/
                                         18, 17, 16, 22, 21, 20, 26, 25, 24, 30, 29, 28, -1, -1, -1, -1);
    memcpy(bytes, &out, 16);
    memcpy(bytes + BYTES / 2, (const uint8_t *)&out + 16, 16);
}

/* Decodes a block and adds the characters outside the alphabet to `bad`. Writes BYTES and the slack. */
typedef void block_decoder(const uint8_t *text, uint8_t *bytes, lanes8 *bad);

INLINE void decode_block_portably(const uint8_t *text, uint8_t *bytes, lanes8 *bad) {
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
    write_fours((const lanes8 *)&fours, bytes);
}

INLINE bool is_zero(const uint8_t *bytes, size_t length) {
    uint8_t all = 0;
    for (size_t i = 0; i < length; i++)
        all |= bytes[i];
    return all == 0;
}

INLINE bool decode(const uint8_t *text, size_t length, uint8_t *bytes, block_decoder *decode_block) {
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

bool base64url_decode_portably(const uint8_t *text, size_t length, uint8_t *bytes) {
    return decode(text, length, bytes, decode_block_portably);
}

/* The C library has already queried the processor. (The compiler's own __builtin_cpu_supports() would query it again
   when the library is loaded, which takes long in a virtual machine.) */
#if defined(__x86_64__) && __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>

#include <immintrin.h>

#define WITH_AVX2 __attribute__((target("avx2")))

/* A table for each half of a vector: processors look up within 16 bytes. */
#define TABLE(...) _mm256_setr_epi8(__VA_ARGS__, __VA_ARGS__)

/* The same with half as many instructions, by tables: a character's class and its distance from the number that it
   encodes follow from its higher four bits, except for '_', which has those of 'P' to 'Z'. */
WITH_AVX2 INLINE void decode_block_with_avx2(const uint8_t *text, uint8_t *bytes, lanes8 *bad) {
    /* The classes: one bit each for '-', '0' to '9', 'A' and 'a', 'P', 'p', and everything else. */
    enum { DASH = 1, DIGIT = 2, A = 4, P = 8, SMALL_P = 16, NONE = 32, ALL = 63 };
    const __m256i class = TABLE(NONE, NONE, DASH, DIGIT, A, P, A, SMALL_P, /**/
                                NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE);
    /* By the lower four bits: the classes that have no such character. */
    enum { TO_9 = ALL & ~DIGIT & ~A & ~P & ~SMALL_P };
    const __m256i lacking = TABLE(TO_9 | A, TO_9, TO_9, TO_9, TO_9, TO_9, TO_9, TO_9, TO_9, TO_9, TO_9 | DIGIT, /**/
                                  ALL & ~A, ALL & ~A, ALL & ~A & ~DASH, ALL & ~A, ALL & ~A & ~P);
    const __m256i distance = TABLE(0, 0, 62 - '-', 52 - '0', -'A', -'A', 26 - 'a', 26 - 'a', 0, 0, 0, 0, 0, 0, 0, 0);
    const __m256i four_bits = _mm256_set1_epi8(0xf);
    __m256i c = _mm256_loadu_si256((const __m256i *)text);
    __m256i lower = c & four_bits, higher = _mm256_srli_epi16(c, 4) & four_bits;
    *bad |= (lanes8)(_mm256_shuffle_epi8(class, higher) & _mm256_shuffle_epi8(lacking, lower));
    __m256i underscore = _mm256_cmpeq_epi8(c, _mm256_set1_epi8('_')) & _mm256_set1_epi8(63 - '_' + 'A');
    __m256i six = _mm256_add_epi8(_mm256_add_epi8(c, underscore), _mm256_shuffle_epi8(distance, higher));
    /* Of two neighbours, the first times 64 and the second; then the first times 4096 and the second. */
    __m256i pairs = _mm256_maddubs_epi16(six, _mm256_set1_epi16(1 << 8 | 64));
    __m256i fours = _mm256_madd_epi16(pairs, _mm256_set1_epi32(1 << 16 | 4096));
    write_fours((const lanes8 *)&fours, bytes);
}

WITH_AVX2 static bool decode_with_avx2(const uint8_t *text, size_t length, uint8_t *bytes) {
    return decode(text, length, bytes, decode_block_with_avx2);
}

bool base64url_decode(const uint8_t *text, size_t length, uint8_t *bytes) {
    return CPU_FEATURE_ACTIVE(AVX2) ? decode_with_avx2(text, length, bytes)
                                    : base64url_decode_portably(text, length, bytes);
}
#else
bool base64url_decode(const uint8_t *text, size_t length, uint8_t *bytes) {
    return base64url_decode_portably(text, length, bytes);
}
#endif
