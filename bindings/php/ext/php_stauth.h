/* What the files of this extension share. */
#ifndef PHP_STAUTH_H
#define PHP_STAUTH_H

#include <php.h>
#include <stauth.h>

#define PHP_STAUTH_VERSION ST_VERSION_STRING

/* `open` are the handles of this PHP request, which are freed at its end even if a fatal error ended it: handle to how
   it is freed. */
ZEND_BEGIN_MODULE_GLOBALS(stauth)
HashTable open;
int32_t least_level;
ZEND_END_MODULE_GLOBALS(stauth)

ZEND_EXTERN_MODULE_GLOBALS(stauth)
#define STAUTH_G(v) ZEND_MODULE_GLOBALS_ACCESSOR(stauth, v)

#if defined(ZTS) && defined(COMPILE_DL_STAUTH)
ZEND_TSRMLS_CACHE_EXTERN()
#endif

/* A handle is a ticket, so PHP can keep it as a number: one that is no handle is refused. */
#define HANDLE(type, number) ((type *)(uintptr_t)(number))
#define NUMBER(handle) ((zend_long)(uintptr_t)(handle))

typedef void (*stauth_free)(void *handle);
zend_long stauth_opened(void *handle, stauth_free end);
void stauth_close(zend_long number);

/* Text for C: NULL is allowed if the argument is. If it has a NUL, stores an error and gives false. */
bool stauth_is_text(const zend_string *text, zval *out_error);
bool stauth_is_path(const zend_string *path, zval *out_error); /* which PHP's open_basedir must allow, too */
bool stauth_are_texts(HashTable *list, zval *out_error);

/* Stores the error in PHP's variable as a list, or null if there is none. Frees it. True if there is none. */
bool stauth_check(st_status status, st_error *error, zval *out_error);
void stauth_describe(st_status status, const st_error *error, zval *out);

st_status stauth_log_events(st_config *config, st_error **error);

/* Registers the class Stauth\Extension, whose methods are in app.c and request.c. */
zend_result stauth_register_class(void);

#endif
