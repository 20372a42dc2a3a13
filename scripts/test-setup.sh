#!/bin/sh
# Installs the Debian packages that the tests need and this machine lacks, and kubectl into this checkout.
# `npm run test:setup`, as often as you like.
set -eu
cd "$(dirname "$0")/.."

node scripts/bring-kubectl.ts || echo "test:setup: no kubectl; tests that need it are skipped, saying so" >&2

PATH="$PATH:/usr/sbin:/sbin"
missing=""
need() { # need COMMAND PACKAGE
  command -v "$1" >/dev/null 2>&1 && return 0
  case " $missing " in *" $2 "*) ;; *) missing="$missing $2" ;; esac
}

need git git
need wg wireguard-tools
need wireguard-go wireguard-go
need ip iproute2
need ssh openssh-client
need ssh-keygen openssh-client
need sshd openssh-server
need /usr/bin/aws awscli
need samba samba-ad-dc
need samba-tool samba-common-bin
need ldbadd ldb-tools
need ldapsearch ldap-utils
need smbclient smbclient
need dig bind9-dnsutils
need kinit krb5-user
need winbindd winbind
need openssl openssl
need ps procps
[ -d /usr/share/samba/setup ] || missing="$missing samba-ad-provision"
# Their folder has the machine's own name of its architecture in it.
ls /usr/lib/*/samba/ldb/samba_dsdb.so >/dev/null 2>&1 || missing="$missing samba-dsdb-modules"
ls /usr/lib/*/samba/vfs/acl_xattr.so >/dev/null 2>&1 || missing="$missing samba-vfs-modules"
/usr/bin/python3 -c "import samba.dcerpc.preg" 2>/dev/null || missing="$missing python3-samba"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"

if [ -z "$missing" ]; then
  echo "test:setup: everything is installed"
  exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
  echo "test:setup: no apt-get here; install by hand:$missing" >&2
  echo "test:setup: tests that need them are skipped, saying so" >&2
  exit 0
fi

apt="env DEBIAN_FRONTEND=noninteractive apt-get"
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null 2>&1 || { echo "test:setup: run as root, or install:$missing" >&2; exit 1; }
  apt="sudo $apt"
fi
echo "test:setup: $apt install$missing"
case "$missing" in
  *postgresql*) if [ -d /run/systemd/system ]; then ${apt%%env*} systemctl mask postgresql || true; fi ;;
esac
case "$missing" in
  *samba-ad-dc*)
    # Else the packages start servers of their own where systemd runs.
    if [ -d /run/systemd/system ]; then ${apt%%env*} systemctl mask samba-ad-dc smbd nmbd winbind || true; fi
    ;;
esac
$apt update -qq
# shellcheck disable=SC2086 # a list of words
$apt install -y -qq --no-install-recommends $missing
