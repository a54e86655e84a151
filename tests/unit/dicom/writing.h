// What the writer makes of data sets, of edits written as JSON.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "extension/dicom/edits_json.h"
#include "extension/dicom/writer.h"
#include "tests/unit/dicom/reading.h"
#include "tests/unit/dicom/sample.h"

namespace pgpacs::dicom {

inline constexpr std::size_t no_limit = 1 << 24;

inline WrittenDataSet write(Source source, TransferSyntax syntax, const Edits& edits,
                            WriteAs write_as = WriteAs::it_came, std::size_t longest = no_limit) {
  Defects defects;
  Writer writer(source, syntax, edits, write_as, longest, Limits{}, defects);
  while (writer.write_some()) {
  }
  return writer.take();
}

inline Edits edits_of(std::string_view json) {
  Edits::Number in_hand = 0;
  return parse_edits(json, in_hand);
}

inline std::string written(std::string_view bytes, std::string_view json = "[]", TransferSyntax syntax = {},
                           WriteAs write_as = WriteAs::it_came) {
  const WrittenDataSet out = write({as_bytes(bytes)}, syntax, edits_of(json), write_as);
  EXPECT_TRUE(out.is_changed || as_text(out.bytes) == bytes);
  return std::string(as_text(out.bytes));
}

inline std::string edited(const test::DataSet& data_set, std::string_view json,
                          test::Encoding encoding = test::explicit_little) {
  return written(test::encode(data_set, encoding), json, syntax_of(encoding));
}

// Edits in every encoding come to what `expected` is in it.
inline void expect_edited(const test::DataSet& data_set, std::string_view json,
                          const test::DataSet& expected) {
  for (const test::Encoding encoding : test::every_encoding)
    EXPECT_EQ(events(edited(data_set, json, encoding), syntax_of(encoding)),
              events(test::encode(expected, encoding), syntax_of(encoding)))
        << json;
  for (const test::Encoding encoding : test::every_encoding)
    EXPECT_EQ(edited(data_set, json, encoding), test::encode(expected, encoding)) << json;
}

}  // namespace pgpacs::dicom
