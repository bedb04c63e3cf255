#include "entries.h"
#include "step.h"
#include "threads.h"
#include "values.h"
#include <stdlib.h>
#include <string.h>

/* A step that another thread takes. */
struct waiting {
    struct job job; /* first: threads.h knows no more of it */
    struct step step;
    SEXP request, gate, callback; /* kept from R's collector until it is finished */
};

/* list(action, token, expiry, scope), or a failure. */
static SEXP result_of(struct step *step) {
    if (step->status != ST_OK)
        return new_failure(step->status, step->error);
    SEXP result = PROTECT(Rf_allocVector(VECSXP, 4));
    SET_VECTOR_ELT(result, 0, Rf_ScalarInteger(step->action));
    SET_VECTOR_ELT(result, 1, new_text(step->token));
    SET_VECTOR_ELT(result, 2, Rf_ScalarReal((double)step->expiry));
    SET_VECTOR_ELT(result, 3, new_text(step->scope));
    UNPROTECT(1);
    return result;
}

/* `text` is bytes, or NULL. */
static struct step step_of(SEXP kind, SEXP request, SEXP text, SEXP gate) {
    return (struct step){.kind = (enum step_kind)Rf_asInteger(kind),
                         .request = handle_of(request),
                         .gate = handle_of(gate),
                         .text = text == R_NilValue ? NULL : (char *)RAW(text),
                         .length = text == R_NilValue ? 0 : (size_t)XLENGTH(text) - 1};
}

/* stauth_step(kind, request, text, gate): on this thread. `text` ends with a NUL. */
SEXP stauth_step(SEXP kind, SEXP request, SEXP text, SEXP gate) {
    struct step step = step_of(kind, request, text, gate);
    step_take(&step);
    return result_of(&step);
}

static void run(struct job *job) {
    step_take(&((struct waiting *)job)->step);
}

static void forget(struct waiting *waiting) {
    R_ReleaseObject(waiting->request);
    R_ReleaseObject(waiting->gate);
    R_ReleaseObject(waiting->callback);
    free(waiting->step.text);
    free(waiting);
}

static void call_back(void *data) {
    struct waiting *waiting = data;
    if (handle_of(waiting->request) == NULL) /* freed meanwhile, and with it what is borrowed */
        waiting->step.token = waiting->step.scope = NULL;
    SEXP call = PROTECT(Rf_lang2(waiting->callback, PROTECT(result_of(&waiting->step))));
    R_tryEval(call, R_GlobalEnv, NULL);
    UNPROTECT(2);
}

/* In R's event loop, whose C++ no error of R's may leave. */
static void finish(void *data) {
    R_ToplevelExec(call_back, data);
    forget(data);
}

/* stauth_step_later(kind, request, text, gate, callback, loop): on another thread; `callback` gets what stauth_step()
   returns. FALSE if there is no thread. */
SEXP stauth_step_later(SEXP kind, SEXP request, SEXP text, SEXP gate, SEXP callback, SEXP loop) {
    struct step step = step_of(kind, request, text, gate);
    struct waiting *waiting = calloc(1, sizeof *waiting);
    char *copy = step.text == NULL ? NULL : malloc(step.length + 1);
    if (waiting == NULL || (step.text != NULL && copy == NULL)) {
        free(waiting);
        free(copy);
        return Rf_ScalarLogical(FALSE);
    }
    if (copy != NULL)
        memcpy(copy, step.text, step.length + 1);
    step.text = copy;
    *waiting = (struct waiting){.job = {.run = run, .finish = finish, .loop = Rf_asInteger(loop)},
                                .step = step,
                                .request = request,
                                .gate = gate,
                                .callback = callback};
    R_PreserveObject(request);
    R_PreserveObject(gate);
    R_PreserveObject(callback);
    bool is_started = threads_start(&waiting->job);
    if (!is_started)
        forget(waiting);
    return Rf_ScalarLogical(is_started);
}

SEXP stauth_threads_end(void) {
    threads_end();
    return R_NilValue;
}
