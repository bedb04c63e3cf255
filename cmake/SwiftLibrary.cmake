# Builds libstauth.so with SwiftPM and lays it out as for installation:
#   lib/libstauth.so.0.2.0             stripped, next to the links libstauth.so.0 and libstauth.so
#   lib/libstauth.cdx.json             what is in it and what it uses (CycloneDX)
#   unstripped/libstauth.so.0.2.0      the same with its symbols, for debuggers and profilers
#   portable/libstauth.so.0.2.0        the same for an older glibc, made by the target `portable`

file(GLOB_RECURSE swift_inputs CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/Sources/* ${PROJECT_SOURCE_DIR}/include/*
     ${PROJECT_SOURCE_DIR}/link/*)
list(APPEND swift_inputs ${PROJECT_SOURCE_DIR}/Package.swift)

if(STAUTH_NORMAL)
    set(swift_scratch ${PROJECT_BINARY_DIR}/swift-normal)
    set(swift_environment --unset=STAUTH_EMBEDDED)
    set(STAUTH_KIND normal)
else()
    set(swift_scratch ${PROJECT_BINARY_DIR}/swift-embedded)
    set(swift_environment STAUTH_EMBEDDED=1)
    set(STAUTH_KIND embedded)
endif()

# What debuggers read names files as seen from the sources' folder, so that a build in another folder has the same bytes.
set(swift_flags --disable-local-rpath
    -Xswiftc -file-prefix-map -Xswiftc ${PROJECT_SOURCE_DIR}=.
    -Xswiftc -Xfrontend -Xswiftc -no-clang-module-breadcrumbs
    -Xcc -ffile-prefix-map=${PROJECT_SOURCE_DIR}=. -Xcxx -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)

# Swift has an Embedded standard library for aarch64, but not for aarch64 with Linux; the one for bare machines serves as
# well. C is compiled, read and linked for Linux (docs/adr/0049-aarch64.md).
if(CMAKE_CROSSCOMPILING)
    set(c_target ${CMAKE_SYSTEM_PROCESSOR}-unknown-linux-gnu)
    set(pkg_config PKG_CONFIG_LIBDIR=$ENV{PKG_CONFIG_LIBDIR} PKG_CONFIG_PATH=$ENV{PKG_CONFIG_LIBDIR}
        PKG_CONFIG_SYSROOT_DIR=${CMAKE_SYSROOT})
    list(APPEND swift_environment ${pkg_config} STAUTH_CROSS=1)
    list(APPEND swift_flags --triple ${c_target} --sdk ${CMAKE_SYSROOT} -Xcc -fPIC -Xcxx -fPIC
         -Xlinker --build-id
         -Xswiftc -target -Xswiftc ${CMAKE_SYSTEM_PROCESSOR}-none-none-elf
         -Xswiftc -Xcc -Xswiftc --target=${c_target}
         -Xswiftc -Xclang-linker -Xswiftc --target=${c_target}
         -Xswiftc -Xclang-linker -Xswiftc --sysroot=${CMAKE_SYSROOT})
    set(swift_made ${swift_scratch}/${c_target}/release/libstauth.so)
else()
    set(swift_made ${swift_scratch}/release/libstauth.so)
endif()
set(swift_build ${CMAKE_COMMAND} -E env ${swift_environment} ${SWIFT_EXECUTABLE} build -c release --product stauth
    --scratch-path ${swift_scratch} ${swift_flags})

set(STAUTH_LIBRARY_DIR ${PROJECT_BINARY_DIR}/lib)
set(STAUTH_LIBRARY ${STAUTH_LIBRARY_DIR}/${STAUTH_FILE})
set(unstripped ${PROJECT_BINARY_DIR}/unstripped/${STAUTH_FILE})

file(MAKE_DIRECTORY ${STAUTH_LIBRARY_DIR} ${PROJECT_BINARY_DIR}/unstripped)
add_custom_command(
    OUTPUT ${STAUTH_LIBRARY} ${unstripped}
    COMMAND ${swift_build}
    COMMAND ${CMAKE_COMMAND} -E copy ${swift_made} ${unstripped}
    COMMAND ${CMAKE_OBJCOPY} --strip-unneeded ${unstripped} ${STAUTH_LIBRARY}
    COMMAND ${CMAKE_COMMAND} -E create_symlink ${STAUTH_FILE} ${STAUTH_LIBRARY_DIR}/${STAUTH_SONAME}
    COMMAND ${CMAKE_COMMAND} -E create_symlink ${STAUTH_SONAME} ${STAUTH_LIBRARY_DIR}/libstauth.so
    DEPENDS ${swift_inputs}
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    COMMENT "Building libstauth.so with SwiftPM"
    USES_TERMINAL VERBATIM)
set(sbom_template ${PROJECT_SOURCE_DIR}/cmake/libstauth.cdx.json.in)
set(sbom_script ${PROJECT_SOURCE_DIR}/cmake/WriteSBOM.cmake)
# write_sbom(OUT LIBRARY): the list of what is in this file.
function(write_sbom out library)
    add_custom_command(
        OUTPUT ${out}
        COMMAND ${CMAKE_COMMAND} -E env ${pkg_config} ${CMAKE_COMMAND} -D library=${library}
                -D version=${PROJECT_VERSION} -D swift_number=${SWIFT_NUMBER}
                -D kind=${STAUTH_KIND} -D template=${sbom_template} -D out=${out} -P ${sbom_script}
        DEPENDS ${library} ${sbom_template} ${sbom_script}
        VERBATIM)
endfunction()
set(STAUTH_SBOM ${STAUTH_LIBRARY_DIR}/libstauth.cdx.json)
write_sbom(${STAUTH_SBOM} ${STAUTH_LIBRARY})
add_custom_target(stauth_library ALL DEPENDS ${STAUTH_LIBRARY} ${unstripped} ${STAUTH_SBOM})

# The name under which the tests link it, the same as that of an installed package.
add_library(stauth::stauth SHARED IMPORTED GLOBAL)
set_target_properties(stauth::stauth PROPERTIES
    IMPORTED_LOCATION ${STAUTH_LIBRARY}
    IMPORTED_SONAME ${STAUTH_SONAME}
    INTERFACE_INCLUDE_DIRECTORIES ${PROJECT_SOURCE_DIR}/include)
add_dependencies(stauth::stauth stauth_library)

# The same objects, linked once more.
set(portable ${PROJECT_BINARY_DIR}/portable)
file(MAKE_DIRECTORY ${portable})
add_custom_command(
    OUTPUT ${portable}/${STAUTH_FILE}
    COMMAND ${CMAKE_COMMAND} -E env STAUTH_PORTABLE=1 ${swift_build}
    COMMAND ${CMAKE_OBJCOPY} --strip-unneeded ${swift_made} ${portable}/${STAUTH_FILE}
    COMMAND ${CMAKE_COMMAND} -E create_symlink ${STAUTH_FILE} ${portable}/${STAUTH_SONAME}
    DEPENDS ${STAUTH_LIBRARY}
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    COMMENT "Linking libstauth.so for older systems"
    USES_TERMINAL VERBATIM)
write_sbom(${portable}/libstauth.cdx.json ${portable}/${STAUTH_FILE})
add_custom_target(portable DEPENDS ${portable}/${STAUTH_FILE} ${portable}/libstauth.cdx.json)
