/* jansson for Swift. Macros that Swift does not import are given as functions. */
#include <jansson.h>

static inline json_type shim_json_type(const json_t *value) {
    return json_typeof(value);
}

static inline void shim_json_decref(json_t *value) {
    json_decref(value);
}
