#include <iostream>
#include <stauth.h>
#include <string>

int main() {
    if (st_version_number() != ST_VERSION_NUMBER || st_user_json() != std::string("{\"is_logged_in\":false}"))
        return 1;
    std::cout << st_version_string() << '\n';
}
