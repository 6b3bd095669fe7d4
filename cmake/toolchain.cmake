# One dialect, one warning level, one floating-point behaviour for every room.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

add_library(ib_options INTERFACE)
target_compile_options(ib_options INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wno-sign-conversion
  -Wold-style-cast -Wcast-qual -Wnon-virtual-dtor -Woverloaded-virtual
  # Repeatability: no fused multiply-add behind our back, so that a trace has one hash per machine.
  -ffp-contract=off)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Designated initialisers leave out members that have defaults: that is their point.
  target_compile_options(ib_options INTERFACE -Wno-missing-field-initializers)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(ib_options INTERFACE -Wno-missing-field-initializers)
endif()
if(IB_FUZZ)
  target_compile_options(ib_options INTERFACE
    -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(ib_options INTERFACE -fsanitize=address,undefined)
endif()
if(IB_SANITIZE)
  target_compile_options(ib_options INTERFACE
    -fsanitize=${IB_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(ib_options INTERFACE -fsanitize=${IB_SANITIZE})
  if(IB_SANITIZE MATCHES "thread")
    # Asio uses atomic_thread_fence, which TSan does not model; the warning passes through -isystem.
    target_compile_options(ib_options INTERFACE -Wno-tsan)
  endif()
endif()
# Where users and CI build, sources are compiled several at a time (cmake/rooms.cmake). What is in no other file
# has linkage enough and shadows nothing there: presets dev, clang and fuzz look at each file's own shadows.
if(CMAKE_BUILD_TYPE STREQUAL "Release" OR IB_SANITIZE)
  set(IB_JOINED ON)
  target_compile_options(ib_options INTERFACE -Wno-shadow $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()
target_include_directories(ib_options INTERFACE ${CMAKE_SOURCE_DIR})
