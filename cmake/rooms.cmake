# ib_add_room(NAME <name>
#   SOURCES <file>...          sources of the room, relative to its folder
#   ALONE <file>...            sources and tests with a name that another file of theirs also has: ib_join
#   ROOMS <room>...            rooms whose headers its own headers may include
#   LIBRARIES <target>...      third-party libraries used in its .cpp files only
#   TESTS <file>...            tests, one executable per room
#   TEST_ROOMS <room>...       further rooms that only the tests include
#   TEST_LIBRARIES <target>... further libraries that only the tests use
#   SERIAL_TESTS <filter>      tests that measure against the wall clock: nothing runs beside them
#   LONG_TESTS <filter>        tests that take a minute: they begin first, so that none is left alone at the end
#   PUBLISHED)                 has tests named Published...: they write the rows of docs/validation.md
#
# Makes the library islandbench::<name> and the test ib_<name>_test. A '/' in a folder is a '_' in a name.
# In the release build and under a sanitizer the rooms share a precompiled header of the standard library,
# which saves a quarter of their build time. The other presets compile without, so that no include is forgotten.
if(IB_JOINED)
  file(WRITE ${CMAKE_BINARY_DIR}/room_header.cpp "")
  add_library(ib_room_header OBJECT ${CMAKE_BINARY_DIR}/room_header.cpp)
  target_link_libraries(ib_room_header PUBLIC ib_options tl::expected)
  target_precompile_headers(ib_room_header PRIVATE <algorithm> <array> <chrono> <cmath> <coroutine>
    <filesystem> <functional> <map> <memory> <optional> <string> <vector> <tl/expected.hpp>)
endif()

# What the tests have in common. Half of a test's build time is reading GoogleTest: all share one
# precompiled header, and are not optimised; what they test is.
if(IB_TESTS)
  find_package(GTest REQUIRED)
  file(WRITE ${CMAKE_BINARY_DIR}/test_header.cpp "")
  add_library(ib_test_header OBJECT ${CMAKE_BINARY_DIR}/test_header.cpp)
  target_link_libraries(ib_test_header PUBLIC ib_options GTest::gmock_main)
  if(IB_JOINED)
    target_compile_options(ib_test_header PUBLIC -O0)
  endif()
  target_precompile_headers(ib_test_header PRIVATE <gmock/gmock.h> <filesystem> <fstream> <functional>
    <map> <memory> <optional> <string> <vector>)
endif()

# ib_join(<target> <file>...): where users and CI build, several sources are compiled at a time, which reads the
# headers once for all of them and takes less than half the time. The files named stay alone: they have a name
# that another of their target has too (or, as hours_left.cpp, are warned of wrongly by g++ 12). The other presets compile every source by itself.
function(ib_join target)
  if(IB_JOINED)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
    set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
endfunction()

function(ib_add_room)
  cmake_parse_arguments(ROOM "PUBLISHED" "NAME;SERIAL_TESTS;LONG_TESTS" "SOURCES;ALONE;ROOMS;LIBRARIES;TESTS;TEST_ROOMS;TEST_LIBRARIES" ${ARGN})
  set(target ib_${ROOM_NAME})
  add_library(${target} STATIC ${ROOM_SOURCES})
  add_library(islandbench::${ROOM_NAME} ALIAS ${target})
  list(TRANSFORM ROOM_ROOMS PREPEND islandbench::)
  target_link_libraries(${target} PUBLIC ib_options ${ROOM_ROOMS} PRIVATE ${ROOM_LIBRARIES})
  ib_join(${target} ${ROOM_ALONE})
  if(TARGET ib_room_header)
    target_precompile_headers(${target} REUSE_FROM ib_room_header)
  endif()
  # Result<T> is tl::expected: the one third-party type in our headers.
  target_link_libraries(${target} PUBLIC tl::expected)
  if(IB_TESTS AND ROOM_TESTS)
    list(TRANSFORM ROOM_TEST_ROOMS PREPEND islandbench::)
    add_executable(${target}_test ${ROOM_TESTS})
    target_link_libraries(${target}_test PRIVATE ${target} ${ROOM_TEST_ROOMS} ${ROOM_TEST_LIBRARIES}
      ib_test_support ib_test_header)
    target_precompile_headers(${target}_test REUSE_FROM ib_test_header)
    ib_join(${target}_test ${ROOM_ALONE})
    target_compile_definitions(${target}_test PRIVATE IB_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
      IB_BINARY_DIR="${CMAKE_BINARY_DIR}")
    set(discover DISCOVERY_MODE PRE_TEST NO_PRETTY_VALUES)
    if(ROOM_SERIAL_TESTS)
      gtest_discover_tests(${target}_test ${discover} TEST_FILTER ${ROOM_SERIAL_TESTS} TEST_LIST ${target}_serial
        PROPERTIES LABELS ${ROOM_NAME} TIMEOUT 300 RUN_SERIAL ON)
    endif()
    if(ROOM_LONG_TESTS)
      gtest_discover_tests(${target}_test ${discover} TEST_FILTER ${ROOM_LONG_TESTS} TEST_LIST ${target}_long
        PROPERTIES LABELS ${ROOM_NAME} TIMEOUT 600 COST 1000)
    endif()
    if(ROOM_PUBLISHED)
      set(published "Published*:*/Published*")
      gtest_discover_tests(${target}_test ${discover} TEST_FILTER ${published} TEST_LIST ${target}_published
        PROPERTIES LABELS ${ROOM_NAME} TIMEOUT 600 FIXTURES_SETUP published)
    endif()
    if(ROOM_SERIAL_TESTS OR ROOM_LONG_TESTS OR ROOM_PUBLISHED)
      list(APPEND discover TEST_FILTER -${ROOM_SERIAL_TESTS}:${ROOM_LONG_TESTS}:${published})
    endif()
    gtest_discover_tests(${target}_test ${discover} PROPERTIES LABELS ${ROOM_NAME} TIMEOUT 300)
  endif()
endfunction()

# ib_add_vcan_test(NAME <name> FILES <file>... ROOMS <room>... LIBRARIES <target>...)
#
# Tests that need a CAN interface: the executable ib_<name>_test, and one test <name>, in which
# scripts/with-vcan runs all of them, in one guest where this kernel has no AF_CAN. A guest is slow and
# lives in wall time: nothing runs beside it.
function(ib_add_vcan_test)
  cmake_parse_arguments(TEST "" "NAME" "FILES;ROOMS;LIBRARIES" ${ARGN})
  set(target ib_${TEST_NAME}_test)
  list(TRANSFORM TEST_ROOMS PREPEND islandbench::)
  add_executable(${target} ${TEST_FILES})
  target_link_libraries(${target} PRIVATE ${TEST_ROOMS} ${TEST_LIBRARIES} ib_test_header)
  target_precompile_headers(${target} REUSE_FROM ib_test_header)
  target_compile_definitions(${target} PRIVATE IB_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
    IB_BINARY_DIR="${CMAKE_BINARY_DIR}")
  add_test(NAME ${TEST_NAME} COMMAND ${CMAKE_SOURCE_DIR}/scripts/with-vcan $<TARGET_FILE:${target}>)
  set_tests_properties(${TEST_NAME} PROPERTIES LABELS vcan TIMEOUT 400 SKIP_RETURN_CODE 77
    RUN_SERIAL ON)
endfunction()
