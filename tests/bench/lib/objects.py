"""Templates as tests/bench/objects.py writes them."""


def read_template(path):
    """(SOP class, [(field, place, width)], data set)"""
    with open(path, "rb") as file:
        raw = file.read()
    head, _, rest = raw.partition(b"\ndata ")
    size, _, data_set = rest.partition(b"\n")
    lines = [line.split() for line in head.decode().splitlines()]
    fields = [(name, int(at), int(width)) for _, name, at, width in (line for line in lines if line[0] == "field")]
    sop_class = next(line[1] for line in lines if line[0] == "class")
    return sop_class, fields, data_set[:int(size)]
