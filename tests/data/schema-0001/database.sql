BEGIN TRANSACTION;
CREATE TABLE agent (
	id INTEGER NOT NULL, 
	house_id INTEGER NOT NULL, 
	login VARCHAR(80) NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	role VARCHAR(10) NOT NULL, 
	password_digest VARCHAR(200) NOT NULL, 
	active BOOLEAN NOT NULL, 
	signed_in_at DATETIME, 
	CONSTRAINT pk_agent PRIMARY KEY (id), 
	CONSTRAINT fk_agent_house_id_house FOREIGN KEY(house_id) REFERENCES house (id), 
	CONSTRAINT uq_agent_login UNIQUE (login)
);
INSERT INTO "agent" VALUES(1,1,'lea','Léa Martin','agent','$argon2id$v=19$m=65536,t=3,p=4$2PCNvVFUpQ3/NMAtvUIXNg$DZ8zXOkBINdQxK+qObwspkzTTZ1C3FIUmm73vL7/590',1,'2026-12-01 09:00:00.000000');
INSERT INTO "agent" VALUES(2,1,'nadia','Nadia Roux','manager','$argon2id$v=19$m=65536,t=3,p=4$2Drp/0/cZwtRjYmrQ5Zwug$TibrU4kBn7YbZ57fyM5OPHC43W0dXLJ2algetwQiZng',1,NULL);
INSERT INTO "agent" VALUES(3,2,'karim','Karim Haddad','agent','$argon2id$v=19$m=65536,t=3,p=4$LyWB6GfzHgxn2wvru5QPCg$i3nh4stujB+7bbFZuA3HI5IBEsIzEenqY2WVH1y+8as',1,NULL);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE appointment (
	id INTEGER NOT NULL, 
	house_id INTEGER NOT NULL, 
	agent_id INTEGER NOT NULL, 
	room_id INTEGER NOT NULL, 
	citizen_name VARCHAR(120) NOT NULL, 
	language VARCHAR(10) NOT NULL, 
	channel VARCHAR(10) NOT NULL, 
	contact VARCHAR(254) NOT NULL, 
	reason VARCHAR(200) NOT NULL, 
	starts_at DATETIME NOT NULL, 
	duration_min INTEGER NOT NULL, 
	status VARCHAR(20) NOT NULL, 
	version INTEGER NOT NULL, 
	booked_at DATETIME NOT NULL, 
	CONSTRAINT pk_appointment PRIMARY KEY (id), 
	CONSTRAINT fk_appointment_agent_id_agent FOREIGN KEY(agent_id) REFERENCES agent (id), 
	CONSTRAINT fk_appointment_house_id_house FOREIGN KEY(house_id) REFERENCES house (id), 
	CONSTRAINT fk_appointment_room_id_room FOREIGN KEY(room_id) REFERENCES room (id), 
	CONSTRAINT uq_appointment_room_id UNIQUE (room_id)
);
INSERT INTO "appointment" VALUES(1,1,1,1,'Amina Benali','fr','email','amina@exemple.fr','Aide au logement','2026-12-01 09:20:00.000000',30,'booked',1,'2026-12-01 09:00:00.000000');
INSERT INTO "appointment" VALUES(2,1,1,2,'Robert Lemaire','fr','sms','+33639980012','Retraite','2026-12-01 09:10:00.000000',30,'booked',1,'2026-12-01 09:00:00.000000');
INSERT INTO "appointment" VALUES(3,1,1,3,'Inès Moreau','en','paper','','Aide au logement','2026-12-01 09:25:00.000000',30,'booked',1,'2026-12-01 09:00:00.000000');
INSERT INTO "appointment" VALUES(4,1,1,4,'Moussa Traoré','fr','email','moussa@exemple.fr','Aide au logement','2026-12-01 09:28:00.000000',45,'booked',2,'2026-12-01 09:00:00.000000');
INSERT INTO "appointment" VALUES(5,1,1,5,'Claire Petit','fr','sms','+33639980013','Aide au logement','2026-12-01 12:00:00.000000',30,'cancelled_by_agent',2,'2026-12-01 09:00:00.000000');
INSERT INTO "appointment" VALUES(6,1,1,6,'Yves Garnier','fr','paper','','Aide au logement','2026-11-29 09:00:00.000000',30,'attended',1,'2026-11-28 09:00:00.000000');
INSERT INTO "appointment" VALUES(7,2,3,7,'Sonia Lopez','fr','sms','+33639980014','Aide au logement','2026-12-01 09:15:00.000000',30,'booked',1,'2026-12-01 09:00:00.000000');
INSERT INTO "appointment" VALUES(8,1,1,8,'Paul Martin','fr','paper','','Aide au logement','2026-12-01 09:05:00.000000',30,'booked',1,'2026-12-01 09:00:00.000000');
CREATE TABLE gate_tries (
	address_digest VARCHAR(64) NOT NULL, 
	failures INTEGER NOT NULL, 
	last_failure_at DATETIME NOT NULL, 
	closed_until DATETIME NOT NULL, 
	locked BOOLEAN NOT NULL, 
	CONSTRAINT pk_gate_tries PRIMARY KEY (address_digest)
);
INSERT INTO "gate_tries" VALUES('5a1de91a9170eee5736c33cc3ec50fa19db0c89f4ec8dd92afe991040936abd6',1,'2026-12-01 09:00:00.000000','2026-12-01 09:00:00.000000',0);
CREATE TABLE help_message (
	id INTEGER NOT NULL, 
	visit_id INTEGER NOT NULL, 
	author VARCHAR(10) NOT NULL, 
	text VARCHAR(1000) NOT NULL, 
	written_at DATETIME NOT NULL, 
	CONSTRAINT pk_help_message PRIMARY KEY (id), 
	CONSTRAINT fk_help_message_visit_id_visit FOREIGN KEY(visit_id) REFERENCES visit (id)
);
INSERT INTO "help_message" VALUES(1,1,'citizen','Je ne trouve pas le bouton.','2026-12-01 09:00:00.000000');
INSERT INTO "help_message" VALUES(2,1,'agent','À gauche de l’adresse.','2026-12-01 09:00:00.000000');
CREATE TABLE house (
	id INTEGER NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	phone VARCHAR(20) NOT NULL, 
	email VARCHAR(254) NOT NULL, 
	address VARCHAR(300) NOT NULL, 
	time_zone VARCHAR(40) NOT NULL, 
	territory VARCHAR(2) NOT NULL, 
	CONSTRAINT pk_house PRIMARY KEY (id)
);
INSERT INTO "house" VALUES(1,'France services Sainte-Foy','+33536490010','sainte-foy@exemple.fr','2 place de la Mairie','Europe/Paris','FR');
INSERT INTO "house" VALUES(2,'France services Castillon','+33536490020','','','Europe/Paris','FR');
CREATE TABLE journal_entry (
	id INTEGER NOT NULL, 
	visit_id INTEGER NOT NULL, 
	agent_id INTEGER, 
	event VARCHAR(60) NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_journal_entry PRIMARY KEY (id), 
	CONSTRAINT fk_journal_entry_agent_id_agent FOREIGN KEY(agent_id) REFERENCES agent (id), 
	CONSTRAINT fk_journal_entry_visit_id_visit FOREIGN KEY(visit_id) REFERENCES visit (id)
);
INSERT INTO "journal_entry" VALUES(1,1,NULL,'stuck','2026-12-01 09:00:00.000000');
INSERT INTO "journal_entry" VALUES(2,1,NULL,'message.citizen','2026-12-01 09:00:00.000000');
INSERT INTO "journal_entry" VALUES(3,1,1,'message.agent','2026-12-01 09:00:00.000000');
CREATE TABLE outbox_message (
	id INTEGER NOT NULL, 
	dedup_key VARCHAR(120) NOT NULL, 
	reference VARCHAR(32) NOT NULL, 
	kind VARCHAR(60) NOT NULL, 
	channel VARCHAR(8) NOT NULL, 
	recipient VARCHAR(254) NOT NULL, 
	language VARCHAR(16) NOT NULL, 
	subject_of INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	due_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	payload JSON NOT NULL, 
	status VARCHAR(10) NOT NULL, 
	attempts INTEGER NOT NULL, 
	leased_until DATETIME, 
	last_error VARCHAR(60), 
	provider_id VARCHAR(120), 
	sent_at DATETIME, 
	ended_at DATETIME, 
	body_erased_at DATETIME, 
	CONSTRAINT pk_outbox_message PRIMARY KEY (id), 
	CONSTRAINT uq_outbox_message_dedup_key UNIQUE (dedup_key), 
	CONSTRAINT uq_outbox_message_reference UNIQUE (reference)
);
INSERT INTO "outbox_message" VALUES(1,'appointment:1:confirmation:v1','36e35451166d4c1e9f76461f8badcda9','appointment.confirmation','email','amina@exemple.fr','fr',1,'2026-12-01 09:00:00.000000','2026-12-01 09:00:00.000000','2026-12-01 09:50:00.000000','{"version": 1}','queued',0,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "outbox_message" VALUES(2,'appointment:1:reminder:v1','fc21ebf9b8a14d1fa6aec866488341a9','appointment.reminder','email','amina@exemple.fr','fr',1,'2026-12-01 09:00:00.000000','2026-12-01 09:05:00.000000','2026-12-01 09:50:00.000000','{"version": 1}','queued',0,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "outbox_message" VALUES(3,'appointment:2:reminder:v1','970ea4626c0e4d3a9bd0b8efac8dddcd','appointment.reminder','sms','+33639980012','fr',2,'2026-12-01 09:00:00.000000','2026-12-01 09:00:00.000000','2026-12-01 09:40:00.000000','{"version": 1}','queued',0,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "outbox_message" VALUES(4,'appointment:4:confirmation:v1','105c4ebf7d5141de81416a9af561b469','appointment.confirmation','email','moussa@exemple.fr','fr',4,'2026-12-01 09:00:00.000000','2026-12-01 09:00:00.000000','2026-12-02 09:30:00.000000','{}','cancelled',0,NULL,NULL,NULL,NULL,'2026-12-01 09:00:00.000000','2026-12-01 09:00:00.000000');
INSERT INTO "outbox_message" VALUES(5,'appointment:4:reminder:v1','7c14e5c55efe40829175d3a4908c28dc','appointment.reminder','email','moussa@exemple.fr','fr',4,'2026-12-01 09:00:00.000000','2026-12-02 08:45:00.000000','2026-12-02 09:30:00.000000','{}','cancelled',0,NULL,NULL,NULL,NULL,'2026-12-01 09:00:00.000000','2026-12-01 09:00:00.000000');
INSERT INTO "outbox_message" VALUES(6,'appointment:4:moved:v2','73ea056652c344509f61e8294d2193c8','appointment.moved','email','moussa@exemple.fr','fr',4,'2026-12-01 09:00:00.000000','2026-12-01 09:00:00.000000','2026-12-01 10:13:00.000000','{"version": 2}','queued',0,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "outbox_message" VALUES(7,'appointment:4:reminder:v2','311f95a9a3a84191be1c075fcd723313','appointment.reminder','email','moussa@exemple.fr','fr',4,'2026-12-01 09:00:00.000000','2026-12-01 09:13:00.000000','2026-12-01 10:13:00.000000','{"version": 2}','queued',0,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "outbox_message" VALUES(8,'appointment:5:confirmation:v1','d09a7ec1ab044f72a6dd9fd0cec6f904','appointment.confirmation','sms','+33639980013','fr',5,'2026-12-01 09:00:00.000000','2026-12-01 09:00:00.000000','2026-12-01 12:30:00.000000','{}','cancelled',0,NULL,NULL,NULL,NULL,'2026-12-01 09:00:00.000000','2026-12-01 09:00:00.000000');
INSERT INTO "outbox_message" VALUES(9,'appointment:5:reminder:v1','bc7ae1d6cdc941008001a84921f7422a','appointment.reminder','sms','+33639980013','fr',5,'2026-12-01 09:00:00.000000','2026-12-01 11:45:00.000000','2026-12-01 12:30:00.000000','{}','cancelled',0,NULL,NULL,NULL,NULL,'2026-12-01 09:00:00.000000','2026-12-01 09:00:00.000000');
INSERT INTO "outbox_message" VALUES(10,'appointment:5:cancellation:v2','4a6f79704041412a99ceb00570406f57','appointment.cancellation','sms','+33639980013','fr',5,'2026-12-01 09:00:00.000000','2026-12-01 09:00:00.000000','2026-12-01 12:30:00.000000','{"version": 2}','queued',0,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "outbox_message" VALUES(11,'appointment:7:reminder:v1','b3d7c9b44feb47dfab8fb4a78f75fa01','appointment.reminder','sms','+33639980014','fr',7,'2026-12-01 09:00:00.000000','2026-12-01 09:00:00.000000','2026-12-01 09:45:00.000000','{"version": 1}','queued',0,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE participant (
	id INTEGER NOT NULL, 
	room_id INTEGER NOT NULL, 
	agent_id INTEGER, 
	seat VARCHAR(10) NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	language VARCHAR(10) NOT NULL, 
	presence VARCHAR(10) NOT NULL, 
	presence_since DATETIME NOT NULL, 
	refusal VARCHAR(20), 
	peer VARCHAR(64), 
	echo_peer VARCHAR(64), 
	arrived_at DATETIME NOT NULL, 
	seen_at DATETIME NOT NULL, 
	CONSTRAINT pk_participant PRIMARY KEY (id), 
	CONSTRAINT fk_participant_agent_id_agent FOREIGN KEY(agent_id) REFERENCES agent (id), 
	CONSTRAINT fk_participant_room_id_room FOREIGN KEY(room_id) REFERENCES room (id)
);
INSERT INTO "participant" VALUES(1,1,NULL,'citizen','','fr','on_path','2026-12-01 09:00:00.000000',NULL,NULL,NULL,'2026-12-01 09:00:00.000000','2026-12-01 09:00:00.000000');
INSERT INTO "participant" VALUES(2,2,NULL,'citizen','Robert','fr','waiting','2026-12-01 09:00:00.000000',NULL,NULL,NULL,'2026-12-01 09:00:00.000000','2026-12-01 09:00:00.000000');
INSERT INTO "participant" VALUES(3,3,NULL,'citizen','Inès','en','in_call','2026-12-01 09:00:00.000000',NULL,'peer-ines',NULL,'2026-12-01 09:00:00.000000','2026-12-01 09:00:00.000000');
INSERT INTO "participant" VALUES(4,3,1,'agent','Léa Martin','fr','in_call','2026-12-01 09:00:00.000000',NULL,'peer-lea',NULL,'2026-12-01 09:00:00.000000','2026-12-01 09:00:00.000000');
CREATE TABLE revision (
	topic VARCHAR(80) NOT NULL, 
	number INTEGER NOT NULL, 
	CONSTRAINT pk_revision PRIMARY KEY (topic)
);
INSERT INTO "revision" VALUES('house:1',45);
INSERT INTO "revision" VALUES('room:1',11);
INSERT INTO "revision" VALUES('room:2',16);
INSERT INTO "revision" VALUES('room:3',9);
INSERT INTO "revision" VALUES('room:4',2);
INSERT INTO "revision" VALUES('room:5',3);
INSERT INTO "revision" VALUES('room:6',2);
INSERT INTO "revision" VALUES('house:2',1);
INSERT INTO "revision" VALUES('room:7',1);
INSERT INTO "revision" VALUES('room:8',2);
CREATE TABLE room (
	id INTEGER NOT NULL, 
	house_id INTEGER NOT NULL, 
	seed BLOB NOT NULL, 
	generation INTEGER NOT NULL, 
	link_digest VARCHAR(64) NOT NULL, 
	code_digest VARCHAR(64) NOT NULL, 
	password_digest VARCHAR(64) NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	opens_at DATETIME NOT NULL, 
	closes_at DATETIME NOT NULL, 
	wrong_passwords INTEGER NOT NULL, 
	CONSTRAINT pk_room PRIMARY KEY (id), 
	CONSTRAINT fk_room_house_id_house FOREIGN KEY(house_id) REFERENCES house (id), 
	CONSTRAINT uq_room_code_digest UNIQUE (code_digest), 
	CONSTRAINT uq_room_link_digest UNIQUE (link_digest)
);
INSERT INTO "room" VALUES(1,1,X'86002A59EF829278CBBA15BD303FDF08',1,'a961d27d0b7e09c62d93f02409545bf4f56b3b14924a5795eadd935cfbeefc55','0a5ad8e7866e191ca85ce1a54121bc5322b016e37aa252e8d6d93fc4d00a20c5','04b4ba571b2e2e457bf71dea67fbd5715f7b1b469db036ca52de690eb4573776','open','2026-12-01 08:50:00.000000','2026-12-01 10:50:00.000000',0);
INSERT INTO "room" VALUES(2,1,X'B94B19224025DDF511B6355876B93104',1,'bb01e639b1f0191b8d465b11ac08d312958c4df1afcb8bae619b6ec592a7c323','27fdb2da6bd235d974117bb3e9afeb0f1d3f0887587e73418ffa812fcaebecf6','f00343d924b7fd55eebfd9eb46e706b9b1e227278609c3530d519c01b3290308','open','2026-12-01 08:40:00.000000','2026-12-01 10:40:00.000000',0);
INSERT INTO "room" VALUES(3,1,X'30B6E34283BA8EA0F1BDC227929D9B45',1,'52dd4ffc552bb2057827dd13e36ce9bec4edff0900265136b32181d20a3c8f39','f47c0008fcbe98ad74abd36bc87f171eafa059a27d7e9a31325159651e22e767','5c85f76b1813a1ac44d055a00051e33daa5de86648d8f039621e83302bc07a01','open','2026-12-01 08:55:00.000000','2026-12-01 10:55:00.000000',0);
INSERT INTO "room" VALUES(4,1,X'F3B230EF6C6D479FE4A8E248202E8101',1,'84ee309825a91f2d734ab88694432d8a52f3f4beffc21dae6b42069910388781','5e6375a18cc822ae03c6568c0ba2f8f466390ecd5be396a73951ed128751fda3','d75661cf75bfcd2ca23ba09cc226b244dc917ee61030b33127c0ecabf709cd3f','open','2026-12-01 08:58:00.000000','2026-12-01 11:13:00.000000',0);
INSERT INTO "room" VALUES(5,1,X'3C91717DC88B4F77980C1F931AD6125E',1,'19b886ef5e0099352e761c21cc9b93cceb39580cbc4da6780025f75bdbb2118a','52c79b0a538d02af0f80495697d78698520f8e05d79826f4c103d67001cc75c3','e05fdd568da865a0ab0e7f80e9167f9d316babbdd084cc49eecba28d201e5a9c','cancelled','2026-12-01 11:30:00.000000','2026-12-01 13:30:00.000000',0);
INSERT INTO "room" VALUES(6,1,X'52F175C118DA895446FE3F031FCFFFE5',1,'e89e8e13a847bb1578cb091e6a1a926834fab3806d43a8c5b2759791bd5b52c1','b3890649fb676c4b4396662ffefae5fa1e25ebdd23bb365ea35dce32c31054dd','7edffb934b7a3eaa4bdac0d09e75a5b74beffcd4e73ac358742597b9af518a65','open','2026-11-29 08:30:00.000000','2026-11-29 10:30:00.000000',0);
INSERT INTO "room" VALUES(7,2,X'B32B1BE89D45122C42722001805C9350',1,'1c3ec33dc733bfcf883c891e0c6cac7ed6e7550c34bca5e61685505da846f77d','f36ee55abcf1f78b5cf19e18f891cf1c42855d7d3c7b5cb2a0cce16cff49e831','9e48a5a8ddc4d86ffe5cdf15a0ade38ca6f574a40d8d6bf3d7548c94ef77a738','open','2026-12-01 08:45:00.000000','2026-12-01 10:45:00.000000',0);
INSERT INTO "room" VALUES(8,1,X'8C78CE3D5BF70254EB7E0B4D7BC0DDA5',2,'17bdba153e9a30549966f75da0152850bc74bff88e2a053d00832b52f604f7ac','b006d7e3924664005c24c18c7ce2115820643aa18063e629cd676f14360b7c60','389b1a75e4fc38519baed15d656e17b74ba63764fc98eb812d35ae88e28384d5','open','2026-12-01 08:35:00.000000','2026-12-01 10:35:00.000000',0);
CREATE TABLE visit (
	id INTEGER NOT NULL, 
	participant_id INTEGER NOT NULL, 
	step VARCHAR(40) NOT NULL, 
	step_since DATETIME NOT NULL, 
	device JSON NOT NULL, 
	checks JSON NOT NULL, 
	last_error VARCHAR(60), 
	last_error_at DATETIME, 
	stuck_since DATETIME, 
	stuck_reason VARCHAR(60), 
	CONSTRAINT pk_visit PRIMARY KEY (id), 
	CONSTRAINT fk_visit_participant_id_participant FOREIGN KEY(participant_id) REFERENCES participant (id), 
	CONSTRAINT uq_visit_participant_id UNIQUE (participant_id)
);
INSERT INTO "visit" VALUES(1,1,'camera_permission','2026-12-01 09:00:00.000000','{"kind": "phone", "browser": "Firefox 153", "system": "Android 15"}','{"device": {"verdict": "good", "code": "device.good", "at": "2026-12-01T09:00:00+00:00", "figures": {}}, "camera": {"verdict": "refused", "code": "camera.denied", "at": "2026-12-01T09:00:00+00:00", "figures": {}}}','camera.denied','2026-12-01 09:00:00.000000','2026-12-01 09:00:00.000000','camera.denied');
INSERT INTO "visit" VALUES(2,2,'waiting_room','2026-12-01 09:00:00.000000','{}','{"voice": {"verdict": "good", "code": "voice.good", "at": "2026-12-01T09:00:00+00:00", "figures": {"heard_s": 2.5, "level_dbfs": -30.0}}, "network": {"verdict": "good", "code": "network.good", "at": "2026-12-01T09:00:00+00:00", "figures": {"down_kbps": 900.0, "jitter_ms": 5.0, "loss_percent": 0.5, "rtt_ms": 60.0, "up_kbps": 900.0}}}',NULL,NULL,NULL,NULL);
INSERT INTO "visit" VALUES(3,3,'call','2026-12-01 09:00:00.000000','{}','{}',NULL,NULL,NULL,NULL);
CREATE INDEX ix_outbox_message_status_due_at ON outbox_message (status, due_at);
CREATE INDEX ix_outbox_message_subject_of ON outbox_message (subject_of);
CREATE INDEX ix_agent_house_id ON agent (house_id);
CREATE INDEX ix_room_house_id ON room (house_id);
CREATE INDEX ix_appointment_house_id ON appointment (house_id);
CREATE INDEX ix_appointment_starts_at ON appointment (starts_at);
CREATE INDEX ix_participant_room_id ON participant (room_id);
CREATE INDEX ix_help_message_visit_id ON help_message (visit_id);
CREATE INDEX ix_journal_entry_visit_id ON journal_entry (visit_id);
COMMIT;
