#!/bin/sh
# Installs the system libraries that are missing, and Python's venv where Debian left it out,
# through apt where there is one.
# usage: system.sh app|test
set -eu
group=$1
python=${PYTHON:-python3}
PATH=$PATH:/sbin:/usr/sbin

# file that must be there, and the Debian package that brings it
app_libraries="
libportaudio.so.2 libportaudio2
libEGL.so.1 libegl1
libGL.so.1 libgl1
libxkbcommon.so.0 libxkbcommon0
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-shape.so.0 libxcb-shape0
libxcb-image.so.0 libxcb-image0
libxcb-render-util.so.0 libxcb-render-util0
libxcb-xinerama.so.0 libxcb-xinerama0
libxcb-randr.so.0 libxcb-randr0
libxcb-xkb.so.1 libxcb-xkb1
libdbus-1.so.3 libdbus-1-3
libfontconfig.so.1 libfontconfig1
libglib-2.0.so.0 libglib2.0-0
"
test_programs="
Xvfb xvfb
xauth xauth
pulseaudio pulseaudio
pactl pulseaudio-utils
objdump binutils
"

[ "$(uname)" = Linux ] || exit 0

missing=
known=$(ldconfig -p 2>/dev/null || true)
while read -r library package; do
  [ -n "$library" ] || continue
  case "$known" in *"$library "*) ;; *) missing="$missing $package" ;; esac
done <<LIST
$app_libraries
LIST
if [ "$group" = test ]; then
  while read -r program package; do
    [ -n "$program" ] || continue
    command -v "$program" >/dev/null 2>&1 || missing="$missing $package"
  done <<LIST
$test_programs
LIST
  ls /usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so >/dev/null 2>&1 || missing="$missing libasound2-plugins"
fi
# Debian keeps what makes an environment in a package of its own. A Python from elsewhere is not
# apt's to mend, and one that is too old is refused later.
venv_package=$("$python" -c '
import os, sys
try:
    import ensurepip, venv
except ImportError:
    if sys.version_info >= (3, 11):
        name = "python%d.%d-venv" % sys.version_info[:2]
        print(name, os.path.realpath(sys.executable))' 2>/dev/null || true)
if [ -n "$venv_package" ] && dpkg -S "${venv_package#* }" >/dev/null 2>&1; then
  missing="$missing ${venv_package%% *}"
fi
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  echo "heartgui: these packages are missing (Debian's names):$missing" >&2
  echo "heartgui: install your system's packages of them, then try again." >&2
  exit 1
fi
if [ "$(id -u)" = 0 ]; then
  as_root=
elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
  as_root=sudo
else
  echo "heartgui: please have these installed: sudo apt-get install$missing" >&2
  exit 1
fi
echo "Installing$missing"
export DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes
$as_root apt-get update -qq
# shellcheck disable=SC2086
$as_root apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 $missing >/dev/null
