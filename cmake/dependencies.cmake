# Debian packages; why each is here is written down in ARCHITECTURE.md.
find_package(tl-expected REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
if(IB_TESTS)
  find_package(GTest REQUIRED)
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(libmodbus REQUIRED IMPORTED_TARGET libmodbus)
endif()
