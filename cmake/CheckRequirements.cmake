# Stops early and says what to install if the build cannot succeed.

find_program(SWIFT_EXECUTABLE swift HINTS /opt/swift/usr/bin)
if(NOT SWIFT_EXECUTABLE)
    message(FATAL_ERROR "Swift is missing: it is neither on PATH nor in /opt/swift/usr/bin. "
                        "Install Swift 6.3 or later and put its usr/bin folder on PATH.")
endif()

execute_process(COMMAND ${SWIFT_EXECUTABLE} --version OUTPUT_VARIABLE swift_version ERROR_VARIABLE swift_error)
if(NOT swift_version MATCHES "Swift version (([0-9]+\\.[0-9]+)[0-9.]*)")
    message(FATAL_ERROR "`${SWIFT_EXECUTABLE} --version` prints no version. Is the toolchain complete?\n"
                        "${swift_error}")
elseif(CMAKE_MATCH_2 VERSION_LESS 6.3)
    message(FATAL_ERROR "Swift ${CMAKE_MATCH_1} is too old: stauth needs Swift 6.3 or later.")
endif()
set(SWIFT_NUMBER ${CMAKE_MATCH_1})

include(CheckIncludeFile)
include(CheckIncludeFileCXX)
set(missing_packages "")

# require_header(HEADER PACKAGE LANGUAGE): records the Debian package if the header is missing.
function(require_header header package language)
    string(MAKE_C_IDENTIFIER "HAVE_${header}" found)
    if(language STREQUAL "CXX")
        check_include_file_cxx(${header} ${found})
    else()
        check_include_file(${header} ${found})
    endif()
    if(NOT ${found})
        unset(${found} CACHE)
        set(missing_packages ${missing_packages} ${package} PARENT_SCOPE)
    endif()
endfunction()

require_header(openssl/evp.h libssl-dev C)
require_header(jansson.h libjansson-dev C)
require_header(curl/curl.h libcurl4-openssl-dev C)
require_header(zlib.h zlib1g-dev C)
set(CMAKE_REQUIRED_FLAGS -std=c++17)
require_header(toml++/toml.h libtomlplusplus-dev CXX)
unset(CMAKE_REQUIRED_FLAGS)

find_program(PKG_CONFIG_EXECUTABLE pkg-config)
if(NOT PKG_CONFIG_EXECUTABLE)
    list(APPEND missing_packages pkg-config)
endif()

if(missing_packages)
    list(JOIN missing_packages " " names)
    message(FATAL_ERROR "Packages are missing. On Debian or Ubuntu: apt-get install ${names}")
endif()
