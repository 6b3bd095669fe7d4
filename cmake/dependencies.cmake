# Debian packages; why each is here is written down in ARCHITECTURE.md.
find_package(tl-expected REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
if(IB_TESTS)
  find_package(GTest REQUIRED)
endif()
