#include <stauth.h>
