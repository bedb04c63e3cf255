/* The pages of the site. */
#ifndef PAGE_H
#define PAGE_H

#include <event2/buffer.h>
#include <stauth.h>

/* What a page needs to know of the HTTP request. */
struct page {
    st_request *request;
    const char *method, *path, *target;
    /* The value of the query's `provider` and of the form's `login`; NULL if there is none. */
    const char *provider, *login;
};

/* Writes the page, and calls st_request_login() or st_request_logout() where the user asked for that: the library's
   response then takes the place of the page. */
void write_page(struct evbuffer *out, const struct page *page);

#endif
