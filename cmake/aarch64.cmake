# The toolchain file of a build for aarch64 on another machine, with `cmake -D CMAKE_TOOLCHAIN_FILE=cmake/aarch64.cmake`.
# scripts/sysroot.sh makes the sysroot. Swift's own clang compiles C; Debian's QEMU runs the tests.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
get_filename_component(CMAKE_SYSROOT ${CMAKE_CURRENT_LIST_DIR}/../build/sysroot-aarch64 ABSOLUTE)

find_program(SWIFT_EXECUTABLE swift HINTS /opt/swift/usr/bin)
get_filename_component(swift_folder ${SWIFT_EXECUTABLE} DIRECTORY)
set(CMAKE_C_COMPILER ${swift_folder}/clang)
set(CMAKE_CXX_COMPILER ${swift_folder}/clang++)
set(CMAKE_OBJCOPY ${swift_folder}/llvm-objcopy)
set(CMAKE_C_COMPILER_TARGET aarch64-linux-gnu)
set(CMAKE_CXX_COMPILER_TARGET aarch64-linux-gnu)
set(CMAKE_EXE_LINKER_FLAGS_INIT -fuse-ld=lld)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64 -L ${CMAKE_SYSROOT})

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE BOTH)
set(ENV{PKG_CONFIG_LIBDIR} ${CMAKE_SYSROOT}/usr/lib/aarch64-linux-gnu/pkgconfig)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${CMAKE_SYSROOT})
