# The delta on the interface. Never setconf or a whole-file syncconf on a live one: both rebind its socket and lose
# packets of everybody's sessions; `wg addconf` of the peers concerned and one `wg set` of removals lose none.

apply_delta() {
  save_endpoints
  fresh=
  if asks up; then bring_up; fi
  if wg show "$interface" listen-port >/dev/null 2>&1; then
    set_device
    if [ -n "$upserts" ]; then step "change peers" upsert_peers; fi
    if asks remove; then step "remove peers" remove_peers; fi
    set_link
    set_routes
    if [ -n "$fresh" ]; then wake_peers; fi
  fi
}

# Whether a request of this name was made.
asks() { printf '%s\n' "$operations" | grep -qx -e "$1" -e "$1 .*"; }

# Where peers were last seen, for an interface that is made anew: the hub then shakes hands first and nobody waits.
save_endpoints() {
  [ -n "$dump" ] || return 0
  seen=$({ [ ! -f "$endpoints" ] || cat "$endpoints"; printf '@@dump\n%s\n' "$dump"; } | awk '
    !indump && $0 == "@@dump" { indump = 1; next }
    !indump { old[$1] = $2; next }
    split($0, f, "\t") == 8 {
      at = f[3] == "(none)" ? old[f[1]] : f[3]
      if (at != "") print f[1] " " at
    }' | sort)
  if printf '%s\n' "$seen" | cmp -s - "$endpoints"; then return 0; fi
  tmp=$endpoints.reeve-tmp.$$
  (set -C; printf '%s\n' "$seen" >"$tmp") 2>/dev/null || return 0
  sync_path "$tmp"
  mv -f "$tmp" "$endpoints"
}

# The daemon must hold neither the lock nor the pipes of this run.
bring_up() {
  [ -z "$live" ] || return 0
  if ! ip link add dev "$interface" type wireguard 2>/dev/null; then
    if ! has wireguard-go; then
      note_error "bring up" "the kernel has no WireGuard and wireguard-go is not installed"
      return 0
    fi
    wireguard-go "$interface" >/dev/null 2>&1 </dev/null 9>&- || note_error "bring up" "wireguard-go could not make the interface"
  fi
  tries=0
  until wg show "$interface" listen-port >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 40 ] || return 0
    sleep 0.05
  done
  fresh=1
  fill_error=$(fill "" 2>&1 >/dev/null) && return 0
  fill_error=$(fill 1 2>&1 >/dev/null) && note_error "bring up" "endpoints with host names were left out: a name did not resolve" && return 0
  note_error "bring up" "$fill_error"
  ip link del dev "$interface" 2>/dev/null
  fresh=
}

# What `wg` knows of the file; nothing unless it is whole. $1: leave out endpoints that are names.
fill() {
  stripped=$(printf '%s\n' "$body" | awk -v noname="$1" '
    { line = $0; sub(/#.*/, "", line); gsub(/[ \t\r]/, "", line); line = tolower(line) }
    line == "" { next }
    line ~ /^\[/ { inside = line; if (line == "[peer]") peers++; print; next }
    inside == "[interface]" && line !~ /^(privatekey|listenport)=/ { next }
    noname && line ~ /^endpoint=/ && line !~ "^endpoint=([0-9.]+|\\[[0-9a-f:.]+\\]):[0-9]+$" { next }
    inside == "[interface]" { found++ }
    { print }
    END { if (found != 2) exit 1 }') || return 1
  printf '%s\n' "$stripped" | wg setconf "$interface" /dev/stdin
}

set_device() {
  if asks set-key; then step "set the private key" wg set "$interface" private-key "$key"; fi
  port=$(requests set-port)
  if [ -n "$port" ]; then step "set the listen port" wg set "$interface" listen-port "$port"; fi
}

upsert_peers() { printf '%s\n' "$upserts" | wg addconf "$interface" /dev/stdin; }

# 500 peers a call keep below every xargs' own limit.
remove_peers() { requests remove | awk '{ print "peer", $1, "remove" }' | xargs -n 1500 wg set "$interface"; }

batch() { ip -force -batch -; }

each() { requests "$1" | sed "s|.*|$2|"; }

# Added again after the removals: the kernel takes an old address's neighbours in its network away with it.
set_link() {
  if asks address-add; then step "add addresses" add_addresses; fi
  if asks address-remove; then
    each address-remove "address del & dev $interface" | batch >/dev/null 2>&1
    if asks address-add; then step "add addresses" add_addresses; fi
  fi
  mtu=$(requests mtu)
  if [ -n "$mtu" ]; then step "set the MTU" ip link set dev "$interface" mtu "$mtu"; fi
  if asks link-up; then step "set the interface up" ip link set dev "$interface" up; fi
}

add_addresses() { each address-add "address replace & dev $interface" | batch; }

set_routes() {
  if asks route-remove; then each route-remove "route del & dev $interface" | batch >/dev/null 2>&1; fi
  if asks route-add; then step "add routes" add_routes; fi
}

add_routes() { each route-add "route replace & dev $interface proto 82" | batch; }

# A keepalive of one second makes the hub send a handshake to where a peer was seen last; then it is set back.
wake_peers() {
  [ -f "$endpoints" ] || return 0
  sleeping=$({ cat "$endpoints"; printf '@@dump\n'; wg show "$interface" dump; } | awk '
    !indump && $0 == "@@dump" { indump = 1; next }
    !indump { if ($2 ~ "^[][0-9a-fA-F.:]+$") seen[$1] = $2; next }
    split($0, f, "\t") == 8 && f[3] == "(none)" && (f[1] in seen) { print f[1], seen[f[1]], f[8] }')
  [ -n "$sleeping" ] || return 0
  printf '%s\n' "$sleeping" | awk '{ print "peer", $1, "endpoint", $2, "persistent-keepalive", 1 }' | xargs -n 1200 wg set "$interface"
  sleep 0.5
  printf '%s\n' "$sleeping" | awk '{ print "peer", $1, "persistent-keepalive", $3 }' | xargs -n 800 wg set "$interface"
} 2>/dev/null
