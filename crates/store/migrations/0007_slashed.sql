-- Where stake goes that a slash takes, in every currency that there is.

INSERT INTO account (name, currency) SELECT 'slashed', currency FROM account WHERE name = 'wallet';
