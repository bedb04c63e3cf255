# Builds libstauth.so with SwiftPM and lays it out as for installation:
#   lib/libstauth.so.0.2.0             stripped, next to the links libstauth.so.0 and libstauth.so
#   unstripped/libstauth.so.0.2.0      the same with its symbols, for debuggers and profilers

file(GLOB_RECURSE swift_inputs CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/Sources/* ${PROJECT_SOURCE_DIR}/include/*
     ${PROJECT_SOURCE_DIR}/link/*)
list(APPEND swift_inputs ${PROJECT_SOURCE_DIR}/Package.swift)

if(STAUTH_NORMAL)
    set(swift_scratch ${PROJECT_BINARY_DIR}/swift-normal)
    set(swift_environment --unset=STAUTH_EMBEDDED)
else()
    set(swift_scratch ${PROJECT_BINARY_DIR}/swift-embedded)
    set(swift_environment STAUTH_EMBEDDED=1)
endif()

set(STAUTH_LIBRARY_DIR ${PROJECT_BINARY_DIR}/lib)
set(STAUTH_LIBRARY ${STAUTH_LIBRARY_DIR}/${STAUTH_FILE})
set(unstripped ${PROJECT_BINARY_DIR}/unstripped/${STAUTH_FILE})

file(MAKE_DIRECTORY ${STAUTH_LIBRARY_DIR} ${PROJECT_BINARY_DIR}/unstripped)
add_custom_command(
    OUTPUT ${STAUTH_LIBRARY} ${unstripped}
    COMMAND ${CMAKE_COMMAND} -E env ${swift_environment} ${SWIFT_EXECUTABLE} build -c release --product stauth
            --scratch-path ${swift_scratch} --disable-local-rpath
    COMMAND ${CMAKE_COMMAND} -E copy ${swift_scratch}/release/libstauth.so ${unstripped}
    COMMAND ${CMAKE_STRIP} --strip-unneeded -o ${STAUTH_LIBRARY} ${unstripped}
    COMMAND ${CMAKE_COMMAND} -E create_symlink ${STAUTH_FILE} ${STAUTH_LIBRARY_DIR}/${STAUTH_SONAME}
    COMMAND ${CMAKE_COMMAND} -E create_symlink ${STAUTH_SONAME} ${STAUTH_LIBRARY_DIR}/libstauth.so
    DEPENDS ${swift_inputs}
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    COMMENT "Building libstauth.so with SwiftPM"
    USES_TERMINAL VERBATIM)
add_custom_target(stauth_library ALL DEPENDS ${STAUTH_LIBRARY} ${unstripped})

# The name under which the tests link it, the same as that of an installed package.
add_library(stauth::stauth SHARED IMPORTED GLOBAL)
set_target_properties(stauth::stauth PROPERTIES
    IMPORTED_LOCATION ${STAUTH_LIBRARY}
    IMPORTED_SONAME ${STAUTH_SONAME}
    INTERFACE_INCLUDE_DIRECTORIES ${PROJECT_SOURCE_DIR}/include)
add_dependencies(stauth::stauth stauth_library)
