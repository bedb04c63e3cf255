/* Applications as the tests need them. */
#ifndef APPLICATION_H
#define APPLICATION_H

#include "provider.h"

/* Settings of an application with a default provider and one named "other", both https://provider.example. */
extern const char test_toml[];

/* An st_clock that stands at TEST_TIME. */
int64_t test_clock(void *user_data);

/* A configuration of test_toml, the standing clock, and the provider as its transport. */
st_config *make_config(struct provider *provider);

/* An application of make_config(). */
st_app *make_app(struct provider *provider);

#endif
