# Reads a WireGuard hub and prints what it found, one tab-separated record a line. Runs on the hub by `sh -c`, with
# dash or busybox sh, mawk or busybox awk. Key material is masked (mask.sh): no private or preshared
# key reaches stdout.
# Standard input: six lines (format, interface, kind, config file, key file, expected fingerprint), then requests.
set -u
umask 077
LC_ALL=C
export LC_ALL
PATH=$PATH:/usr/sbin:/sbin

# Prints why nothing (more) was done and ends; reeve turns the code into words.
fail() {
  printf 'fail\t%s\t%s\n' "$1" "$2"
  exit 0
}

has() { command -v "$1" >/dev/null 2>&1; }

need() {
  for tool in "$@"; do has "$tool" || fail missing-tool "$tool"; done
}

# Private key on stdin, public key on stdout. Node stands in where a file host has no wireguard-tools.
public_half() {
  if has wg; then wg pubkey
  elif [ -n "${REEVE_NODE:-}" ]; then "$REEVE_NODE" -e "$REEVE_KEYTOOL" pubkey
  fi 2>/dev/null
}

private_key_of_file() {
  awk "$awk_keys"'NR == 1 { gsub(/[ \t\r]/, ""); if (iskey($0)) print; exit }' "$1"
}

private_key_of_config() {
  awk "$awk_keys"'
    { sub(/\r$/, ""); sub(/#.*/, ""); gsub(/[ \t]/, ""); line = tolower($0) }
    line ~ /^\[/ { inside = (line == "[interface]"); next }
    inside && index(line, "privatekey=") == 1 { key = substr($0, 12) }
    END { if (iskey(key)) print key }' "$1"
}

read_key() {
  key_public=-
  key_notes=
  if [ ! -e "$key" ]; then return 0; fi
  [ -f "$key" ] || fail bad-key "$key"
  [ -r "$key" ] || fail denied "$key"
  key_public=$(private_key_of_file "$key" | public_half)
  key_mode=$(stat -L -c %a "$key")
  case $key_mode in
    *00) ;;
    *) key_notes=$(printf 'trouble\tprivate-key\tthe key file %s can be read by others (mode %s)' "$key" "$key_mode") ;;
  esac
  [ -n "$key_public" ] && return 0
  key_public=-
  [ -z "$(private_key_of_file "$key")" ] && key_notes=$(printf 'trouble\tprivate-key\tthe key file %s holds no private key of the right form' "$key")
}

# Absent (no such link) is an answer; a link that is no WireGuard interface, or one we may not see, is not.
read_live() {
  dump= live=
  [ "$kind" = live ] || return 0
  if dump=$(wg show "$interface" dump 2>/dev/null); then live=1
  else
    reason=$(wg show "$interface" dump 2>&1 >/dev/null)
    dump=
    case $reason in *"not permitted"* | *"ermission denied"*) fail denied "$interface" ;; esac
    if ip link show dev "$interface" >/dev/null 2>&1; then fail not-wireguard "$interface"; fi
  fi
}

# Addresses, MTU, state and routes of the interface.
link_records() {
  [ -n "$live" ] || return 0
  ip -o link show dev "$interface" | awk '{
    for (i = 1; i < NF; i++) if ($i == "mtu") mtu = $(i + 1)
    print "link\t" ($3 ~ /[<,]UP[,>]/ ? 1 : 0) "\t" mtu; exit }'
  ip -o addr show dev "$interface" | awk '$3 ~ /^inet/ && !($3 == "inet6" && $0 ~ / scope link/) {
    value = $4
    if (index(value, "/") == 0) value = value ($3 == "inet" ? "/32" : "/128")
    print "live-address\t" value }'
  { ip route show dev "$interface"; echo @6; ip -6 route show dev "$interface"; } 2>/dev/null | awk '
    $1 == "@6" { six = 1; next }
    / proto kernel/ || $1 ~ /^fe80:/ || $1 == "multicast" { next }
    { print "live-route\t" ($1 == "default" ? (six ? "::/0" : "0.0.0.0/0") : $1) "\t" ($0 ~ / proto 82( |$)/ ? 1 : 0) }'
}

# The networks the hub itself stands in: a peer that took one of them would lock people out.
around_records() {
  [ "$kind" = live ] || return 0
  { ip -o addr show; echo @routes; ip route show; ip -6 route show; } 2>/dev/null | awk -v own="$interface" '
    $1 == "@routes" { routes = 1; next }
    !routes && $3 ~ /^inet/ && $2 != own && $2 != "lo" && $0 !~ / scope (link|host)/ { print "around\t" $4 "\taddress of " $2; next }
    routes && $1 ~ "^[0-9a-fA-F:./]+$" && $1 !~ /^(fe80|ff)/ {
      dev = ""
      for (i = 2; i < NF; i++) if ($i == "dev") dev = $(i + 1)
      if (dev != own && dev != "lo" && dev != "") print "around\t" $1 "\troute through " dev
    }'
  from=${ssh_connection%% *}
  case $from in *[!0-9a-fA-F:.]* | "") ;; *) printf 'around\t%s\tthe SSH client\n' "$from" ;; esac
}

# What must be the same at a write: not handshakes, counters or where peers roamed to. Hashed, so its keys stay here.
static_columns() {
  printf '%s\n' "$dump" | awk '{
    n = split($0, f, "\t")
    if (n == 4) print f[2], f[3], f[4]
    if (n != 8) next
    print f[1], f[2], f[8]
    m = split(f[4], ips, ",")
    for (i = 1; i <= m; i++) print f[1], ips[i] }' | sort
}

# Whether the file still has the hash it was written with.
file_is_intact() {
  found=$(sed -n '1,10{/^# reeve: /{=;p;q;}}' "$config")
  at=${found%%"
"*}
  [ "$at" = 2 ] || return 1
  now=$(sed '1,2d' "$config" | sha256sum)
  [ "${found##*sha256=}" = "${now%% *}" ]
}

check_file() {
  [ -f "$config" ] || fail not-a-file "$config"
  [ -r "$config" ] || fail denied "$config"
  [ "$(wc -c <"$config")" -le 67108864 ] || fail too-large "$config"
  case $(sed -n '1,10{/^# reeve: format=/{s/^# reeve: format=\([0-9]*\).*/\1/;p;q;}}' "$config") in
    "" | 1) ;;
    *) fail newer-format "$config" ;;
  esac
}

# mawk ends when it is told to read a folder. Only then is each preshared key file looked at, which takes its time.
fail_masked() {
  printf '%s\n' "$input" | sed -n 's/^psk-file [^ ]* //p' | while IFS= read -r path; do
    if [ -e "$path" ] && [ ! -f "$path" ]; then fail not-a-file "$path"; fi
  done | grep . || fail unreadable "$interface"
  exit 0
}

# Hashed before and after, so that what is reported and what is fingerprinted are the same bytes.
read_config() {
  file_records= file_hash=absent mode=
  for attempt in 1 2 3 4 5; do
    if [ ! -e "$config" ]; then
      file_hash=absent
      file_records=
      masked=$({ printf '%s\n@@dump\n%s\n' "$input" "$dump"; } | mask) || fail_masked
      [ -e "$config" ] || return 0
    fi
    check_file
    file_hash=$(sha256sum <"$config")
    mode=$(stat -L -c %a "$config")
    half=$(private_key_of_config "$config" | public_half)
    intact=0
    if file_is_intact; then intact=1; fi
    file_records=$(printf 'file\t%s\t%s\t%s' "$mode" "${half:--}" "$intact")
    masked=$({ printf '%s\n@@dump\n%s\n@@config\n' "$input" "$dump"; cat "$config"; } | mask) || fail_masked
    [ "$(sha256sum <"$config")" = "$file_hash" ] && return 0
  done
  fail busy "$config"
}

# A folder that may not be looked into would make what is in it seem absent.
check_reach() {
  near=${1%/*}
  until [ -z "$near" ] || [ -e "$near" ]; do near=${near%/*}; done
  [ -z "$near" ] || [ -x "$near" ] || fail denied "$near"
}

take_reading() {
  check_reach "$config"
  check_reach "$key"
  read_key
  read_live
  read_config
  links=$(link_records)
  fingerprint=$({ printf '%s\n%s\n%s\n' "$key_public" "$file_hash" "$links"; static_columns; } | sha256sum)
  fingerprint=${fingerprint%% *}
}

print_reading() {
  printf 'reeve-hub\t1\nkey\t%s\n' "$key_public"
  printf '%s\n' "$key_notes" "$file_records" "$masked" "$links" "$(around_records)" | awk 'NF'
  printf 'fingerprint\t%s\ndone\n' "$fingerprint"
}

hub_read() {
  take_reading
  print_reading
}

hub_main() {
  verb=$1
  ssh_connection=${2:-}
  IFS= read -r format
  [ "$format" = "reeve-request 1" ] || fail bad-request format
  IFS= read -r interface
  IFS= read -r kind
  IFS= read -r config
  IFS= read -r key
  IFS= read -r expected
  need awk sed cat grep sha256sum sort stat wc
  [ "$kind" = file ] || need wg ip
  input=$(cat)
  operations=$(printf '%s\n' "$input" | sed '/^[|+]/d;/^psk/d')
  case $verb in
    read) hub_read ;;
    write | retire) if has hub_change; then hub_change "$verb"; else fail bad-request "$verb"; fi ;;
    *) fail bad-request "$verb" ;;
  esac
}
