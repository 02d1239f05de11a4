-- The little that a customer system has to say, so that usage has an account: whose service points are which.
CREATE TABLE account (id TEXT PRIMARY KEY, customer TEXT, status TEXT, zone TEXT, opened TEXT, closed TEXT, points TEXT);
INSERT INTO account VALUES
    ('A1', 'C1', 'ACTIVE', 'America/New_York', '2024-05-01', NULL, '["SP-1", "SP-2"]'),
    ('A2', 'C2', 'ACTIVE', 'America/New_York', '2024-05-01', NULL, '["SP-3"]');
