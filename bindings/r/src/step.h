/* A call that may wait for a provider, on R's thread or on another. */
#ifndef STAUTH_R_STEP_H
#define STAUTH_R_STEP_H

#include "library.h"

enum step_kind { STEP_BEGIN, STEP_RESUME, STEP_LOGIN, STEP_REQUIRE_LOGIN, STEP_LOGOUT, STEP_TOKEN, STEP_REFRESH };

struct step {
    enum step_kind kind;
    st_request *request;
    const st_gate *gate;
    char *text; /* a provider or a path; NULL for none */
    size_t length;
    /* What came of it. The texts are borrowed from the request. */
    st_status status;
    st_error *error;
    st_action action;
    const char *token, *scope;
    int64_t expiry;
};

/* Uses nothing of R's. */
void step_take(struct step *step);

#endif
