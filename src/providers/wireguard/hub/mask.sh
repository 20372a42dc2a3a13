# Turns a dump and a configuration file into records without keys. Only what has the form of a known setting is let
# through: comments, hooks and lines that wg does not know may hold anything, so they leave as a name or a line number.

# The form that wg(8) takes: 44 characters of canonical base64. mawk knows no {42}.
awk_keys='
function iskey(s) { return length(s) == 44 && s ~ "^[A-Za-z0-9+/]+=$" && index("AEIMQUYcgkosw048", substr(s, 43, 1)) > 0 }
function firstline(path,   line, status) {
  line = ""
  status = (getline line < path)
  close(path)
  gsub(/[ \t\r]/, "", line)
  return status < 0 ? "" : line
}
'

# The records of the live interface (static configuration and counters) and of the file, keys masked. Reads requests,
# then "@@dump" and the dump, then "@@config" and the file; what a file holds cannot be taken for anything else.
mask() {
  awk "$awk_keys"'
    function note(about, text) { print "trouble\t" about "\t" text }
    function wrong(key) { note("config", "line " number ": the value of " key " has the wrong form") }
    function declare(rest, isfile,   at, pub, value) {
      at = index(rest, " ")
      pub = substr(rest, 1, at - 1)
      value = substr(rest, at + 1)
      known[pub] = 1
      if (isfile) {
        path = value
        value = firstline(path)
        if (!iskey(value)) note(pub, "the preshared key file " path (value == "" ? " is missing or empty" : " holds no key of the right form"))
      }
      if (iskey(value)) wanted[pub] = value
    }
    function state(pub, value) {
      if (value == "" || value == "(none)" || value == zero) return "none"
      return (pub in wanted) && wanted[pub] == value ? "same" : "other"
    }
    function flush() {
      if (section != "peer") return
      if (pub == "") note("config", "line " started ": a peer block has no PublicKey of the right form")
      else print "file-peer\t" pub "\t" name "\t" endpoint "\t" keepalive "\t" state(pub, psk) "\t" ips
    }
    function interface_line(key, value, shown,   n, i, list) {
      if (key == "privatekey") { if (!iskey(value)) wrong("PrivateKey") }
      else if (key == "listenport") { if (value ~ /^[0-9]+$/) print "file-port\t" value; else wrong("ListenPort") }
      else if (key == "mtu") { if (value ~ /^[0-9]+$/) print "file-mtu\t" value; else wrong("MTU") }
      else if (key == "address") {
        n = split(value, list, ",")
        for (i = 1; i <= n; i++) if (list[i] ~ "^[0-9a-fA-F:./]+$") print "file-address\t" list[i]; else wrong("Address")
      }
      else print "file-unknown\t" (shown ~ /^[A-Za-z]+$/ && length(shown) <= 32 ? shown : "line " number)
    }
    function peer_line(key, value) {
      if (key == "publickey") { if (iskey(value)) pub = value; else wrong("PublicKey") }
      else if (key == "presharedkey") { if (iskey(value)) psk = value; else wrong("PresharedKey") }
      else if (key == "allowedips") {
        if (value ~ "^[0-9a-fA-F:.,/]*$") ips = ips (ips == "" || value == "" ? "" : ",") value; else wrong("AllowedIPs")
      }
      else if (key == "endpoint") { if (value ~ "^[][A-Za-z0-9.:_-]+$") endpoint = value; else wrong("Endpoint") }
      else if (key == "persistentkeepalive") {
        if (value ~ /^[0-9]+$/) keepalive = value; else if (tolower(value) == "off") keepalive = 0; else wrong("PersistentKeepalive")
      }
      else note("config", "line " number ": wg does not know this key of a peer")
    }
    BEGIN { zero = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="; part = "request"; name = "-" }
    part == "request" && $0 == "@@dump" { part = "dump"; next }
    part != "config" && $0 == "@@config" { part = "config"; next }
    part == "request" && index($0, "psk-file ") == 1 { declare(substr($0, 10), 1); next }
    part == "request" && index($0, "psk-value ") == 1 { declare(substr($0, 11), 0); next }
    part == "request" { next }
    part == "dump" {
      n = split($0, f, "\t")
      if (n == 4) print "live\t" (iskey(f[2]) ? f[2] : "-") "\t" f[3]
      else if (n == 8) print "live-peer\t" f[1] "\t" state(f[1], f[2]) "\t" f[3] "\t" f[4] "\t" f[5] "\t" f[6] "\t" f[7] "\t" f[8]
      next
    }
    {
      number++
      line = $0
      sub(/\r$/, "", line)
      if (number <= 10 && !marked && line ~ /^# reeve: format=1 estate=[^ \t]+ hub=[^ \t]+ interface=[^ \t]+ sha256=[0-9a-f]+$/) {
        marked = 1
        split(line, f, " ")
        print "marker\t" substr(f[4], 8) "\t" substr(f[5], 5) "\t" substr(f[6], 11)
        next
      }
      if (line ~ /^# reeve-peer: [A-Za-z0-9._-]+$/) { pending = substr(line, 15); next }
      if (line ~ "^# reeve-route: [0-9a-fA-F:./]+$") { print "file-route\t" substr(line, 16); next }
      if (line ~ "^# reeve-leaving: [A-Za-z0-9._-]+ [A-Za-z0-9+/]+=$") {
        split(line, f, " ")
        if (iskey(f[4])) print "file-leaving\t" f[3] "\t" f[4]
        next
      }
      if (line ~ "^# reeve-leaving-address: [0-9a-fA-F:./]+$") { print "file-leaving-address\t" substr(line, 26); next }
      if (line ~ /^# reeve-recorded: [ -~]+$/) { print "file-recorded\t" substr(line, 19); next }
      sub(/#.*/, "", line)
      gsub(/[ \t]/, "", line)
      if (line == "") next
      if (line ~ /^\[/) {
        flush()
        section = tolower(line) == "[interface]" ? "interface" : tolower(line) == "[peer]" ? "peer" : "unknown"
        name = pending == "" ? "-" : pending
        pending = pub = psk = ips = ""
        endpoint = "-"
        keepalive = 0
        started = number
        if (section == "unknown") note("config", "line " number ": wg does not know this section")
        next
      }
      pending = ""
      at = index(line, "=")
      if (at == 0 || section == "" || section == "unknown") note("config", "line " number ": not a setting that wg knows")
      else if (section == "interface") interface_line(tolower(substr(line, 1, at - 1)), substr(line, at + 1), substr(line, 1, at - 1))
      else peer_line(tolower(substr(line, 1, at - 1)), substr(line, at + 1))
    }
    END { flush() }'
}
