// Tags of data elements (PS3.5 7.1).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pgpacs::dicom {

struct Tag {
  std::uint32_t value = 0;

  constexpr Tag() = default;
  constexpr explicit Tag(std::uint32_t group_and_element) : value(group_and_element) {}
  constexpr Tag(std::uint16_t group, std::uint16_t element)
      : value(static_cast<std::uint32_t>(group) << 16 | element) {}

  constexpr std::uint16_t group() const { return static_cast<std::uint16_t>(value >> 16); }
  constexpr std::uint16_t element() const { return static_cast<std::uint16_t>(value); }
  constexpr bool is_private() const { return (group() & 1) != 0; }
  constexpr bool is_group_length() const { return element() == 0; }
  // Elements (gggg,0010-00FF) of odd groups name who owns the block (PS3.5 7.8.1).
  constexpr bool is_private_creator() const { return is_private() && element() >= 0x10 && element() <= 0xFF; }
  constexpr auto operator<=>(const Tag&) const = default;
};

// "(0008,0020)"
std::string to_string(Tag tag);

// The eight upper-case hex digits of the DICOM JSON model (PS3.18 F.2.2) into `out`.
void write_hex(Tag tag, char* out);

// "00080020", "0008,0020" or "(0008,0020)".
std::optional<Tag> parse_tag(std::string_view text);

namespace tags {
inline constexpr Tag media_storage_sop_class_uid{0x0002, 0x0002};
inline constexpr Tag transfer_syntax_uid{0x0002, 0x0010};
inline constexpr Tag specific_character_set{0x0008, 0x0005};
inline constexpr Tag sop_class_uid{0x0008, 0x0016};
inline constexpr Tag sop_instance_uid{0x0008, 0x0018};
inline constexpr Tag patient_id{0x0010, 0x0020};
inline constexpr Tag study_instance_uid{0x0020, 0x000D};
inline constexpr Tag series_instance_uid{0x0020, 0x000E};
inline constexpr Tag samples_per_pixel{0x0028, 0x0002};
inline constexpr Tag photometric_interpretation{0x0028, 0x0004};
inline constexpr Tag planar_configuration{0x0028, 0x0006};
inline constexpr Tag number_of_frames{0x0028, 0x0008};
inline constexpr Tag rows{0x0028, 0x0010};
inline constexpr Tag columns{0x0028, 0x0011};
inline constexpr Tag bits_allocated{0x0028, 0x0100};
inline constexpr Tag bits_stored{0x0028, 0x0101};
inline constexpr Tag high_bit{0x0028, 0x0102};
inline constexpr Tag pixel_representation{0x0028, 0x0103};
inline constexpr Tag extended_offset_table{0x7FE0, 0x0001};
inline constexpr Tag extended_offset_table_lengths{0x7FE0, 0x0002};
inline constexpr Tag float_pixel_data{0x7FE0, 0x0008};
inline constexpr Tag double_float_pixel_data{0x7FE0, 0x0009};
inline constexpr Tag pixel_data{0x7FE0, 0x0010};
inline constexpr Tag data_set_trailing_padding{0xFFFC, 0xFFFC};
inline constexpr Tag item{0xFFFE, 0xE000};
inline constexpr Tag item_delimitation{0xFFFE, 0xE00D};
inline constexpr Tag sequence_delimitation{0xFFFE, 0xE0DD};
inline constexpr Tag encapsulated_document{0x0042, 0x0011};
inline constexpr Tag waveform_data{0x5400, 0x1010};
}  // namespace tags

// Contents, not description: no part of a header however small they are.
constexpr bool is_content(Tag tag, bool is_top_level) {
  const bool is_pixel_data =
      tag == tags::pixel_data || tag == tags::float_pixel_data || tag == tags::double_float_pixel_data;
  return tag == tags::encapsulated_document || tag == tags::waveform_data || (is_top_level && is_pixel_data);
}

}  // namespace pgpacs::dicom
