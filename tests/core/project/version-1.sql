BEGIN TRANSACTION;
CREATE TABLE cameras (
    subject TEXT NOT NULL, name TEXT NOT NULL, parameters TEXT NOT NULL,
    PRIMARY KEY (subject, name)) WITHOUT ROWID;
INSERT INTO "cameras" VALUES('S11','54138969','{"R": [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], "t": [0.0, 0.0, 5.0], "f": [1145.0, 1144.0], "c": [512.0, 515.0], "k": [-0.2, 0.2, 0.0], "p": [0.0, 0.0], "width": 1000, "height": 1002}');
INSERT INTO "cameras" VALUES('S11','60457274','{"R": [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], "t": [0.0, 0.0, 5.0], "f": [1145.0, 1144.0], "c": [512.0, 515.0], "k": [-0.2, 0.2, 0.0], "p": [0.0, 0.0], "width": 1000, "height": 1002}');
INSERT INTO "cameras" VALUES('S5','54138969','{"R": [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], "t": [0.0, 0.0, 5.0], "f": [1145.0, 1144.0], "c": [512.0, 515.0], "k": [-0.2, 0.2, 0.0], "p": [0.0, 0.0], "width": 1000, "height": 1002}');
INSERT INTO "cameras" VALUES('S5','60457274','{"R": [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], "t": [0.0, 0.0, 5.0], "f": [1145.0, 1144.0], "c": [512.0, 515.0], "k": [-0.2, 0.2, 0.0], "p": [0.0, 0.0], "width": 1000, "height": 1002}');
CREATE TABLE estimates (
    name TEXT PRIMARY KEY, position INTEGER NOT NULL UNIQUE, provenance TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "estimates" VALUES('spin',0,'{}');
INSERT INTO "estimates" VALUES('vibe',1,'{}');
CREATE TABLE flags (
    id TEXT PRIMARY KEY, subject TEXT NOT NULL, joint TEXT NOT NULL, action TEXT,
    first_frame INTEGER, last_frame INTEGER, reason TEXT NOT NULL, reviewer TEXT NOT NULL,
    created TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "flags" VALUES('F1','S5','RAnkle','Walking-1',2,9,'slipped','me','2026-11-23T03:41:17+00:00');
CREATE TABLE frames (row INTEGER PRIMARY KEY, image TEXT NOT NULL, mask TEXT);
INSERT INTO "frames" VALUES(0,'S11/Posing-1/54138969/000005.jpg',NULL);
INSERT INTO "frames" VALUES(1,'S11/Posing-1/54138969/000064.jpg','S11/Posing-1/54138969/000064.png');
INSERT INTO "frames" VALUES(2,'S11/Posing-1/60457274/000005.jpg','S11/Posing-1/60457274/000005.png');
INSERT INTO "frames" VALUES(3,'S11/Posing-1/60457274/000064.jpg','S11/Posing-1/60457274/000064.png');
INSERT INTO "frames" VALUES(4,'S5/Walking-1/54138969/000001.jpg','S5/Walking-1/54138969/000001.png');
INSERT INTO "frames" VALUES(5,'S5/Walking-1/54138969/000002.jpg','S5/Walking-1/54138969/000002.png');
INSERT INTO "frames" VALUES(6,'S5/Walking-1/54138969/000009.jpg','S5/Walking-1/54138969/000009.png');
INSERT INTO "frames" VALUES(7,'S5/Walking-1/60457274/000001.jpg','S5/Walking-1/60457274/000001.png');
INSERT INTO "frames" VALUES(8,'S5/Walking-1/60457274/000002.jpg','S5/Walking-1/60457274/000002.png');
INSERT INTO "frames" VALUES(9,'S5/Walking-1/60457274/000009.jpg','S5/Walking-1/60457274/000009.png');
INSERT INTO "frames" VALUES(10,'S5/Walking-2/54138969/000001.jpg','S5/Walking-2/54138969/000001.png');
INSERT INTO "frames" VALUES(11,'S5/Walking-2/60457274/000001.jpg','S5/Walking-2/60457274/000001.png');
CREATE TABLE journal (
    position INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, payload TEXT NOT NULL,
    inverse_kind TEXT NOT NULL, inverse_payload TEXT NOT NULL,
    refers_to INTEGER REFERENCES journal (position), created TEXT NOT NULL, code_version TEXT NOT NULL);
INSERT INTO "journal" VALUES(1,'flag.add','{"subject": "S5", "joint": "RAnkle", "action": "Walking-1", "frames": [2, 9], "reason": "slipped", "reviewer": "me", "id": "F1", "created": "2026-11-23T03:41:17+00:00"}','flag.remove','{"subject": "S5", "joint": "RAnkle", "action": "Walking-1", "frames": [2, 9], "reason": "slipped", "reviewer": "me", "id": "F1", "created": "2026-11-23T03:41:17+00:00"}',NULL,'2026-11-23T03:41:17+00:00','0.1.0+g813bd7f');
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "meta" VALUES('body_file','"resources/demo_body.npz"');
INSERT INTO "meta" VALUES('body_topology','"b2c41a9a141e2fea"');
INSERT INTO "meta" VALUES('code_version','"0.1.0+g813bd7f"');
INSERT INTO "meta" VALUES('created','"2026-11-23T03:41:16+00:00"');
INSERT INTO "meta" VALUES('dataset_root','"dataset"');
INSERT INTO "meta" VALUES('format','"h36m-fetch"');
INSERT INTO "meta" VALUES('format_version','1');
INSERT INTO "meta" VALUES('id','"0a3c46782b7d"');
INSERT INTO "meta" VALUES('label_origin','"synthetic"');
INSERT INTO "meta" VALUES('synthetic','true');
CREATE TABLE regressors (
    position INTEGER PRIMARY KEY, name TEXT NOT NULL, version INTEGER NOT NULL, file TEXT NOT NULL UNIQUE,
    created TEXT NOT NULL, UNIQUE (name, version));
CREATE TABLE runs (
    name TEXT PRIMARY KEY, state TEXT NOT NULL, progress REAL NOT NULL, settings TEXT NOT NULL,
    shares_bodies INTEGER NOT NULL, details TEXT NOT NULL, provenance TEXT NOT NULL,
    created TEXT NOT NULL, updated TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE shots (
    position INTEGER PRIMARY KEY, subject TEXT NOT NULL, action TEXT NOT NULL, camera TEXT NOT NULL,
    frames INTEGER NOT NULL CHECK (frames > 0), UNIQUE (subject, action, camera),
    FOREIGN KEY (subject, camera) REFERENCES cameras (subject, name));
INSERT INTO "shots" VALUES(0,'S11','Posing-1','54138969',2);
INSERT INTO "shots" VALUES(1,'S11','Posing-1','60457274',2);
INSERT INTO "shots" VALUES(2,'S5','Walking-1','54138969',3);
INSERT INTO "shots" VALUES(3,'S5','Walking-1','60457274',3);
INSERT INTO "shots" VALUES(4,'S5','Walking-2','54138969',1);
INSERT INTO "shots" VALUES(5,'S5','Walking-2','60457274',1);
CREATE TRIGGER journal_keeps_entries BEFORE DELETE ON journal
    BEGIN SELECT RAISE (ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_keeps_content BEFORE UPDATE ON journal
    BEGIN SELECT RAISE (ABORT, 'the journal is append-only'); END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('journal',1);
COMMIT;
