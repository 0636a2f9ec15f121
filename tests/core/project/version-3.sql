BEGIN TRANSACTION;
CREATE TABLE audits (position INTEGER PRIMARY KEY AUTOINCREMENT, provenance TEXT NOT NULL);
CREATE TABLE blocks (run TEXT NOT NULL, round INTEGER NOT NULL, number INTEGER NOT NULL, attempts INTEGER NOT NULL, seconds REAL NOT NULL, worker TEXT NOT NULL, found TEXT NOT NULL, finished TEXT NOT NULL, PRIMARY KEY (run, round, number)) WITHOUT ROWID;
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
CREATE TABLE findings (rank INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, content TEXT NOT NULL);
CREATE TABLE flags (
    id TEXT PRIMARY KEY, subject TEXT NOT NULL, joint TEXT NOT NULL, action TEXT,
    first_frame INTEGER, last_frame INTEGER, reason TEXT NOT NULL, reviewer TEXT NOT NULL,
    created TEXT NOT NULL, finding TEXT) WITHOUT ROWID;
INSERT INTO "flags" VALUES('F1','S5','RAnkle','Walking-1',2,9,'slipped','me','2026-11-28T22:28:41+00:00',NULL);
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
INSERT INTO "journal" VALUES(1,'flag.add','{"subject": "S5", "joint": "RAnkle", "action": "Walking-1", "frames": [2, 9], "reason": "slipped", "reviewer": "me", "id": "F1", "created": "2026-11-28T22:28:41+00:00", "finding": null}','flag.remove','{"subject": "S5", "joint": "RAnkle", "action": "Walking-1", "frames": [2, 9], "reason": "slipped", "reviewer": "me", "id": "F1", "created": "2026-11-28T22:28:41+00:00", "finding": null}',NULL,'2026-11-28T22:28:41+00:00','0.1.0+g43734af');
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "meta" VALUES('absolute_labels','true');
INSERT INTO "meta" VALUES('body_file','"resources/demo_body.npz"');
INSERT INTO "meta" VALUES('body_topology','"b2c41a9a141e2fea"');
INSERT INTO "meta" VALUES('code_version','"0.1.0+g43734af"');
INSERT INTO "meta" VALUES('created','"2026-11-28T22:28:41+00:00"');
INSERT INTO "meta" VALUES('dataset_root','"dataset"');
INSERT INTO "meta" VALUES('format','"h36m-fetch"');
INSERT INTO "meta" VALUES('format_version','3');
INSERT INTO "meta" VALUES('id','"3324869d5130"');
INSERT INTO "meta" VALUES('joint_set','"{\"format_version\":1,\"name\":\"h36m-17\",\"pelvis\":\"Pelvis\",\"joints\":[{\"name\":\"Pelvis\",\"parent\":null,\"smpl_joint\":0,\"mirror\":null,\"offset\":[0.0,0.0,0.0],\"reach\":0.15},{\"name\":\"RHip\",\"parent\":\"Pelvis\",\"smpl_joint\":2,\"mirror\":\"LHip\",\"offset\":[0.0,0.0,0.0],\"reach\":0.15},{\"name\":\"RKnee\",\"parent\":\"RHip\",\"smpl_joint\":5,\"mirror\":\"LKnee\",\"offset\":[0.0,0.0,0.0],\"reach\":0.15},{\"name\":\"RAnkle\",\"parent\":\"RKnee\",\"smpl_joint\":8,\"mirror\":\"LAnkle\",\"offset\":[0.0,0.0,0.0],\"reach\":0.15},{\"name\":\"LHip\",\"parent\":\"Pelvis\",\"smpl_joint\":1,\"mirror\":null,\"offset\":[0.0,0.0,0.0],\"reach\":0.15},{\"name\":\"LKnee\",\"parent\":\"LHip\",\"smpl_joint\":4,\"mirror\":null,\"offset\":[0.0,0.0,0.0],\"reach\":0.15},{\"name\":\"LAnkle\",\"parent\":\"LKnee\",\"smpl_joint\":7,\"mirror\":null,\"offset\":[0.0,0.0,0.0],\"reach\":0.15},{\"name\":\"Spine\",\"parent\":\"Pelvis\",\"smpl_joint\":6,\"mirror\":null,\"offset\":[0.0,0.0,0.0],\"reach\":0.25},{\"name\":\"Neck\",\"parent\":\"Spine\",\"smpl_joint\":12,\"mirror\":null,\"offset\":[0.0,0.0,0.0],\"reach\":0.18},{\"name\":\"Nose\",\"parent\":\"Neck\",\"smpl_joint\":15,\"mirror\":null,\"offset\":[0.0,0.0,0.0],\"reach\":0.22},{\"name\":\"HeadTop\",\"parent\":\"Nose\",\"smpl_joint\":15,\"mirror\":null,\"offset\":[0.0,0.0,0.0],\"reach\":0.32},{\"name\":\"LShoulder\",\"parent\":\"Neck\",\"smpl_joint\":16,\"mirror\":null,\"offset\":[0.0,0.0,0.0],\"reach\":0.15},{\"name\":\"LElbow\",\"parent\":\"LShoulder\",\"smpl_joint\":18,\"mirror\":null,\"offset\":[0.0,0.0,0.0],\"reach\":0.15},{\"name\":\"LWrist\",\"parent\":\"LElbow\",\"smpl_joint\":20,\"mirror\":null,\"offset\":[0.0,0.0,0.0],\"reach\":0.15},{\"name\":\"RShoulder\",\"parent\":\"Neck\",\"smpl_joint\":17,\"mirror\":\"LShoulder\",\"offset\":[0.0,0.0,0.0],\"reach\":0.15},{\"name\":\"RElbow\",\"parent\":\"RShoulder\",\"smpl_joint\":19,\"mirror\":\"LElbow\",\"offset\":[0.0,0.0,0.0],\"reach\":0.15},{\"name\":\"RWrist\",\"parent\":\"RElbow\",\"smpl_joint\":21,\"mirror\":\"LWrist\",\"offset\":[0.0,0.0,0.0],\"reach\":0.15}],\"subsets\":{\"all-17\":[\"Pelvis\",\"RHip\",\"RKnee\",\"RAnkle\",\"LHip\",\"LKnee\",\"LAnkle\",\"Spine\",\"Neck\",\"Nose\",\"HeadTop\",\"LShoulder\",\"LElbow\",\"LWrist\",\"RShoulder\",\"RElbow\",\"RWrist\"],\"lsp-14\":[\"RAnkle\",\"RKnee\",\"RHip\",\"LHip\",\"LKnee\",\"LAnkle\",\"RWrist\",\"RElbow\",\"RShoulder\",\"LShoulder\",\"LElbow\",\"LWrist\",\"Neck\",\"HeadTop\"]}}"');
INSERT INTO "meta" VALUES('label_origin','"synthetic"');
INSERT INTO "meta" VALUES('synthetic','true');
CREATE TABLE regressors (
    position INTEGER PRIMARY KEY, name TEXT NOT NULL, version INTEGER NOT NULL, file TEXT NOT NULL UNIQUE,
    created TEXT NOT NULL, UNIQUE (name, version));
INSERT INTO "regressors" VALUES(1,'J_spin',1,'J_spin-0001.safetensors','2026-11-28T22:28:41+00:00');
INSERT INTO "regressors" VALUES(2,'J_spin',2,'J_spin-0002.safetensors','2026-11-28T22:28:41+00:00');
CREATE TABLE reviews (finding_id TEXT NOT NULL, decision TEXT NOT NULL, note TEXT NOT NULL, reviewer TEXT NOT NULL, created TEXT NOT NULL, PRIMARY KEY (finding_id, reviewer));
CREATE TABLE runs (
    name TEXT PRIMARY KEY, state TEXT NOT NULL, progress REAL NOT NULL, settings TEXT NOT NULL,
    shares_bodies INTEGER NOT NULL, details TEXT NOT NULL, provenance TEXT NOT NULL,
    created TEXT NOT NULL, updated TEXT NOT NULL, layout TEXT, round INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE TABLE samples (position INTEGER PRIMARY KEY, frame TEXT NOT NULL UNIQUE);
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
