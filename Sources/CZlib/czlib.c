#include "czlib.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

struct functions {
    uLong (*bound)(uLong length);
    int (*start_deflate)(z_stream *stream, int level, const char *version, int stream_size);
    int (*deflate)(z_stream *stream, int flush);
    int (*end_deflate)(z_stream *stream);
    int (*start_inflate)(z_stream *stream, const char *version, int stream_size);
    int (*inflate)(z_stream *stream, int flush);
    int (*end_inflate)(z_stream *stream);
};

static bool find(void *library, const char *name, void *out_function) {
    void *symbol = dlsym(library, name);
    memcpy(out_function, &symbol, sizeof symbol);
    return symbol != NULL;
}

static bool find_functions(struct functions *functions) {
    void *library = dlopen("libz.so.1", RTLD_NOW | RTLD_LOCAL);
    return library != NULL && find(library, "compressBound", &functions->bound) &&
           find(library, "deflateInit_", &functions->start_deflate) && find(library, "deflate", &functions->deflate) &&
           find(library, "deflateEnd", &functions->end_deflate) &&
           find(library, "inflateInit_", &functions->start_inflate) && find(library, "inflate", &functions->inflate) &&
           find(library, "inflateEnd", &functions->end_inflate);
}

/* NULL if zlib cannot be loaded now. Threads that load at the same time find the same functions; the first one's table
   is kept. There is no lock, so neither fork() nor a slow disk can block another thread. */
static const struct functions *load(void) {
    static const struct functions *_Atomic loaded;
    const struct functions *present = atomic_load_explicit(&loaded, memory_order_acquire);
    if (present != NULL)
        return present;
    struct functions *functions = malloc(sizeof *functions);
    if (functions != NULL && find_functions(functions) && atomic_compare_exchange_strong(&loaded, &present, functions))
        return functions;
    free(functions);
    return present;
}

static void *allocate(void *context, unsigned int count, unsigned int size) {
    (void)context;
    return calloc(count, size);
}

static void release(void *context, void *memory) {
    (void)context;
    free(memory);
}

static bool prepare(z_stream *stream, const uint8_t *bytes, size_t length, uint8_t *out, size_t out_length) {
    if (length > UINT_MAX || out_length > UINT_MAX)
        return false;
    *stream = (z_stream){.zalloc = allocate, .zfree = release};
    stream->next_in = (uint8_t *)bytes; /* zlib only reads it */
    stream->avail_in = (unsigned int)length;
    stream->next_out = out;
    stream->avail_out = (unsigned int)out_length;
    return true;
}

size_t czlib_bound(size_t length) {
    const struct functions *zlib = load();
    return zlib == NULL ? 0 : zlib->bound(length);
}

bool czlib_compress(const uint8_t *bytes, size_t length, uint8_t *out, size_t *out_length) {
    z_stream stream;
    const struct functions *zlib = load();
    if (zlib == NULL || !prepare(&stream, bytes, length, out, *out_length) ||
        zlib->start_deflate(&stream, Z_DEFAULT_COMPRESSION, ZLIB_VERSION, sizeof stream) != Z_OK)
        return false;
    int status = zlib->deflate(&stream, Z_FINISH);
    zlib->end_deflate(&stream);
    *out_length = stream.total_out;
    return status == Z_STREAM_END;
}

bool czlib_decompress(const uint8_t *bytes, size_t length, uint8_t *out, size_t *out_length) {
    z_stream stream;
    const struct functions *zlib = load();
    if (zlib == NULL || !prepare(&stream, bytes, length, out, *out_length) ||
        zlib->start_inflate(&stream, ZLIB_VERSION, sizeof stream) != Z_OK)
        return false;
    int status = zlib->inflate(&stream, Z_FINISH);
    zlib->end_inflate(&stream);
    *out_length = stream.total_out;
    return status == Z_STREAM_END && stream.avail_in == 0;
}
