/*
 * Decodes base64url many characters at a time, which Swift cannot do with the instructions of newer processors. Every
 * request of a host has its cookie decoded here.
 */
#ifndef BASE64URL_H
#define BASE64URL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many bytes `length` characters of unpadded base64url stand for (RFC 4648 5). */
static inline size_t base64url_decoded_length(size_t length) {
    return length / 4 * 3 + (length % 4 == 0 ? 0 : length % 4 - 1);
}

enum { BASE64URL_SLACK = 4 };

/* Writes base64url_decoded_length(length) bytes, and over as many as BASE64URL_SLACK behind them. False, and what is
   written means nothing, if there is a character that is not of the alphabet, if the length is one that no bytes have,
   or if bits of the last character that stand for nothing are not zero. */
bool base64url_decode(const uint8_t *text, size_t length, uint8_t *bytes);

#endif
