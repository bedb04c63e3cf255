# What needs the processor and the tools of this machine, valgrind and sanitizers among them.
find_program(VALGRIND_EXECUTABLE valgrind REQUIRED)

# Fair, or a thread that never sleeps keeps the others waiting for minutes.
set(valgrind ${VALGRIND_EXECUTABLE} --fair-sched=yes --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite)

foreach(name ${contracts})
    add_test(NAME contract.${name}.valgrind COMMAND ${valgrind} $<TARGET_FILE:contract.${name}>)
endforeach()
add_test(NAME process.freed_in_use.valgrind COMMAND ${valgrind} $<TARGET_FILE:process.freed_in_use> 2)

# As on a processor without AVX2, for which base64url is decoded by other instructions. The C library tells that it is one.
foreach(name cookie login)
    add_test(NAME contract.${name}.without_avx2 COMMAND contract.${name})
    set_tests_properties(contract.${name}.without_avx2 PROPERTIES ENVIRONMENT "GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2")
endforeach()

# Beside a libcurl of another version and another TLS library.
add_test(NAME process.neighbours.gnutls COMMAND process.neighbours libcurl-gnutls.so.4)

# The C below the library, not the library: Swift has no ThreadSanitizer for Embedded.
file(GLOB platform ${PROJECT_SOURCE_DIR}/Sources/Platform/*.c)
add_executable(process.tickets process/tickets.c ${platform})
target_include_directories(process.tickets PRIVATE ${PROJECT_SOURCE_DIR}/Sources/Platform/include)
target_compile_options(process.tickets PRIVATE -fsanitize=thread -U_GNU_SOURCE) # which they define themselves
target_link_options(process.tickets PRIVATE -fsanitize=thread)
target_link_libraries(process.tickets PRIVATE Threads::Threads)
add_test(NAME process.tickets COMMAND process.tickets)

add_executable(process.connections process/connections.c)
target_link_libraries(process.connections PRIVATE support)
add_test(NAME process.connections.valgrind COMMAND ${valgrind} $<TARGET_FILE:process.connections>
         ${CMAKE_CURRENT_SOURCE_DIR}/support/tls_provider.py)

# How callgrind counts it, and the locale that it needs, are matters of a script.
foreach(name timing surroundings)
    add_executable(process.${name} process/${name}.c)
    target_link_libraries(process.${name} PRIVATE support)
    add_test(NAME process.${name} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/process/${name}.sh $<TARGET_FILE:process.${name}>)
endforeach()

# The short form of ./run soak.
add_executable(process.soak process/soak.c)
target_link_libraries(process.soak PRIVATE support)
add_test(NAME process.soak COMMAND process.soak 1000 20000)

# Not linked to the library: it loads it itself.
add_executable(process.load process/load.c support/check.c)
target_include_directories(process.load PRIVATE ${CMAKE_CURRENT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/include)
target_link_libraries(process.load PRIVATE Threads::Threads ${CMAKE_DL_LIBS})
add_test(NAME process.load COMMAND process.load ${STAUTH_LIBRARY})
