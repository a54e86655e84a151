#include "tests/generate/module.h"

#include "tests/generate/element.h"

namespace pgpacs::generate {

namespace {

std::string text(std::string_view view) {
  return std::string(view);
}

void put_sop_common(DcmItem& item, const Series& series, std::size_t index) {
  const Moment created = acquired_at(series, index) + std::chrono::seconds{20};
  put(item, {{DCM_InstanceCreationDate, date_of(created)},
             {DCM_InstanceCreationTime, time_of(created)},
             {DCM_SOPClassUID, text(series.kind->sop_class)},
             {DCM_SOPInstanceUID, series.instance_uid(index)},
             {DCM_InstanceNumber, std::to_string(index + 1)}});
}

/// An emergency's console knows a name at best.
void put_patient(DcmItem& item, const Series& series) {
  const Study& study = series.study;
  const Person& person = study.person;
  put(item, {{DCM_PatientName, series.spelled(person.name)},
             {DCM_PatientID, study.is_emergency ? "" : person.id},
             {DCM_PatientBirthDate, study.is_emergency ? "" : person.birth_date},
             {DCM_PatientSex, person.sex}});
  if (study.is_emergency) return;
  // The oldest consoles were never told whose numbers they send.
  if (series.console.spelling != Spelling::latin_in_family) {
    put(item, DCM_IssuerOfPatientID, text(issuer_of_patient_id));
  }
  put(item, {{DCM_PatientAge, age_at(study.begin, person.birth_date)},
             {DCM_PatientSize, decimal_string(person.height_m)},
             {DCM_PatientWeight, decimal_string(person.weight_kg)}});
}

void put_study(DcmItem& item, const Series& series) {
  const Study& study = series.study;
  put(item, {{DCM_StudyDate, date_of(study.begin)},
             {DCM_StudyTime, time_of(study.begin)},
             {DCM_AccessionNumber, study.accession_number},
             {DCM_ReferringPhysicianName, series.spelled(referring_physician(study.label.size()))},
             {DCM_StudyDescription, series.spelled(study.description)},
             {DCM_StudyInstanceUID, study.uid()},
             {DCM_StudyID, study.id}});
  put_code(item, DCM_ProcedureCodeSequence,
           {study.procedure_code, text(coding_scheme), series.spelled(study.description)});
}

void put_request(DcmItem& item, const Series& series) {
  // A report has a sequence of its own for what was asked for.
  if (series.study.accession_number.empty() || series.kind->modality == "SR") return;
  const Study& study = series.study;
  DcmItem& request = append_item(item, DCM_RequestAttributesSequence);
  put(request, {{DCM_RequestedProcedureDescription, series.spelled(study.description)},
                {DCM_ScheduledProcedureStepDescription, series.spelled(series.kind->series)},
                {DCM_ScheduledProcedureStepID, "S" + study.id},
                {DCM_RequestedProcedureID, "R" + study.id}});
  put_code(
      request, DCM_ScheduledProtocolCodeSequence,
      {text(series.kind->procedure_code) + "-P", text(coding_scheme), series.spelled(series.kind->series)});
}

void put_series(DcmItem& item, const Series& series) {
  const Kind& kind = *series.kind;
  const Moment begin = series.begin();
  put(item, {{DCM_Modality, text(kind.modality)},
             {DCM_SeriesInstanceUID, series.uid()},
             {DCM_SeriesNumber, std::to_string(series.number)},
             {DCM_SeriesDate, date_of(begin)},
             {DCM_SeriesTime, time_of(begin)},
             {DCM_SeriesDescription, series.spelled(kind.series)}});
  put_request(item, series);
  if (!kind.is_image) return;
  put(item, {{DCM_PerformingPhysicianName, series.spelled(performing_physician(series.number))},
             {DCM_OperatorsName, series.spelled(console_operator(series.study.label.size()))},
             {DCM_PerformedProcedureStepStartDate, date_of(series.study.begin)},
             {DCM_PerformedProcedureStepStartTime, time_of(series.study.begin)},
             {DCM_PerformedProcedureStepID, "P" + series.study.id},
             {DCM_PerformedProcedureStepDescription, series.spelled(series.study.description)}});
  if (!kind.body_part.empty()) put(item, DCM_BodyPartExamined, text(kind.body_part));
}

void put_equipment(DcmItem& item, const Series& series) {
  const Console& console = series.console;
  put(item, {{DCM_Manufacturer, text(console.manufacturer)},
             {DCM_InstitutionName, series.spelled(institution)},
             {DCM_InstitutionAddress, series.spelled(institution_address)},
             {DCM_StationName, text(console.station)},
             {DCM_InstitutionalDepartmentName, series.spelled(console.department)},
             {DCM_ManufacturerModelName, text(console.model)},
             {DCM_DeviceSerialNumber, text(console.serial)},
             {DCM_SoftwareVersions, text(console.software)}});
}

void put_content_time(DcmItem& item, const Series& series, std::size_t index) {
  const Moment moment = acquired_at(series, index);
  put(item, {{DCM_ContentDate, date_of(moment)}, {DCM_ContentTime, time_of(moment)}});
  if (!series.kind->is_image || series.kind->modality == "OT") return;
  put(item, {{DCM_AcquisitionDate, date_of(moment)},
             {DCM_AcquisitionTime, time_of(moment)},
             {DCM_AcquisitionNumber, "1"}});
}

}  // namespace

Moment acquired_at(const Series& series, std::size_t index) {
  return series.begin() + std::chrono::seconds{30 + static_cast<long>(index)};
}

void put_planning_images(DcmItem& item, const Series& series, std::string_view sop_class) {
  for (const char* view : {"frontal", "lateral"}) {
    put(append_item(item, DCM_ReferencedImageSequence),
        {{DCM_ReferencedSOPClassUID, text(sop_class)},
         {DCM_ReferencedSOPInstanceUID, series.uid_of(std::string("planning image, ") + view)}});
  }
}

void put_common_modules(DcmItem& item, const Series& series, std::size_t index) {
  put_sop_common(item, series, index);
  put_patient(item, series);
  put_study(item, series);
  put_series(item, series);
  put_equipment(item, series);
  put_content_time(item, series, index);
}

}  // namespace pgpacs::generate
