#!/usr/bin/env bash
# A throw-away Samba Active Directory domain controller on one loopback address, for tests. Source: this project's own
# measurements of Samba 4.17.12 on Debian 12.
#
#   samba-dc.sh up    [DIR]       provision (first time only), start, return once LDAP, SMB and DNS answer
#   samba-dc.sh seed  [DIR]       2 OUs, 37 computers (+ DC_BULK more), user svc-enum, one GPO, linked
#   samba-dc.sh down  [DIR]       stop it, keep the data
#   samba-dc.sh clean [DIR]       stop it, delete DIR
#   samba-dc.sh env   [DIR]       print the names below as shell assignments, for eval
#   samba-dc.sh dns   DIR CMD...  run CMD with DNS and Kerberos pointed at this DC (samba-tool, kinit)
#
# DIR is the work folder; default ${TMPDIR:-/tmp}/samba-dc. From the environment: DC_IP, DC_REALM, DC_HOST, DC_PASS, DC_BULK.
# CA for clients: DIR/private/tls/ca.pem. Accounts: Administrator / $DC_PASS and svc-enum / Enum.Passw0rd1.
#
# Needs root (ports 53 88 135 139 389 445 464 636 3268 3269 49152-49154) and, on Debian 12 (Samba 4.17):
#   DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
#     samba-ad-dc samba-ad-provision samba-dsdb-modules samba-vfs-modules winbind ldb-tools smbclient \
#     krb5-user ldap-utils bind9-dnsutils openssl procps
#   samba-ad-provision is only a Recommends: without it provision ends in "File [..] not found".
#   Under systemd, first: systemctl mask samba-ad-dc smbd nmbd winbind   (or the packages start daemons of their own)
#
# No network namespace is needed: all of 127.0.0.0/8 can be bound on lo. One DC per mount namespace, though: smbd finds
# winbindd through the compiled-in /run/samba/winbindd. A second DC at the same time: unshare -n -m, tmpfs on /run/samba.
# Suites that want a fresh directory each: up, seed, down, cp -a DIR DIR.saved once; then per suite put the copy back *at
# DIR* (smb.conf holds absolute paths) and up.
set -euo pipefail

usage() { sed -n '4,13s/^# \{0,1\}//p' "$0" >&2; exit 2; }
die() { echo "samba-dc: $*" >&2; exit 1; }
now_ms() { echo $(( $(date +%s%N) / 1000000 )); }

CMD=${1:-}; [ -n "$CMD" ] || usage
DIR=${2:-${TMPDIR:-/tmp}/samba-dc}
shift $(( $# > 2 ? 2 : $# ))                 # what is left belongs to `dns`
case $DIR in /*) ;; *) DIR=$PWD/$DIR ;; esac
DIR=${DIR%/}
# Samba puts unix sockets below DIR; a socket path ends at 107 bytes, and the longest of these names takes 31 of them.
[[ $DIR =~ ^/[A-Za-z0-9._/-]+$ && ${#DIR} -le 64 ]] || die "DIR must be plain characters and at most 64 long: $DIR"

DC_IP=${DC_IP:-127.0.10.1}                   # any of 127/8 but 127.0.0.1: provision drops exactly that one, no A record
DC_REALM=${DC_REALM:-ROBCO.TEST}
DC_HOST=${DC_HOST:-dc1}
DC_PASS=${DC_PASS:-Passw0rd.Robco1}          # must pass the domain's complexity rule
DC_BULK=${DC_BULK:-0}                        # computers on top of the 37; 2470 makes 2,508 with the DC itself
[ "$DC_IP" != 127.0.0.1 ] || die 'DC_IP must not be 127.0.0.1'
DC_DOMAIN=${DC_REALM%%.*}                    # NetBIOS name: ROBCO
DC_DNS=${DC_REALM,,}                         # robco.test
DC_FQDN=$DC_HOST.$DC_DNS
DC_BASE="DC=${DC_DNS//./,DC=}"
CONF=$DIR/etc/smb.conf
PIDFILE=$DIR/dc.pid
MARK=$DIR/.samba-dc                          # written by `up`; `clean` deletes nothing without it

need() {
  [ "$(id -u)" = 0 ] || die 'needs root'
  local c
  for c in samba samba-tool ldbadd ldapsearch smbclient dig openssl setsid ps; do
    command -v "$c" >/dev/null || die "$c is missing; the packages are listed at the top of $0"
  done
}

# The pid file holds pid and start time: a stale one may name a stranger's process. (Samba rewrites its command line.)
# A zombie counts as gone: containers often have no init that reaps.
born() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '$1 != "Z" { print $20 }'; }
running() {
  local p b; read -r p b 2>/dev/null <"$PIDFILE" || return 1
  [ -n "$b" ] && [ "$(born "$p")" = "$b" ]
}

port_open() { (exec 3<>"/dev/tcp/$DC_IP/$1") 2>/dev/null; }

# Runs a command with the DC as resolver, in a mount namespace of its own: the host's resolv.conf stays as it is.
with_dns() {
  unshare -m bash -c 'mount --make-rprivate / && mount --bind "$0/resolv.conf" /etc/resolv.conf &&
    KRB5_CONFIG="$0/private/krb5.conf" KRB5CCNAME="FILE:$0/krb5cc" exec "$@"' "$DIR" "$@"
}

# Own P-256 CA and certificate. Samba's own has no SAN (Node then refuses ldaps://IP), is RSA-4096 and costs ~5 s at first start.
make_tls() {
  local t=$DIR/private/tls; mkdir -p "$t"
  local ec=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
  openssl req -x509 "${ec[@]}" -days 30 -subj "/CN=$DC_DOMAIN test CA" -keyout "$t/ca.key" -out "$t/ca.pem" 2>/dev/null
  openssl req "${ec[@]}" -subj "/CN=$DC_FQDN" -keyout "$t/key.pem" -out "$t/req.pem" 2>/dev/null
  openssl x509 -req -in "$t/req.pem" -CA "$t/ca.pem" -CAkey "$t/ca.key" -CAcreateserial -days 30 -out "$t/cert.pem" \
    -extfile <(printf 'subjectAltName=DNS:%s,DNS:%s,IP:%s\nextendedKeyUsage=serverAuth\n' "$DC_FQDN" "$DC_DNS" "$DC_IP") 2>/dev/null
  chmod 600 "$t/ca.key" "$t/key.pem"         # Samba refuses a key that others can read
}

provision() {
  : >"$DIR/empty.conf"                       # -s empty.conf: do not take [homes] and [printers] from /etc/samba/smb.conf
  # dns forwarder empty: else the host's resolver becomes the forwarder. disable netbios: no broadcast sockets on udp 137/138.
  # ncalrpc and ntp directories: let Samba make them, it insists on exact modes (ntp: 0750).
  # Never move "winbindd socket directory": every SMB session setup then fails with NT_STATUS_INTERNAL_ERROR.
  samba-tool domain provision -q -s "$DIR/empty.conf" --targetdir="$DIR" --use-rfc2307 \
    --realm="$DC_REALM" --domain="$DC_DOMAIN" --host-name="$DC_HOST" --host-ip="$DC_IP" \
    --server-role=dc --dns-backend=SAMBA_INTERNAL --adminpass="$DC_PASS" \
    --option="interfaces=$DC_IP/8" --option='bind interfaces only=yes' --option='dns forwarder=' \
    --option='ldap server require strong auth=yes' --option='disable netbios=yes' \
    --option="log file=$DIR/log.samba" --option="pid directory=$DIR" \
    --option="ncalrpc dir=$DIR/ncalrpc" --option="ntp signd socket directory=$DIR/ntp" \
    2>"$DIR/provision.log" || { tail -n 20 "$DIR/provision.log" >&2; die 'provision failed'; }
  make_tls
  touch "$DIR/provisioned"
}

# An open SMB port is not enough: for 0.2-0.5 s after it every session setup fails with NT_STATUS_NO_LOGON_SERVERS. So a user who
# does not exist logs on: LOGON_FAILURE means "ready". (`smbclient -N -L` fails on a healthy DC that requires signing.)
answers() {
  ldapsearch -x -H "ldap://$DC_IP" -b '' -s base -LLL defaultNamingContext 2>/dev/null | grep -qi "$DC_BASE" && port_open 445 &&
    [ -n "$(dig +short +time=1 +tries=1 "@$DC_IP" SRV "_ldap._tcp.dc._msdcs.$DC_DNS" 2>/dev/null)" ] &&
    [[ $(PASSWD=x smbclient "//$DC_IP/sysvol" -U no-such-user -s /dev/null -t 5 -c quit 2>&1) == *NT_STATUS_LOGON_FAILURE* ]]
}

start() {
  printf 'nameserver %s\nsearch %s\n' "$DC_IP" "$DC_DNS" >"$DIR/resolv.conf"
  setsid samba -F --no-process-group -s "$CONF" -M single >"$DIR/samba.out" 2>&1 </dev/null &
  local p=$!; echo "$p $(born "$p")" >"$PIDFILE"
  for _ in $(seq 300); do
    answers && return 0
    running || break
    sleep 0.1
  done
  tail -n 20 "$DIR/samba.out" >&2; down; die 'no answer from the new DC'
}

up() {
  need
  running && { echo 'already up'; return; }
  # Without this, a foreign server on the address would satisfy the readiness test.
  ! port_open 389 || die "something else listens on $DC_IP:389"
  local a b c; a=$(now_ms)
  mkdir -p "$DIR"; [ -e "$MARK" ] || [ -z "$(ls -A "$DIR")" ] || die "$DIR is not empty and not ours"; touch "$MARK"
  if [ ! -e "$DIR/provisioned" ]; then provision; fi
  b=$(now_ms); start; c=$(now_ms)
  echo "up: provision and TLS $((b - a)) ms, start to LDAP+SMB+DNS $((c - b)) ms"
}

# One LDIF record: name, operating system ('' for none), parent DN, userAccountControl, days since the last logon.
computer() {
  local filetime=$(( (now - $5 * 86400 + 11644473600) * 10000000 ))   # 100 ns since 1601
  printf 'dn: CN=%s,%s\nobjectClass: computer\ncn: %s\nsAMAccountName: %s$\nuserAccountControl: %s\n' "$1" "$3" "$1" "$1" "$4"
  printf 'dNSHostName: %s.%s\nlastLogonTimestamp: %s\n' "${1,,}" "$DC_DNS" "$filetime"
  if [ -n "$2" ]; then printf 'operatingSystem: %s\n' "$2"; fi
  echo
}

ldif() {
  local o="OU=Computers,$DC_BASE" d="CN=Computers,$DC_BASE" i os ou name now; local w="OU=WorkSpaces,$o"
  now=$(date +%s)
  printf 'dn: %s\nobjectClass: organizationalUnit\nou: Computers\n\ndn: %s\nobjectClass: organizationalUnit\nou: WorkSpaces\n\n' "$o" "$w"
  computer SRV-SQL01 'Windows Server 2022 Standard'    "$o" 4096 1
  computer SRV-HV01  'Hyper-V Server 2019'             "$o" 4096 1     # a server without the "Windows" prefix
  computer SRV-OLD01 'Windows Server 2012 R2 Standard' "$o" 4096 400   # stale
  computer SRV-OFF01 'Windows Server 2016 Standard'    "$o" 4098 1     # disabled: UAC bit 2
  computer CLUSTER1  ''                                "$o" 4096 1     # no operatingSystem: unknown
  computer NAS01     OnTap                             "$o" 4096 1     # other
  computer MAC01     macOS                             "$d" 4096 1     # other
  for ((i = 0; i < 30; i++)); do                                       # workstations, 0 to 145 days idle
    os='Windows 10 Pro'; if ((i % 2)); then os='Windows 11 Enterprise'; fi
    ou=$d; if ((i % 3)); then ou=$w; fi
    printf -v name 'WS-%03d' "$i"
    computer "$name" "$os" "$ou" 4096 $((i * 5))
  done
  for ((i = 0; i < DC_BULK; i++)); do
    printf -v name 'BULK-%05d' "$i"
    computer "$name" 'Windows 11 Enterprise' "$w" 4096 1
  done
}

seed() {
  need; running || die 'not up'
  [ ! -e "$DIR/seeded" ] || { echo 'already seeded'; return; }
  local a guid url="ldap://$DC_FQDN"; a=$(now_ms)
  ldif >"$DIR/seed.ldif"
  # Straight into the database: samba-tool costs 0.2-1 s a call. --relax: lastLogonTimestamp is written by the system only.
  ldbadd -H "$DIR/private/sam.ldb" --relax "$DIR/seed.ldif" >"$DIR/seed.log"
  samba-tool user create svc-enum 'Enum.Passw0rd1' -s "$CONF" >>"$DIR/seed.log"
  # ldap://, not ldaps://: samba-tool seals the session by default, and refuses our certificate over ldaps.
  # PASSWD, not -U user%password: arguments are visible to every process.
  export PASSWD=$DC_PASS
  with_dns samba-tool gpo create 'WorkSpaces Lockdown' -U Administrator -H "$url" -s "$CONF" >"$DIR/gpo.txt"
  guid=$(grep -o '{[0-9A-F-]*}' "$DIR/gpo.txt")
  with_dns samba-tool gpo setlink "OU=WorkSpaces,OU=Computers,$DC_BASE" "$guid" -U Administrator -H "$url" -s "$CONF" >>"$DIR/seed.log"
  unset PASSWD
  touch "$DIR/seeded"
  echo "seed: $(grep -c '^objectClass: computer' "$DIR/seed.ldif") computers, GPO $guid, $(( $(now_ms) - a )) ms"
}

# The DC and everything below it. smbd and winbindd lead sessions of their own, so the tree is walked, not the session.
down() {
  running || { rm -f "$PIDFILE"; return 0; }
  local p all k left; read -r p _ <"$PIDFILE"
  all=$(ps -eo pid=,ppid= | awk -v root="$p" '{ parent[$1] = $2 }
    END { for (q in parent) for (x = q; x in parent; x = parent[x]) if (x == root) { print q; break } }')
  kill -TERM "$p" 2>/dev/null || true
  for _ in $(seq 50); do
    left=; for k in $all; do if [ -n "$(born "$k" || true)" ]; then left="$left $k"; fi; done
    [ -n "$left" ] || break
    sleep 0.1
  done
  for k in $left; do kill -KILL "$k" 2>/dev/null || true; done
  rm -f "$PIDFILE"
}

clean() {
  [ -e "$DIR" ] || return 0
  [ -e "$MARK" ] || die "$DIR was not made by this script"
  down
  rm -rf "$DIR"
}

print_env() {
  local v
  for v in DC_IP DC_REALM DC_DOMAIN DC_DNS DC_HOST DC_FQDN DC_BASE DC_PASS; do printf '%s=%q\n' "$v" "${!v}"; done
  printf 'DC_DIR=%q\nDC_CA=%q\nDC_CONF=%q\n' "$DIR" "$DIR/private/tls/ca.pem" "$CONF"
}

case $CMD in
  up) up ;; seed) seed ;; down) down ;; clean) clean ;; env) print_env ;;
  dns) [ $# -gt 0 ] || usage; with_dns "$@" ;;
  *) usage ;;
esac
