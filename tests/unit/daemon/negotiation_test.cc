#include "daemon/dimse/negotiation.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "extension/dicom/dictionary.h"

namespace pgpacs::dimse {
namespace {

TEST(negotiation, knows_the_storage_classes_of_PS3_6) {
  for (const char* uid :
       {"1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.88.11", "1.2.840.10008.5.1.4.1.1.104.1",
        "1.2.840.10008.5.1.4.34.7", "1.2.840.10008.5.1.4.1.1.200.2", "1.2.840.10008.5.1.1.30"})
    EXPECT_TRUE(is_storage_class(uid, false)) << uid;
}

TEST(negotiation, takes_no_service_for_storage) {
  for (const char* uid :
       {"1.2.840.10008.1.1", "1.2.840.10008.1.20.1", "1.2.840.10008.1.3.10", "1.2.840.10008.4.2",
        "1.2.840.10008.5.1.4.1.2.1.1", "1.2.840.10008.5.1.4.1.2.2.2", "1.2.840.10008.5.1.4.31",
        "1.2.840.10008.3.1.2.3.3", "1.2.840.10008.5.1.4.1.1.200.4", "1.2.840.10008.5.1.4.1.1.201.5",
        "1.2.840.10008.1.2.1", "1.2.840.10008.3.1.1.1"})
    for (const bool accepts_unknown : {false, true})
      EXPECT_FALSE(is_storage_class(uid, accepts_unknown)) << uid;
}

TEST(negotiation, stores_no_objects_that_belong_to_no_study) {
  for (const char* uid :
       {"1.2.840.10008.5.1.4.1.1.200.1", "1.2.840.10008.5.1.4.1.1.200.3", "1.2.840.10008.5.1.4.1.1.200.7",
        "1.2.840.10008.5.1.4.1.1.201.1", "1.2.840.10008.5.1.4.38.1", "1.2.840.10008.5.1.4.39.1",
        "1.2.840.10008.5.1.4.43.1", "1.2.840.10008.5.1.4.44.1", "1.2.840.10008.5.1.4.45.1"}) {
    EXPECT_TRUE(dicom::find_uid(uid)) << uid;
    for (const bool accepts_unknown : {false, true})
      EXPECT_FALSE(is_storage_class(uid, accepts_unknown)) << uid;
  }
}

TEST(negotiation, takes_unknown_classes_by_setting) {
  for (const char* uid :
       {"1.2.826.0.1.3680043.2.1", "2.25.1", "1.2.840.10008.5.1.4.1.1.9999", "1.3.12.2.1107.5.9.1"}) {
    EXPECT_TRUE(is_storage_class(uid, true)) << uid;
    EXPECT_FALSE(is_storage_class(uid, false)) << uid;
  }
  for (const char* uid : {"", "storage", "1.2.840.10008.9.9", "1.2.840.10008.5.1.4.9", "1..2", "1.2.3 "})
    EXPECT_FALSE(is_storage_class(uid, true)) << uid;
}

constexpr char ct[] = "1.2.840.10008.5.1.4.1.1.2", verification[] = "1.2.840.10008.1.1";
constexpr char implicit_uid[] = "1.2.840.10008.1.2", explicit_uid[] = "1.2.840.10008.1.2.1",
               big_uid[] = "1.2.840.10008.1.2.2";
constexpr char jpeg_uid[] = "1.2.840.10008.1.2.4.50", deflated_uid[] = "1.2.840.10008.1.2.1.99";

struct DestroyParameters {
  void operator()(T_ASC_Parameters* parameters) const { ASC_destroyAssociationParameters(&parameters); }
};

// The transfer syntax that is accepted for one proposed context; "no" where none is.
std::string answer(const char* abstract_syntax, std::vector<const char*> syntaxes, const Offer& offer) {
  T_ASC_Parameters* made = nullptr;
  if (ASC_createAssociationParameters(&made, 16384).bad()) return "error";
  const std::unique_ptr<T_ASC_Parameters, DestroyParameters> parameters(made);
  if (ASC_addPresentationContext(made, 1, abstract_syntax, syntaxes.data(), static_cast<int>(syntaxes.size()))
          .bad())
    return "error";
  negotiate(made, offer);
  const AcceptedContext context = find_context(made, 1);
  return context.transfer_syntax.empty() ? "no" : context.transfer_syntax;
}

TEST(negotiation, takes_the_first_syntax_but_explicit_before_implicit_and_big_endian) {
  const Offer offer{.may_store = true};
  const std::pair<std::vector<const char*>, const char*> facts[] = {
      {{implicit_uid, explicit_uid}, explicit_uid},
      {{big_uid, implicit_uid, explicit_uid}, explicit_uid},
      {{implicit_uid}, implicit_uid},
      {{big_uid}, big_uid},
      {{big_uid, implicit_uid}, big_uid},
      {{jpeg_uid, explicit_uid}, jpeg_uid},
      {{explicit_uid, jpeg_uid}, explicit_uid},
      {{implicit_uid, jpeg_uid}, implicit_uid},
      {{deflated_uid}, deflated_uid},
      {{"1.2.826.0.1.3680043.2.1"}, "1.2.826.0.1.3680043.2.1"},
      {{"1.2.840.10008.1.2.6.1", jpeg_uid}, jpeg_uid},
      {{"1.2.840.10008.1.2.7.1"}, "no"}};
  for (const auto& [syntaxes, expected] : facts)
    EXPECT_EQ(answer(ct, syntaxes, offer), expected) << syntaxes[0];
}

TEST(negotiation, verifies_in_an_uncompressed_syntax_for_anybody) {
  for (const bool may_store : {false, true}) {
    EXPECT_EQ(answer(verification, {implicit_uid}, {.may_store = may_store}), implicit_uid);
    EXPECT_EQ(answer(verification, {implicit_uid, explicit_uid}, {.may_store = may_store}), explicit_uid);
    EXPECT_EQ(answer(verification, {jpeg_uid}, {.may_store = may_store}), "no");
  }
}

TEST(negotiation, stores_for_those_who_may) {
  EXPECT_EQ(answer(ct, {explicit_uid}, {.may_store = false}), "no");
  EXPECT_EQ(answer("1.2.826.0.1.3680043.2.1", {explicit_uid},
                   {.may_store = true, .accepts_unknown_sop_classes = false}),
            "no");
  EXPECT_EQ(answer("1.2.826.0.1.3680043.2.1", {explicit_uid}, {.may_store = true}), explicit_uid);
}

constexpr char patient_root[] = "1.2.840.10008.5.1.4.1.2.1.1", study_root[] = "1.2.840.10008.5.1.4.1.2.2.1";

TEST(negotiation, answers_queries_in_an_uncompressed_syntax_to_those_who_may) {
  for (const char* root : {patient_root, study_root}) {
    EXPECT_EQ(answer(root, {explicit_uid}, {.may_store = true}), "no");
    EXPECT_EQ(answer(root, {implicit_uid}, {.may_find = true}), implicit_uid);
    EXPECT_EQ(answer(root, {big_uid, implicit_uid, explicit_uid}, {.may_find = true}), explicit_uid);
    EXPECT_EQ(answer(root, {big_uid}, {.may_find = true}), big_uid);
    EXPECT_EQ(answer(root, {jpeg_uid}, {.may_find = true}), "no");
  }
}

TEST(negotiation, knows_what_a_class_is_for) {
  EXPECT_EQ(service_of(verification, false), Service::verification);
  EXPECT_EQ(service_of(study_root, false), Service::find);
  EXPECT_EQ(service_of(ct, false), Service::storage);
  EXPECT_EQ(service_of("1.2.840.10008.5.1.4.31", true), Service::none);
}

}  // namespace
}  // namespace pgpacs::dimse
