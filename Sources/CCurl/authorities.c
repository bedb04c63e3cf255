#include "ccurl.h"

#include "library.h"

#include <unistd.h>

void ccurl_find_authorities(const char **out_file, const char **out_folder) {
    static const char *const well_known[] = {
        "/etc/ssl/certs/ca-certificates.crt", /* Debian, Arch */
        "/etc/pki/tls/certs/ca-bundle.crt",   /* Fedora */
        "/etc/ssl/ca-bundle.pem",             /* openSUSE */
        "/etc/ssl/cert.pem",                  /* Alpine */
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    };
    const struct functions *functions = ccurl_functions();
    *out_file = functions->authority_file;
    *out_folder = functions->authority_folder;
    /* If it has a file and the file is missing, transfers fail, whatever its folder contains. */
    const char *place = *out_file != NULL ? *out_file : *out_folder;
    if (place != NULL && access(place, R_OK) == 0)
        return;
    *out_file = well_known[0];
    *out_folder = NULL;
    for (size_t index = 0; index < sizeof well_known / sizeof *well_known; index++)
        if (access(well_known[index], R_OK) == 0) {
            *out_file = well_known[index];
            return;
        }
}

ccurl_authorities *ccurl_read_authorities(const char *file, const char *folder) {
    /* As libcurl configures them: our roots take precedence over what the server sent, and one of our intermediate
       authorities is enough. */
    enum { TRUSTED_FIRST = 0x8000, PARTIAL_CHAIN = 0x80000 };
    const struct functions *functions = ccurl_functions();
    ccurl_authorities *store = functions->new_store();
    if (store == NULL)
        return NULL;
    functions->set_store_flags(store, TRUSTED_FIRST | PARTIAL_CHAIN);
    bool is_read = functions->read_store(store, file, folder) == 1;
    functions->clear_errors();
    if (is_read)
        return store;
    functions->free_store(store);
    return NULL;
}

void ccurl_free_authorities(ccurl_authorities *authorities) {
    ccurl_functions()->free_store(authorities);
}

void ccurl_abandon_authorities(ccurl_authorities *authorities) {
    ccurl_leave(authorities);
}
