# stauth.h for the FFIs of PHP, LuaJIT and their like, whose parsers know no directives: declarations, and nothing else.
file(READ include/stauth.h declarations)
string(REGEX REPLACE "/\\*([^*]|\\*+[^*/])*\\*+/" "" declarations "${declarations}")
string(REGEX REPLACE "#ifdef __cplusplus\n[^#]*#endif\n" "" declarations "${declarations}")
string(REGEX REPLACE "#[^\n]*\n" "" declarations "${declarations}")
string(REPLACE "ST_API " "" declarations "${declarations}")
string(REGEX REPLACE "[ \n]*\n" "\n" declarations "${declarations}")

# PHP's FFI::load() reads these two; another preprocessor's users leave out the lines that begin with "#".
file(WRITE ${PROJECT_BINARY_DIR}/stauth.ffi.h
"#define FFI_SCOPE \"STAUTH\"
#define FFI_LIB \"libstauth.so.${PROJECT_VERSION_MAJOR}\"
${declarations}")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS include/stauth.h)
