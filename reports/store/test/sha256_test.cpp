#include "reports/store/sha256.hpp"

#include <gtest/gtest.h>

namespace islandbench::reports {
namespace {

// FIPS 180-4 examples, as published by NIST.
TEST(Sha256, AgreesWithPublishedExamples) {
    EXPECT_EQ(to_hex(sha256("abc")),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(to_hex(sha256("")),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256, DoesNotCareHowTheBytesArrive) {
    Sha256 sut;
    sut.update("a");
    sut.update("");
    sut.update("bc");

    EXPECT_EQ(sut.finish(), sha256("abc"));
}

// echo -n abc | openssl dgst -sha256 -binary | base64
TEST(Sha256, IsWrittenInBase64) {
    EXPECT_EQ(to_base64(sha256("abc")), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
}

}  // namespace
}  // namespace islandbench::reports
