"""What the consoles of the hospital send: studies, each with the truth about it."""
import datetime
from typing import NamedTuple

from hospital import CENTRAL, DEVICES, OF_WARD
from names import one_of
from people import DAY, END, FIRST_DAY, between, moment
from typed_name import type_name
from typed_number import card_number, order_number, own_number, type_accession, type_issuer, type_patient_id

HOUR = 60
NOBODY = ("UNKNOWN", "NN", "NN^NN", "NEVIDOMYI", "NEVIDOMA", "NEIZVESTNYI", "Невідомий", "Неизвестный", "UNKNOWN^UNKNOWN", "X", "")


class Study(NamedTuple):
    study_instance_uid: str
    patient_id: str
    issuer: str
    accession_number: str
    patient_name: str
    birth_date: str
    age: str
    sex: str
    study_at: str
    modality: str
    device: str
    device_ward: str
    # The truth, which a matcher must not read.
    linkable: str     # yes; unknown: of a card, but nothing that was typed says of which; no: its person has no card
    true_card: str    # number/year
    true_person: str
    errors: str


class Console:
    """`strangers` are persons without a card, who are examined too."""

    def __init__(self, seed, stays, strangers, rates, random):
        self._stays, self._strangers, self._rates, self._random = stays, strangers, rates, random
        self._urgent = [stay for stay in stays if stay.is_urgent]
        self._uid = "2.25.%d%%09d" % (7_000_000 + seed)

    def studies(self, count):
        makers = {"usual": self._usual, "unknown": self._unknown, "no_card": self._stranger}
        for serial in range(1, count + 1):
            self._rates.errors.clear()
            yield makers[self._rates.choose("study")](serial)

    def _usual(self, serial):
        rates, random, stay = self._rates, self._random, one_of(self._stays, self._random)
        person = stay.person
        at, is_inside = self._moment(stay)
        device = self._device(stay, is_inside)
        patient_id = type_patient_id(stay, self._stays, rates, random)
        accession = type_accession(stay, serial, rates, random)
        return self._study(serial, device, at, patient_id, accession, type_name(person, rates, random),
                           self._birth(person, at), self._sex(person), "yes", stay)

    def _stranger(self, serial):
        rates, random, person = self._rates, self._random, one_of(self._strangers, self._random)
        at = between(random, max(FIRST_DAY, person.born) * DAY, END - 1)
        kind = rates.choose("stranger")
        # Another house's numbers are small too: such a number is that of a card here.
        patient_id = {"number": own_number(person), "empty": "", "collides": str(between(random, 1, 20_000))}[kind]
        accession = order_number(serial) if random.random() < 0.5 else ""
        return self._study(serial, one_of(CENTRAL, random), at, patient_id, accession, type_name(person, rates, random),
                           self._birth(person, at), self._sex(person), "no", None, person)

    def _unknown(self, serial):
        random, stay = self._random, one_of(self._urgent, self._random)
        at = stay.admitted + between(random, 0, min(12 * HOUR, stay.discharged - stay.admitted))
        patient_id = one_of(("", "0", "999", moment(at).replace("-", "").replace(" ", "_").replace(":", "")), random)
        guess = "%d0101" % (datetime.date.fromordinal(stay.person.born).year + between(random, -6, 6))
        birth = guess if random.random() < 0.2 else ""
        sex = stay.person.sex if random.random() < 0.6 else ""
        return self._study(serial, one_of(CENTRAL, random), at, patient_id, "", one_of(NOBODY, random), (birth, ""), sex,
                           "unknown", stay)

    def _study(self, serial, device, at, patient_id, accession, name, birth, sex, linkable, stay, person=None):
        return Study(self._uid % serial, patient_id, type_issuer(self._rates), accession, name, *birth, sex, moment(at),
                     device.modality, device.station, device.ward, linkable, card_number(stay) if stay else "",
                     str((person or stay.person).number), " ".join(self._rates.errors))

    def _moment(self, stay):
        end, random = min(stay.discharged, END - 1), self._random
        # After a discharge to come there is nothing yet.
        impossible = ["time.after", "time.follow_up"] if stay.discharged + 12 * HOUR >= END else []
        if min(stay.free_after, END - stay.discharged) <= 3 * DAY:
            impossible.append("time.follow_up")
        kind = self._rates.choose("time", impossible)
        if kind == "before":
            return stay.admitted - between(random, 1, 6 * HOUR), False
        if kind == "after":
            return stay.discharged + between(random, 1, 12 * HOUR), False
        if kind == "follow_up":
            latest = min(90 * DAY, stay.free_after - DAY, END - 1 - stay.discharged)
            return stay.discharged + between(random, 2 * DAY, latest), False
        return between(random, stay.admitted, end), True

    def _device(self, stay, is_inside):
        """Who is not in a ward is examined by the devices of the whole house."""
        if not is_inside:
            return one_of(CENTRAL, self._random)
        wards = {stay.ward_in, stay.ward_out.name}
        own = [device for ward in sorted(wards) for device in OF_WARD.get(ward, ())]
        kind = self._rates.choose("device", () if own else ("device.own_ward",))
        if kind == "house":
            return one_of(CENTRAL, self._random)
        return one_of(own if kind == "own_ward" else [d for d in DEVICES if d.ward and d.ward not in wards], self._random)

    def _birth(self, person, at):
        """Birth date and age as typed."""
        day = datetime.date.fromordinal(person.born)
        impossible = [] if day.day <= 12 and day.day != day.month else ["birth.day_for_month"]
        if (day.month, day.day) == (1, 1):
            impossible.append("birth.first_of_january")
        if (day.month, day.day) == (2, 29):
            impossible.append("birth.year_off")  # consoles refuse days that never were
        kind = self._rates.choose("birth", impossible)
        if kind == "age":
            return "", "%03dY" % max(0, (at // DAY - person.born) // 365.2425)
        return {"exact": "%04d%02d%02d" % (day.year, day.month, day.day),
                "day_for_month": "%04d%02d%02d" % (day.year, day.day, day.month),
                "first_of_january": "%04d0101" % day.year,
                "year_off": "%04d%02d%02d" % (day.year + one_of((-10, -1, 1, 10), self._random), day.month, day.day),
                "missing": ""}[kind], ""

    def _sex(self, person):
        kind = self._rates.choose("sex")
        return {"right": person.sex, "wrong": "F" if person.sex == "M" else "M", "other": "O", "missing": ""}[kind]
