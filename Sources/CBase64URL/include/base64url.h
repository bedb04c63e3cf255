/*
 * Decodes base64url many characters at a time, which Swift cannot do with the instructions of newer processors. Every
 * request of a host has its cookie decoded here.
 */
#ifndef BASE64URL_H
#define BASE64URL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The number of bytes that `length` characters of unpadded base64url encode (RFC 4648 5). */
static inline size_t base64url_decoded_length(size_t length) {
    return length / 4 * 3 + (length % 4 == 0 ? 0 : length % 4 - 1);
}

enum { BASE64URL_SLACK = 4 };

/* Writes base64url_decoded_length(length) bytes, and overwrites up to BASE64URL_SLACK bytes behind them. Returns false,
   with meaningless output, if a character is outside the alphabet, if the length is impossible, or if unused bits of
   the last character are not zero. */
bool base64url_decode(const uint8_t *text, size_t length, uint8_t *bytes);

/* The same for any processor, without the instructions that the other may use. */
bool base64url_decode_portably(const uint8_t *text, size_t length, uint8_t *bytes);

#endif
