"""Which SOP classes pacsd takes on an association that a device asks for, in which transfer syntaxes and roles."""
import negotiation

EXPLICIT, IMPLICIT, BIG = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.2"
JPEG_LOSSLESS = "1.2.840.10008.1.2.4.70"
SHORT = {EXPLICIT: "explicit VR little endian", IMPLICIT: "implicit VR little endian", BIG: "explicit VR big endian",
         JPEG_LOSSLESS: "JPEG lossless"}
CT, STUDY_FIND = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.2.2.1"
# Of nobody's, of a manufacturer's, and in the root of the storage classes: one that PS3.6 may have tomorrow.
PRIVATE_CLASS, NEWER_CLASS, NEWER_SERVICE = "1.3.6.1.4.1.99999.1", "1.2.840.10008.5.1.4.1.1.99999", "1.2.840.10008.5.1.4.99999"
PRIVATE_SYNTAX = "1.3.6.1.4.1.99999.2"
SERVICES = ["Verification", "Storage", "Query", "Retrieve (C-MOVE)", "Retrieve (C-GET)", "Storage commitment"]
RIGHTS = ["may_store", "may_find", "may_move", "may_get", "may_commit"]


def service_of(name):
    """By the words of the SOP class's name in PS3.6."""
    for words, service in (("FIND", "Query"), ("MOVE", "Retrieve (C-MOVE)"), ("GET", "Retrieve (C-GET)"),
                           ("Commitment", "Storage commitment"), ("Verification", "Verification")):
        if words in name:
            return service
    return "Storage"


def table(head, rows):
    line = lambda cells: "| " + " | ".join(str(cell) for cell in cells) + " |"
    return "\n".join([line(head), line(["---"] * len(head))] + [line(row) for row in rows]) + "\n"


def role_name(roles):
    """Of the device, as the item of PS3.7 D.3.3.4 says it; None: no item came back, which leaves the default."""
    return {None: "SCU", (1, 0): "SCU", (0, 1): "SCP", (1, 1): "SCU and SCP", (0, 0): "none"}[roles]


class Found:
    """What was accepted: by default; with the device as SCP; with the device as both."""

    def __init__(self, system):
        classes = system.of_type("SOPClass", "MetaSOPClass")
        syntaxes = system.of_type("TransferSyntax")
        self.system, self.classes, self.syntaxes = system, classes, syntaxes
        self.default = negotiation.accepted(classes, syntaxes)
        self.as_scp = negotiation.accepted(classes, syntaxes, (0, 1))
        self.as_both = negotiation.accepted(classes, [EXPLICIT], (1, 1))
        self.served = [uid for uid in classes if self.default[uid][0]]

    def of_service(self, service):
        return [uid for uid in self.served if service_of(self.system.names[uid]) == service]

    def roles(self, uid):
        return role_name(self.as_both[uid][1])


def overview(found, used):
    """used: the services that pgpacs was seen to propose as their SCU. Provided: with the number of SOP classes."""
    provided = lambda classes: "yes (%d)" % len(classes) if classes else "no"
    return table(["network service", "user of the service (SCU)", "provider of the service (SCP): SOP classes"],
                 [(service, "yes" if service in used else "no", provided(found.of_service(service))) for service in SERVICES])


def storage(found):
    """The syntaxes of all storage classes are the same: a page that could not say so would need another form."""
    classes = found.of_service("Storage")
    sent, taken = ({tuple(way[uid][0]) for uid in classes} for way in (found.default, found.as_scp))
    if len(sent) != 1 or len(taken) != 1 or len({found.roles(uid) for uid in classes}) != 1:
        raise SystemExit("storage SOP classes differ in what is accepted of them")
    sent, taken = sent.pop(), taken.pop()
    names, mark = found.system.names, lambda is_so: "yes" if is_so else "no"
    retired = lambda uid: " (retired)" if found.system.is_retired(uid) else ""
    return {
        "storage_syntaxes": table(["transfer syntax", "UID", "the device sends", "the device takes"],
                                  [(names[uid] + retired(uid), "`%s`" % uid, mark(uid in sent), mark(uid in taken))
                                   for uid in found.syntaxes]),
        "storage_classes": table(["SOP class", "UID"], [(names[uid] + retired(uid), "`%s`" % uid) for uid in classes]),
    }


def contexts(found):
    rows, names = [], found.system.names
    for service in SERVICES:
        for uid in found.of_service(service) if service != "Storage" else ():
            for syntax in found.default[uid][0]:
                rows.append((names[uid], "`%s`" % uid, names[syntax], "`%s`" % syntax, found.roles(uid)))
    return table(["SOP class", "UID", "transfer syntax", "UID", "the device is"], rows)


def refused(found):
    """The classes that are not served, and those that no standard knows."""
    rest = [uid for uid in found.classes if uid not in found.served]
    results = {result for uid in rest for result in found.default[uid][2]}
    if results != {3}:
        raise SystemExit("SOP classes that are not served are refused with %s" % results)
    answer = negotiation.ask([(PRIVATE_CLASS, [EXPLICIT]), (NEWER_CLASS, [EXPLICIT]), (NEWER_SERVICE, [EXPLICIT]),
                              (CT, [PRIVATE_SYNTAX]), (STUDY_FIND, [JPEG_LOSSLESS])])
    words = {0: "accepted", 3: "refused: abstract syntax not supported (3)", 4: "refused: transfer syntaxes not supported (4)"}
    said = lambda number: words[answer.contexts[number][0]]
    return table(["proposed", "answer"], [
        ("the other %d SOP classes of PS3.6 (media storage, print, worklist, procedure steps …)" % len(rest), words[3]),
        ("a private SOP class", said(1)), ("one of the root of storage classes that PS3.6 does not have", said(3)),
        ("another one of the standard's root that PS3.6 does not have", said(5)),
        ("a storage SOP class in a private transfer syntax", said(7)), ("a query in a compressed transfer syntax", said(9))])


def choice(found):
    """Which of several transfer syntaxes in one context is taken."""
    lists = [[IMPLICIT, EXPLICIT], [BIG, EXPLICIT], [BIG, IMPLICIT], [JPEG_LOSSLESS, EXPLICIT], [EXPLICIT, JPEG_LOSSLESS],
             [IMPLICIT, JPEG_LOSSLESS], [BIG, JPEG_LOSSLESS]]
    items = {"the device sends": b"", "the device takes": negotiation.role_item(CT, 0, 1)}
    asked = {how: negotiation.ask([(CT, syntaxes) for syntaxes in lists], item) for how, item in items.items()}
    queries = negotiation.ask([(STUDY_FIND, syntaxes) for syntaxes in lists])
    name = lambda answer, number: SHORT[answer.contexts[number][1]] if answer.contexts[number][0] == 0 else "none"
    rows = []
    for i, syntaxes in enumerate(lists):
        number = 2 * i + 1
        rows.append([", then ".join(SHORT[uid] for uid in syntaxes)] +
                    [name(asked[how], number) for how in items] + [name(queries, number)])
    return table(["proposed, in this order", "taken: storage, the device sends", "storage, the device takes", "query"], rows)


def extended(found):
    """Service class application information: all bytes that PS3.4 C.5.1.1 has are asked for as 1, and two beyond."""
    asked = bytes([1] * 7)
    rows = []
    for at in range(0, len(found.served), negotiation.MOST_CONTEXTS):
        part = found.served[at:at + negotiation.MOST_CONTEXTS]
        answer = negotiation.ask([(uid, [EXPLICIT]) for uid in part],
                                 b"".join(negotiation.extended_item(uid, asked) for uid in part))
        rows += [(found.system.names[uid], " ".join(str(byte) for byte in answer.extended[uid])) for uid in part if uid in answer.extended]
    return table(["SOP class", "answer to `%s`" % " ".join(str(byte) for byte in asked)], rows) if rows else "None is answered.\n"


def rights(found):
    """What each right of pacs.remote_ae opens, by itself."""
    rows = []
    for right in ["none of them"] + RIGHTS:
        found.system.set_device(", ".join("%s = %s" % (name, "true" if name == right else "false") for name in RIGHTS))
        opened = [service for service in SERVICES for uid in found.of_service(service)[:1]
                  if negotiation.ask([(uid, [EXPLICIT])]).contexts[1][0] == 0]
        sends = negotiation.ask([(CT, [EXPLICIT])], negotiation.role_item(CT, 1, 1))
        role = role_name(sends.roles.get(CT)) if sends.contexts[1][0] == 0 else "none"
        rows.append(("`%s`" % right if right in RIGHTS else right, ", ".join(opened), role))
    found.system.set_device(", ".join(name + " = true" for name in RIGHTS))
    return table(["right of the device", "services", "its role in storage, where it asks for both"], rows)


def tables(system, used):
    found = Found(system)
    return {"services": overview(found, used), **storage(found), "contexts": contexts(found), "refused": refused(found),
            "choice": choice(found), "extended": extended(found), "rights": rights(found)}
