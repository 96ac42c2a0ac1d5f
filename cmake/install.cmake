# What `cmake --install` puts where:
#
#   <prefix>/bin/shootdown
#   <prefix>/bin/shootdown-coverage                            what `shootdown check --coverage` becomes
#   <prefix>/share/shootdown/{include,kit,tlb,corpus,docs}     the tool finds them from its own place
#   <prefix>/share/cmake/shootdown/                            find_package(shootdown)
#   <prefix>/share/pkgconfig/shootdown.pc                      pkg-config shootdown
#
# Targets for other projects: shootdown::headers (#include <shootdown/...>, <kit/...>) and shootdown::tlb
# (#include <tlb/...>): both header-only.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(SHOOTDOWN_DATA ${CMAKE_INSTALL_DATADIR}/shootdown)
set(SHOOTDOWN_PACKAGE ${CMAKE_INSTALL_DATADIR}/cmake/shootdown)

add_library(shootdown_headers INTERFACE)
set_target_properties(shootdown_headers PROPERTIES EXPORT_NAME headers)
target_include_directories(shootdown_headers INTERFACE $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>
                                                       $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}>
                                                       $<INSTALL_INTERFACE:${SHOOTDOWN_DATA}/include>
                                                       $<INSTALL_INTERFACE:${SHOOTDOWN_DATA}>)
add_library(shootdown_tlb INTERFACE)
set_target_properties(shootdown_tlb PROPERTIES EXPORT_NAME tlb)
target_compile_features(shootdown_tlb INTERFACE cxx_std_20)
target_link_libraries(shootdown_tlb INTERFACE shootdown_headers)

install(TARGETS shootdown shootdown-coverage RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY include kit tlb corpus docs DESTINATION ${SHOOTDOWN_DATA})
install(TARGETS shootdown_headers shootdown_tlb EXPORT shootdown)
install(EXPORT shootdown NAMESPACE shootdown:: FILE shootdownTargets.cmake DESTINATION ${SHOOTDOWN_PACKAGE})

configure_package_config_file(cmake/shootdownConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/shootdownConfig.cmake
                              INSTALL_DESTINATION ${SHOOTDOWN_PACKAGE} PATH_VARS SHOOTDOWN_DATA)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/shootdownConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/shootdownConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/shootdownConfigVersion.cmake DESTINATION ${SHOOTDOWN_PACKAGE})

configure_file(cmake/shootdown.pc.in ${CMAKE_CURRENT_BINARY_DIR}/shootdown.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/shootdown.pc DESTINATION ${CMAKE_INSTALL_DATADIR}/pkgconfig)
