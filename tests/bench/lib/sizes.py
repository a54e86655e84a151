"""Bytes that a database needs for its objects."""

TABLES = {
    "pacs": "n.nspname = 'pacs_data' and c.relname !~ '^audit'",
    "orthanc": "n.nspname = 'public'",
}

INSTANCES = {"pacs": "pacs_data.instance", "orthanc": "resources where resourcetype = 3"}


def instances(peer):
    return int(peer.sql("select count(*) from " + INSTANCES[peer.database]))


def database_bytes(peer):
    """Tables with their indexes, vacuumed; the audit trail aside, which is no index of images."""
    peer.sql("vacuum")
    return int(peer.sql("select sum(pg_total_relation_size(c.oid)) from pg_class c join pg_namespace n on n.oid = c.relnamespace "
                        "where c.relkind in ('r', 'p') and " + TABLES[peer.database]))
