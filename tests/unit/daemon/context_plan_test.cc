#include "daemon/dimse/context_plan.h"

#include <gtest/gtest.h>

namespace pgpacs::dimse {
namespace {

const std::string implicit_little = "1.2.840.10008.1.2", explicit_little = "1.2.840.10008.1.2.1",
                  jpeg_ls = "1.2.840.10008.1.2.4.80", rle = "1.2.840.10008.1.2.5";
const std::string ct = "1.2.840.10008.5.1.4.1.1.2", mr = "1.2.840.10008.5.1.4.1.1.4";

db::StoredInstance object(const std::string& sop_class, const std::string& syntax) {
  return {sop_class, "1.2.3", syntax, 1, "", 0, 0};
}

bool decompresses(std::string_view, std::string_view to) {
  return to == implicit_little || to == explicit_little;
}

std::string chosen(const std::vector<std::string>& accepted, const std::string& stored,
                   const std::vector<std::string>& preferred = {}, const CanTranscode& can = decompresses) {
  std::vector<Requestor::Context> contexts{{255, mr, stored}};
  for (const std::string& syntax : accepted) contexts.push_back({1, ct, syntax});
  const auto context = choose_context(contexts, object(ct, stored), preferred, can);
  return context ? context->transfer_syntax : "none";
}

TEST(ContextPlan, ProposesWhatIsStoredAndWhatAnyReceiverTakes) {
  const std::vector<db::StoredInstance> objects{object(ct, jpeg_ls), object(mr, implicit_little),
                                                object(ct, explicit_little), object(ct, jpeg_ls)};
  const auto plans = plan_contexts(objects, {});
  ASSERT_EQ(plans.size(), 1u);
  std::vector<std::pair<std::string, std::string>> proposed;
  for (const Proposal& proposal : plans[0].proposals) {
    ASSERT_EQ(proposal.transfer_syntaxes.size(), 1u);
    EXPECT_FALSE(proposal.is_scp);
    proposed.emplace_back(proposal.abstract_syntax, proposal.transfer_syntaxes[0]);
  }
  const std::vector<std::pair<std::string, std::string>> expected{{ct, explicit_little},
                                                                  {ct, implicit_little},
                                                                  {ct, jpeg_ls},
                                                                  {mr, explicit_little},
                                                                  {mr, implicit_little}};
  EXPECT_EQ(proposed, expected);
  EXPECT_EQ(plans[0].objects, (std::vector<std::size_t>{0, 1, 2, 3}));
}

TEST(ContextPlan, ProposesWhatTheReceiverPrefers) {
  const std::vector<db::StoredInstance> objects{object(ct, explicit_little)};
  const std::vector<std::string> preferred{rle, explicit_little};
  const auto plans = plan_contexts(objects, preferred);
  ASSERT_EQ(plans.size(), 1u);
  ASSERT_EQ(plans[0].proposals.size(), 3u);
  EXPECT_EQ(plans[0].proposals[2].transfer_syntaxes[0], rle);
}

TEST(ContextPlan, OfNothingProposesNothing) {
  EXPECT_TRUE(plan_contexts({}, {}).empty());
}

TEST(ContextPlan, MoreClassesThanContextsGoOverSeveralAssociations) {
  std::vector<db::StoredInstance> objects;
  for (int i = 0; i < 300; ++i) objects.push_back(object("1.2." + std::to_string(i % 150), jpeg_ls));
  const auto plans = plan_contexts(objects, {});
  std::vector<bool> is_planned(objects.size());
  for (const ContextPlan& plan : plans) {
    EXPECT_LE(plan.proposals.size(), most_contexts);
    EXPECT_TRUE(std::ranges::is_sorted(plan.objects));
    for (const std::size_t i : plan.objects) {
      EXPECT_FALSE(is_planned[i]);
      is_planned[i] = true;
      EXPECT_TRUE(std::ranges::any_of(plan.proposals, [&](const Proposal& proposal) {
        return proposal.abstract_syntax == objects[i].sop_class_uid &&
               proposal.transfer_syntaxes[0] == jpeg_ls;
      }));
    }
  }
  EXPECT_EQ(std::ranges::count(is_planned, true), 300);
  EXPECT_EQ(plans.size(), 4u);  // 150 classes with three contexts each
}

TEST(ContextPlan, OneClassInMoreSyntaxesThanContexts) {
  std::vector<db::StoredInstance> objects;
  for (int i = 0; i < 200; ++i) objects.push_back(object(ct, "1.2.3." + std::to_string(i)));
  const auto plans = plan_contexts(objects, {});
  ASSERT_EQ(plans.size(), 1u);
  EXPECT_EQ(plans[0].proposals.size(), most_contexts);
  EXPECT_EQ(plans[0].objects.size(), 200u);
}

TEST(ContextChoice, StoredSyntaxFirst) {
  EXPECT_EQ(chosen({explicit_little, implicit_little, jpeg_ls}, jpeg_ls), jpeg_ls);
  EXPECT_EQ(chosen({explicit_little, implicit_little}, implicit_little), implicit_little);
}

TEST(ContextChoice, ElseWhatItCanBeTranscodedTo) {
  EXPECT_EQ(chosen({implicit_little, explicit_little}, jpeg_ls), explicit_little);
  EXPECT_EQ(chosen({implicit_little}, jpeg_ls), implicit_little);
  EXPECT_EQ(chosen({rle}, jpeg_ls), "none");
  const auto cannot = [](std::string_view, std::string_view) { return false; };
  EXPECT_EQ(chosen({explicit_little}, jpeg_ls, {}, cannot), "none");
  EXPECT_EQ(chosen({}, jpeg_ls), "none");
}

TEST(ContextChoice, WhatIsEditedIsNotDeflated) {
  const std::string deflated = "1.2.840.10008.1.2.1.99";
  const std::vector<Requestor::Context> contexts{{1, ct, deflated}, {3, ct, explicit_little}};
  db::StoredInstance edited = object(ct, deflated);
  EXPECT_EQ(choose_context(contexts, edited, {}, decompresses)->transfer_syntax, deflated);
  edited.edits = std::make_shared<const std::string>("[]");
  EXPECT_EQ(choose_context(contexts, edited, {}, decompresses)->transfer_syntax, explicit_little);
  EXPECT_FALSE(choose_context(std::span(contexts).first(1), edited, {}, decompresses));
}

TEST(ContextChoice, WhatTheReceiverPrefersComesBefore) {
  const auto any = [](std::string_view, std::string_view) { return true; };
  EXPECT_EQ(chosen({explicit_little, jpeg_ls, rle}, explicit_little, {jpeg_ls, rle}, any), jpeg_ls);
  EXPECT_EQ(chosen({explicit_little, rle}, explicit_little, {jpeg_ls, rle}, any), rle);
  EXPECT_EQ(chosen({explicit_little, jpeg_ls, rle}, rle, {jpeg_ls, rle}, any), rle);
  EXPECT_EQ(chosen({explicit_little, jpeg_ls}, jpeg_ls, {explicit_little}), explicit_little);
  EXPECT_EQ(chosen({explicit_little, jpeg_ls}, explicit_little, {jpeg_ls}), explicit_little);
}

}  // namespace
}  // namespace pgpacs::dimse
