#!/bin/sh
# Debian and Ubuntu split the venv module off Python. Installs it where we may, says what to do where we may not.
set -eu
version=$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
rm -rf .venv
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -q && apt-get install -q -y "python$version-venv"
elif sudo -n true 2>/dev/null && command -v apt-get >/dev/null; then
  sudo apt-get update -q && sudo apt-get install -q -y "python$version-venv"
else
  echo "python$version has no venv module; install it first: sudo apt-get install python$version-venv" >&2
  exit 1
fi
