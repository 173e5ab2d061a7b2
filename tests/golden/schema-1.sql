-- A database as schema 1 left it: one scenario with one version. Never edited.
-- Texts are kept once, under the SHA-256 of their bytes; versions and runs point to them.
CREATE TABLE texts (
    hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
    text TEXT NOT NULL
) STRICT;

CREATE TABLE scenarios (
    id TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL CHECK (version >= 1),
    title TEXT NOT NULL,
    tags TEXT NOT NULL,
    text_hash TEXT NOT NULL REFERENCES texts (hash),
    token_hash BLOB CHECK (length(token_hash) = 32),
    library INTEGER NOT NULL DEFAULT 0 CHECK (library IN (0, 1)),
    forked_from TEXT,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL
) STRICT;
CREATE INDEX scenarios_newest ON scenarios (updated DESC, id DESC);
CREATE INDEX scenarios_text ON scenarios (text_hash);

CREATE TABLE scenario_versions (
    scenario TEXT NOT NULL REFERENCES scenarios (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    title TEXT NOT NULL,
    tags TEXT NOT NULL,
    text_hash TEXT NOT NULL REFERENCES texts (hash),
    created INTEGER NOT NULL,
    PRIMARY KEY (scenario, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX scenario_versions_text ON scenario_versions (text_hash);

CREATE TABLE runs (
    id TEXT NOT NULL UNIQUE,
    scenario TEXT REFERENCES scenarios (id) ON DELETE SET NULL,
    scenario_version INTEGER,
    text_hash TEXT NOT NULL REFERENCES texts (hash),
    engine TEXT NOT NULL,
    overrides TEXT NOT NULL,
    results TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX runs_newest ON runs (created DESC, id DESC);
CREATE INDEX runs_scenario ON runs (scenario);
CREATE INDEX runs_text ON runs (text_hash);

CREATE TABLE traces (
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    format TEXT NOT NULL,
    page_size INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    refs INTEGER NOT NULL,
    torn INTEGER NOT NULL,
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX traces_newest ON traces (created DESC, id DESC);

-- What an Idempotency-Key was used for. Keys are kept hashed; `request` is the hash of what was asked.
CREATE TABLE idempotency (
    key BLOB NOT NULL UNIQUE CHECK (length(key) = 32),
    request BLOB NOT NULL CHECK (length(request) = 32),
    scenario TEXT NOT NULL REFERENCES scenarios (id) ON DELETE CASCADE,
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX idempotency_scenario ON idempotency (scenario);
CREATE INDEX idempotency_created ON idempotency (created);

-- One row each: `probe` proves that the disk takes writes, `secret` makes repeatable edit tokens.
CREATE TABLE meta (
    name TEXT NOT NULL UNIQUE,
    value ANY
) STRICT;
INSERT INTO meta (name, value) VALUES ('probe', 0), ('secret', randomblob(32));
INSERT INTO texts VALUES ('9c957aaaee68a268dc0c05bb92c0ecb5b48e3bf38d4de61c3dd78e888b449cfc', 'vmscope 1' || char(10));
INSERT INTO scenarios VALUES ('golden222222', 1, 'Golden', '[]', '9c957aaaee68a268dc0c05bb92c0ecb5b48e3bf38d4de61c3dd78e888b449cfc', x'db5a084c900eea00ba557461aecb09eb9d815b2857754b0f94bbf86440d75903', 0, NULL, 1700000000000, 1700000000000);
INSERT INTO scenario_versions VALUES ('golden222222', 1, 'Golden', '[]', '9c957aaaee68a268dc0c05bb92c0ecb5b48e3bf38d4de61c3dd78e888b449cfc', 1700000000000);
INSERT INTO runs VALUES ('goldenrun222', 'golden222222', 1, '9c957aaaee68a268dc0c05bb92c0ecb5b48e3bf38d4de61c3dd78e888b449cfc', '1', '{}', '{}', 1700000000000);
PRAGMA user_version = 1;
