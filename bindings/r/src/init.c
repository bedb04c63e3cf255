#include "entries.h"
#include "threads.h"
#include <R_ext/Rdynload.h>
#include <R_ext/Visibility.h>

attribute_visible void R_init_stauth(DllInfo *dll) {
#define DESCRIBE(name, count) {#name, (DL_FUNC)(void (*)(void))name, count},
    static const R_CallMethodDef entries[] = {ENTRIES(DESCRIBE){NULL, NULL, 0}};
#undef DESCRIBE
    R_registerRoutines(dll, NULL, entries, NULL, NULL);
    R_useDynamicSymbols(dll, FALSE);
    R_forceSymbols(dll, TRUE);
    threads_prepare();
}
