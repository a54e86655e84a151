-- Its arguments are others since devices are known by TLS and certificates: beside the new one the old one would stay,
-- and no name of it would be unique.

drop function if exists pacs.open_association(text, text, inet);
