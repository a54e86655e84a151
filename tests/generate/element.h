#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <initializer_list>
#include <string>
#include <string_view>

namespace pgpacs::generate {

/// An attribute and its value as text, several values parted by backslashes; numbers of binary VRs too.
struct Attribute {
  DcmTag tag;
  std::string value;
};

/// A coded concept (PS3.3 8.8); the meaning in UTF-8.
struct Code {
  std::string value;
  std::string scheme;
  std::string meaning;
};

/// Throws std::runtime_error, `what` and the condition's own words, unless it is good.
void check(const OFCondition& condition, const std::string& what);

void put(DcmItem& item, const DcmTag& tag, const std::string& value);
void put(DcmItem& item, std::initializer_list<Attribute> attributes);
void put_code(DcmItem& item, const DcmTag& sequence, const Code& code);

/// Adds an item to a sequence, and the sequence if it is the first.
DcmItem& append_item(DcmItem& item, const DcmTag& sequence);

/// For sequences of type 2.
void put_empty_sequence(DcmItem& item, const DcmTag& sequence);

/// The values as text; empty when there is no such attribute.
std::string text_of(DcmItem& item, const DcmTagKey& tag);

/// DS with at most `digits` behind the point.
std::string decimal_string(double number, int digits = 6);
std::string decimal_strings(std::initializer_list<double> numbers, int digits = 6);

}  // namespace pgpacs::generate
