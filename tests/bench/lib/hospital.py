"""The invented hospital: its wards and the devices that stand in them."""
from typing import NamedTuple


class Ward(NamedTuple):
    name: str
    department: str
    share: float
    ages: tuple = (18, 120)
    sex: str = ""

    def takes(self, person, age):
        return self.ages[0] <= age < self.ages[1] and self.sex in ("", person.sex)


class Device(NamedTuple):
    station: str
    modality: str
    ward: str = ""  # empty: for the whole house


WARDS = [
    Ward("Т-1", "Терапевтичне відділення", 18), Ward("Т-2", "Терапевтичне відділення", 12), Ward("К-1", "Кардіологічне відділення", 14),
    Ward("Н-1", "Неврологічне відділення", 12), Ward("Х-1", "Хірургічне відділення", 14), Ward("Х-2", "Хірургічне відділення", 8),
    Ward("ТР-1", "Травматологічне відділення", 10), Ward("У-1", "Урологічне відділення", 5), Ward("П-1", "Пульмонологічне відділення", 5),
    Ward("О-1", "Онкологічне відділення", 7), Ward("Г-1", "Гінекологічне відділення", 6, sex="F"),
    Ward("А-1", "Акушерське відділення", 6, (18, 46), "F"),
    Ward("Д-1", "Дитяче відділення", 14, (0, 18)), Ward("Д-2", "Дитяче хірургічне відділення", 6, (0, 18)),
]
INTENSIVE = "ВАІТ"
REFERRERS = ["Центр первинної допомоги № 1", "Центр первинної допомоги № 2", "Сільська амбулаторія", "Районна поліклініка",
             "Приватний кабінет", "Самозвернення"]
AMBULANCE = "Екстрена допомога"

DEVICES = [
    Device("CT01", "CT"), Device("CT02", "CT"), Device("MR01", "MR"), Device("DX01", "DX"), Device("DX02", "DX"), Device("CR01", "CR"),
    Device("US01", "US"), Device("US02", "US"), Device("XA01", "XA"),
    Device("USKARD", "US", "К-1"), Device("USGIN", "US", "Г-1"), Device("USAKUSH", "US", "А-1"), Device("USDIT", "US", "Д-1"),
    Device("DXMOB1", "DX", INTENSIVE), Device("USVAIT", "US", INTENSIVE), Device("DXTRAV", "DX", "ТР-1"), Device("XATRAV", "XA", "ТР-1"),
    Device("USURO", "US", "У-1"), Device("CRPULM", "CR", "П-1"), Device("USXIR", "US", "Х-1"),
]
CENTRAL = [device for device in DEVICES if not device.ward]
OF_WARD = {ward: [device for device in DEVICES if device.ward == ward] for ward in {device.ward for device in DEVICES if device.ward}}
