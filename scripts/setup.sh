# Sourced by scripts/pilot and scripts/test: installs what is missing, configures the release preset.
# It never removes a package. Quick when nothing is missing.

BUILD_PACKAGES="g++ cmake ninja-build pkg-config libexpected-dev nlohmann-json3-dev libcli11-dev
  libmodbus-dev libsqlite3-dev libzstd-dev libssl-dev libgtest-dev libgmock-dev
  librapidcheck-dev"
BOOST_PACKAGE="libboost1.81-dev"
# Independent peers: tests that need them skip, with the reason, where they are absent.
TEST_PACKAGES="mbpoll python3-pymodbus python3-serial-asyncio python3-can python3-serial
  python3-junitparser python3-jsonschema clang spin"
# What scripts/fuzz and scripts/fuzz-language need.
FUZZ_PACKAGES="clang libclang-rt-14-dev"
# What scripts/with-vcan needs on a kernel without AF_CAN; tests also ask can-utils.
VCAN_PACKAGES="qemu-system-x86 cpio can-utils"

missing_packages() {
  local package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || echo "$package"
  done
}

have_boost() {
  [ -f "$root/build/boost/usr/include/boost/asio/io_context.hpp" ] && return 0
  [ -f /usr/include/boost/version.hpp ] &&
    [ "$(awk '/#define BOOST_VERSION /{print $3}' /usr/include/boost/version.hpp)" -ge 108100 ]
}

# A Modbus client in JavaScript, under build/ and nowhere else. Where node, npm or a registry is absent
# nothing happens, and the test that needs it says so.
ensure_modbus_serial() {
  [ -d "$root/build/strangers/node_modules/modbus-serial" ] && return 0
  command -v npm >/dev/null || return 0
  mkdir -p "$root/build/strangers"
  npm install --prefix "$root/build/strangers" --no-audit --no-fund --no-optional --loglevel=error \
    modbus-serial@8.0.25 >/dev/null 2>&1 || echo "modbus-serial cannot be installed: its test will skip" >&2
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

can_be_root() {
  [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-remove \
    --no-install-recommends "$@" >/dev/null
}

# The default Boost of Debian 12 conflicts with 1.81. Where it is installed, the headers of 1.81 are
# unpacked under the build folder, and nobody's package is removed.
ensure_boost() {
  if have_boost; then return 0; fi
  if apt-get install -s --no-remove "$BOOST_PACKAGE" >/dev/null 2>&1 && [ -z "${IB_UNPACK_BOOST:-}" ]; then
    apt_install "$BOOST_PACKAGE"
    return
  fi
  echo "Another Boost is installed: unpacking the headers of 1.81 into build/boost"
  mkdir -p "$root/build/boost"
  (cd "$root/build/boost" && apt-get download -qq "$BOOST_PACKAGE" && dpkg -x ./*.deb . && rm -f ./*.deb)
}

ensure_packages() {
  local missing
  missing=$(missing_packages $BUILD_PACKAGES "$@")
  if ! have_boost; then missing="$missing $BOOST_PACKAGE"; fi
  missing=$(echo $missing)
  [ -z "$missing" ] && return 0
  if ! command -v apt-get >/dev/null || ! can_be_root; then
    echo "These packages are missing, and neither root nor sudo is here to install them:" >&2
    echo "  $missing" >&2
    exit 2
  fi
  echo "Installing: $missing"
  as_root apt-get update -qq
  # shellcheck disable=SC2086
  local others
  others=$(missing_packages $BUILD_PACKAGES "$@")
  [ -z "$others" ] || apt_install $others
  ensure_boost
}

configure() {  # configure PRESET
  [ -f "$root/build/$1/build.ninja" ] && return 0
  local boost=""
  [ -d "$root/build/boost/usr/include" ] && boost="-DIB_BOOST_ROOT=$root/build/boost/usr/include"
  (cd "$root" && cmake --preset "$1" $boost >/dev/null)
}

build() {  # build PRESET [CMAKE ARGUMENT...]
  local preset=$1
  shift
  [ -f "$root/build/$preset/.ninja_log" ] || echo "Building for the first time: a few minutes" >&2
  cmake --build "$root/build/$preset" "$@" -- --quiet | { grep -v '^ninja: no work to do' || true; }
}
