#include "tests/generate/element.h"

#include <cstdio>
#include <stdexcept>

namespace pgpacs::generate {

void check(const OFCondition& condition, const std::string& what) {
  if (condition.bad()) throw std::runtime_error(what + ": " + condition.text());
}

void put(DcmItem& item, const DcmTag& tag, const std::string& value) {
  check(item.putAndInsertString(tag, value.c_str(), static_cast<Uint32>(value.size())),
        std::string("cannot set ") + DcmTag(tag).getTagName());
}

void put(DcmItem& item, std::initializer_list<Attribute> attributes) {
  for (const auto& [tag, value] : attributes) put(item, tag, value);
}

void put_code(DcmItem& item, const DcmTag& sequence, const Code& code) {
  put(append_item(item, sequence), {{DCM_CodeValue, code.value},
                                    {DCM_CodingSchemeDesignator, code.scheme},
                                    {DCM_CodeMeaning, code.meaning}});
}

DcmItem& append_item(DcmItem& item, const DcmTag& sequence) {
  constexpr signed long past_the_last = -2;
  DcmItem* added = nullptr;
  check(item.findOrCreateSequenceItem(sequence, added, past_the_last), "cannot add an item");
  return *added;
}

void put_empty_sequence(DcmItem& item, const DcmTag& sequence) {
  check(item.insertEmptyElement(sequence), "cannot add a sequence");
}

std::string text_of(DcmItem& item, const DcmTagKey& tag) {
  OFString text;
  item.findAndGetOFStringArray(tag, text);
  return text.c_str();
}

std::string decimal_string(double number, int digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", digits, number);
  std::string value(text);
  if (value.find('.') != std::string::npos) {
    value.erase(value.find_last_not_of('0') + 1);
    if (value.back() == '.') value.pop_back();
  }
  return value == "-0" ? "0" : value;
}

std::string decimal_strings(std::initializer_list<double> numbers, int digits) {
  std::string values;
  for (const double number : numbers) {
    if (!values.empty()) values += '\\';
    values += decimal_string(number, digits);
  }
  return values;
}

}  // namespace pgpacs::generate
