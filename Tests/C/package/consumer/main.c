#include <stauth.h>
#include <stdio.h>
#include <string.h>

int main(void) {
    if (st_version_number() != ST_VERSION_NUMBER || strcmp(st_user_json(), "{\"is_logged_in\":false}") != 0)
        return 1;
    puts(st_version_string());
    return 0;
}
