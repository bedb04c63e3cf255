/* For the files with methods. */
#ifndef STAUTH_METHODS_H
#define STAUTH_METHODS_H

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "php_stauth.h"

/* The parameters of most methods: a handle alone, and a handle and PHP's variable for the error. */
#define STAUTH_HANDLE_ONLY(handle)                                                                                     \
    zend_long handle;                                                                                                  \
    ZEND_PARSE_PARAMETERS_START(1, 1)                                                                                  \
    Z_PARAM_LONG(handle)                                                                                               \
    ZEND_PARSE_PARAMETERS_END()

#define STAUTH_HANDLE_AND_ERROR(handle)                                                                                \
    zend_long handle;                                                                                                  \
    zval *out_error;                                                                                                   \
    ZEND_PARSE_PARAMETERS_START(2, 2)                                                                                  \
    Z_PARAM_LONG(handle)                                                                                               \
    Z_PARAM_ZVAL(out_error)                                                                                            \
    ZEND_PARSE_PARAMETERS_END()

/* And with text between them. */
#define STAUTH_HANDLE_TEXT_AND_ERROR(handle, text)                                                                     \
    zend_long handle;                                                                                                  \
    zend_string *text;                                                                                                 \
    zval *out_error;                                                                                                   \
    ZEND_PARSE_PARAMETERS_START(3, 3)                                                                                  \
    Z_PARAM_LONG(handle)                                                                                               \
    Z_PARAM_STR(text)                                                                                                  \
    Z_PARAM_ZVAL(out_error)                                                                                            \
    ZEND_PARSE_PARAMETERS_END()

#define STAUTH_METHODS(method)                                                                                         \
    method(version) method(appNew) method(appShared) method(appFree) method(appPreload) method(appPaths)               \
        method(appStats) method(userFromCookie) method(gateNew) method(gateFree) method(requestNew)                    \
            method(requestSetBody) method(requestAddRoute) method(requestWantsBody) method(requestBegin)               \
                method(requestResume) method(requestExchange) method(requestRespond) method(requestLogin)              \
                    method(requestLogout) method(requestRequireLogin) method(requestRefuse) method(requestUserJson)    \
                        method(requestIsFresh) method(requestAccessToken) method(requestRefresh) method(requestError)  \
                            method(requestStatus) method(requestHeaders) method(requestBody) method(requestFree)

#define STAUTH_DECLARE(name) ZEND_METHOD(Stauth_Extension, name);
STAUTH_METHODS(STAUTH_DECLARE)

#endif
