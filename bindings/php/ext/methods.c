/* The class Stauth\Extension: its methods' parameters. ../src/ForeignFunctions.php has the same methods. */
#include "methods.h"

#define TEXT(name) ZEND_ARG_TYPE_INFO(0, name, IS_STRING, 0)
#define TEXT_OR_NULL(name) ZEND_ARG_TYPE_INFO(0, name, IS_STRING, 1)
#define LONG(name) ZEND_ARG_TYPE_INFO(0, name, IS_LONG, 0)
#define LONG_OR_NULL(name) ZEND_ARG_TYPE_INFO(0, name, IS_LONG, 1)
#define BOOL(name) ZEND_ARG_TYPE_INFO(0, name, _IS_BOOL, 0)
#define LIST(name) ZEND_ARG_TYPE_INFO(0, name, IS_ARRAY, 0)
#define ERROR() ZEND_ARG_INFO(1, error)
#define METHOD(name, count, result, is_nullable, parameters)                                                           \
    ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arguments_of_##name, 0, count, result, is_nullable)                        \
    parameters ZEND_END_ARG_INFO()

/* clang-format off */
METHOD(version, 0, IS_LONG, 0, )
METHOD(appNew, 5, IS_LONG, 0, TEXT_OR_NULL(secrets) TEXT_OR_NULL(toml) LIST(settings) BOOL(steps) ERROR())
METHOD(appShared, 2, IS_LONG, 0, TEXT(secrets) ERROR())
METHOD(appFree, 1, IS_VOID, 0, LONG(app))
METHOD(appPreload, 2, IS_VOID, 0, LONG(app) ERROR())
METHOD(appPaths, 1, IS_ARRAY, 1, LONG(app))
METHOD(appStats, 3, IS_STRING, 0, LONG(app) BOOL(isPrometheus) ERROR())
METHOD(userFromCookie, 3, IS_STRING, 0, LONG(app) TEXT(cookie) ERROR())
METHOD(gateNew, 2, IS_LONG, 0, LIST(paths) ERROR())
METHOD(gateFree, 1, IS_VOID, 0, LONG(gate))
METHOD(requestNew, 6, IS_LONG, 0,
    LONG(app) TEXT(method) TEXT(target) TEXT(headers) TEXT_OR_NULL(address) ERROR())
METHOD(requestSetBody, 3, IS_VOID, 0, LONG(request) TEXT(body) ERROR())
METHOD(requestAddRoute, 3, IS_VOID, 0, LONG(request) TEXT(path) ERROR())
METHOD(requestWantsBody, 1, _IS_BOOL, 0, LONG(request))
METHOD(requestBegin, 2, IS_LONG, 0, LONG(request) ERROR())
METHOD(requestResume, 2, IS_LONG, 0, LONG(request) ERROR())
METHOD(requestExchange, 1, IS_ARRAY, 1, LONG(request))
METHOD(requestRespond, 5, IS_VOID, 0, LONG(request) LONG(status) TEXT(type) TEXT(body) ERROR())
METHOD(requestLogin, 4, IS_VOID, 0, LONG(request) TEXT_OR_NULL(provider) LIST(options) ERROR())
METHOD(requestLogout, 3, IS_VOID, 0, LONG(request) BOOL(isLocal) ERROR())
METHOD(requestRequireLogin, 4, IS_LONG, 0, LONG(request) LONG_OR_NULL(gate) TEXT_OR_NULL(path) ERROR())
METHOD(requestRefuse, 3, IS_VOID, 0, LONG(request) TEXT(code) ERROR())
METHOD(requestUserJson, 1, IS_STRING, 0, LONG(request))
METHOD(requestIsFresh, 2, _IS_BOOL, 0, LONG(request) LONG(seconds))
METHOD(requestAccessToken, 2, IS_ARRAY, 0, LONG(request) ERROR())
METHOD(requestRefresh, 2, IS_LONG, 0, LONG(request) ERROR())
METHOD(requestError, 1, IS_ARRAY, 1, LONG(request))
METHOD(requestStatus, 1, IS_LONG, 0, LONG(request))
METHOD(requestHeaders, 2, IS_STRING, 0, LONG(request) ERROR())
METHOD(requestBody, 2, IS_STRING, 0, LONG(request) ERROR())
METHOD(requestFree, 1, IS_VOID, 0, LONG(request))
/* clang-format on */

#define ROW(name) ZEND_ME(Stauth_Extension, name, arguments_of_##name, ZEND_ACC_PUBLIC)
static const zend_function_entry methods[] = {STAUTH_METHODS(ROW) ZEND_FE_END};

zend_result stauth_register_class(void) {
    zend_class_entry entry;
    INIT_NS_CLASS_ENTRY(entry, "Stauth", "Extension", methods);
    zend_register_internal_class(&entry)->ce_flags |= ZEND_ACC_FINAL;
    return SUCCESS;
}
