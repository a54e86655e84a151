#include "tests/generate/dose_report.h"

namespace pgpacs::generate {

namespace {

const Code kvp{"113733", "DCM", "KVP"};

struct Scan {
  const char* protocol;
  Code type;
  double ctdi_vol;  ///< mGy
  double length;    ///< mm
  int current;      ///< mA
};

void put_parameters(DcmItem& event, const Scan& scan) {
  DcmItem& parameters = add_container(event, {"113822", "DCM", "CT Acquisition Parameters"});
  add_number(parameters, {"113824", "DCM", "Exposure Time"}, {scan.length / 78.75, "s"});
  add_number(parameters, {"113825", "DCM", "Scanning Length"}, {scan.length, "mm"});
  add_number(parameters, {"113826", "DCM", "Nominal Single Collimation Width"}, {0.625, "mm"});
  add_number(parameters, {"113827", "DCM", "Nominal Total Collimation Width"}, {40, "mm"});
  add_number(parameters, {"113823", "DCM", "Number of X-Ray Sources"}, {1, "{X-Ray sources}"});
  DcmItem& source = add_container(parameters, {"113831", "DCM", "CT X-Ray Source Parameters"});
  add_text(source, {"113832", "DCM", "Identification of the X-Ray Source"}, "1");
  add_number(source, kvp, {120, "kV"});
  add_number(source, {"113833", "DCM", "Maximum X-Ray Tube Current"}, {scan.current * 1.2, "mA"});
  add_number(source, {"113734", "DCM", "X-Ray Tube Current"}, {static_cast<double>(scan.current), "mA"});
  add_number(source, {"113834", "DCM", "Exposure Time per Rotation"}, {0.5, "s"});
}

/// CT Irradiation Event Data (PS3.16 TID 10013).
void add_scan(DcmItem& item, const Series& series, const Scan& scan, const std::string& uid) {
  DcmItem& event = add_container(item, {"113819", "DCM", "CT Acquisition"});
  add_text(event, {"125203", "DCM", "Acquisition Protocol"}, scan.protocol);
  add_code(event, {"123014", "DCM", "Target Region"},
           {"51185008", "SCT", series.spelled(Words{"Грудна клітка", "Chest"})});
  add_code(event, {"113820", "DCM", "CT Acquisition Type"}, scan.type);
  add_uid(event, {"113769", "DCM", "Irradiation Event UID"}, uid);
  put_parameters(event, scan);
  DcmItem& dose = add_container(event, {"113829", "DCM", "CT Dose"});
  add_number(dose, {"113830", "DCM", "Mean CTDIvol"}, {scan.ctdi_vol, "mGy"});
  add_code(dose, {"113835", "DCM", "CTDIw Phantom Type"}, {"113691", "DCM", "IEC Body Dosimetry Phantom"});
  add_number(dose, {"113838", "DCM", "DLP"}, {scan.ctdi_vol * scan.length / 10, "mGy.cm"});
}

void fill_ct(DcmItem& item, const Series& series, std::size_t /*index*/) {
  begin_dose_report(item, series, "10011", {"77477000", "SCT", "Computed Tomography X-Ray"});
  add_code(item, {"113705", "DCM", "Scope of Accumulation"}, {"113014", "DCM", "Study"});
  const Scan chest{"THORAX CONTRAST 5.0", {"116152004", "SCT", "Spiral Acquisition"}, 8.6, 240, 210};
  const Scan scout{"SCOUT", {"113805", "DCM", "Constant Angle Acquisition"}, 0.12, 400, 20};
  DcmItem& accumulated = add_container(item, {"113811", "DCM", "CT Accumulated Dose Data"});
  add_number(accumulated, {"113812", "DCM", "Total Number of Irradiation Events"}, {2, "{events}"});
  add_number(accumulated, {"113813", "DCM", "CT Dose Length Product Total"},
             {(chest.ctdi_vol * chest.length + scout.ctdi_vol * scout.length) / 10, "mGy.cm"});
  add_scan(item, series, chest, event_uid(series, 0));
  add_scan(item, series, scout, event_uid(series, 1));
}

/// Irradiation Event X-Ray Data (PS3.16 TID 10003): fluoroscopy and a film, in the units of the standard.
void add_run(DcmItem& item, const Series& series, bool is_film) {
  DcmItem& event = add_container(item, {"113706", "DCM", "Irradiation Event X-Ray Data"});
  add_code(event, {"113764", "DCM", "Acquisition Plane"}, {"113622", "DCM", "Single Plane"});
  add_uid(event, {"113769", "DCM", "Irradiation Event UID"}, event_uid(series, is_film ? 0 : 1));
  add_date_time(event, {"111526", "DCM", "DateTime Started"},
                irradiated_at(series) + std::chrono::seconds{is_film ? 300 : 60});
  add_code(
      event, {"113721", "DCM", "Irradiation Event Type"},
      is_film ? Code{"113611", "DCM", "Stationary Acquisition"} : Code{"44491008", "SCT", "Fluoroscopy"});
  add_text(event, {"125203", "DCM", "Acquisition Protocol"}, is_film ? "CORONARY 15 FPS" : "FLUORO LOW");
  add_code(event, {"123014", "DCM", "Target Region"}, {"80891009", "SCT", "Heart"});
  add_number(event, {"122130", "DCM", "Dose Area Product"}, {is_film ? 3.94e-5 : 1.21e-4, "Gy.m2"});
  add_number(event, {"113738", "DCM", "Dose (RP)"}, {is_film ? 0.0061 : 0.0187, "Gy"});
  add_number(event, kvp, {is_film ? 78. : 71., "kV"});
  add_number(event, {"113734", "DCM", "X-Ray Tube Current"}, {is_film ? 612. : 9.5, "mA"});
  add_number(event, {"113736", "DCM", "Exposure"}, {is_film ? 86000. : 41000., "uA.s"});
}

void fill_xa(DcmItem& item, const Series& series, std::size_t /*index*/) {
  begin_dose_report(item, series, "10001", {"113704", "DCM", "Projection X-Ray"});
  DcmItem& accumulated = add_container(item, {"113702", "DCM", "Accumulated X-Ray Dose Data"});
  add_code(accumulated, {"113764", "DCM", "Acquisition Plane"}, {"113622", "DCM", "Single Plane"});
  add_number(accumulated, {"113722", "DCM", "Dose Area Product Total"}, {1.604e-4, "Gy.m2"});
  add_number(accumulated, {"113725", "DCM", "Dose (RP) Total"}, {0.0248, "Gy"});
  add_run(item, series, false);
  add_run(item, series, true);
}

}  // namespace

const Kind kind_rdsr_ct{.name = "rdsr-ct",
                        .explanation = "a dose report of a CT (X-Ray Radiation Dose SR)",
                        .modality = "SR",
                        .sop_class = UID_XRayRadiationDoseSRStorage,
                        .study = {"КТ грудної клітки з контрастом", "CT CHEST WITH CONTRAST"},
                        .series = {"Звіт про дозу", "DOSE REPORT"},
                        .procedure_code = "CT-TH-2",
                        .body_part = "",
                        .instances = 1,
                        .syntax = Syntax::explicit_le,
                        .is_image = false,
                        .fill = fill_ct};

const Kind kind_rdsr_xa{.name = "rdsr-xa",
                        .explanation = "a dose report of an angiography (X-Ray Radiation Dose SR)",
                        .modality = "SR",
                        .sop_class = UID_XRayRadiationDoseSRStorage,
                        .study = {"Коронарографія", "CORONARY ANGIOGRAPHY"},
                        .series = {"Звіт про дозу", "DOSE REPORT"},
                        .procedure_code = "XA-CO-1",
                        .body_part = "",
                        .instances = 1,
                        .syntax = Syntax::explicit_le,
                        .is_image = false,
                        .fill = fill_xa};

}  // namespace pgpacs::generate
