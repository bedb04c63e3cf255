/* A guest book with a login: any path is a page. */
#pragma once
#include <stauth.hpp>

stauth::Handler make_site(const stauth::App &auth);
