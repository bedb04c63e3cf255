/*
 * zlib for Swift. It is not linked, but loaded by the first that needs it (docs/adr/0035-zlib-is-loaded.md). The memory
 * that it works in is the library's own, and is wiped when freed.
 */
#ifndef CZLIB_H
#define CZLIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

/* The most bytes that czlib_compress() may write for so many. 0 if zlib cannot be loaded. Any thread. */
size_t czlib_bound(size_t length);

/* Data in zlib's format (RFC 1950), at its default level. In: `*out_length` is the size of `out`; out: how much of it
   was written. False if zlib cannot be loaded, memory runs out, or `out` is too small. Any thread. */
bool czlib_compress(const uint8_t *bytes, size_t length, uint8_t *out, size_t *out_length);

/* The reverse. Also false unless `bytes` are such data from the first to the last. */
bool czlib_decompress(const uint8_t *bytes, size_t length, uint8_t *out, size_t *out_length);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
