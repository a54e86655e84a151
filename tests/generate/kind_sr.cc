#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmsr/dsrdoc.h>

#include "tests/generate/element.h"
#include "tests/generate/module.h"

namespace pgpacs::generate {

namespace {

using Relation = DSRTypes::E_RelationshipType;
using Value = DSRTypes::E_ValueType;

DSRCodedEntryValue concept_of(const char* value, const char* scheme, const char* meaning) {
  return {value, scheme, meaning};
}

/// Adds an item under the current one and makes it the current one.
DSRContentItem& add_below(DSRDocumentTree& tree, Relation relation, Value type,
                          const DSRCodedEntryValue& name) {
  if (tree.addContentItem(relation, type, DSRTypes::AM_belowCurrent) == 0) {
    throw std::runtime_error("the report refuses an item");
  }
  DSRContentItem& item = tree.getCurrentContentItem();
  if (type != DSRTypes::VT_Image) check(item.setConceptName(name), "report");
  return item;
}

void add_text(DSRDocumentTree& tree, Relation relation, const DSRCodedEntryValue& name, const char* text) {
  check(add_below(tree, relation, DSRTypes::VT_Text, name).setStringValue(text), "report text");
  tree.goUp();
}

void add_code(DSRDocumentTree& tree, Relation relation, const DSRCodedEntryValue& name,
              const DSRCodedEntryValue& value) {
  check(add_below(tree, relation, DSRTypes::VT_Code, name).setCodeValue(value), "report code");
  tree.goUp();
}

/// The size of what was found, inferred from the pictures of the evidence.
void add_measurement(DSRDocumentTree& tree, const Series& series) {
  const DSRNumericMeasurementValue size("16", concept_of("mm", "UCUM", "мм"));
  add_below(tree, DSRTypes::RT_contains, DSRTypes::VT_Num, concept_of("81827009", "SCT", "Діаметр"))
      .setNumericValue(size);
  for (const Reference& reference : series.evidence) {
    const DSRImageReferenceValue image(reference.sop_class.c_str(), reference.instance_uid.c_str());
    check(add_below(tree, DSRTypes::RT_inferredFrom, DSRTypes::VT_Image, {}).setImageReference(image),
          "report image");
    tree.goUp();
  }
  tree.goUp();
}

void add_findings(DSRDocumentTree& tree, const Series& series) {
  add_below(tree, DSRTypes::RT_contains, DSRTypes::VT_Container, concept_of("121070", "DCM", "Опис"));
  const auto finding = concept_of("121071", "DCM", "Знахідка");
  add_text(
      tree, DSRTypes::RT_contains, finding,
      "Легені розправлені. У верхній частці правої легені визначається вогнище м’якотканинної щільності з "
      "нерівними контурами. У решті паренхіми змін не виявлено.");
  add_text(tree, DSRTypes::RT_contains, finding,
           "Трахея та головні бронхи прохідні. Лімфатичні вузли середостіння не збільшені.\n"
           "Рідини в плевральних порожнинах немає. Кістки без деструктивних змін.");
  add_measurement(tree, series);
  tree.goUp();
}

void add_conclusion(DSRDocumentTree& tree) {
  add_below(tree, DSRTypes::RT_contains, DSRTypes::VT_Container, concept_of("121076", "DCM", "Висновки"));
  add_text(tree, DSRTypes::RT_contains, concept_of("121077", "DCM", "Висновок"),
           "Солітарне вогнище верхньої частки правої легені. Рекомендовано КТ-контроль через 3 місяці.");
  tree.goUp();
}

/// Basic Diagnostic Imaging Report (PS3.16 TID 2000).
void fill_tree(DSRDocumentTree& tree, const Series& series, const std::string& observer) {
  tree.addContentItem(DSRTypes::RT_isRoot, DSRTypes::VT_Container);
  tree.getCurrentContentItem().setConceptName(concept_of("18748-4", "LN", "Протокол променевого дослідження"),
                                              OFFalse);
  tree.getCurrentContentItem().setTemplateIdentification("2000", "DCMR");
  add_code(tree, DSRTypes::RT_hasConceptMod,
           concept_of("121049", "DCM", "Language of Content Item and Descendants"),
           concept_of("uk", "RFC5646", "Українська"));
  add_code(tree, DSRTypes::RT_hasObsContext, concept_of("121005", "DCM", "Observer Type"),
           concept_of("121006", "DCM", "Person"));
  add_below(tree, DSRTypes::RT_hasObsContext, DSRTypes::VT_PName,
            concept_of("121008", "DCM", "Person Observer Name"))
      .setStringValue(observer.c_str());
  tree.goUp();
  add_findings(tree, series);
  add_conclusion(tree);
}

/// The order that the report answers.
void put_referenced_request(DcmItem& item, const Series& series) {
  const Study& study = series.study;
  DcmItem& request = append_item(item, DCM_ReferencedRequestSequence);
  put(request, {{DCM_AccessionNumber, study.accession_number},
                {DCM_StudyInstanceUID, study.uid()},
                {DCM_RequestedProcedureDescription, series.spelled(study.description)},
                {DCM_RequestedProcedureID, "R" + study.id},
                {DCM_PlacerOrderNumberImagingServiceRequest, ""},
                {DCM_FillerOrderNumberImagingServiceRequest, ""}});
  put_empty_sequence(request, DCM_ReferencedStudySequence);
  put_code(request, DCM_RequestedProcedureCodeSequence,
           {study.procedure_code, std::string(coding_scheme), series.spelled(study.description)});
}

/// Moves what the common modules have not said already; DCMTK's own UIDs and times are of the moment of
/// writing.
void take_over(DcmItem& item, DcmItem& written) {
  while (written.card() > 0) {
    DcmElement* element = written.remove(0UL);
    if (item.tagExists(element->getTag())) {
      delete element;
    } else {
      check(item.insert(element), "report");
    }
  }
}

void fill(DcmItem& item, const Series& series, std::size_t index) {
  const std::string observer = series.spelled(performing_physician(0));
  const Moment verified = acquired_at(series, index) + std::chrono::hours{1};
  put_referenced_request(item, series);
  DSRDocument document(DSRTypes::DT_ComprehensiveSR);
  document.setSpecificCharacterSetType(DSRTypes::CS_UTF8);
  fill_tree(document.getTree(), series, observer);
  for (const Reference& reference : series.evidence) {
    check(document.getCurrentRequestedProcedureEvidence().addItem(
              series.study.uid().c_str(), reference.series_uid.c_str(), reference.sop_class.c_str(),
              reference.instance_uid.c_str()),
          "report evidence");
  }
  check(document.completeDocument(), "report");
  check(document.verifyDocument(observer.c_str(), series.spelled(institution).c_str(),
                                date_time_of(verified).c_str()),
        "report verification");
  DcmDataset written;
  check(document.write(written), "cannot write the report");
  take_over(item, written);
}

}  // namespace

const Kind kind_sr{.name = "sr",
                   .explanation = "a structured report in Ukrainian (Comprehensive SR)",
                   .modality = "SR",
                   .sop_class = UID_ComprehensiveSRStorage,
                   .study = {"Протокол КТ грудної клітки", "CT CHEST REPORT"},
                   .series = {"Протокол", "REPORT"},
                   .procedure_code = "SR-TH-1",
                   .body_part = "",
                   .instances = 1,
                   .syntax = Syntax::explicit_le,
                   .is_image = false,
                   .fill = fill};

}  // namespace pgpacs::generate
