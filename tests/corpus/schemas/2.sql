BEGIN TRANSACTION;
CREATE TABLE documents (
        id TEXT PRIMARY KEY, origin TEXT NOT NULL, path TEXT NOT NULL, name TEXT NOT NULL, line TEXT NOT NULL,
        size INTEGER NOT NULL, mtime INTEGER NOT NULL, digest TEXT NOT NULL, encoding TEXT NOT NULL,
        raw BLOB NOT NULL, text TEXT NOT NULL, given TEXT NOT NULL, identity TEXT NOT NULL, version TEXT NOT NULL
    , measures TEXT NOT NULL DEFAULT '{}', sketch BLOB NOT NULL DEFAULT x'');
INSERT INTO "documents" VALUES('a','added','/somewhere/a.txt','','',95,0,'24feb9e3120435ace8ad5424d17ad3397da2716fcffad7afbbc16cb6d18ce46d','utf-8',X'789C015F00A0FFE6B7B1E59CB3E5B882E4BABAE6B091E694BFE5BA9CE585B3E4BA8EE8B4A8E9878FE79A84E6848FE8A7810AE588B032303135E5B9B4EFBC8CE9A5AEE794A8E6B0B4E6BA90E6B0B4E8B4A8E8BEBEE6A087E78E87393825E4BBA5E4B88AE3808260274060','深圳市人民政府关于质量的意见
到2015年，饮用水源水质达标率98%以上。','{"title": null, "number": null, "issuer": null, "region": null, "issued": null, "published": null, "url": null}','{"title":"深圳市人民政府关于质量的意见","number":null,"issuer":"深圳市人民政府","region":"广东省深圳市","issued":null,"published":null,"validity":null,"url":null,"encloses":[],"derived":[],"evidence":{"issuer":[0,14],"region":[0,14],"title":[0,14]}}','1','{"format":"txt","pages":null,"characters":37,"dropped":{},"ocr_pages":0,"confidence":null,"garbled_pages":0,"unread_pages":0,"repeats":0,"headings":0,"identity":{"title":"found","number":"missing","issuer":"found","region":"found","issued":"missing"},"notes":[],"reader":""}',X'07BA5CA1EF8B3BF91045295FB6BEAC30');
CREATE TABLE embeddings (
        encoder TEXT NOT NULL, digest TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (encoder, digest)
    ) WITHOUT ROWID;
INSERT INTO "embeddings" VALUES('e','x',X'0000803F00000040');
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO "meta" VALUES('state','0cf31cbafcd882b2');
CREATE TABLE passages (
        id TEXT PRIMARY KEY, document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
        position INTEGER NOT NULL, spans TEXT NOT NULL, headings TEXT NOT NULL, text TEXT NOT NULL,
        context TEXT NOT NULL, derived INTEGER NOT NULL
    );
INSERT INTO "passages" VALUES('a#0','a',0,'[[0,14]]','[]','深圳市人民政府关于质量的意见','广东省深圳市 深圳市人民政府关于质量的意见',0);
INSERT INTO "passages" VALUES('a#1','a',1,'[[15,37]]','[]','到2015年，饮用水源水质达标率98%以上。','广东省深圳市 深圳市人民政府关于质量的意见',0);
CREATE TABLE removed (
        name TEXT NOT NULL, line TEXT NOT NULL, id TEXT NOT NULL, path TEXT NOT NULL, PRIMARY KEY (name, line)
    );
INSERT INTO "removed" VALUES('b.txt','','b','/somewhere/b.txt');
CREATE TABLE targets (
        id TEXT NOT NULL, document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
        position INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (document_id, position)
    );
INSERT INTO "targets" VALUES('a@31','a',0,'{"indicator":"饮用水源水质达标率","quantity":"98%以上","comparator":">=","low":98.0,"high":98.0,"unit":"%","span":[31,36],"clause":[22,36],"sentence":[15,37],"headings":[],"year":2015,"deadline":[15,21],"scope":null,"scope_span":null,"reached":false}');
CREATE TABLE unread (
        path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime INTEGER NOT NULL, reader TEXT NOT NULL, status TEXT NOT NULL,
        reason TEXT NOT NULL
    );
INSERT INTO "unread" VALUES('/somewhere/scan.pdf',5,6,'1','failed','encrypted');
CREATE INDEX passages_of ON passages (document_id, position);
COMMIT;
