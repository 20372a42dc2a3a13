# Changes a WireGuard hub: the file first, then the interface by its delta, then a reading. Follows read.sh, which the
# reader sends alone: what plans has no line of this.

# Free text of tools, one line, without anything that could be a key (wg quotes the keys it refuses).
plain() {
  awk 'NR == 1 {
    gsub(/`[^\047]*\047/, "a value")
    n = split($0, w, " ")
    line = ""
    for (i = 1; i <= n; i++) line = line (i > 1 ? " " : "") (length(w[i]) >= 40 ? "***" : w[i])
    print substr(line, 1, 200) }'
}

# A step that failed; the rest goes on, and the reading at the end shows what holds.
note_error() {
  errors="$errors$(printf 'trouble\twrite\t%s: %s' "$1" "$(printf '%s\n' "$2" | plain)")
"
}

step() {
  step_name=$1
  shift
  step_error=$("$@" 2>&1 >/dev/null) || note_error "$step_name" "$step_error"
}

# Older tools know only the plain `sync`.
sync_path() { sync "$1" 2>/dev/null || sync; }

take_lock() {
  need flock mv readlink sync cmp ln chmod rm mkdir sleep xargs
  mkdir -p "${config%/*}" 2>/dev/null || fail denied "${config%/*}"
  real=$(readlink -f "$config") || fail not-a-file "$config"
  directory=${real%/*}
  base=${real##*/}
  lock=$directory/.$interface.reeve.lock
  (: >>"$lock") 2>/dev/null || fail denied "$directory"
  exec 9>>"$lock"
  tries=0
  until flock -n 9; do
    [ "$?" = 1 ] || fail missing-tool flock
    tries=$((tries + 1))
    [ "$tries" -lt 20 ] || fail locked "$lock"
    sleep 0.1
  done
}

# The lock is ours, so every temporary file of this interface was left by a writer that was killed.
sweep() {
  for left in "$directory/.$base.reeve-tmp."* "$endpoints.reeve-tmp."* "$key.reeve-tmp.$interface."*; do
    [ -e "$left" ] && rm -f "$left"
  done
  return 0
}

new_key() {
  if has wg; then wg genkey
  elif [ -n "${REEVE_NODE:-}" ]; then "$REEVE_NODE" -e "$REEVE_KEYTOOL" genkey
  else fail missing-tool wg
  fi
}

# A hub that runs already keeps its identity: its key is taken over from its file or its interface.
find_key() {
  found_key=
  if [ -f "$config" ]; then found_key=$(private_key_of_config "$config"); fi
  if [ -z "$found_key" ]; then
    found_key=$(printf '%s\n' "$dump" | awk "$awk_keys"'NR == 1 { split($0, f, "\t"); if (iskey(f[1])) print f[1] }')
  fi
  if [ -z "$found_key" ]; then found_key=$(new_key); fi
}

# Linked into place: never over a key that is there, never half-written.
ensure_key() {
  if [ -e "$key" ]; then
    [ -n "$(private_key_of_file "$key")" ] || fail bad-key "$key"
    return 0
  fi
  find_key
  case $found_key in ????????????????????????????????????????????) ;; *) fail no-key "$key" ;; esac
  mkdir -p "${key%/*}" 2>/dev/null || fail denied "${key%/*}"
  tmp=$key.reeve-tmp.$interface.$$
  (set -C; printf '%s\n' "$found_key" >"$tmp") 2>/dev/null || fail denied "${key%/*}"
  found_key=
  sync_path "$tmp"
  ln "$tmp" "$key" 2>/dev/null || [ -e "$key" ] || mv -f "$tmp" "$key" || fail denied "$key"
  rm -f "$tmp"
  sync_path "${key%/*}"
}

# Fills in what only the hub may know. $1 is the sign of the lines to take: "|" the file, "+" the upserts.
# On trouble prints "@@fail" and its record, and nothing else.
resolve() {
  { printf '%s\n' "$input"; if [ "$1" = "|" ] && [ -f "$config" ]; then printf '@@config\n'; cat "$config"; fi; } |
    awk -v sign="$1" "$awk_keys"'
    function bad(code, about) { if (!failed) { failed = 1; print "@@fail\t" code "\t" about } }
    function secret(label, value, code, about) { if (iskey(value)) out[++count] = label " = " value; else bad(code, about) }
    function keep(pub,   all, b, n, i, k, ids) {
      all = split(owned[pub], ids, " ")
      for (k = 1; k <= all; k++) {
        if (k > 1) out[++count] = ""
        b = ids[k]
        n = size[b]
        while (n > 0 && lines[b, n] ~ /^[ \t\r]*$/) n--
        for (i = 1; i <= n; i++) out[++count] = lines[b, i]
      }
      if (all == 0) bad("not-kept", pub)
    }
    function own(pub) { if (owner[blocks] != pub) { owner[blocks] = pub; owned[pub] = owned[pub] " " blocks } }
    function put(text) { lines[blocks, ++size[blocks]] = text }
    function release(   i) { for (i = 1; i <= held; i++) put(comment[i]); held = 0 }
    !inconfig && $0 == "@@config" { inconfig = 1; next }
    !inconfig && index($0, "psk-use ") == 1 { value[substr($0, 9, 44)] = substr($0, 54); next }
    !inconfig { if (substr($0, 1, 1) == sign) text[++wanted] = substr($0, 2); next }
    /^[ \t]*#/ { comment[++held] = $0; next }
    {
      line = $0
      sub(/\r$/, "", line); sub(/#.*/, "", line); gsub(/[ \t]/, "", line)
      if (line ~ /^\[/) { blocks++; peer = (tolower(line) == "[peer]") }
      release()
      put($0)
      if (peer && index(tolower(line), "publickey=") == 1) own(substr(line, 11))
    }
    END {
      release()
      for (i = 1; i <= wanted; i++) {
        t = text[i]
        if (index(t, "@@private-key ") == 1) secret("PrivateKey", firstline(substr(t, 15)), "bad-key", substr(t, 15))
        else if (index(t, "@@preshared-file ") == 1) secret("PresharedKey", firstline(substr(t, 18)), "bad-preshared", substr(t, 18))
        else if (index(t, "@@preshared-value ") == 1) secret("PresharedKey", value[substr(t, 19)], "bad-preshared", substr(t, 19))
        else if (index(t, "@@keep ") == 1) keep(substr(t, 8))
        else out[++count] = t
      }
      if (!failed) for (i = 1; i <= count; i++) print out[i]
    }'
}

# Everything is made out before the first write.
prepare() {
  body=$(resolve "|") || fail unreadable "$interface"
  case $body in "@@fail"*) fail_resolved "$body" ;; esac
  upserts=$(resolve +) || fail unreadable "$interface"
  case $upserts in "@@fail"*) fail_resolved "$upserts" ;; esac
  body_hash=$(printf '%s\n' "$body" | sha256sum)
  body_hash=${body_hash%% *}
}

fail_resolved() {
  printf 'fail\t%s\n' "${1#@@fail?}"
  exit 0
}

requests() { printf '%s\n' "$operations" | sed -n "s|^$1 ||p"; }

new_text() {
  requests header
  printf '%s sha256=%s\n%s\n' "$(requests marker)" "$body_hash" "$body"
}

write_file() {
  if [ -f "$real" ] && [ "$mode" = 600 ] && new_text | cmp -s - "$real"; then return 0; fi
  tmp=$directory/.$base.reeve-tmp.$$
  (set -C; new_text >"$tmp") 2>/dev/null || fail not-written "$directory"
  written=$(sed '1,2d' "$tmp" | sha256sum)
  if [ "${written%% *}" != "$body_hash" ]; then
    rm -f "$tmp"
    fail not-written "$directory"
  fi
  sync_path "$tmp"
  keep_old
  mv -f "$tmp" "$real" || fail not-written "$directory"
  sync_path "$directory"
}

old_versions() {
  for old in "$real".reeve-[0-9]*; do
    number=${old##*.reeve-}
    case $number in *[!0-9]*) ;; *) printf '%s\n' "$number" ;; esac
  done | sort -n
}

# A link keeps the old bytes when the new file is renamed over the name. The last five stay.
keep_old() {
  [ -f "$real" ] || return 0
  last=$(old_versions | sed -n '$p')
  if [ -z "$last" ] || ! cmp -s "$real" "$real.reeve-$last"; then
    last=$((${last:-0} + 1))
    chmod 600 "$real"
    ln "$real" "$real.reeve-$last" 2>/dev/null || cat "$real" >"$real.reeve-$last" || fail not-written "$directory"
  fi
  for number in $(old_versions); do
    [ "$number" -gt $((last - 5)) ] || rm -f "$real.reeve-$number"
  done
}

hub_change() {
  errors=
  take_lock
  endpoints=$directory/.$interface.reeve-endpoints
  take_reading
  [ "$fingerprint" = "$expected" ] || fail changed "$interface"
  sweep
  "hub_$1"
  take_reading
  printf '%s' "$errors"
  print_reading
}

hub_write() {
  ensure_key
  prepare
  write_file
  if [ "$kind" = live ]; then apply_delta; fi
}

# The file first: a hub that is killed half-way must not come back at boot.
hub_retire() {
  if [ -f "$real" ]; then
    keep_old
    rm -f "$real" "$endpoints"
    sync_path "$directory"
  fi
  if [ -n "$live" ]; then step "remove the interface" ip link del dev "$interface"; fi
}
