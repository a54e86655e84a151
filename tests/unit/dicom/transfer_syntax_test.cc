#include "extension/dicom/transfer_syntax.h"

#include <gtest/gtest.h>

#include <string>

#include "extension/dicom/dictionary.h"

namespace pgpacs::dicom {
namespace {

// "implicit", "big", "deflated", "encapsulated", none for explicit VR little endian; "refused".
std::string describe(const std::optional<TransferSyntax>& syntax) {
  if (!syntax) return "refused";
  std::string text;
  if (!syntax->is_explicit) text += "implicit ";
  if (syntax->is_big_endian) text += "big ";
  if (syntax->is_deflated) text += "deflated ";
  if (syntax->is_encapsulated) text += "encapsulated ";
  return text;
}

TEST(transfer_syntax, is_known_by_UID) {
  const std::pair<std::string_view, std::string_view> facts[] = {
      {"1.2.840.10008.1.2", "implicit "},
      {"1.2.840.10008.1.2.1", ""},
      {"1.2.840.10008.1.2.1.98", "encapsulated "},
      {"1.2.840.10008.1.2.1.99", "deflated "},
      {"1.2.840.10008.1.2.2", "big "},
      {"1.2.840.10008.1.2.4.50", "encapsulated "},
      {"1.2.840.10008.1.2.4.91", "encapsulated "},
      {"1.2.840.10008.1.2.4.100.1", "encapsulated "},
      {"1.2.840.10008.1.2.5", "encapsulated "},
      {"1.2.840.10008.1.2.8.1", "encapsulated "},
      {"1.2.840.10008.1.2.4.94", ""},
      {"1.2.840.10008.1.2.4.95", "deflated "},
      {"1.2.840.10008.1.2.4.204", ""},
      {"1.2.840.10008.1.2.4.205", "deflated "},
      {"1.2.840.10008.1.20", "implicit "}};
  for (const auto& [uid, expected] : facts) {
    EXPECT_EQ(describe(find_transfer_syntax(uid)), expected) << uid;
    EXPECT_EQ(describe(find_transfer_syntax(uid, false)), expected) << uid;
  }
}

TEST(transfer_syntax, of_the_registry_is_never_guessed_at) {
  for (std::size_t i = 0; i < uid_count(); ++i) {
    const UIDEntry entry = uid_entry(i);
    const bool is_no_encoding =
        entry.uid.starts_with("1.2.840.10008.1.2.6.") || entry.uid.starts_with("1.2.840.10008.1.2.7.");
    const bool is_known = entry.type == UIDType::transfer_syntax && !is_no_encoding;
    EXPECT_EQ(find_transfer_syntax(entry.uid).has_value(), is_known) << entry.uid << ' ' << entry.name;
  }
}

TEST(transfer_syntax, of_private_and_newer_UIDs_is_taken_for_encapsulated) {  // PS3.5 A.4
  for (const char* uid : {"1.2.826.0.1.3680043.2.1", "1.2.840.10008.1.2.4.999", "2.25.1"}) {
    EXPECT_EQ(describe(find_transfer_syntax(uid)), "encapsulated ") << uid;
    EXPECT_EQ(describe(find_transfer_syntax(uid, false)), "refused") << uid;
  }
}

TEST(transfer_syntax, is_no_SOP_class_no_video_stream_and_no_text) {
  for (const char* uid : {"", " ", "1.2.840.10008.1.2 ", "explicit", "1.2.840.10008.5.1.4.1.1.2",
                          "1.2.840.10008.1.2.6.1", "1.2.840.10008.1.2.7.1", "1.2.840.10008.1.2.7.99", "1..2"})
    EXPECT_EQ(describe(find_transfer_syntax(uid)), "refused") << uid;
}

}  // namespace
}  // namespace pgpacs::dicom
