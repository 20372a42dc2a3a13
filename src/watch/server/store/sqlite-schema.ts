/** Steps from one form of the database to the next: each runs once, in order, and is never edited afterwards. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE code_claim (
    code_hash TEXT NOT NULL, generation INTEGER NOT NULL, sign_key TEXT NOT NULL,
    site TEXT NOT NULL, appliance TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (code_hash, generation)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE identity (
    site TEXT NOT NULL, appliance TEXT NOT NULL, sign_key TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (site, appliance)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE appliance_status (
    site TEXT NOT NULL, appliance TEXT NOT NULL, phase TEXT, seen_at TEXT, body TEXT NOT NULL,
    PRIMARY KEY (site, appliance)
  ) STRICT;
  CREATE TABLE event (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL,
    site TEXT NOT NULL, appliance TEXT NOT NULL, type TEXT NOT NULL, detail TEXT NOT NULL
  ) STRICT;
  CREATE INDEX event_of ON event (site, appliance, id);
  CREATE INDEX event_at ON event (at);
  CREATE TABLE inventory (
    site TEXT NOT NULL, object_guid TEXT NOT NULL, appliance TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (site, object_guid, appliance)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX inventory_of ON inventory (site, appliance);
  CREATE TABLE inventory_page (
    site TEXT NOT NULL, appliance TEXT NOT NULL, page INTEGER NOT NULL,
    enumeration TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (site, appliance, page)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE nonce (
    owner TEXT NOT NULL, nonce TEXT NOT NULL, expires_at INTEGER NOT NULL,
    PRIMARY KEY (owner, nonce)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX nonce_end ON nonce (expires_at);
  CREATE TABLE device (
    sign_key TEXT PRIMARY KEY, mac TEXT NOT NULL, hostname TEXT NOT NULL, seen_at TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE submitted_credential (
    site TEXT PRIMARY KEY, version TEXT NOT NULL, username TEXT NOT NULL,
    sealed TEXT NOT NULL, submitted_by TEXT NOT NULL, at TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE server_key (
    one INTEGER PRIMARY KEY CHECK (one = 1), sign_key TEXT NOT NULL, recipient TEXT NOT NULL
  ) STRICT;
  `,
];
