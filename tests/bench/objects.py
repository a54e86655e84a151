#!/usr/bin/python3
"""objects.py FOLDER [--seed N]: writes the templates that bench-load makes objects of. The same seed gives the
same bytes. All of it is invented.

  ct-0.object … ct-7.object  CT, 512 x 512 in 16 bits, with a header as scanners send it
  small.object               a picture of 64 x 64, about 6 KB
  study.object               the same of one of six modalities, with 800 names instead of 200: what queries search
  header.dataset, ct.dataset bare data sets: the header of a CT alone, 112 elements, and ct-0 without pixels

A template is text, a line each, and then the data set:
  bench-object 1
  class UID                  SOP class
  syntax UID                 transfer syntax
  name TEXT                  a person to choose from; many
  field NAME AT WIDTH        bytes of the data set that are filled in for each object (load/value.cc)
  data BYTES                 the data set follows
"""
import argparse
import os
import re
import warnings

import numpy
from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filereader import read_dataset
from pydicom.filewriter import write_dataset
from pydicom.sequence import Sequence
from pydicom.tag import Tag

EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
SLICES = 8

SURNAMES = ("Шевченко Коваленко Бондаренко Ткаченко Кравченко Олійник Мельник Поліщук Гаврилюк Щербак "
            "Smith Jones Müller García Rossi Novák Silva Larsen Kowalski Dubois").split()
# Of studies that are searched for: no name or part of one is a spelling of another, in either alphabet.
MORE_SURNAMES = ("Савчук Романюк Литвиненко Гнатюк Пономаренко Дячук Захарченко Тимощук Яременко Федорук "
                 "Foster Hughes Jensen Lindqvist Moreau Ortega Quinn Taylor Vandenberg Wright").split()
GIVEN = ("Олена Тарас Ірина Богдан Соломія Андрій Леся Юрій Дарина Остап "
         "Anna John Maria Peter Lucas Emma Oscar Julia Felix Clara").split()

MORE_GIVEN = ("Максим Наталя Петро Світлана Роман Катерина Василь Галина Ігор Христина "
              "Alice Bruno Diana Edwin Greta Harold Ingrid Kevin Nadine Simon").split()

# Where the values of load/value.cc go, with the widest one: keyword or private tag → field, placeholder.
UID = "1.2.826.0.1.3680043.8.498.1" + "7" * 17
PLANNING_UID = UID + ".9.1"  # in sequences
NAME_WIDTH = 48
FIELDS = {
    "StudyInstanceUID": ("study_uid", UID),
    "SeriesInstanceUID": ("series_uid", UID + ".1"),
    "SOPInstanceUID": ("instance_uid", UID + ".1.10001"),
    "FrameOfReferenceUID": ("frame_uid", UID + ".9.9"),
    "IrradiationEventUID": ("irradiation_uid", UID + ".7.1"),
    "PatientName": ("patient_name", "N" * NAME_WIDTH),
    "PatientID": ("patient_id", "P00000000 "),
    "PatientBirthDate": ("birth_date", "19700101"),
    "AccessionNumber": ("accession_number", "A000000000"),
    "StudyID": ("study_id", "0000000000"),
    "StudyDate": ("study_date", "20200101"),
    "SeriesDate": ("study_date", "20200101"),
    "AcquisitionDate": ("study_date", "20200101"),
    "ContentDate": ("study_date", "20200101"),
    "InstanceCreationDate": ("study_date", "20200101"),
    "PerformedProcedureStepStartDate": ("study_date", "20200101"),
    "StudyTime": ("study_time", "101010.123000 "),
    "SeriesTime": ("series_time", "101010.123000 "),
    "AcquisitionTime": ("slice_time", "101010.123000 "),
    "ContentTime": ("slice_time", "101010.123000 "),
    "InstanceCreationTime": ("created_time", "101010.123000 "),
    "SeriesNumber": ("series_number", "0002"),
    "InstanceNumber": ("instance_number", "0001"),
    "ImagePositionPatient": ("position", ["-187.310547", "-187.310547", "-1000.000 "]),
    "SliceLocation": ("location", "-1000.000 "),
    "XRayTubeCurrent": ("tube_current", "0200"),
    "Exposure": ("exposure", "0100"),
    "CTDIvol": ("dose", 8.2),
    "SmallestImagePixelValue": ("smallest_pixel", 1),
    "LargestImagePixelValue": ("largest_pixel", 2800),
}
FIELDS_OF_STUDIES = dict(FIELDS, Modality=("modality", "ZQ"))
PRIVATE_FIELDS = {  # elements of the block in group 0019
    0x1013: ("table_position", "FD", 1.25),
    0x1014: ("slice_counter", "UL", 77),
    0x1018: ("calibration", "OB", bytes(64)),
}


def code(value, meaning, scheme="99SYN"):
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def reference(sop_class, uid):
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = sop_class, uid
    return item


def put(data_set, **values):
    for keyword, value in values.items():
        setattr(data_set, keyword, value)


def request():
    item = Dataset()
    put(item, RequestedProcedureDescription="КТ грудної клітки з контрастом", RequestedProcedureID="RP1",
        ScheduledProcedureStepDescription="Thorax contrast 5.0", ScheduledProcedureStepID="SPS1",
        ScheduledProtocolCodeSequence=Sequence([code("CT-TH-2-P", "Thorax contrast")]))
    return item


def common(sop_class, modality, fields):
    """What every object of a hospital's device says."""
    d = Dataset()
    put(d, SpecificCharacterSet="ISO_IR 192", SOPClassUID=sop_class, Modality=modality, Manufacturer="SYNTHETIC",
        InstitutionName="Зарічненська міська лікарня № 3", InstitutionAddress="вул. Вишнева, 12, м. Зарічне",
        ReferringPhysicianName="Referrer^Rita^^Dr", StationName="SYN01", InstitutionalDepartmentName="Radiology",
        StudyDescription="КТ грудної клітки з контрастом", SeriesDescription="Thorax 0.6 B40",
        ManufacturerModelName="Synth 64", OperatorsName="Operator^Olga", PerformingPhysicianName="Performer^Paul",
        IssuerOfPatientID="ZARICHNE-CH3", PatientSex="F", DeviceSerialNumber="12345", SoftwareVersions="syn 1.0",
        BodyPartExamined="CHEST", ProtocolName="THORAX CONTRAST 5.0", SamplesPerPixel=1,
        PhotometricInterpretation="MONOCHROME2", PixelRepresentation=0)
    for keyword, (_, placeholder) in FIELDS.items():
        if keyword in fields:
            setattr(d, keyword, placeholder)
    return d


def put_study(d):
    put(d, PatientAge="054Y", PatientSize="1.72",
        PatientWeight="71.5", EthnicGroup="X", PregnancyStatus=4, AdditionalPatientHistory="Invented, nothing real",
        PatientComments="none", RequestingPhysician="Requester^Rob", AdmissionID="ADM1",
        RequestedProcedureDescription="КТ грудної клітки з контрастом", CurrentPatientLocation="Ward 3",
        PerformedProcedureStepStartTime="095900.000", PerformedProcedureStepID="PPS1",
        PerformedProcedureStepDescription="Thorax contrast", ImageComments="synthetic",
        ProcedureCodeSequence=Sequence([code("CT-TH-2", "КТ грудної клітки")]),
        RequestAttributesSequence=Sequence([request()]), InstanceCreatorUID="1.2.826.0.1.3680043.8.498.3",
        ReferencedStudySequence=Sequence([reference("1.2.840.10008.3.1.2.3.1", PLANNING_UID)]),
        ReferencedImageSequence=Sequence([reference(CT_IMAGE, PLANNING_UID), reference(CT_IMAGE, PLANNING_UID)]))


def put_ct_acquisition(d):
    put(d, ImageType=["ORIGINAL", "PRIMARY", "AXIAL", "HELIX"], PatientPosition="FFS",
        PositionReferenceIndicator="XY", AcquisitionNumber="2", ScanOptions="HELICAL", ContrastBolusAgent="Йодовмісний контраст 350", ContrastBolusRoute="IV",
        ContrastBolusVolume="80", ContrastBolusTotalDose="80", ContrastFlowRate="3.5", ContrastFlowDuration="23",
        ContrastBolusIngredient="IODINE", ContrastBolusIngredientConcentration="350", SliceThickness="0.625", KVP="120",
        SpacingBetweenSlices="0.625", DataCollectionDiameter="500", ReconstructionDiameter="375",
        DistanceSourceToDetector="1040", DistanceSourceToPatient="570", GantryDetectorTilt="0", TableHeight="152.5",
        RotationDirection="CW", ExposureTime="500", FilterType="BODY", GeneratorPower="36", FocalSpots="1.2",
        DateOfLastCalibration="20240101", TimeOfLastCalibration="070000", ConvolutionKernel="B40", RevolutionTime=0.5,
        SingleCollimationWidth=0.625, TotalCollimationWidth=40.0, TableSpeed=78.75, TableFeedPerRotation=39.375,
        SpiralPitchFactor=0.984, ExposureModulationType="XYZ", EstimatedDoseSaving=20.0,
        AcquisitionType="SPIRAL",
        CTDIPhantomTypeCodeSequence=Sequence([code("113691", "IEC Body Dosimetry Phantom", "DCM")]),
        ImageOrientationPatient=["1", "0", "0", "0", "1", "0"])


def put_ct_display(d):
    put(d, Rows=512, Columns=512, BitsAllocated=16, BitsStored=12, HighBit=11, PixelSpacing=["0.732421", "0.732421"],
        BurnedInAnnotation="NO", WindowCenter=["40", "-600"], WindowWidth=["400", "1500"], RescaleIntercept="-1024",
        RescaleSlope="1", RescaleType="HU", WindowCenterWidthExplanation=["MEDIASTINUM", "LUNG"],
        LossyImageCompression="00", PresentationLUTShape="IDENTITY")


def put_ct_private(d, random):
    block = d.private_block(0x0019, "SYN CT ACQ 1.0", create=True)
    for element, vr, value in ((0x10, "DS", "0.5"), (0x11, "IS", "64"), (0x12, "LO", "ALGORITHM 3D"),
                               (0x15, "DS", ["1", "2", "3"]), (0x16, "SH", "ABC"), (0x17, "OB", random.bytes(512))):
        block.add_new(element, vr, value)
    for element, (_, vr, placeholder) in PRIVATE_FIELDS.items():
        block.add_new(element & 0xFF, vr, placeholder)
    block = d.private_block(0x0029, "SYN CT HEADER 1.0", create=True)
    inner = Dataset()
    inner.private_block(0x0029, "SYN CT ROW 1.0", create=True).add_new(0x01, "LO", "ROW A")
    for element, vr, value in ((0x08, "CS", "SMOOTH"), (0x09, "DT", "20240101073000"), (0x10, "OB", random.bytes(768)),
                               (0x11, "FL", [0.25, 0.5, 0.75, 1.0]), (0x12, "SL", -42), (0x20, "SQ", Sequence([inner]))):
        block.add_new(element, vr, value)


def pixels(slice_number, random):
    y, x = numpy.mgrid[-1:1:512j, -1:1:512j]
    image = numpy.where(x * x / .8 + y * y / .6 < 1, 1060 + 40 * numpy.sin(9 * x + slice_number) * numpy.cos(7 * y), 24.)
    image[(x - .35) ** 2 / .6 + y ** 2 < .08] = 180
    image[(x + .35) ** 2 / .6 + y ** 2 < .08] = 170
    image[x ** 2 + (y - .5) ** 2 < .01] = 1900
    return numpy.clip(image + random.normal(0, 12, image.shape), 0, 4095).astype("<u2").tobytes()


def ct(slice_number, seed):
    # Blocks of a maker are the same in a series; what a slice changes in them is a field.
    d = common(CT_IMAGE, "CT", FIELDS)
    put_study(d)
    put_ct_acquisition(d)
    put_ct_display(d)
    put_ct_private(d, numpy.random.RandomState(seed))
    d.add_new(Tag("PixelData"), "OW", pixels(slice_number, numpy.random.RandomState(seed + 1 + slice_number)))
    return d


def study(seed):
    d = small(seed)
    d.Modality = FIELDS_OF_STUDIES["Modality"][1]
    return d


def ct_header():
    """What a CT without a maker's blocks says: 112 elements, those of its sequence's item included."""
    d = common(CT_IMAGE, "CT", FIELDS)
    put_ct_acquisition(d)
    put_ct_display(d)
    return d


def small(seed):
    fields = [f for f in FIELDS if not f.startswith(("Image", "Slice", "XRay", "Exposure", "CTDI", "Smallest", "Largest",
                                                     "Acquisition", "Frame", "Performed", "Irradiation"))]
    d = common(SECONDARY_CAPTURE, "OT", fields)
    put_study(d)
    put(d, ConversionType="WSD", DerivationDescription="A picture of a screen, as consoles keep of a plan or a dose",
        Rows=64, Columns=64, BitsAllocated=8, BitsStored=8, HighBit=7)
    d.add_new(Tag("PixelData"), "OB", numpy.random.RandomState(seed).bytes(4096))
    return d


def names():
    return [s + "^" + g for half in (slice(0, 10), slice(10, 20)) for s in SURNAMES[half] for g in GIVEN[half]]


def names_of_studies():
    """40 surnames with 20 given names each, each name in one alphabet."""
    halves = slice(0, 10), slice(10, 20)
    return [s + "^" + g for h in halves for s in SURNAMES[h] + MORE_SURNAMES[h] for g in GIVEN[h] + MORE_GIVEN[h]]


def field_places(raw, keywords):
    """(field, offset, width) of all that is filled in."""
    fields = {Tag(keyword): field for keyword, (field, _) in keywords.items()}
    fields.update({Tag(0x0019, element): field for element, (field, _, _) in PRIVATE_FIELDS.items()})
    data_set = read_dataset(in_memory(raw), False, True)
    elements = [data_set.get_item(tag) for tag in data_set.keys()]
    places = [(fields[e.tag], e.value_tell, e.length) for e in elements if e.tag in fields]
    # pydicom counts offsets inside of sequences from the sequence: what stands there is searched for.
    return places + [("planning_uid", found.start(), len(PLANNING_UID)) for found in re.finditer(PLANNING_UID.encode(), raw)]


def in_memory(raw=b""):
    memory = DicomBytesIO(raw)
    memory.is_little_endian, memory.is_implicit_VR = True, False
    return memory


def write(data_set, sop_class, path, persons, fields=FIELDS):
    memory = in_memory()
    write_dataset(memory, data_set)
    raw = memory.getvalue()
    places = field_places(raw, fields)
    with open(path, "wb") as to:
        lines = ["bench-object 1", "class " + sop_class, "syntax " + EXPLICIT_LITTLE]
        lines += ["name " + name for name in persons]
        lines += ["field %s %d %d" % place for place in places]
        to.write(("\n".join(lines) + "\ndata %d\n" % len(raw)).encode())
        to.write(raw)
    return len(raw), len(data_set), len(places)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder")
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    warnings.simplefilter("ignore")
    os.makedirs(given.folder, exist_ok=True)
    for slice_number in range(SLICES):
        figures = write(ct(slice_number, given.seed), CT_IMAGE, "%s/ct-%d.object" % (given.folder, slice_number), names())
    print("ct: %d bytes, %d elements, %d of them filled in for each object" % figures)
    whole = ct(0, given.seed)
    del whole.PixelData
    for name, data_set in (("header", ct_header()), ("ct", whole)):
        memory = in_memory()
        write_dataset(memory, data_set)
        with open("%s/%s.dataset" % (given.folder, name), "wb") as to:
            to.write(memory.getvalue())
    print("small: %d bytes, %d elements, %d filled in" % write(small(given.seed), SECONDARY_CAPTURE, given.folder + "/small.object", names()))
    print("study: %d bytes, %d elements, %d filled in" % write(
        study(given.seed), SECONDARY_CAPTURE, given.folder + "/study.object", names_of_studies(), FIELDS_OF_STUDIES))


if __name__ == "__main__":
    main()
