#!/bin/sh
# Real servers that some tests talk to, and a browser, which PyPI does not have. Installs them where we may; where not, those tests are skipped and say why.
set -eu
PATH=$PATH:/usr/sbin:/usr/local/sbin
# Each is a Debian package that brings a command of its own name.
missing=
for part in chromium mosquitto prometheus prometheus-alertmanager; do
  command -v $part >/dev/null || missing="$missing $part"
done
# Debian keeps the server's programs off the path.
set -- /usr/lib/postgresql/*/bin/initdb
[ -e "$1" ] || command -v initdb >/dev/null || missing="$missing postgresql"
[ -n "$missing" ] || exit 0
as_root=
if [ "$(id -u)" != 0 ]; then as_root="sudo -n"; fi
# A service must not start by itself: tests start their own on a free port.
if command -v apt-get >/dev/null && $as_root true 2>/dev/null; then
  echo "installing$missing for the tests …"
  refuse=/usr/sbin/policy-rc.d
  if [ ! -e $refuse ]; then
    printf '#!/bin/sh\nexit 101\n' | $as_root tee $refuse >/dev/null && $as_root chmod 755 $refuse
    trap '$as_root rm -f $refuse' EXIT
  fi
  { $as_root apt-get update -q && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing; } \
    >/dev/null 2>&1 && exit 0
fi
echo "missing, and could not be installed:$missing. Tests that talk to them will be skipped. To have them: sudo apt-get install$missing" >&2
