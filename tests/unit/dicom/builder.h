// Data sets written as literals and encoded in any transfer syntax. Shares no code and no table with
// extension/dicom, so that a mistake made there is not made here a second time.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace pgpacs::test {

struct Encoding {
  bool has_vr = true;
  bool is_big_endian = false;
  bool has_lengths = true;  // of sequences and items; undefined lengths with delimiters where not
};
inline constexpr Encoding implicit_little{.has_vr = false};
inline constexpr Encoding explicit_little{};
inline constexpr Encoding explicit_big{.is_big_endian = true};
inline constexpr Encoding without_lengths(Encoding encoding) {
  encoding.has_lengths = false;
  return encoding;
}

// A number of any VR: rounded to float, cut to two bytes and so on when it is written.
struct Number {
  std::uint64_t integer;
  double real;
  Number(std::integral auto value)
      : integer(static_cast<std::uint64_t>(value)), real(static_cast<double>(value)) {}
  Number(std::floating_point auto value) : integer(0), real(value) {}
};

struct Entry;
using DataSet = std::vector<Entry>;

struct Entry {
  enum class Kind { value, numbers, words, items, fragments, raw } kind;
  std::uint32_t tag = 0;
  std::string vr{};
  std::string bytes{};
  std::size_t width = 1;
  std::vector<Number> list{};
  std::vector<DataSet> items{};
  std::vector<std::string> pieces{};
};

// Text, padded to an even length with the blank or NUL of its VR (PS3.5 6.2).
inline Entry text(std::uint32_t tag, std::string_view vr, std::string_view value) {
  std::string padded(value);
  if (padded.size() % 2 != 0) padded += vr == "UI" ? '\0' : ' ';
  return {.kind = Entry::Kind::value, .tag = tag, .vr = std::string(vr), .bytes = padded};
}

// A value as it stands, whatever its length.
inline Entry value(std::uint32_t tag, std::string_view vr, std::string_view value) {
  return {.kind = Entry::Kind::value, .tag = tag, .vr = std::string(vr), .bytes = std::string(value)};
}

// US SS UL SL UV SV FL FD; AT as 32-bit tags.
inline Entry numbers(std::uint32_t tag, std::string_view vr, std::initializer_list<Number> values) {
  return {.kind = Entry::Kind::numbers, .tag = tag, .vr = std::string(vr), .list = values};
}

// Binary of `width` bytes a word (OW OL OF OV OD), given in little endian.
inline Entry words(std::uint32_t tag, std::string_view vr, std::size_t width,
                   std::string_view little_endian) {
  return {.kind = Entry::Kind::words,
          .tag = tag,
          .vr = std::string(vr),
          .bytes = std::string(little_endian),
          .width = width};
}

inline Entry sequence(std::uint32_t tag, std::vector<DataSet> items) {
  return {.kind = Entry::Kind::items, .tag = tag, .vr = "SQ", .items = std::move(items)};
}

// Encapsulated Pixel Data: the first is the basic offset table (PS3.5 A.4).
inline Entry fragments(std::uint32_t tag, std::string_view vr, std::vector<std::string> pieces) {
  return {.kind = Entry::Kind::fragments, .tag = tag, .vr = std::string(vr), .pieces = std::move(pieces)};
}

// Bytes in the place of an element.
inline Entry raw(std::string_view encoded) {
  return {.kind = Entry::Kind::raw, .bytes = std::string(encoded)};
}

class Encoder {
 public:
  explicit Encoder(Encoding encoding) : encoding_(encoding) {}

  std::string encode(const DataSet& data_set) {
    std::string out;
    for (const Entry& entry : data_set) put_entry(out, entry);
    return out;
  }

  std::string encode_item(const DataSet& item) {
    const std::string content = encode(item);
    std::string out;
    put_item_tag(out, 0xE000, encoding_.has_lengths ? content.size() : undefined);
    out += content;
    if (!encoding_.has_lengths) put_item_tag(out, 0xE00D, 0);
    return out;
  }

 private:
  static constexpr std::uint32_t undefined = 0xFFFFFFFF;

  void put(std::string& out, std::uint64_t value, std::size_t width) {
    std::string number;
    for (std::size_t i = 0; i < width; ++i) number += static_cast<char>(value >> 8 * i);
    if (encoding_.is_big_endian) std::reverse(number.begin(), number.end());
    out += number;
  }

  void put_tag(std::string& out, std::uint32_t tag) {
    put(out, tag >> 16, 2);
    put(out, tag & 0xFFFF, 2);
  }

  void put_item_tag(std::string& out, std::uint32_t element, std::uint64_t length) {
    put_tag(out, 0xFFFE0000 | element);
    put(out, length, 4);
  }

  void put_header(std::string& out, const Entry& entry, std::uint64_t length) {
    put_tag(out, entry.tag);
    if (!encoding_.has_vr) return put(out, length, 4);
    out += entry.vr;
    // PS3.5 table 7.1-1
    constexpr std::string_view long_forms = "OB OD OF OL OV OW SQ SV UC UN UR UT UV";
    if (long_forms.find(entry.vr) == std::string_view::npos) return put(out, length, 2);
    put(out, 0, 2);
    put(out, length, 4);
  }

  std::size_t width(std::string_view vr) {
    if (vr == "US" || vr == "SS") return 2;
    return vr == "FD" || vr == "UV" || vr == "SV" ? 8 : 4;
  }

  void put_number(std::string& out, std::string_view vr, const Number& number) {
    if (vr == "AT") return put_tag(out, static_cast<std::uint32_t>(number.integer));
    std::uint64_t bits = number.integer;
    if (vr == "FD") std::memcpy(&bits, &number.real, sizeof bits);
    if (vr == "FL") {
      const auto single = static_cast<float>(number.real);
      bits = 0;
      std::memcpy(&bits, &single, sizeof single);
    }
    put(out, bits, width(vr));
  }

  std::string content_of(const Entry& entry) {
    std::string out;
    for (const Number& number : entry.list) put_number(out, entry.vr, number);
    out += entry.bytes;
    if (entry.kind == Entry::Kind::words && encoding_.is_big_endian)
      for (auto at = out.begin(); at != out.end(); at += static_cast<std::ptrdiff_t>(entry.width))
        std::reverse(at, at + static_cast<std::ptrdiff_t>(entry.width));
    return out;
  }

  void put_items(std::string& out, const Entry& entry) {
    std::string content;
    for (const DataSet& item : entry.items) content += encode_item(item);
    put_header(out, entry, encoding_.has_lengths ? content.size() : undefined);
    out += content;
    if (!encoding_.has_lengths) put_item_tag(out, 0xE0DD, 0);
  }

  void put_fragments(std::string& out, const Entry& entry) {
    put_header(out, entry, undefined);
    for (const std::string& piece : entry.pieces) {
      put_item_tag(out, 0xE000, piece.size());
      out += piece;
    }
    put_item_tag(out, 0xE0DD, 0);
  }

  void put_entry(std::string& out, const Entry& entry) {
    if (entry.kind == Entry::Kind::raw) {
      out += entry.bytes;
    } else if (entry.kind == Entry::Kind::items) {
      put_items(out, entry);
    } else if (entry.kind == Entry::Kind::fragments) {
      put_fragments(out, entry);
    } else {
      const std::string content = content_of(entry);
      put_header(out, entry, content.size());
      out += content;
    }
  }

  Encoding encoding_;
};

inline std::string encode(const DataSet& data_set, Encoding encoding = explicit_little) {
  return Encoder(encoding).encode(data_set);
}

inline std::string encode_item(const DataSet& item, Encoding encoding = explicit_little) {
  return Encoder(encoding).encode_item(item);
}

// Bytes from hexadecimal digits, blanks between them as one likes: hex("0800 2000").
inline std::string hex(std::string_view digits) {
  std::string out;
  int half = -1;
  for (const char c : digits) {
    if (c == ' ') continue;
    const int value = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    if (half < 0)
      half = value;
    else
      out += static_cast<char>(half << 4 | value), half = -1;
  }
  return out;
}

// A Part 10 file (PS3.10 7.1) around an encoded data set; `meta` is group 0002 without its length.
inline std::string file(const DataSet& meta, std::string_view data_set) {
  const std::string group = encode(meta);
  return std::string(128, '\0') + "DICM" + encode({numbers(0x00020000, "UL", {group.size()})}) + group +
         std::string(data_set);
}

// Delimiters of undefined lengths, little endian (PS3.5 7.5), and (0008,1140) that begins with one, in
// explicit VR.
inline const std::string item_begin = hex("FEFF 00E0 FFFFFFFF");
inline const std::string item_end = hex("FEFF 0DE0 00000000");
inline const std::string sequence_end = hex("FEFF DDE0 00000000");
inline const std::string open_sequence = hex("0800 4011") + "SQ" + hex("0000 FFFFFFFF");

}  // namespace pgpacs::test
