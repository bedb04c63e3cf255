# What `cmake --install` copies.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/stauth)

# From stauth.pc, so an installed tree can be moved.
file(RELATIVE_PATH STAUTH_PREFIX_FROM_PC /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(cmake/stauth.pc.in stauth.pc @ONLY)
configure_package_config_file(cmake/stauthConfig.cmake.in stauthConfig.cmake
    INSTALL_DESTINATION ${package_dir}
    PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR)
# Before 1.0 a new minor number may change the ABI.
write_basic_package_version_file(stauthConfigVersion.cmake COMPATIBILITY SameMinorVersion)

install(FILES ${STAUTH_LIBRARY} ${STAUTH_LIBRARY_DIR}/${STAUTH_SONAME} ${STAUTH_LIBRARY_DIR}/libstauth.so
              ${STAUTH_LIBRARY_DIR}/libstauth.cdx.json
        DESTINATION ${CMAKE_INSTALL_LIBDIR})
include(ForeignHeader)
install(FILES include/stauth.h ${PROJECT_BINARY_DIR}/stauth.ffi.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY bindings/cpp/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES cmake/module.modulemap DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/stauth)
install(FILES ${PROJECT_BINARY_DIR}/stauth.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES ${PROJECT_BINARY_DIR}/stauthConfig.cmake ${PROJECT_BINARY_DIR}/stauthConfigVersion.cmake
        DESTINATION ${package_dir})
