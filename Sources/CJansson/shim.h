/* jansson for Swift. Functions replace macros that Swift does not import. */
#include <jansson.h>
#include <locale.h>
#include <string.h>

static inline json_type shim_json_type(const json_t *value) {
    return json_typeof(value);
}

static inline void shim_json_decref(json_t *value) {
    json_decref(value);
}

/* Wipes the texts in a value with no other owner, before it is freed: claims, and tokens in a provider's answer. Memory
   that jansson used to read them is its own. */
static inline void shim_json_wipe(json_t *value) {
    size_t index;
    const char *name;
    json_t *member;
    if (json_is_string(value))
        explicit_bzero((void *)json_string_value(value), json_string_length(value));
    json_array_foreach(value, index, member) {
        shim_json_wipe(member);
    }
    json_object_foreach(value, name, member) {
        shim_json_wipe(member);
    }
}

static inline void shim_json_free(json_t *value) {
    shim_json_wipe(value);
    json_decref(value);
}

/* jansson reads and writes numbers by the locale of the thread. Where a host's locale has a decimal separator of
   several bytes, or changes at that moment, it would end the process. The locale "C" exists always: none is made, none
   freed. */
static inline locale_t shim_json_use_plain_locale(void) {
    return uselocale(newlocale(LC_ALL_MASK, "C", (locale_t)0));
}

static inline json_t *shim_json_load(const char *text, size_t length, size_t flags, json_error_t *error) {
    locale_t locale_of_host = shim_json_use_plain_locale();
    json_t *value = json_loadb(text, length, flags, error);
    uselocale(locale_of_host);
    return value;
}

static inline size_t shim_json_dump(const json_t *value, char *text, size_t capacity, size_t flags) {
    locale_t locale_of_host = shim_json_use_plain_locale();
    size_t length = json_dumpb(value, text, capacity, flags);
    uselocale(locale_of_host);
    return length;
}

/* The errors that a reader distinguishes. */
enum shim_json_error {
    SHIM_JSON_MALFORMED,
    SHIM_JSON_MALFORMED_UTF8,
    SHIM_JSON_UNPAIRED_SURROGATE,
    SHIM_JSON_NUL_CHARACTER,
    SHIM_JSON_NUMBER_OUT_OF_RANGE,
    SHIM_JSON_DUPLICATE_NAME,
};

static inline enum shim_json_error shim_json_error(const json_error_t *error) {
    /* This one has no error code. */
    static const char surrogate[] = "invalid Unicode ";
    switch (json_error_code(error)) {
    case json_error_invalid_utf8:
        return SHIM_JSON_MALFORMED_UTF8;
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return SHIM_JSON_NUL_CHARACTER;
    case json_error_numeric_overflow:
        return SHIM_JSON_NUMBER_OUT_OF_RANGE;
    case json_error_duplicate_key:
        return SHIM_JSON_DUPLICATE_NAME;
    default:
        return strncmp(error->text, surrogate, sizeof surrogate - 1) == 0 ? SHIM_JSON_UNPAIRED_SURROGATE
                                                                          : SHIM_JSON_MALFORMED;
    }
}
