#include "step.h"

void step_take(struct step *step) {
    st_request *request = step->request;
    st_error **error = &step->error;
    step->action = ST_PROCEED;
    switch (step->kind) {
    case STEP_BEGIN:
        step->status = st.st_request_begin(request, &step->action, error);
        break;
    case STEP_RESUME:
        step->status = st.st_request_resume(request, &step->action, error);
        break;
    case STEP_LOGIN:
        step->status = st.st_request_login(request, step->text, error);
        break;
    case STEP_REQUIRE_LOGIN:
        step->status = st.st_request_require_login(request, step->gate, step->text, step->length, &step->action, error);
        break;
    case STEP_LOGOUT: /* may ask a session store */
        step->status = st.st_request_logout(request, error);
        break;
    case STEP_TOKEN:
        step->status =
            st.st_request_access_token(request, &step->action, &step->token, &step->expiry, &step->scope, error);
        break;
    case STEP_REFRESH:
        step->status = st.st_request_refresh(request, &step->action, error);
        break;
    }
}
