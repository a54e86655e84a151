#include "tests/generate/dose_report.h"

namespace pgpacs::generate {

namespace {

DcmItem& add_content(DcmItem& parent, const char* relation, const char* type, const Code& name) {
  DcmItem& item = append_item(parent, DCM_ContentSequence);
  put(item, {{DCM_RelationshipType, relation}, {DCM_ValueType, type}});
  put_code(item, DCM_ConceptNameCodeSequence, name);
  return item;
}

void put_evidence(DcmItem& item, const Series& series) {
  if (series.evidence.empty()) return;
  DcmItem& study = append_item(item, DCM_CurrentRequestedProcedureEvidenceSequence);
  put(study, DCM_StudyInstanceUID, series.study.uid());
  DcmItem& images = append_item(study, DCM_ReferencedSeriesSequence);
  put(images, DCM_SeriesInstanceUID, series.evidence.front().series_uid);
  for (const Reference& reference : series.evidence) {
    put(append_item(images, DCM_ReferencedSOPSequence),
        {{DCM_ReferencedSOPClassUID, reference.sop_class},
         {DCM_ReferencedSOPInstanceUID, reference.instance_uid}});
  }
}

}  // namespace

DcmItem& add_container(DcmItem& parent, const Code& name) {
  DcmItem& item = add_content(parent, "CONTAINS", "CONTAINER", name);
  put(item, DCM_ContinuityOfContent, "SEPARATE");
  return item;
}

void add_number(DcmItem& parent, const Code& name, const Quantity& quantity) {
  DcmItem& measured = append_item(add_content(parent, "CONTAINS", "NUM", name), DCM_MeasuredValueSequence);
  put(measured, DCM_NumericValue, decimal_string(quantity.value, 9));
  put_code(measured, DCM_MeasurementUnitsCodeSequence, {quantity.unit, "UCUM", quantity.unit});
}

void add_code(DcmItem& parent, const Code& name, const Code& value) {
  put_code(add_content(parent, "CONTAINS", "CODE", name), DCM_ConceptCodeSequence, value);
}

void add_text(DcmItem& parent, const Code& name, const std::string& value) {
  put(add_content(parent, "CONTAINS", "TEXT", name), DCM_TextValue, value);
}

void add_uid(DcmItem& parent, const Code& name, const std::string& value) {
  put(add_content(parent, "CONTAINS", "UIDREF", name), DCM_UID, value);
}

void add_date_time(DcmItem& parent, const Code& name, Moment moment) {
  put(add_content(parent, "CONTAINS", "DATETIME", name), DCM_DateTime, date_time_of(moment));
}

void begin_dose_report(DcmItem& item, const Series& series, const std::string& content_template,
                       const Code& procedure) {
  put(item, {{DCM_ValueType, "CONTAINER"},
             {DCM_ContinuityOfContent, "SEPARATE"},
             {DCM_CompletionFlag, "COMPLETE"},
             {DCM_VerificationFlag, "UNVERIFIED"}});
  put_code(item, DCM_ConceptNameCodeSequence, {"113701", "DCM", "X-Ray Radiation Dose Report"});
  put(append_item(item, DCM_ContentTemplateSequence),
      {{DCM_MappingResource, "DCMR"}, {DCM_TemplateIdentifier, content_template}});
  put_empty_sequence(item, DCM_ReferencedPerformedProcedureStepSequence);
  put_empty_sequence(item, DCM_PerformedProcedureCodeSequence);
  put_evidence(item, series);
  DcmItem& reported = add_content(item, "HAS CONCEPT MOD", "CODE", {"121058", "DCM", "Procedure reported"});
  put_code(reported, DCM_ConceptCodeSequence, procedure);
  put_code(add_content(reported, "HAS CONCEPT MOD", "CODE", {"363703001", "SCT", "Has Intent"}),
           DCM_ConceptCodeSequence, {"261004008", "SCT", "Diagnostic Intent"});
  DcmItem& observer = add_content(item, "HAS OBS CONTEXT", "CODE", {"121005", "DCM", "Observer Type"});
  put_code(observer, DCM_ConceptCodeSequence, {"121007", "DCM", "Device"});
  put(add_content(item, "HAS OBS CONTEXT", "TEXT", {"121013", "DCM", "Device Observer Name"}), DCM_TextValue,
      std::string(series.console.station));
  add_code(item, {"113854", "DCM", "Source of Dose Information"},
           {"113856", "DCM", "Automated Data Collection"});
  add_date_time(item, {"113809", "DCM", "Start of X-Ray Irradiation"}, irradiated_at(series));
}

Moment irradiated_at(const Series& series) {
  return series.study.begin + std::chrono::minutes{3};
}

std::string event_uid(const Series& series, std::size_t index) {
  if (index < series.irradiation_events.size()) return series.irradiation_events[index];
  return series.uid_of("irradiation event " + std::to_string(index + 1));
}

}  // namespace pgpacs::generate
