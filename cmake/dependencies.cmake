# Debian packages; why each is here is written down in ARCHITECTURE.md.
find_package(tl-expected REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 REQUIRED)
if(IB_TESTS)
  find_package(GTest REQUIRED)
  find_package(rapidcheck REQUIRED)
endif()
find_package(PkgConfig REQUIRED)
pkg_check_modules(libmodbus REQUIRED IMPORTED_TARGET libmodbus)

# Asio of Boost 1.81, headers only (the default Boost of Debian 12 is older). IB_BOOST_ROOT names a
# folder with boost/ where the package could not be installed beside another Boost.
find_path(IB_BOOST_INCLUDE boost/asio/io_context.hpp HINTS ${IB_BOOST_ROOT} REQUIRED)
file(STRINGS ${IB_BOOST_INCLUDE}/boost/version.hpp IB_BOOST_VERSION REGEX "#define BOOST_VERSION [0-9]+")
string(REGEX MATCH "[0-9]+" IB_BOOST_VERSION "${IB_BOOST_VERSION}")
if(IB_BOOST_VERSION LESS 108100)
  message(FATAL_ERROR "Boost 1.81 or newer is needed; found ${IB_BOOST_VERSION} in ${IB_BOOST_INCLUDE}")
endif()
find_package(Threads REQUIRED)
add_library(ib_asio INTERFACE)
target_include_directories(ib_asio SYSTEM INTERFACE ${IB_BOOST_INCLUDE})
target_compile_definitions(ib_asio INTERFACE BOOST_ERROR_CODE_HEADER_ONLY BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(ib_asio INTERFACE Threads::Threads)

# The run on disk: SQLite holds it, zstd packs the samples, libcrypto hashes the trace.
find_package(SQLite3 3.37 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)
find_path(IB_ZSTD_INCLUDE zstd.h REQUIRED)
find_library(IB_ZSTD_LIBRARY zstd REQUIRED)
add_library(ib_zstd INTERFACE)
target_include_directories(ib_zstd SYSTEM INTERFACE ${IB_ZSTD_INCLUDE})
target_link_libraries(ib_zstd INTERFACE ${IB_ZSTD_LIBRARY})
