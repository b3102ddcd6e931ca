#!/bin/sh
# Builds dist/heartgui and tries it: self-test, a file, a window, what is inside.
set -eu
python=.venv/bin/python
rm -rf build dist
$python -m PyInstaller --noconfirm --log-level WARN packaging/heartgui.spec
program=dist/heartgui/heartgui

echo "== version and help of the built program"
"$program" --version
"$program" --help >/dev/null
echo "== self-test of the built program"
"$program" selftest
echo "== a file"
"$program" classify --json resources/samples/murmur.flac | cut -c 1-120
echo "== its window"
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
HEARTGUI_HOME=$home HEARTGUI_QUIT_AFTER_S=3 xvfb-run -a "$program" resources/samples/normal.flac
echo "the window opened and closed with code 0"
echo "== what is inside"
if find dist/heartgui -iname '*tensorflow*' -o -iname '*librosa*' -o -iname '*numba*' | grep .; then
  echo "these must not be inside" >&2
  exit 1
fi
du -sh dist/heartgui
(cd dist && tar -cJf "heartgui-$(uname -s)-$(uname -m).tar.xz" heartgui && du -h heartgui-*.tar.xz)
