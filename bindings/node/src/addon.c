#include "addon.h"
#include "call.h"

/* load(path, makeError): null, or why the file cannot be used. */
napi_value load(napi_env env, napi_callback_info info) {
    struct call call;
    call_begin(&call, env, info);
    size_t length;
    const char *path = call_octets(&call, 0, &length);
    if (!call_keep_error_maker(&call, 1) || path == NULL)
        return call_end(&call, value_text(env, "out of memory"));
    return call_end(&call, value_text(env, library_load(path)));
}

NAPI_MODULE_INIT() {
#define DESCRIBE(name) {#name, NULL, name, NULL, NULL, NULL, napi_default_jsproperty, NULL},
    napi_property_descriptor properties[] = {EXPORTS(DESCRIBE)};
#undef DESCRIBE
    napi_define_properties(env, exports, sizeof properties / sizeof *properties, properties);
    return exports;
}
